"""Moving a case through its diagram: state bytes in, state bytes and plain data out. No row is touched here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition

from workflow_app.engine.advance import Advance, Armed, OpenTask, ServiceCall, Step
from workflow_app.engine.codec import dump, load
from workflow_app.engine.definition import Definition, step_name
from workflow_app.engine.expressions import CaseEngine
from workflow_app.engine.faults import DiagramFault
from workflow_app.engine.movement import Trace, forget_results, run, run_one, sweep
from workflow_app.engine.waits import armed_timers, awaited_messages, find_open, live_nodes, live_tasks, open_tasks
from workflow_app.foundation.errors import Conflict

__all__ = [
    "Advance",
    "Armed",
    "OpenTask",
    "ServiceCall",
    "Step",
    "awaits",
    "begin",
    "complete",
    "fire",
    "receive",
    "tokens",
]

MAX_TEXT = 200


class LoadedCase:
    """One workflow in memory, moved once and thrown away. Never shared between threads; its definition is."""

    def __init__(self, definition: Definition, state: bytes | None) -> None:
        self.definition, self.engine = definition, CaseEngine(definition.environment)
        if state is None:
            self.workflow: Any = BpmnWorkflow(definition.spec, definition.subprocesses, script_engine=self.engine)
            self._timers, self._tasks = frozenset[Armed](), dict[str, OpenTask]()
        else:
            self.workflow = load(state, definition, self.engine)
            live = self.live
            self._timers, self._tasks = armed_timers(live), open_tasks(live)

    @property
    def live(self) -> list[Any]:
        """The library's tasks that hold the tokens."""
        return live_tasks(self.workflow)

    def move(self, act: Callable[[Trace], None], *, fired: tuple[Armed, ...] = ()) -> Step:
        """Do something to the workflow, run it until it waits, and tell what has changed.

        Raises DiagramFault where the diagram cannot run on; the workflow is then in no state to be kept.
        """
        trace = Trace()
        try:
            act(trace)
            run(self.workflow, trace)
        except WorkflowException as error:
            node = getattr(getattr(error, "task_spec", None), "bpmn_id", None) or ""
            raise DiagramFault(rule="does_not_run", node=node, detail=str(error)[:300]) from error
        sweep(self.workflow)
        if self.engine.called:
            forget_results(self.workflow)
        return self._told(trace, fired)

    def _told(self, trace: Trace, fired: tuple[Armed, ...]) -> Step:
        live = self.live
        timers, tasks = armed_timers(live), open_tasks(live)
        state = dump(self.workflow, self.definition)
        between = self.definition.flow_between
        advance = Advance(
            opened=tuple(t for mark, t in tasks.items() if mark not in self._tasks),
            closed=tuple(mark for mark in self._tasks if mark not in tasks),
            armed=_sorted(timers - self._timers),
            disarmed=_sorted(self._timers - timers - set(fired)),
            fired=fired,
            services=tuple(ServiceCall(step_name(name), params) for name, params in self.engine.called),
            visited=tuple(trace.nodes),
            flows=tuple(between[arrow] for arrow in trace.arrows if arrow in between),
            live=live_nodes(live),
            finished=state is None,
        )
        return Step(state, advance)


def begin(definition: Definition, data: Mapping[str, Any]) -> Step:
    """Start a case: run to where somebody must act. `data` are the routing values gateways read: flat, small."""
    case = LoadedCase(definition, None)
    return case.move(lambda _: case.workflow.task_tree.data.update(_flat(data)))


def complete(definition: Definition, state: bytes | None, engine_id: str | None, answer: Mapping[str, Any]) -> Step:
    """Complete a user task; `answer` holds routing values. Raises Conflict where the task is not open (any more)."""
    case = _loaded(definition, state)
    task = find_open(case.live, engine_id)
    if task is None:
        raise Conflict("task_not_open")

    def act(trace: Trace) -> None:
        task.data.update(_flat(answer))
        run_one(task, trace)

    return case.move(act)


def receive(definition: Definition, state: bytes | None, message: str, payload: Mapping[str, Any]) -> Step:
    """Hand a message to a case. Raises Conflict where it does not wait for it (any more)."""
    case = _loaded(definition, state)
    if message not in awaited_messages(case.live):
        raise Conflict("message_not_awaited", message=message)
    event = BpmnEvent(MessageEventDefinition(message), payload=_flat(payload))
    return case.move(lambda _: case.workflow.send_event(event))


def awaits(definition: Definition, state: bytes | None, message: str) -> bool:
    """Tell whether a case waits for a message now."""
    return state is not None and message in awaited_messages(LoadedCase(definition, state).live)


def fire(definition: Definition, state: bytes | None, key: str, arming: str) -> Step:
    """Fire one timer, whose row says that it is due. One that does not wait (any more) changes nothing."""
    if state is None:
        return Step(None, Advance(finished=True))
    case = _loaded(definition, state)
    due = next((a for a in armed_timers(case.live) if (a.key, a.arming) == (key, arming)), None)
    if due is None:
        return Step(state, Advance(live=live_nodes(case.live)))

    def act(_: Trace) -> None:
        with case.engine.firing(key, UUID(hex=arming)):
            case.workflow.refresh_timers()

    return case.move(act, fired=(due,))


def tokens(definition: Definition, state: bytes | None) -> frozenset[str]:
    """Return the drawn nodes where a case stands; none once it has finished."""
    return frozenset() if state is None else live_nodes(LoadedCase(definition, state).live)


def _loaded(definition: Definition, state: bytes | None) -> LoadedCase:
    if state is None:
        raise Conflict("task_not_open")
    return LoadedCase(definition, state)


def _sorted(timers: frozenset[Armed]) -> tuple[Armed, ...]:
    return tuple(sorted(timers, key=lambda a: (a.key, a.arming)))


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse what does not belong into a state: the library shares nested values between tasks; states stay small."""
    for name, value in values.items():
        if not isinstance(value, str | int | float | bool | None) or len(str(value)) > MAX_TEXT:
            raise TypeError(f"routing value {name!r} must be short and plain")
        if not name.isidentifier() or name.startswith(("_", "spiff__")):
            raise TypeError(f"bad name of a routing value: {name!r}")
    return dict(values)
