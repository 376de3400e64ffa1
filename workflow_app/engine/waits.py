"""What a loaded workflow waits for, read from its tasks: the library's event manager may hold stale entries."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.advance import Armed, OpenTask
from workflow_app.engine.codec import LIVE
from workflow_app.engine.definition import messages_of, timers_of
from workflow_app.engine.movement import scopes


def live_tasks(workflow: Any) -> list[Any]:
    """Return the library's tasks that are ready, wait or have begun, in all scopes that still run."""
    return [t for part in scopes(workflow) for t in part.tasks.values() if t._state & LIVE]


def open_tasks(live: list[Any]) -> dict[str, OpenTask]:
    """Return the user tasks that wait, by engine id."""
    return {
        t.id.hex: OpenTask(t.id.hex, t.task_spec.bpmn_id, t.task_spec.lane or "", t.task_spec.bpmn_name or "")
        for t in live
        if t._state == TaskState.READY and t.task_spec.manual
    }


def find_open(live: list[Any], engine_id: str | None) -> Any:
    """Return the library's task of an open user task, or None."""
    ready = (t for t in live if t._state == TaskState.READY and t.task_spec.manual)
    return next((t for t in ready if t.id.hex == engine_id), None)


def armed_timers(live: list[Any]) -> frozenset[Armed]:
    """Return the timers that wait."""
    return frozenset(
        Armed(timer.name, t.id.hex, getattr(t.task_spec, "cancel_activity", True), _host(t))
        for t in live
        if t._state == TaskState.WAITING
        for timer in timers_of(t.task_spec)
    )


def awaited_messages(live: list[Any]) -> frozenset[str]:
    """Return the names of the messages a case would take now."""
    return frozenset(name for t in live if t._state == TaskState.WAITING for name in messages_of(t.task_spec))


def live_nodes(live: list[Any]) -> frozenset[str]:
    """Return the drawn nodes that hold a token or contain one, without the events on the border of an activity."""
    return frozenset(
        t.task_spec.bpmn_id for t in live if t.task_spec.bpmn_id and not isinstance(t.task_spec, BoundaryEvent)
    )


def _host(task: Any) -> str:
    """The drawn activity a boundary event hangs on: its sibling that is no event; for other timers the event itself."""
    if isinstance(task.task_spec, BoundaryEvent):
        for sibling in task.parent.children:
            if not isinstance(sibling.task_spec, BoundaryEvent) and sibling.task_spec.bpmn_id:
                return str(sibling.task_spec.bpmn_id)
    return str(task.task_spec.bpmn_id)
