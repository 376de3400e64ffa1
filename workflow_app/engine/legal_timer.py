"""Timers whose date is a deadline row: the diagram holds a key, the state holds nothing, firing is permission.

The library would fix the date when the task starts to wait and compare it with the machine's clock. Here a timer has
been reached when, and only when, that very arming is being fired; all else is a question to the deadline's row.
"""

from __future__ import annotations

import re
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, StartEvent
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.util.event import PendingBpmnEvent
from SpiffWorkflow.spiff.parser.event_parsers import (
    SpiffBoundaryEventParser,
    SpiffIntermediateCatchEventParser,
    SpiffStartEventParser,
)
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class LegalTimer(TimerEventDefinition):
    """A timer whose name is its key. It stays a timer for the library: refreshed, and an arm of an event gateway."""

    def __init__(self, name: str, **more: Any) -> None:
        super().__init__(name, None, **more)

    def has_fired(self, my_task: Any) -> bool:
        """Say yes only for the arming that is being fired now."""
        return bool(my_task.workflow.script_engine.lets_fire(self.name, my_task.id))

    def reset(self, my_task: Any) -> None:
        """Nothing is kept in the task, so there is nothing to reset."""

    def details(self, _my_task: Any) -> PendingBpmnEvent:
        """Describe what is waited for."""
        return PendingBpmnEvent(self.name, type(self).__name__)


class _KeyInTimeDate:
    """A timer is a key in `timeDate`; durations, cycles and literal dates are refused."""

    def parse_timer_event(self, event: Any) -> LegalTimer:
        parser: Any = self
        date = event.find(full_tag("timeDate"))
        key = (date.text or "").strip() if date is not None else ""
        if not KEY.fullmatch(key):
            raise ValidationException(
                f"timer {parser.node.get('id')!r} must carry a deadline key in timeDate, found {key or 'none'!r}",
                node=parser.node,
                file_name=parser.filename,
            )
        return LegalTimer(key)


class _Boundary(_KeyInTimeDate, SpiffBoundaryEventParser):
    """A boundary event whose timer is a key."""


class _Catch(_KeyInTimeDate, SpiffIntermediateCatchEventParser):
    """An intermediate event whose timer is a key."""


class _Start(SpiffStartEventParser):
    """A start event; never a timer."""

    def parse_timer_event(self, _event: Any) -> LegalTimer:
        raise ValidationException("a case is started by an act", node=self.node, file_name=self.filename)


class LegalParser(SpiffBpmnParser):
    """The library's parser with legal timers, by its own table of overrides."""

    OVERRIDE_PARSER_CLASSES = SpiffBpmnParser.OVERRIDE_PARSER_CLASSES | {
        full_tag("boundaryEvent"): (_Boundary, BoundaryEvent),
        full_tag("intermediateCatchEvent"): (_Catch, IntermediateCatchEvent),
        full_tag("startEvent"): (_Start, StartEvent),
    }
