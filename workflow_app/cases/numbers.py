"""Case numbers: prefix, year, six digits; taken under a row lock inside the filing transaction, so none is given twice."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from workflow_app.cases.case import CaseCounter
from workflow_app.foundation.database import db, require_transaction


def take_case_number(prefix: str, year: int) -> str:
    """Return the next number, for example GSXF-2026-000318."""
    require_transaction()
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(CaseCounter)
        .values(prefix=prefix, year=year, last=1)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": sa.text("case_counter.last + 1")})
        .returning(sa.literal_column("last"))
    )
    return f"{prefix}-{year}-{db.session.scalar(statement):06d}"
