"""Enrolments (身份认证申请): an account asks to act for a subject and proves that it may; a clerk looks at the papers and
approves, asks again, or refuses with the reason. Until then the account may do nothing for anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.law.uscc import check
from workflow_app.people.accounts import Account
from workflow_app.people.authority import Capacity
from workflow_app.people.authority_papers import AuthorityPaper
from workflow_app.people.typed_days import read_day

MAX_PAPERS = 10
MAX_PAPERS_EVER = 40  # those taken off again counted: their bytes were kept for a time
# What proves each capacity (rulebook §1.5, §1.10): asked of whoever wants an account, never a condition of repair.
REQUIRED: Mapping[Capacity, tuple[str, ...]] = {
    Capacity.REPRESENTATIVE: ("licence", "identity"),
    Capacity.AGENT: ("licence", "authority", "identity"),
    Capacity.SUCCESSOR: ("licence", "succession", "identity"),
    Capacity.ADMINISTRATOR: ("appointment", "identity"),
}


class State(StrEnum):
    """Where an enrolment stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"  # asked again
    APPROVED = "approved"
    REFUSED = "refused"


OPEN = frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED})
EDITABLE = frozenset({State.DRAFT, State.RETURNED})


class Enrolment(Model):
    """One application of an account for one subject. `open_account_id` is unique: one at a time is open."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    open_account_id: Mapped[int | None] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(sa.String(18), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    legal_representative: Mapped[str] = mapped_column(sa.String(60))
    capacity: Mapped[str] = mapped_column(sa.String(20))
    ends_on: Mapped[date | None] = mapped_column(sa.Date)
    state: Mapped[str] = mapped_column(sa.String(10), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True, foreign_keys=[account_id])

    @property
    def is_editable(self) -> bool:
        """Whether its account may change and submit it."""
        return self.state in EDITABLE

    @property
    def department_id(self) -> int | None:
        """No department's; the counter's."""
        return None

    @property
    def organisation_id(self) -> int | None:
        """Nobody's yet: that is what it is about."""
        return None

    @property
    def assignee_id(self) -> int | None:
        """No officer's."""
        return None

    @property
    def closed_at(self) -> datetime | None:
        """When it was settled."""
        return self.settled_at


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What an account says: for which subject it wants to act, as what, and until when."""

    code: str
    name: str
    legal_representative: str
    capacity: Capacity
    ends_on: date | None


def read_claim(form: Mapping[str, Any], *, today: date) -> Claim:
    """Return the claim in a form. Raises InvalidInput naming every wrong field."""
    wrong: dict[str, str] = {}
    code = check(str(form.get("code") or "")[:100])
    if not code.valid:
        wrong["code"] = label(f"field_error.uscc.{code.reason}")
    name = _text("name", form, 200, wrong)
    representative = _text("legal_representative", form, 60, wrong)
    capacity = str(form.get("capacity") or "")
    if capacity not in {c.value for c in Capacity}:
        wrong["capacity"] = label("field_error.choose")
    ends_on = read_day(form, "ends_on", wrong)
    if capacity == Capacity.AGENT and ends_on is None and "ends_on" not in wrong:
        wrong["ends_on"] = label("field_error.end_needed")
    elif ends_on is not None and ends_on < today:
        wrong["ends_on"] = label("field_error.end_passed")
    if wrong:
        raise InvalidInput(wrong)
    kept = ends_on if capacity != Capacity.REPRESENTATIVE else None
    return Claim(
        code=code.normalised,
        name=name,
        legal_representative=representative,
        capacity=Capacity(capacity),
        ends_on=kept,
    )


def _text(field: str, form: Mapping[str, Any], limit: int, wrong: dict[str, str]) -> str:
    try:
        return typed_text(field, str(form.get(field) or ""), limit=limit, multiline=False)
    except InvalidInput as error:
        wrong |= error.fields
        return ""


def latest_of(account_id: int | None) -> Enrolment | None:
    """Return the newest enrolment of an account."""
    query = sa.select(Enrolment).where(Enrolment.account_id == account_id).order_by(Enrolment.id.desc()).limit(1)
    return db.session.scalars(query).first()


def enrolment_by_id(enrolment_id: int) -> Enrolment:
    """Return an enrolment. Raises NotFound."""
    found = db.session.get(Enrolment, enrolment_id)
    if found is None:
        raise NotFound("enrolment_not_found")
    return found


def papers_of(enrolment_id: int) -> list[AuthorityPaper]:
    """Return the papers handed in with an enrolment."""
    mine = sa.select(AuthorityPaper).where(
        AuthorityPaper.enrolment_id == enrolment_id, AuthorityPaper.removed_at.is_(None)
    )
    return list(db.session.scalars(mine.order_by(AuthorityPaper.id)))


def papers_ever(enrolment_id: int) -> int:
    """Return how many papers an enrolment ever had, those taken off again counted."""
    query = sa.select(sa.func.count()).select_from(AuthorityPaper)
    return db.session.scalar(query.where(AuthorityPaper.enrolment_id == enrolment_id)) or 0


def missing_papers(enrolment: Enrolment) -> list[str]:
    """Return the purposes of the papers that are still missing."""
    there = {p.purpose for p in papers_of(enrolment.id)}
    return [purpose for purpose in REQUIRED[Capacity(enrolment.capacity)] if purpose not in there]


def waiting(limit: int = 200) -> list[Enrolment]:
    """Return the enrolments that wait for a clerk, the oldest first."""
    query = (
        sa.select(Enrolment).where(Enrolment.state == State.SUBMITTED).order_by(Enrolment.submitted_at, Enrolment.id)
    )
    return list(db.session.scalars(query.limit(limit)))


def settled(limit: int = 50) -> list[Enrolment]:
    """Return those that were settled or asked again last."""
    done = (State.APPROVED, State.REFUSED, State.RETURNED)
    query = sa.select(Enrolment).where(Enrolment.state.in_(done)).order_by(Enrolment.settled_at.desc())
    return list(db.session.scalars(query.limit(limit)))


def waiting_count() -> int:
    """Return how many wait."""
    query = sa.select(sa.func.count()).select_from(Enrolment).where(Enrolment.state == State.SUBMITTED)
    return db.session.scalar(query) or 0
