"""When a job is tried again, and when not."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.foundation.errors import ExternalFault, RuleViolation
from workflow_app.jobs.attempts import ATTEMPTS, DELAYS, STALE_ATTEMPTS, delay_after, run_attempt
from workflow_app.jobs.queue import Job
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.jobs.state import JobStatus


def _raising(fault: Exception) -> Job:
    def run() -> None:
        raise fault

    return Job(name="small_write", queue="letters", run=run)


@pytest.mark.parametrize(
    "fault", [ExternalFault("down"), OperationalError("select", {}, Exception("locked")), StaleDataError("changed")]
)
def test_what_may_pass_is_tried_again_later(small: Flask, recorder: RecordingQueue, fault: Exception) -> None:
    assert run_attempt(small, _raising(fault), "k:1~3", ()) == "again"
    (state,) = recorder.problems()
    assert (state.key, state.attempt, state.status) == ("k:1", 4, JobStatus.DELAYED)


@pytest.mark.parametrize("fault", [ValueError("no"), RuleViolation("never")])
def test_what_will_not_pass_fails_at_once(small: Flask, recorder: RecordingQueue, fault: Exception) -> None:
    with pytest.raises(type(fault)):
        run_attempt(small, _raising(fault), "k:1", ())
    assert recorder.problems() == []


@pytest.mark.parametrize(
    ("fault", "last"), [(ExternalFault("down"), ATTEMPTS), (StaleDataError("changed"), STALE_ATTEMPTS)]
)
def test_the_last_attempt_fails_visibly(small: Flask, fault: Exception, last: int) -> None:
    assert run_attempt(small, _raising(fault), f"k:1~{last - 1}", ()) == "again"
    with pytest.raises(type(fault)):
        run_attempt(small, _raising(fault), f"k:1~{last}", ())


def test_delays_grow_from_a_second_to_an_hour() -> None:
    middle = [sum(delay_after(n, ValueError()) for _ in range(50)) / 50 for n in range(1, 14)]
    assert middle == sorted(middle[:10]) + middle[10:]
    assert middle[0] == pytest.approx(1, rel=0.1)
    assert middle[-1] == pytest.approx(DELAYS[-1], rel=0.1)


def test_a_platform_that_names_its_time_is_given_it() -> None:
    assert delay_after(1, ExternalFault("busy", retry_after=30.0)) == 30.0
    assert delay_after(1, ExternalFault("busy", retry_after=1e9)) == 3600.0
    assert delay_after(5, ExternalFault("busy", retry_after=1.0)) > 60
