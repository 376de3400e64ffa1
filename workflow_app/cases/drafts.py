"""Drafts: what somebody has typed and not yet sent, so that nothing typed is ever lost."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from workflow_app.cases.evidence import Draft
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.database import db, require_transaction


def filing_place(record_id: int, kind_key: str | None = None) -> str:
    """Return where a party's draft on a record is kept: one for what it applies for, one for each kind beside that."""
    beside = kind_key is not None and not kind_of(kind_key).applied_for
    return f"apply:{record_id}:{kind_key}" if beside else f"apply:{record_id}"


def draft_of(account_id: int | None, place: str) -> Draft | None:
    """Return an account's draft at a place (`apply:<record id>`, `task:<task id>`), or None."""
    return db.session.scalar(sa.select(Draft).where(Draft.account_id == account_id, Draft.place == place))


def begun_draft(account_id: int, place: str, *, now: datetime) -> Draft:
    """Return an account's draft at a place, begun where there is none and locked: two that begin it at once share it."""
    require_transaction()
    insert = (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(Draft)
    fresh = insert.values(account_id=account_id, place=place, values={}, saved_at=now)
    db.session.execute(fresh.on_conflict_do_nothing())
    mine = sa.select(Draft).where(Draft.account_id == account_id, Draft.place == place).with_for_update(key_share=True)
    return db.session.scalars(mine.execution_options(populate_existing=True)).one()


def keep_draft(account_id: int, place: str, values: dict[str, object], *, now: datetime) -> Draft:
    """Keep what was typed, replacing what was kept before."""
    draft = begun_draft(account_id, place, now=now)
    draft.values, draft.saved_at = values, now
    return draft


def forget_old_drafts(*, before: datetime) -> int:
    """Drop drafts of tasks that nobody has touched since an instant: what was sent is on the task, the rest is old."""
    require_transaction()
    old = sa.delete(Draft).where(Draft.saved_at < before, Draft.place.like("task:%"))
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


def discard_draft(account_id: int | None, place: str) -> None:
    """Drop a draft whose text has been sent."""
    require_transaction()
    db.session.execute(sa.delete(Draft).where(Draft.account_id == account_id, Draft.place == place))
