"""One immutable version of a diagram, parsed once, shared by all its cases and threads, and what is asked of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from workflow_app.engine.expressions import ExpressionEnvironment
from workflow_app.engine.legal_timer import LegalTimer

PREFIX_OF_STEPS = "step."


@dataclass(frozen=True, kw_only=True)
class UserTask:
    """A user task of a diagram: its id is the step's name, its lane the role; properties as drawn."""

    bpmn_id: str
    name: str
    lane: str
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """An arrow of a diagram."""

    bpmn_id: str
    name: str
    source: str
    target: str


class Definition:
    """A parsed diagram. It holds nothing of any case. Nodes are numbered by sorted name: states fit this one only."""

    def __init__(self, source: bytes, spec: Any, subprocesses: dict[str, Any], flows: tuple[Flow, ...] = ()) -> None:
        self.source, self.sha256 = source, hashlib.sha256(source).hexdigest()
        self.spec, self.subprocesses = spec, subprocesses
        self.sequence_flows = {flow.bpmn_id: flow for flow in flows}
        self.flow_between = {(flow.source, flow.target): flow.bpmn_id for flow in flows}
        self.environment = ExpressionEnvironment()
        self.nodes: dict[str, list[Any]] = {}
        self.index: dict[str, dict[str, int]] = {}
        for part in self.parts:
            names = sorted(part.task_specs)
            self.nodes[part.name] = [part.task_specs[n] for n in names]
            self.index[part.name] = {n: i for i, n in enumerate(names)}

    @property
    def parts(self) -> list[Any]:
        """The process and its subprocesses."""
        return [self.spec, *self.subprocesses.values()]

    @cached_property
    def _drawn(self) -> list[Any]:
        return [t for part in self.parts for t in part.task_specs.values() if t.bpmn_id]

    @cached_property
    def user_tasks(self) -> tuple[UserTask, ...]:
        """Every task that waits for a person."""
        return tuple(
            UserTask(
                bpmn_id=t.bpmn_id,
                name=t.bpmn_name or "",
                lane=t.lane or "",
                properties=t.extensions.get("properties", {}),
            )
            for t in self._drawn
            if type(t).__name__ == "UserTask"
        )

    @cached_property
    def services(self) -> frozenset[str]:
        """The names of all service steps."""
        return frozenset(step_name(t.operation_name) for t in self._drawn if hasattr(t, "operation_name"))

    @cached_property
    def timer_keys(self) -> frozenset[str]:
        """The keys of all clocks."""
        return frozenset(timer.name for t in self._drawn for timer in timers_of(t))

    @cached_property
    def messages(self) -> frozenset[str]:
        """The names of all messages the diagram waits for."""
        return frozenset(name for t in self._drawn for name in messages_of(t))

    @cached_property
    def flow_nodes(self) -> dict[str, str]:
        """Every drawn node: id to name."""
        return {t.bpmn_id: t.bpmn_name or "" for t in self._drawn}


def step_name(operator: str) -> str:
    """The name of a step behind its operator `step.<name>`: the prefix keeps it apart from the ids of the nodes."""
    return operator.removeprefix(PREFIX_OF_STEPS)


def timers_of(task_spec: Any) -> list[LegalTimer]:
    """Return the timers a node waits for: its own, or the arms that an event-based gateway has taken over."""
    return [d for d in _events_of(task_spec) if isinstance(d, LegalTimer)]


def messages_of(task_spec: Any) -> list[str]:
    """Return the names of the messages a node waits for, likewise."""
    return [d.name for d in _events_of(task_spec) if type(d).__name__ == "MessageEventDefinition"]


def _events_of(task_spec: Any) -> list[Any]:
    if not isinstance(task_spec, CatchingEvent):
        return []
    own = task_spec.event_definition
    return [own, *getattr(own, "event_definitions", [])]
