"""Service (送达) of a letter as it stands: one row for each letter that goes to a party, from its issue on. Whether it was
served is never written by hand: it follows from the attempts that stand (`letters.attempts`), by the law's rule for each way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.clock import end_of_day, legal_day
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import NotFound
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import working_days_after
from workflow_app.law.serving import Way, remedy_days
from workflow_app.letters.attempts import ServiceAttempt, standing_attempts
from workflow_app.letters.letter import Letter, LetterState
from workflow_app.people.calendars import current_calendar

CHASE = "service.chase"
GONE = (LetterState.SUPERSEDED, LetterState.VOID)


class LetterService(Model):
    """How far a letter is. `served_on` with its ledger and the remedies that run from it; `chase_at` while it is not served.

    `remedies` holds for each remedy its last day, whether that is provisional, and its ledger.
    """

    __tablename__ = "letter_service"
    __table_args__ = (sa.Index("ix_letter_service_chase", "served_on", "chase_at"),)

    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    chase_on: Mapped[date] = mapped_column(sa.Date)
    chase_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    chased: Mapped[int] = mapped_column(default=0)
    served_on: Mapped[date | None] = mapped_column(sa.Date)
    way: Mapped[str] = mapped_column(sa.String(12), default="")
    attempt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_attempt.id"))
    provisional: Mapped[bool] = mapped_column(default=False)
    confidence: Mapped[str] = mapped_column(sa.String(4), default="")
    ledger: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    remedies: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    letter: Mapped[Letter] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to serve it."""
        return self.served_on is None and self.letter.state not in GONE

    @property
    def remedy_days(self) -> dict[str, date]:
        """The last day of each remedy."""
        return {key: date.fromisoformat(found["until"]) for key, found in self.remedies.items()}


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of a service: the day before and after, None where it is not served."""

    before: date | None
    after: date | None

    @property
    def is_change(self) -> bool:
        """Whether the day is another one."""
        return self.before != self.after


def begin_service(letter: Letter, *, now: datetime) -> LetterService:
    """Begin the service of a letter that was issued, in the caller's transaction: from here on it is listed and chased."""
    require_transaction()
    today = legal_day(now)
    by = working_days_after(today, value_of(CHASE, on=today).value, current_calendar())
    service = LetterService(letter=letter, chase_on=by, chase_at=end_of_day(by))
    db.session.add(service)
    return service


def service_of(letter_id: int, *, locked: bool = False) -> LetterService:
    """Return how far a letter is. Raises NotFound where it goes to nobody who has to be served."""
    found = db.session.get(
        LetterService, letter_id, with_for_update={"of": LetterService} if locked else None, populate_existing=locked
    )
    if found is None:
        raise NotFound("service_not_found", letter=letter_id)
    return found


def services_of(letter_ids: list[int]) -> dict[int, LetterService]:
    """Return how far some letters are, by letter."""
    query = sa.select(LetterService).where(LetterService.letter_id.in_(letter_ids))
    return {service.letter_id: service for service in db.session.scalars(query)}


def settle(service: LetterService, *, now: datetime) -> Change:
    """Write down whether and when a letter was served, from its attempts that stand, and the remedies that run from that day.

    The earliest day counts. A public notice serves once its last day is over; until then the letter is not served.
    """
    require_transaction()
    before, today = service.served_on, legal_day(now)
    found = min(
        (a for a in standing_attempts(service.letter_id) if a.deemed_on and _is_over(a, today)),
        key=lambda a: (a.deemed_on, a.id),
        default=None,
    )
    service.settled_at = now
    _write(service, found)
    if found is None and before is not None:  # a word was taken back: the letter is to be served again
        every = value_of(CHASE, on=today).value
        service.chase_on = working_days_after(today, every, current_calendar())
        service.chase_at = end_of_day(service.chase_on)
    return Change(before=before, after=service.served_on)


def _write(service: LetterService, found: ServiceAttempt | None) -> None:
    if found is None:
        service.served_on, service.way, service.attempt_id = None, "", None
        service.provisional, service.confidence, service.ledger, service.remedies = False, "", {}, {}
        return
    served_on = found.deemed_on
    if served_on is None:
        raise ValueError("an attempt without a day serves nothing")
    service.served_on, service.way, service.attempt_id = served_on, found.way, found.id
    service.provisional, service.confidence, service.ledger = found.provisional, found.confidence, found.ledger
    service.remedies = _remedies(served_on) if service.letter.has_remedy else {}
    service.chase_at = None


def _is_over(attempt: ServiceAttempt, today: date) -> bool:
    if attempt.deemed_on is None:
        return False
    return attempt.deemed_on < today if attempt.way == Way.ANNOUNCED else attempt.deemed_on <= today


def _remedies(served_on: date) -> dict[str, Any]:
    found = remedy_days(served_on=served_on, calendar=current_calendar())
    return {
        key: {"until": d.due.isoformat() if d.due else "", "provisional": d.provisional, "ledger": d.ledger.to_json()}
        for key, d in found.items()
    }
