"""Which penalty is behind which list entry, and what an entry means for the penalties of its subject (rulebook §1.11).

That a subject is on a list of serious dishonesty, and that a penalty was the ground, stands on the penalty and is never set
by hand: it follows the entries. `ended` is always `lifecycle.FINAL`: an entry in any other state stands.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from workflow_app.foundation.database import db, require_transaction
from workflow_app.law.facts import InfoType
from workflow_app.people.accounts import Actor
from workflow_app.records import history
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent, tell

SERIOUS = InfoType.SERIOUS_LIST.value
# as the index has it, which a bound value would not match on SQLite
IN_INDEX: sa.ColumnElement[str] = sa.literal_column(f"'{SERIOUS}'")
PENALTY = InfoType.PENALTY.value


def entries_behind(penalty: CreditRecord, *, ended: Collection[str] = ()) -> list[CreditRecord]:
    """Return the entries that a penalty led to, the newest first; those that have ended left out where they are named."""
    if penalty.is_entry or penalty.subject_code is None:
        return []
    query = sa.select(CreditRecord).where(
        CreditRecord.record_type == IN_INDEX,
        CreditRecord.subject_code == penalty.subject_code,
        CreditRecord.cause_key == penalty.document_key,
        CreditRecord.cause_department_code == penalty.department_code,
        CreditRecord.status.not_in(sorted(ended)),
    )
    newest = query.order_by(CreditRecord.determination_date.desc(), CreditRecord.id.desc())
    return list(db.session.scalars(newest))


def penalty_of(entry: CreditRecord) -> CreditRecord | None:
    """Return the penalty that led to an entry; None where none did, or where nobody has reported it."""
    if entry.cause_key is None:
        return None
    query = sa.select(CreditRecord).where(
        CreditRecord.record_type == PENALTY,
        CreditRecord.subject_code == entry.subject_code,
        CreditRecord.document_key == entry.cause_key,
        CreditRecord.department_code == entry.cause_department_code,
    )
    return db.session.scalars(query.order_by(CreditRecord.id).limit(1)).first()


def follow(entry: CreditRecord, *, ended: Collection[str], actor: Actor, now: datetime) -> None:
    """Tell the penalties of an entry's subject that it has entered, left or come back to a list. In the caller's transaction."""
    require_transaction()
    if entry.record_type != SERIOUS or entry.subject_code is None:
        return
    mine = sa.select(CreditRecord).where(
        CreditRecord.record_type == PENALTY, CreditRecord.subject_code == entry.subject_code
    )
    for penalty in db.session.scalars(mine.order_by(CreditRecord.id).with_for_update(key_share=True)):
        restate(penalty, ended=ended, actor=actor, now=now)


def restate(penalty: CreditRecord, *, ended: Collection[str], actor: Actor, now: datetime) -> RecordEvent | None:
    """Put on a penalty what the standing entries of its subject say; where it is new whether it was the ground, tell it."""
    require_transaction()
    standing = db.session.scalars(_standing(penalty, ended)).all()
    behind = [entry for entry in standing if _is_cause(penalty, entry)]
    was, is_ = penalty.list_basis, bool(behind)
    if (penalty.on_serious_list, was) == (bool(standing), is_):
        return None
    penalty.on_serious_list, penalty.list_basis = bool(standing), is_
    if was == is_:
        return None
    what = "listed" if is_ else "unlisted"
    facts = {"entries": [entry.document_number for entry in behind]}
    basis = "、".join(facts["entries"])[:200]
    history.write(penalty, what, before=penalty.status, actor=actor, now=now, basis=basis, facts=dict(facts))
    event = RecordEvent(kind=what, record_id=penalty.id, case_no=None, at=now, facts=facts)
    tell([event], actor=actor, now=now)
    return event


def untold(*, ended: Collection[str], after: int, limit: int) -> list[int]:
    """Return penalties, in the order of their ids, on which a standing entry of their subject is not yet put down."""
    entry = aliased(CreditRecord)
    cause = sa.and_(
        entry.cause_key == CreditRecord.document_key, entry.cause_department_code == CreditRecord.department_code
    )
    query = (
        sa.select(CreditRecord.id)
        .join(entry, entry.subject_code == CreditRecord.subject_code)
        .where(
            entry.record_type == IN_INDEX,
            entry.status.not_in(sorted(ended)),
            CreditRecord.record_type == PENALTY,
            CreditRecord.id > after,
            sa.or_(CreditRecord.on_serious_list.is_(False), sa.and_(cause, CreditRecord.list_basis.is_(False))),
        )
        .distinct()
    )
    return list(db.session.scalars(query.order_by(CreditRecord.id).limit(limit)))


def restate_one(record_id: int, *, ended: Collection[str], actor: Actor, now: datetime) -> None:
    """`restate` of a penalty by its number, looked at again under the lock."""
    penalty = db.session.scalar(
        sa.select(CreditRecord).where(CreditRecord.id == record_id).with_for_update(key_share=True)
    )
    if penalty is not None and not penalty.is_entry:
        restate(penalty, ended=ended, actor=actor, now=now)


def _standing(penalty: CreditRecord, ended: Collection[str]) -> sa.Select[CreditRecord]:
    return sa.select(CreditRecord).where(
        CreditRecord.record_type == IN_INDEX,
        CreditRecord.subject_code == penalty.subject_code,
        CreditRecord.status.not_in(sorted(ended)),
    )


def _is_cause(penalty: CreditRecord, entry: CreditRecord) -> bool:
    return (entry.cause_key, entry.cause_department_code) == (penalty.document_key, penalty.department_code)
