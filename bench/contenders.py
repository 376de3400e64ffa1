"""Who is measured on the road of credit repair: our engine, the library with its own serializer, and no engine at all.

Every contender goes the same road (one correction, then a grant) and hands the same few values to be written.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Protocol

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.helpers.spec import EventDefinitionConverter
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from workflow_app.engine import runner
from workflow_app.engine.diagrams import Definition, load_definition
from workflow_app.engine.expressions import CaseEngine
from workflow_app.engine.legal_timer import LegalTimer

DIAGRAM = Path(__file__).parents[1] / "bpmn" / "repair.bpmn"
FIRST = {"route_known": True, "outcome": "", "verdict": ""}
CONFIRMED = "platform_confirmed"
ROAD: tuple[tuple[str, dict[str, str]], ...] = (
    ("accept", {"outcome": "correct"}),
    ("correct", {}),
    ("accept", {"outcome": "accepted"}),
    ("review", {}),
    ("decide", {"verdict": "granted"}),
    (CONFIRMED, {}),
)


def repair() -> Definition:
    """Return the parsed diagram."""
    return load_definition(DIAGRAM.read_bytes(), "repair")


class Contender(Protocol):
    """Moves one case at a time along the road; a state is whatever it needs to go on."""

    name: str

    def begin(self) -> bytes:
        """Start a case and return its state."""

    def step(self, state: bytes | None, number: int) -> bytes | None:
        """Do one step of the road; None at its end."""


class PlainSql:
    """No engine: the state is the number of the step. What a step costs at the least."""

    name = "plain_sql"

    def begin(self) -> bytes:
        """Start at nought."""
        return b"0"

    def step(self, state: bytes | None, number: int) -> bytes | None:
        """Count on."""
        if state != b"%d" % number:
            raise RuntimeError("out of step")
        return b"%d" % (number + 1) if number + 1 < len(ROAD) else None


class Ours:
    """The engine of the house: load, run, dump, and what has changed as plain data."""

    name = "ours"

    def __init__(self, definition: Definition) -> None:
        self._definition, self._open = definition, ""

    def begin(self) -> bytes:
        """Start a case."""
        return self._kept(runner.begin(self._definition, FIRST)) or b""

    def step(self, state: bytes | None, number: int) -> bytes | None:
        """Do a user task, or take the platform's message."""
        name, answer = ROAD[number]
        if name == CONFIRMED:
            return self._kept(runner.receive(self._definition, state, name, answer))
        return self._kept(runner.complete(self._definition, state, self._open, answer))

    def _kept(self, step: runner.Step) -> bytes | None:
        opened = step.advance.opened
        self._open = opened[0].engine_id if opened else ""
        return step.state


class Stock:
    """The library as its documentation shows it: `deserialize_json`, run, `serialize_json`; the diagram stays parsed."""

    name = "stock"

    def __init__(self, definition: Definition) -> None:
        logging.getLogger("spiff").setLevel(logging.ERROR)
        self._definition, self._engine = definition, CaseEngine(definition.environment)
        config = SPIFF_CONFIG | {LegalTimer: EventDefinitionConverter}
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))

    def begin(self) -> bytes:
        """Start a case."""
        workflow = BpmnWorkflow(self._definition.spec, self._definition.subprocesses, script_engine=self._engine)
        workflow.task_tree.data.update(FIRST)
        return self._run(workflow)

    def step(self, state: bytes | None, number: int) -> bytes | None:
        """Do a user task, or take the platform's message."""
        workflow: Any = self._serializer.deserialize_json((state or b"").decode())
        workflow.script_engine = self._engine
        name, answer = ROAD[number]
        if name == CONFIRMED:
            workflow.send_event(BpmnEvent(MessageEventDefinition(name), payload={}))
        else:
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            if task.task_spec.bpmn_id != name:
                raise RuntimeError("out of step")
            task.data.update(answer)
            task.run()
        state = self._run(workflow)
        return None if workflow.is_completed() else state

    def _run(self, workflow: Any) -> bytes:
        workflow.do_engine_steps()
        self._engine.called.clear()
        written: str = self._serializer.serialize_json(workflow)
        return written.encode()
