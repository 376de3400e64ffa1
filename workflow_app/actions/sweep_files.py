"""Removing files that nobody needs any more: papers taken off again before anybody had to look at them, and files whose act
was refused after they were stored. What a row names stays for ever."""

import logging
from collections.abc import Sequence
from datetime import datetime, time

import sqlalchemy as sa
from flask import current_app

from workflow_app.cases.evidence import Evidence
from workflow_app.foundation.database import db
from workflow_app.foundation.storage import Storage
from workflow_app.jobs.queue import periodic
from workflow_app.people.authority_papers import AuthorityPaper
from workflow_app.people.enrolments import Enrolment

logger = logging.getLogger("files")
LEFT_ALONE_S = 24 * 3600.0  # a file just put is about to be named
SLICE = 500
NO_FILES = frozenset({"audit_event", "audit_payload", "sign_in_counter"})  # large, and known to name none


@periodic(name="forget_files", daily_at=time(3, 40))
def forget_files(_now: datetime) -> int:
    """Remove the files that no row names and that nobody has put for a day; return how many."""
    storage: Storage = current_app.extensions["storage"]
    storage.sweep()
    old, gone = storage.digests(older_than_seconds=LEFT_ALONE_S), 0
    for at in range(0, len(old), SLICE):
        digests = old[at : at + SLICE]
        kept = _named(digests)
        db.session.rollback()
        gone += sum(storage.drop(d, older_than_seconds=LEFT_ALONE_S) for d in digests if d not in kept)
    if gone:
        logger.info("%d files removed that no row names", gone)
    return gone


def _named(digests: Sequence[str]) -> set[str]:
    """Return those of some digests that a row names: any column of any table whose name ends in `digest` counts, so that a
    new table needs no word here."""
    named: set[str] = set()
    for column in naming_columns():
        named.update(db.session.scalars(sa.select(column).where(column.in_(digests), *_still_named(column))))
    return named


def naming_columns() -> list[sa.Column[str]]:
    """Return the columns that may name a stored file."""
    tables = [table for table in db.metadata.sorted_tables if table.name not in NO_FILES]
    return [c for table in tables for c in table.columns if c.name.endswith("digest") and isinstance(c.type, sa.String)]


def _still_named(column: sa.Column[str]) -> Sequence[sa.ColumnElement[bool]]:
    """What was taken off a draft, or off an enrolment before it came to a clerk, nobody but its owner has ever seen."""
    if column.table.name == Evidence.__tablename__:
        return (sa.or_(Evidence.removed_at.is_(None), Evidence.case_id.is_not(None)),)
    if column.table.name == AuthorityPaper.__tablename__:
        seen = sa.exists().where(
            Enrolment.id == AuthorityPaper.enrolment_id, Enrolment.submitted_at >= AuthorityPaper.added_at
        )
        return (sa.or_(AuthorityPaper.removed_at.is_(None), AuthorityPaper.mandate_id.is_not(None), seen),)
    return ()
