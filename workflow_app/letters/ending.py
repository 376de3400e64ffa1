"""How a letter stops being in force: superseded by a later one, or void. Its number and pages stay, marked."""

from datetime import datetime

from workflow_app.foundation.database import require_transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.letter import Letter, LetterState


def supersede(*, old: Letter, new: Letter, reason: str, now: datetime) -> None:
    """Mark a letter as replaced by another one of the same department and case. Raises RuleViolation otherwise."""
    if old.id == new.id or (old.department_id, old.case_no) != (new.department_id, new.case_no):
        raise RuleViolation("letter_not_successor", number=old.number)
    _end(old, LetterState.SUPERSEDED, reason=reason, now=now)
    old.superseded_by_id = new.id


def void(letter: Letter, *, reason: str, now: datetime) -> None:
    """Declare a letter void; its number is never used again (rulebook §9.1)."""
    _end(letter, LetterState.VOID, reason=reason, now=now)


def _end(letter: Letter, state: LetterState, *, reason: str, now: datetime) -> None:
    require_transaction()
    if letter.state in (LetterState.SUPERSEDED, LetterState.VOID):
        raise RuleViolation("letter_already_ended", number=letter.number)
    if not reason.strip():
        raise RuleViolation("letter_end_without_reason", number=letter.number)
    letter.state, letter.ended_at, letter.end_reason = state, now, reason.strip()[:300]
