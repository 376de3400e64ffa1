"""The library by itself, in memory: its own loop, no compact state, no pruning. What ours is compared with."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.helpers.spec import EventDefinitionConverter
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition

from workflow_app.engine.definition import Definition
from workflow_app.engine.expressions import CaseEngine
from workflow_app.engine.legal_timer import LegalTimer
from workflow_app.engine.waits import armed_timers, awaited_messages, find_open, live_tasks, open_tasks

logging.getLogger("spiff").setLevel(logging.ERROR)
REGISTRY = BpmnWorkflowSerializer.configure(SPIFF_CONFIG | {LegalTimer: EventDefinitionConverter})


class StockCase:
    """One case that lives in memory."""

    def __init__(self, definition: Definition, data: dict[str, Any]) -> None:
        self.engine = CaseEngine(definition.environment)
        self.workflow = BpmnWorkflow(definition.spec, definition.subprocesses, script_engine=self.engine)
        self.workflow.task_tree.data.update(data)
        self._run()

    def _run(self) -> None:
        self.workflow.do_engine_steps()
        self.workflow.do_engine_steps()  # what a timer released is run by the second call only

    def do(self, name: str, **answer: Any) -> None:
        mark = next(t.engine_id for t in open_tasks(live_tasks(self.workflow)).values() if t.bpmn_id == name)
        task = find_open(live_tasks(self.workflow), mark)
        task.data.update(answer)
        task.run()
        self._run()

    def receive(self, about: str) -> None:
        self.workflow.send_event(BpmnEvent(MessageEventDefinition(about), payload={}))
        self._run()

    def fire(self, key: str) -> None:
        armed = next(a for a in armed_timers(live_tasks(self.workflow)) if a.key == key)
        with self.engine.firing(key, UUID(hex=armed.arming)):
            self.workflow.refresh_timers()
        self._run()

    @property
    def seen(self) -> tuple[list[str], list[str], frozenset[str]]:
        """Open tasks, armed keys and awaited messages, sorted."""
        tasks = sorted(t.bpmn_id for t in open_tasks(live_tasks(self.workflow)).values())
        return (
            tasks,
            sorted(a.key for a in armed_timers(live_tasks(self.workflow))),
            awaited_messages(live_tasks(self.workflow)),
        )

    @property
    def called(self) -> list[str]:
        return [name.removeprefix("step.") for name, _ in self.engine.called]

    @property
    def done(self) -> bool:
        return bool(self.workflow.is_completed())


def fingerprint(definition: Definition) -> str:
    """The whole parsed diagram as the library would write it down: it must not change, whatever runs on it."""
    return repr([REGISTRY.convert(part) for part in definition.parts])
