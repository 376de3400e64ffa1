"""Work that recurs, each piece run by one worker at a time and once per interval: a row says when it is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.clock import SHANGHAI
from workflow_app.foundation.database import Model, UTCDateTime, db, transaction
from workflow_app.jobs.heartbeat import database_now, living

log = logging.getLogger("workflow_app.jobs")
Work = Callable[[datetime], object]
W = TypeVar("W", bound=Work)


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """A function that recurs: every so many seconds, or daily at a time of day in Asia/Shanghai."""

    name: str
    run: Work
    seconds: float | None = None
    daily_at: time | None = None

    def after(self, now: datetime) -> datetime:
        """Return when it is due next. Ticks missed while no worker ran are made up for by one run."""
        if self.daily_at is None:
            return now + timedelta(seconds=self.seconds or 0)
        local = now.astimezone(SHANGHAI)
        today = datetime.combine(local.date(), self.daily_at, SHANGHAI)
        return today if today > local else today + timedelta(days=1)


PERIODIC: dict[str, Periodic] = {}


class PeriodicWork(Model):
    """When a piece of recurring work is due next, who runs it, and how the last run ended."""

    __tablename__ = "periodic_work"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    runner: Mapped[str | None] = mapped_column(sa.String(80))
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(sa.String(500))


def periodic(*, name: str, seconds: float | None = None, daily_at: time | None = None) -> Callable[[W], W]:
    """Register a function of the current instant to recur. It must bear being run again: a killed run is repeated."""
    if (seconds is None) == (daily_at is None):
        raise ValueError("either seconds or daily_at")

    def register(function: W) -> W:
        PERIODIC[name] = Periodic(name=name, run=function, seconds=seconds, daily_at=daily_at)
        return function

    return register


def claim(work: Periodic, me: str) -> bool:
    """Take the next run for this worker; False where it is not due or another living worker has it."""
    row = db.session.get(PeriodicWork, work.name, populate_existing=True)
    now = database_now()
    if row is not None and not _is_free(row, work, me, now):
        db.session.rollback()
        return False
    seen = (None, None) if row is None else (row.next_at, row.runner)
    try:
        with transaction():
            if row is None:
                db.session.add(PeriodicWork(name=work.name, next_at=work.after(now), runner=me, started_at=now))
                return True
            won = db.session.execute(
                sa.update(PeriodicWork)
                .where(PeriodicWork.name == work.name, PeriodicWork.next_at == seen[0])
                .where(PeriodicWork.runner.is_(None) if seen[1] is None else PeriodicWork.runner == seen[1])
                .values(next_at=work.after(now), runner=me, started_at=now)
            )
            return bool(getattr(won, "rowcount", 0))
    except IntegrityError:  # another worker made the row first
        return False


def run_if_due(app: Flask, work: Periodic, me: str) -> bool:
    """Run a piece of work if it is due and free; an error is kept on its row and does not stop the next run."""
    with app.app_context():
        if not claim(work, me):
            return False
    error = None
    try:
        with app.app_context():
            work.run(app.extensions["clock"].now())
    except Exception as fault:
        log.exception("periodic work %s", work.name)
        error = f"{type(fault).__name__}: {fault}"[:500]
    with app.app_context(), transaction():
        mine = sa.and_(PeriodicWork.name == work.name, PeriodicWork.runner == me)
        done = sa.update(PeriodicWork).where(mine).values(runner=None, ended_at=database_now(), error=error)
        db.session.execute(done)
    return True


def run_for_ever(app: Flask, work: Periodic, me: str, stop: threading.Event) -> None:
    """Look again and again whether a piece of work is due, until told to stop."""
    pause = min(1.0, (work.seconds or 5.0) / 5)
    while not stop.wait(pause):
        try:
            run_if_due(app, work, me)
        except Exception:
            log.exception("periodic work %s", work.name)


def _is_free(row: PeriodicWork, work: Periodic, me: str, now: datetime) -> bool:
    """Whether it is due and nobody runs it. A due time too far ahead means that the clock was set back.

    A worker has one thread for each work, so a run of its own that seems to go on has ended without saying so.
    """
    due = row.next_at <= now or row.next_at > work.after(now) + timedelta(minutes=5)
    return due and (row.runner in (None, me) or row.runner not in living())
