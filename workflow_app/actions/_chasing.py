"""The way of every sweep over rows that hang on a case: those whose time has come, one a transaction, under the case's lock."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.cases.case import Case
from workflow_app.cases.stays import Stay
from workflow_app.cases.urges import UrgeSlip
from workflow_app.foundation.database import db, transaction

SLICE = 200


Row = TypeVar("Row", Stay, UrgeSlip)


def chase_each(
    row_type: type[Row], due: sa.Select[int], chase: Callable[[Row, datetime], int], *, now: datetime
) -> int:
    """Chase the rows that `due` selects by their ids, at most `SLICE`, and return how many were.

    `chase` gets the row as it is once the case is locked, and looks again itself. A broken row is logged, the next goes on; one
    that somebody settles at this moment is left alone.
    """
    ids = list(db.session.scalars(due.limit(SLICE)))
    db.session.rollback()
    return sum(_one(row_type, row_id, chase, now) for row_id in ids)


def _one(row_type: type[Row], row_id: int, chase: Callable[[Row, datetime], int], now: datetime) -> int:
    try:
        with transaction():
            row = db.session.get(row_type, row_id)
            if row is None:
                return 0
            db.session.scalar(sa.select(Case).where(Case.id == row.case_id).with_for_update(of=Case, key_share=True))
            db.session.refresh(row)
            return chase(row, now)
    except StaleDataError:
        return 0
    except Exception:
        logging.getLogger("chasing").exception("%s %s", row_type.__name__, row_id)
        return 0
