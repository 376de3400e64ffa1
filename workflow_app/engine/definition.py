"""One immutable version of a diagram, parsed once and shared by all its cases and threads, with what a reader asks of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from workflow_app.engine.expressions import ExpressionEnvironment
from workflow_app.engine.legal_timer import LegalTimer


@dataclass(frozen=True)
class UserTask:
    """A user task of a diagram: its id is the step's name, its lane the role."""

    bpmn_id: str
    name: str
    lane: str


class Definition:
    """A parsed diagram. It holds nothing of any case; task specs are numbered by sorted name, so states fit this version only."""

    def __init__(self, source: bytes, spec: Any, subprocesses: dict[str, Any]) -> None:
        self.source, self.sha256 = source, hashlib.sha256(source).hexdigest()
        self.spec, self.subprocesses = spec, subprocesses
        self.environment = ExpressionEnvironment()
        self.nodes: dict[str, list[Any]] = {}
        self.index: dict[str, dict[str, int]] = {}
        self.prunable: dict[str, bool] = {}
        for part in self.parts:
            _connect_loops(part)
            names = sorted(part.task_specs)
            self.nodes[part.name] = [part.task_specs[n] for n in names]
            self.index[part.name] = {n: i for i, n in enumerate(names)}
            self.prunable[part.name] = _is_prunable(part)

    @property
    def parts(self) -> list[Any]:
        """The process and its subprocesses."""
        return [self.spec, *self.subprocesses.values()]

    def new_workflow(self) -> BpmnWorkflow:
        """Return a fresh instance that has not moved yet."""
        return BpmnWorkflow(self.spec, self.subprocesses)

    @property
    def _task_specs(self) -> list[Any]:
        return [t for part in self.parts for t in part.task_specs.values()]

    @property
    def user_tasks(self) -> tuple[UserTask, ...]:
        """Every task that waits for a person."""
        found = [t for t in self._task_specs if t.bpmn_id and type(t).__name__ == "UserTask"]
        return tuple(UserTask(t.bpmn_id, t.bpmn_name or "", t.lane or "") for t in found)

    @property
    def services(self) -> frozenset[str]:
        """The names of all service steps."""
        return frozenset(step_name(t.operation_name) for t in self._task_specs if hasattr(t, "operation_name"))

    @property
    def timer_keys(self) -> frozenset[str]:
        """The keys of all clocks."""
        return frozenset(timer.name for t in self._task_specs for timer in timers_of(t))

    @property
    def messages(self) -> frozenset[str]:
        """The names of all messages the diagram waits for."""
        definitions = [getattr(t, "event_definition", None) for t in self._task_specs]
        return frozenset(d.name for d in definitions if type(d).__name__ == "MessageEventDefinition")

    @property
    def flow_nodes(self) -> dict[str, str]:
        """Every drawn node: id to name."""
        return {t.bpmn_id: t.bpmn_name or "" for t in self._task_specs if t.bpmn_id}


def step_name(operator: str) -> str:
    """The name of a step behind its operator `step.<name>`: the prefix keeps it apart from the ids of the nodes."""
    return operator.removeprefix("step.")


def timers_of(task_spec: Any) -> list[LegalTimer]:
    """Return the timers a node waits for: its own, or the arms that an event-based gateway has taken over."""
    if not isinstance(task_spec, CatchingEvent):
        return []
    own = task_spec.event_definition
    return [d for d in [own, *getattr(own, "event_definitions", [])] if isinstance(d, LegalTimer)]


def _connect_loops(part: Any) -> None:
    """The library connects the children of a loop when it parses, not when it restores (engine trap 3)."""
    for spec in part.task_specs.values():
        if isinstance(spec, LoopTask):
            child = part.task_specs[spec.task_spec]
            if not child.completed_event.is_connected(spec.merge_child):
                child.completed_event.connect(spec.merge_child)


def _is_prunable(part: Any) -> bool:
    """History may be dropped unless a join has an input that is reached only through the join itself."""
    for spec in part.task_specs.values():
        if isinstance(spec, UnstructuredJoin) and spec is not part.end and len(spec._inputs) > 1:
            seen, todo = {spec.name}, [part.start.name]
            while todo:
                name = todo.pop()
                if name not in seen:
                    seen.add(name)
                    todo.extend(part.task_specs[name]._outputs)
            if any(name not in seen for name in spec._inputs):
                return False
    return True
