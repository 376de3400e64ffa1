"""Enqueueing: in the caller's transaction, once per key, and what the recording queue does with it."""

import pytest
from flask import Flask

from tests.jobs import small as jobs
from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.queue import enqueue, job
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.jobs.state import JobStatus, attempt_id, split_id


def test_a_job_exists_only_after_the_commit(small: Flask, recorder: RecordingQueue) -> None:
    with transaction():
        enqueue("letters", "small_write", "letter:1", "a")
        assert recorder.keys() == []
    assert recorder.keys() == ["letter:1"]


def test_a_rollback_takes_the_job_with_it(small: Flask, recorder: RecordingQueue) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        enqueue("letters", "small_write", "letter:1", "a")
        raise ZeroDivisionError
    with transaction():
        pass
    assert recorder.keys() == []


def test_a_rolled_back_savepoint_takes_only_its_own_jobs(small: Flask, recorder: RecordingQueue) -> None:
    with transaction():
        enqueue("letters", "small_write", "outer", "a")
        with pytest.raises(ZeroDivisionError), db.session.begin_nested():
            enqueue("letters", "small_write", "inner", "b")
            raise ZeroDivisionError
        with db.session.begin_nested():
            enqueue("letters", "small_write", "kept", "c")
        assert recorder.keys() == []
    assert recorder.keys() == ["outer", "kept"]


def test_the_same_key_is_one_job(small: Flask, recorder: RecordingQueue) -> None:
    for text in ("first", "second"):
        with transaction():
            enqueue("letters", "small_write", "letter:1", text)
    recorder.drain(small)
    assert jobs.notes() == ["first"]


def test_enqueueing_outside_a_transaction_is_refused(small: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        enqueue("letters", "small_write", "letter:1", "a")


@pytest.mark.parametrize(
    ("queue", "key", "args"),
    [
        ("unknown", "k", ()),
        ("letters", "", ()),
        ("letters", "a~2", ()),
        ("letters", "k", (object(),)),
        ("letters", "k", ((1,),)),
    ],
)
def test_what_cannot_be_a_job_is_refused(small: Flask, queue: str, key: str, args: tuple[object, ...]) -> None:
    with pytest.raises((ValueError, TypeError)), transaction():
        enqueue(queue, "small_write", key, *args)


def test_two_functions_cannot_share_a_name(small: Flask) -> None:
    def small_write(text: str) -> None:
        """Another module's job of the same name."""

    small_write.__module__ = "elsewhere"
    with pytest.raises(ValueError, match="two jobs"):
        job("letters")(small_write)


def test_an_outside_fault_waits_for_the_next_drain(small: Flask, recorder: RecordingQueue) -> None:
    with transaction():
        enqueue("writeback", "small_unreachable", "wb:1", "down")
    assert recorder.drain(small) == 1
    assert [j.status for j in recorder.problems()] == [JobStatus.DELAYED]
    recorder.drain(small)
    recorder.drain(small)
    assert jobs.notes() == ["down", "down", "arrived"]
    assert recorder.problems() == []


def test_any_other_error_fails_the_job_and_is_raised(small: Flask, recorder: RecordingQueue) -> None:
    with transaction():
        enqueue("notices", "small_broken", "n:1")
    with pytest.raises(ValueError, match="cannot ever work"):
        recorder.drain(small)
    assert [(j.key, j.status) for j in recorder.problems()] == [("n:1", JobStatus.FAILED)]


def test_attempts_share_a_key() -> None:
    assert [attempt_id("wb:1", n) for n in (1, 2)] == ["wb:1", "wb:1~2"]
    assert split_id("wb:1~12") == ("wb:1", 12)
    assert split_id("wb:1") == ("wb:1", 1)
