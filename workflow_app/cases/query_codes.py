"""Query codes (查询码): with its case number, whoever holds a receipt may ask how far the case is. Only a digest is kept."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.cases.case import Case
from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.paper_codes import new_paper_code

NOBODYS = "0" * 64  # what a code is held against where there is no case or no code: the same work, never a match


class QueryCode(Model):
    """The code that opens a case; a row of its own, so that a new code does not make the case look changed."""

    __tablename__ = "case_query_code"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)


def new_query_code() -> str:
    """Return a fresh code. Its 60 random bits, not the limit on tries, are what keeps it from being guessed."""
    return new_paper_code()


def give_query_code(case: Case, code: str, *, now: datetime) -> None:
    """Let a code open a numbered case from now on; the one before it opens nothing any more."""
    require_transaction()
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    values = {"digest": digest_of(case.number, code), "given_at": now}
    given = insert(QueryCode).values(case_id=case.id, **values)
    db.session.execute(given.on_conflict_do_update(index_elements=["case_id"], set_=values))


def case_by_query_code(number: str, code: str) -> Case | None:
    """Return the case that number and code open together, or None: one answer after the same work for a number that
    does not exist, a case without a code and a wrong code."""
    query = sa.select(Case.id, QueryCode.digest).outerjoin(QueryCode, QueryCode.case_id == Case.id)
    found = db.session.execute(query.where(Case.number == number)).one_or_none()
    kept = (found.digest if found else None) or NOBODYS
    if not hmac.compare_digest(kept, digest_of(number, code)) or found is None:
        return None
    return db.session.get_one(Case, found.id)


def digest_of(number: str, code: str) -> str:
    """Return what is kept of a code; the number in it makes equal codes of two cases look different."""
    return hashlib.sha256(f"{number}|{code}".encode()).hexdigest()
