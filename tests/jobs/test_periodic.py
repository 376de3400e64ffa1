"""When recurring work is due, and who may take it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask

from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.heartbeat import WorkerHeartbeat, beat, database_now, leave, living
from workflow_app.jobs.periodic import Periodic, PeriodicWork, claim, periodic, run_if_due

ran: list[datetime] = []
TICK = Periodic(name="tick", run=ran.append, seconds=60)


def _set(**values: object) -> None:
    with transaction():
        row = db.session.get(PeriodicWork, "tick")
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)


def test_a_daily_time_is_a_time_in_shanghai() -> None:
    daily = Periodic(name="d", run=ran.append, daily_at=time(0, 5))
    before, after = datetime(2026, 11, 24, 16, 4, tzinfo=UTC), datetime(2026, 11, 24, 16, 6, tzinfo=UTC)
    assert daily.after(before) == datetime(2026, 11, 24, 16, 5, tzinfo=UTC)
    assert daily.after(after) == datetime(2026, 11, 25, 16, 5, tzinfo=UTC)


def test_only_one_worker_gets_a_run_and_only_when_due(small: Flask) -> None:
    beat("a")
    assert claim(TICK, "a")
    assert not claim(TICK, "b"), "not due"
    _set(next_at=database_now() - timedelta(seconds=1))
    assert not claim(TICK, "b"), "a still runs it"
    leave("a")
    assert claim(TICK, "b"), "a has died"


def test_a_clock_set_back_does_not_stop_the_work(small: Flask) -> None:
    assert run_if_due(small, TICK, "a")
    _set(next_at=database_now() + timedelta(days=400))
    assert run_if_due(small, TICK, "a")


def test_an_error_is_kept_and_the_next_run_comes(small: Flask) -> None:
    def fail(_now: datetime) -> None:
        raise ValueError("broken sweep")

    broken = Periodic(name="tick", run=fail, seconds=60)
    assert run_if_due(small, broken, "a")
    row = db.session.get(PeriodicWork, "tick")
    assert row is not None
    assert (row.error, row.runner) == ("ValueError: broken sweep", None)
    _set(next_at=database_now())
    assert run_if_due(small, TICK, "a")
    db.session.expire_all()
    assert db.session.get_one(PeriodicWork, "tick").error is None


def test_a_worker_that_fell_silent_is_not_among_the_living(small: Flask) -> None:
    beat("a")
    beat("b")
    with transaction():
        row = db.session.get(WorkerHeartbeat, "b")
        assert row is not None
        row.seen_at = database_now() - timedelta(seconds=7)
    assert living() == {"a"}


@pytest.mark.parametrize("when", [{}, {"seconds": 5, "daily_at": time(1)}])
def test_one_rhythm_is_given(when: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="either"):
        periodic(name="x", **when)  # type: ignore[arg-type]


def test_a_run_that_could_not_say_that_it_ended_is_made_up_for_by_its_own_worker(small: Flask) -> None:
    beat("a")
    assert claim(TICK, "a")
    _set(next_at=database_now())
    assert claim(TICK, "a")
