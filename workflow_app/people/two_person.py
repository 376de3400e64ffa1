"""Changes that need two persons: one proposes, another approves or refuses, and only then does anything change.

What a change does when it is approved is said by the room it belongs to, under a kind; nothing here knows any kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import ConfigurationFault, Conflict, NotFound, NotPermitted
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, forbid_same_person, require


class ProposedChange(Model):
    """One proposal. `open_key` is unique while it waits, so one thing has one open proposal at a time."""

    __tablename__ = "proposed_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    object_id: Mapped[str] = mapped_column(sa.String(60))
    title: Mapped[str] = mapped_column(sa.String(200))
    before: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    after: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    reason: Mapped[str] = mapped_column(sa.String(500))
    open_key: Mapped[str | None] = mapped_column(sa.String(110), unique=True)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    proposed_by: Mapped[str] = mapped_column(sa.String(60))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    settled_by: Mapped[str | None] = mapped_column(sa.String(60))
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    approved: Mapped[bool | None]
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the second person."""
        return self.settled_at is None


Apply = Callable[[ProposedChange, Actor, datetime], None]


@dataclass(frozen=True, kw_only=True)
class ChangeKind:
    """What one kind of change asks for and does. `settlers` are the roles that may be the second person."""

    key: str
    propose: Permission
    settlers: frozenset[Role]
    apply: Apply


KINDS: dict[str, ChangeKind] = {}


def change_kind(key: str, *, propose: Permission, settlers: frozenset[Role]) -> Callable[[Apply], Apply]:
    """Register what an approved change of a kind does. It runs in the transaction of the approval."""

    def register(apply: Apply) -> Apply:
        KINDS[key] = ChangeKind(key=key, propose=propose, settlers=settlers, apply=apply)
        return apply

    return register


def kind_of_change(key: str) -> ChangeKind:
    """Return a kind. Raises ConfigurationFault for one that no room registered."""
    try:
        return KINDS[key]
    except KeyError:
        raise ConfigurationFault("unknown_change_kind", kind=key) from None


def propose(
    *,
    kind: str,
    object_id: str,
    title: str,
    after: Mapping[str, Any],
    reason: str,
    actor: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
) -> ProposedChange:
    """Put a change up for the second person. Raises Conflict where the same thing has an open proposal already."""
    require_transaction()
    require(actor, kind_of_change(kind).propose)
    if actor.account_id is None:
        raise NotPermitted(permission=kind_of_change(kind).propose.value)
    change = ProposedChange(
        kind=kind,
        object_id=object_id,
        title=title[:200],
        before=dict(before or {}),
        after=dict(after),
        reason=reason,
        open_key=f"{kind}|{object_id}",
        proposed_by_id=actor.account_id,
        proposed_by=actor.name,
        proposed_at=now,
    )
    db.session.add(change)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("change_proposed_already", title=title) from error
    return change


def settle(change_id: int, *, approved: bool, note: str, actor: Actor, now: datetime) -> ProposedChange:
    """Approve (and carry out) or refuse a proposal.

    Raises NotPermitted for a role that may not, RuleViolation where proposer and approver are one person, Conflict
    where it was settled already.
    """
    require_transaction()
    require(actor, Permission.CHANGE_SETTLE)
    query = sa.select(ProposedChange).where(ProposedChange.id == change_id)
    change = db.session.scalar(query.with_for_update())
    if change is None:
        raise NotFound("change_not_found")
    kind = kind_of_change(change.kind)
    if actor.role not in kind.settlers:
        raise NotPermitted(permission=Permission.CHANGE_SETTLE.value)
    if not change.is_open:
        raise Conflict("change_settled_already", title=change.title)
    if approved:
        forbid_same_person(change.proposed_by_id, actor)
    change.settled_by_id, change.settled_by, change.settled_at = actor.account_id, actor.name, now
    change.approved, change.note, change.open_key = approved, note, None
    if approved:
        kind.apply(change, actor, now)
    return change


def open_changes() -> list[ProposedChange]:
    """Return the proposals that wait for the second person, the oldest first."""
    query = sa.select(ProposedChange).where(ProposedChange.settled_at.is_(None))
    return list(db.session.scalars(query.order_by(ProposedChange.id)))


def settled_changes(limit: int = 50) -> list[ProposedChange]:
    """Return the proposals settled last, the newest first."""
    query = sa.select(ProposedChange).where(ProposedChange.settled_at.is_not(None))
    return list(db.session.scalars(query.order_by(ProposedChange.settled_at.desc()).limit(limit)))
