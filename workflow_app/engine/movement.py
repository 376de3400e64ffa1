"""Moving a loaded workflow: running what can run, predicting only what is about to, sweeping what is left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.codec import LIVE, PREDICTED
from workflow_app.engine.faults import DiagramFault

MAX_STEPS = 5_000
READY = TaskState.READY


@dataclass
class Trace:
    """The drawn nodes that ran, in order, and the arrows (from node, to node) the token went along."""

    nodes: list[str] = field(default_factory=list)
    arrows: list[tuple[str, str]] = field(default_factory=list)


def run(workflow: Any, trace: Trace) -> None:
    """Run every task that needs nobody, until all wait. Raises DiagramFault where that never happens.

    As in the library, an inner scope comes to rest before the scope around it moves.
    """
    moved = True
    while moved:
        moved = False
        for part in sorted(scopes(workflow), key=lambda part: -part.depth):
            while ready := [t for t in part.tasks.values() if t._state == READY and not t.task_spec.manual]:
                moved = True
                for task in ready:
                    if task._state == READY and task.id in part.tasks:
                        run_one(task, trace)
                if len(trace.nodes) > MAX_STEPS:
                    raise DiagramFault(rule="runs_forever", node=workflow.spec.name)


def run_one(task: Any, trace: Trace) -> None:
    """Run one task; what follows it is predicted first, as the library expects.

    One node ahead and no further: what a compacted state has lost beyond is predicted when it is come to. Predicted down
    to the next arming of an interrupting timer, the end of its branch would cancel that arming's join, and it would not
    interrupt again.
    """
    spec, workflow = task.task_spec, task.workflow
    have = {workflow.tasks[c].task_spec.name for c in task._children}
    if spec._outputs and not all(name in have for name in spec._outputs):
        spec._predict_hook(task)
    task.run()
    if spec.bpmn_id:
        trace.nodes.append(spec.bpmn_id)
        trace.arrows += [(spec.bpmn_id, to) for child in task.children if (to := _entered(child))]


def scopes(workflow: Any) -> list[Any]:
    """The workflow and its subprocesses that still run."""
    return [workflow, *(part for part in workflow.subprocesses.values() if not part.completed)]


def sweep(workflow: Any) -> None:
    """Remove what an ended side branch leaves behind: joins that wait for nothing would keep all history for ever. Of an end that
    ended its whole scope the library also tells whoever may listen outside; nobody has to."""
    workflow.bpmn_events[:] = [
        e for e in workflow.bpmn_events if not isinstance(e.event_definition, TerminateEventDefinition)
    ]
    for part in scopes(workflow):
        for task in [t for t in part.tasks.values() if t._state & TaskState.FINISHED_MASK]:
            task.internal_data.pop("seen_events", None)  # event objects of a decided gateway
            if isinstance(task.task_spec, BoundaryEvent) and task.id in part.tasks and _is_ended_side_branch(task):
                for below in list(task):
                    workflow.subprocesses.pop(below.id, None)
                part._remove_task(task.id)


def forget_results(workflow: Any) -> None:
    """Service steps return nothing; the empty result the library keeps for each would only make states longer."""
    for part in scopes(workflow):
        for task in part.tasks.values():
            for key in [k for k in task.data if k.startswith("spiff__")]:
                del task.data[key]


def _entered(child: Any) -> str | None:
    """The drawn node a token has come to; before one with boundary events the library inserts a split."""
    if child is None or child.has_state(PREDICTED):
        return None
    spec = child.task_spec
    if isinstance(spec, BoundaryEventSplit):
        spec = next(s for s in spec.outputs if not isinstance(s, BoundaryEvent))
    return spec.bpmn_id or None


def _is_ended_side_branch(event: Any) -> bool:
    """Whether a non-interrupting boundary event has run to its end while what it hangs on still lives."""
    if event.task_spec.cancel_activity or event.state != TaskState.COMPLETED:
        return False
    waiting = (t for t in event if t.has_state(LIVE))
    if any(not isinstance(t.task_spec, (BoundaryEventJoin, _EndJoin)) for t in waiting):
        return False
    beside = (s for s in event.parent.children if not isinstance(s.task_spec, BoundaryEvent))
    return any(s.has_state(LIVE) for s in beside)
