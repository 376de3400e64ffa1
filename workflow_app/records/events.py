"""What happens to a record that cases on it may have to answer: raised by the lifecycle, delivered by the actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RecordEvent:
    """One event on a record. `case_no` is the case that caused it and is not told of it."""

    kind: str
    record_id: int
    case_no: str | None
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
