"""When a repair may be revoked and what follows: pure, from the record's state and days alone (rulebook §1.8)."""

from datetime import date
from typing import Protocol

from workflow_app.foundation.errors import RuleViolation

CAUSES = ("false_material", "untrue_commitment", "breach")


class Repairable(Protocol):
    """What these rules ask of a record."""

    status: str
    source_in_force: bool

    @property
    def is_repaired(self) -> bool:
        """Whether a repair ended it."""


def suits(record: Repairable, _on: date) -> bool:
    """Tell whether there is a repair to be revoked."""
    return record.is_repaired and record.source_in_force


def check_still_repaired(record: Repairable) -> None:
    """Refuse to go on where nothing is left to be revoked: the decision was quashed, the record has ended."""
    if not record.is_repaired:
        raise RuleViolation("not_repaired", status=record.status)


def is_restored(*, ends_on: date | None, decided_on: date) -> bool:
    """Tell whether publication goes on: the original longest period is not counted anew, and what is past it stays off (rulebook
    §1.8, §12.2 no. 15 and 33)."""
    return ends_on is None or decided_on <= ends_on
