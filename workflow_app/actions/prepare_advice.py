"""Preparing the advice that goes along with decisions: after a file was published, and once a day for all other records."""

from collections.abc import Iterator
from datetime import datetime, time

from flask import current_app

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.failpoints import failpoint
from workflow_app.jobs.queue import job, periodic
from workflow_app.records.advice import put_advice, without_advice

SLICE = 2_000


@job("sweeps")
def prepare_advice(batch_id: int) -> None:
    """Prepare the advice for every record of a published file."""
    _prepare(current_app.extensions["clock"].now(), batch_id)


@periodic(name="advice_sweep", daily_at=time(0, 15))
def advice_sweep(now: datetime) -> int:
    """Prepare it for what became public in another way, by a person's word on its class for one; return how many."""
    return _prepare(now, None)


def _prepare(now: datetime, batch_id: int | None) -> int:
    done = 0
    for ids in _slices(now, batch_id):
        with transaction():
            put_advice(ids, now=now)
            failpoint("advice.prepared")
        done += len(ids)
    return done


def _slices(now: datetime, batch_id: int | None) -> Iterator[list[int]]:
    after, today = 0, legal_day(now)
    while ids := without_advice(on=today, after=after, limit=SLICE, batch_id=batch_id):
        db.session.rollback()
        yield ids
        after = ids[-1]
