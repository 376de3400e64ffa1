"""Moving a case through its diagram: state bytes in, state bytes and plain data out. No row is touched here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine.codec import LIVE, dump, load
from workflow_app.engine.definition import Definition, step_name, timers_of
from workflow_app.engine.expressions import CaseEngine
from workflow_app.engine.movement import run, run_one, scopes, sweep
from workflow_app.foundation.errors import Conflict


@dataclass(frozen=True)
class OpenTask:
    """A user task that has begun to wait. `engine_id` is its mark, `lane` the role that does it."""

    engine_id: str
    bpmn_id: str
    lane: str


@dataclass(frozen=True)
class Armed:
    """A timer that has begun to wait. `arming` marks this start; `attached_to` is the activity it hangs on."""

    key: str
    arming: str
    interrupting: bool
    attached_to: str


@dataclass(frozen=True)
class ServiceCall:
    """A service step the case came by, with its parameters."""

    name: str
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Advance:
    """What one step changed, as plain data; `live` are the drawn nodes that hold a token or contain one."""

    opened: tuple[OpenTask, ...] = ()
    closed: tuple[str, ...] = ()
    armed: tuple[Armed, ...] = ()
    disarmed: tuple[Armed, ...] = ()
    fired: tuple[Armed, ...] = ()
    services: tuple[ServiceCall, ...] = ()
    visited: tuple[str, ...] = ()
    live: frozenset[str] = frozenset()
    finished: bool = False


@dataclass(frozen=True)
class Step:
    """The new state (None once finished) and what changed."""

    state: bytes | None
    advance: Advance


def begin(definition: Definition, data: Mapping[str, Any]) -> Step:
    """Start a case: run to where somebody must act. `data` are the routing values gateways read."""
    engine = CaseEngine(definition.environment)
    workflow = definition.new_workflow()
    workflow.script_engine = engine
    workflow.task_tree.data.update(data)
    return _move(definition, workflow, engine, lambda: [], fresh=True)


def complete(definition: Definition, state: bytes | None, engine_id: str | None, answer: Mapping[str, Any]) -> Step:
    """Complete a user task. Raises Conflict where it is not open (any more)."""
    engine, workflow = _loaded(definition, state)
    task = _find(workflow, engine_id)
    if task is None:
        raise Conflict("task_not_open")

    def act() -> list[str]:
        task.data.update(answer)
        run_one(task)
        return [task.task_spec.bpmn_id]

    return _move(definition, workflow, engine, act)


def receive(definition: Definition, state: bytes | None, message: str, payload: Mapping[str, Any]) -> Step:
    """Hand a message to a case. Raises Conflict where it does not wait for it (any more)."""
    engine, workflow = _loaded(definition, state)

    def act() -> list[str]:
        try:
            workflow.send_event(BpmnEvent(MessageEventDefinition(message), payload=dict(payload)))
        except WorkflowException as error:
            raise Conflict("message_not_awaited", message=message) from error
        return []

    return _move(definition, workflow, engine, act)


def fire(definition: Definition, state: bytes | None, key: str, arming: str) -> Step:
    """Fire one timer. One that does not wait (any more) changes nothing."""
    engine, workflow = _loaded(definition, state)
    due = next((a for a in _armed(workflow) if (a.key, a.arming) == (key, arming)), None)
    if due is None:
        return Step(state, Advance(live=_live(workflow)))

    def act() -> list[str]:
        with engine.firing(key, UUID(hex=arming)):
            workflow.refresh_timers()
            return run(workflow)

    return _move(definition, workflow, engine, act, fired=(due,))


def tokens(definition: Definition, state: bytes | None) -> frozenset[str]:
    """Return the drawn nodes where a case stands."""
    return frozenset() if state is None else _live(load(state, definition, CaseEngine(definition.environment)))


def _loaded(definition: Definition, state: bytes | None) -> tuple[CaseEngine, Any]:
    if state is None:
        raise Conflict("task_not_open")
    engine = CaseEngine(definition.environment)
    return engine, load(state, definition, engine)


def _move(
    definition: Definition,
    workflow: Any,
    engine: CaseEngine,
    act: Callable[[], list[str]],
    *,
    fired: tuple[Armed, ...] = (),
    fresh: bool = False,
) -> Step:
    timers, tasks = (frozenset(), {}) if fresh else (_armed(workflow), _open(workflow))
    visited = act() + run(workflow)
    sweep(workflow)
    timers_now, tasks_now = _armed(workflow), _open(workflow)
    _forget_results(workflow)
    state = dump(workflow, definition)
    advance = Advance(
        opened=tuple(t for mark, t in tasks_now.items() if mark not in tasks),
        closed=tuple(mark for mark in tasks if mark not in tasks_now),
        armed=tuple(sorted(timers_now - timers, key=lambda a: (a.key, a.arming))),
        disarmed=tuple(sorted(timers - timers_now - set(fired), key=lambda a: (a.key, a.arming))),
        fired=fired,
        services=tuple(ServiceCall(step_name(name), params) for name, params in engine.called),
        visited=tuple(visited),
        live=_live(workflow),
        finished=state is None,
    )
    return Step(state, advance)


def _forget_results(workflow: Any) -> None:
    """Service steps return nothing; the empty result the library keeps for each would only make states longer."""
    for part in scopes(workflow):
        for task in part.tasks.values():
            for key in [k for k in task.data if k.startswith("spiff__")]:
                del task.data[key]


def _find(workflow: Any, engine_id: str | None) -> Any:
    for part in scopes(workflow):
        for task in part.tasks.values():
            if task.id.hex == engine_id and task.state == TaskState.READY and task.task_spec.manual:
                return task
    return None


def _open(workflow: Any) -> dict[str, OpenTask]:
    return {
        t.id.hex: OpenTask(t.id.hex, t.task_spec.bpmn_id, t.task_spec.lane or "")
        for part in scopes(workflow)
        for t in part.tasks.values()
        if t.state == TaskState.READY and t.task_spec.manual
    }


def _armed(workflow: Any) -> frozenset[Armed]:
    """What the case waits for, read from task states: the library's event manager may hold stale entries."""
    return frozenset(
        Armed(timer.name, t.id.hex, getattr(t.task_spec, "cancel_activity", True), _host(t))
        for part in scopes(workflow)
        for t in part.tasks.values()
        if t.state == TaskState.WAITING
        for timer in timers_of(t.task_spec)
    )


def _host(task: Any) -> str:
    """The drawn activity a boundary event hangs on: its sibling that is no event; for other timers the event itself."""
    if hasattr(task.task_spec, "cancel_activity") and task.parent is not None:
        for sibling in task.parent.children:
            if not hasattr(sibling.task_spec, "cancel_activity") and sibling.task_spec.bpmn_id:
                return str(sibling.task_spec.bpmn_id)
    return str(task.task_spec.bpmn_id)


def _live(workflow: Any) -> frozenset[str]:
    return frozenset(
        t.task_spec.bpmn_id
        for part in scopes(workflow)
        for t in part.tasks.values()
        if t.has_state(LIVE) and t.task_spec.bpmn_id and not hasattr(t.task_spec, "cancel_activity")
    )
