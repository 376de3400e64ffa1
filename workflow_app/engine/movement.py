"""Moving a loaded workflow: running what can run, predicting only what is about to run, and sweeping what is left behind."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.codec import LIVE

MAX_STEPS = 10_000


class RunsForever(RuntimeError):
    """A diagram that moves without ever waiting."""


def run(workflow: Any) -> list[str]:
    """Run every task that needs nobody, until all wait; return the drawn nodes in the order they ran."""
    ran: list[str] = []
    while True:
        ready = [(part, t) for part in _deepest_first(workflow) for t in list(part.tasks.values()) if _may_run(t)]
        if not ready and not _close_subprocesses(workflow):
            return ran
        for part, task in ready:
            if task.id in part.tasks and _may_run(task):
                run_one(task)
                if task.task_spec.bpmn_id:
                    ran.append(task.task_spec.bpmn_id)
                if len(ran) > MAX_STEPS:
                    raise RunsForever(workflow.spec.name)


def run_one(task: Any) -> None:
    """Run one task; what follows it is predicted first, as the library expects."""
    spec, workflow = task.task_spec, task.workflow
    if task.state == TaskState.READY and isinstance(spec, BoundaryEvent):
        _predict_as_library(task)
    have = {workflow.tasks[c].task_spec.name for c in task._children}
    if spec._outputs and not all(name in have for name in spec._outputs):
        spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    task.run()


def scopes(workflow: Any) -> list[Any]:
    """The workflow and its subprocesses that still run."""
    return [workflow, *(part for part in workflow.subprocesses.values() if not part.completed)]


def sweep(workflow: Any) -> None:
    """Remove what an ended side branch leaves behind: joins that wait for nothing would keep all history for ever."""
    for part in scopes(workflow):
        for task in list(part.tasks.values()):
            if task.has_state(TaskState.FINISHED_MASK):
                task.internal_data.pop("seen_events", None)
            if task.id in part.tasks and _is_ended_side_branch(task):
                for below in list(task):
                    workflow.subprocesses.pop(below.id, None)
                part._remove_task(task.id)


def _is_ended_side_branch(task: Any) -> bool:
    """A non-interrupting boundary event that has run to its end while what it hangs on still lives."""
    if task.state != TaskState.COMPLETED or getattr(task.task_spec, "cancel_activity", True):
        return False
    waiting = (t for t in task if t.has_state(LIVE))
    if any(not isinstance(t.task_spec, (BoundaryEventJoin, _EndJoin)) for t in waiting):
        return False
    beside = (s for s in task.parent.children if not isinstance(s.task_spec, BoundaryEvent))
    return any(s.has_state(LIVE) for s in beside)


def _predict_as_library(task: Any) -> None:
    """Give a released boundary event its children back as MAYBE: predicted deeper, its end would cancel the next arming."""
    if not task.children:
        task._sync_children(task.task_spec.outputs, TaskState.MAYBE)


def _may_run(task: Any) -> bool:
    return task._state == TaskState.READY and not task.task_spec.manual


def _deepest_first(workflow: Any) -> list[Any]:
    return sorted(scopes(workflow), key=lambda part: -part.depth)


def _close_subprocesses(workflow: Any) -> bool:
    moved = False
    for part in list(workflow.subprocesses.values()):
        parent = workflow.get_task_from_id(part.parent_task_id) if part.completed else None
        if parent is not None and parent._state == TaskState.STARTED:
            parent.task_spec._update(parent)
            moved = True
    return moved
