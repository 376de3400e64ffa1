"""Write-back rows: fixed at the decision, settled once, by the newest attempt, and what follows from that."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from tests.records.write_backs import KEY, NOON, make_case, order, row
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, NotFound
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.records import write_back
from workflow_app.records.platform import MemoryPlatform
from workflow_app.records.write_back import WriteBack, WriteBackState


@pytest.fixture
def settled(app: Flask) -> Iterator[list[tuple[str, str]]]:
    """What the hook was told, in order."""
    told: list[tuple[str, str]] = []

    def hook(found: WriteBack, *, now: object) -> None:
        told.append((found.destination, found.state))

    kept, write_back._hooks[:] = list(write_back._hooks), [hook]
    make_case()
    yield told
    write_back._hooks[:] = kept


def _queued(app: Flask, *destinations: str) -> RecordingQueue:
    with transaction():
        for destination in destinations or ("publication",):
            order(destination=destination)
    jobs: RecordingQueue = app.extensions["jobs"]
    return jobs


def _begin(row_id: int) -> int:
    with transaction():
        found = write_back.begin(row_id, now=NOON)
        assert found is not None
        return found.attempts


def test_an_order_and_its_job_are_one_with_the_decision(app: Flask, settled: list[tuple[str, str]]) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        order()
        raise ZeroDivisionError
    assert db.session.query(WriteBack).count() == 0
    assert app.extensions["jobs"].keys() == []
    _queued(app)
    assert app.extensions["jobs"].keys("writeback") == [KEY]
    assert row().payload["act"] == "end_publication"


def test_a_decision_orders_a_destination_once(app: Flask, settled: list[tuple[str, str]]) -> None:
    _queued(app)
    with pytest.raises(Exception, match=r"(?i)unique"), transaction():
        order()


def test_the_case_moves_on_only_with_every_receipt(app: Flask, settled: list[tuple[str, str]]) -> None:
    jobs = _queued(app, "publication", "sharing")
    assert not write_back.all_confirmed(318, 1)
    db.session.rollback()
    jobs.drain(app)
    assert settled == [("publication", "confirmed"), ("sharing", "confirmed")]
    assert write_back.all_confirmed(318, 1)
    assert not write_back.all_confirmed(318, 2), "nothing was ordered for another decision"
    receipts = write_back.receipts_of(318)
    assert [r["destination"] for r in receipts] == ["publication", "sharing"]
    assert all(r["receipt_no"] and r["confirmed_at"] == NOON.isoformat() for r in receipts)


def test_a_job_that_comes_again_does_nothing(app: Flask, settled: list[tuple[str, str]]) -> None:
    jobs = _queued(app)
    jobs.drain(app)
    from workflow_app.records.write_back_job import deliver_write_back

    deliver_write_back(row().id)
    platform: MemoryPlatform = app.extensions["platform"]
    assert platform.effects[KEY] == 1
    assert len(settled) == 1


def test_an_older_attempt_cannot_end_an_order(app: Flask, settled: list[tuple[str, str]]) -> None:
    _queued(app)
    row_id = row().id
    first, second = _begin(row_id), _begin(row_id)
    with transaction():
        assert not write_back.note_sending(row_id, attempt=first, now=NOON)
        refused = WriteBackState.REFUSED
        assert not write_back.settle(row_id, attempt=first, state=refused, reason="late", now=NOON)
        assert write_back.note_sending(row_id, attempt=second, now=NOON)
    assert row().state == "sending"
    assert settled == []


def test_a_receipt_counts_whoever_brings_it(app: Flask, settled: list[tuple[str, str]]) -> None:
    _queued(app)
    row_id = row().id
    first = _begin(row_id)
    _begin(row_id)
    with transaction():
        done = WriteBackState.CONFIRMED
        assert write_back.settle(row_id, attempt=first, state=done, reason=None, receipt_no="R1", now=NOON)
    with transaction():
        assert not write_back.settle(row_id, attempt=2, state=done, reason=None, receipt_no="R2", now=NOON)
    assert (row().receipt_no, settled) == ("R1", [("publication", "confirmed")])


def test_a_hook_that_fails_leaves_the_order_open(app: Flask, settled: list[tuple[str, str]]) -> None:
    _queued(app)
    row_id = row().id
    attempt = _begin(row_id)

    def fail(_row: WriteBack, *, now: object) -> None:
        raise ZeroDivisionError

    write_back._hooks[:] = [fail]
    with pytest.raises(ZeroDivisionError), transaction():
        write_back.settle(
            row_id, attempt=attempt, state=WriteBackState.CONFIRMED, reason=None, receipt_no="R", now=NOON
        )
    assert row().state == "sending"


def test_after_a_day_of_silence_a_person_is_called(app: Flask, settled: list[tuple[str, str]]) -> None:
    _queued(app)
    row_id, later = row().id, NOON + timedelta(hours=5)
    with transaction():
        assert write_back.note_fault(row_id, attempt=_in(row_id), reason="status_503", now=later) == "sending"
    assert [w.key for w in write_back.silent(now=later)] == [KEY]
    with transaction():
        attempt, next_day = _in(row_id), NOON + timedelta(hours=24)
        assert write_back.note_fault(row_id, attempt=attempt, reason="status_503", now=next_day) == "failed"
    assert settled == [("publication", "failed")]
    assert [w.key for w in write_back.unsettled(318)] == [KEY]
    assert [(a.number, a.outcome, a.reason) for a in write_back.attempts_of(row_id)] == [
        (1, "fault", "status_503"),
        (2, "failed", "status_503"),
    ]


def _in(row_id: int) -> int:
    found = write_back.begin(row_id, now=NOON)
    assert found is not None
    return found.attempts


def _stuck(app: Flask) -> int:
    _queued(app)
    row_id = row().id
    attempt = _begin(row_id)
    with transaction():
        write_back.settle(row_id, attempt=attempt, state=WriteBackState.UNKNOWN, reason="record_is_ended", now=NOON)
    return row_id


def test_a_person_may_confirm_with_the_receipt_seen(app: Flask, settled: list[tuple[str, str]]) -> None:
    _stuck(app)
    with transaction():
        write_back.confirm_by_hand(write_back.unsettled(318)[0], receipt_no="XY-9", note="电话核实", now=NOON)
    found = row()
    assert (found.state, found.receipt_no, found.note) == ("confirmed", "XY-9", "电话核实")
    assert found.receipt == {"receipt_no": "XY-9", "by_hand": True}
    assert settled[-1] == ("publication", "confirmed")
    with pytest.raises(Conflict), transaction():
        write_back.confirm_by_hand(row(), receipt_no="XY-9", note="", now=NOON)


def test_a_person_may_send_again_and_the_job_looks_up_first(app: Flask, settled: list[tuple[str, str]]) -> None:
    _stuck(app)
    with transaction():
        write_back.send_again(write_back.unsettled(318)[0], note="平台称未收到", now=NOON)
    jobs: RecordingQueue = app.extensions["jobs"]
    assert jobs.keys() == [KEY, f"{KEY}:2"]
    jobs.drain(app)
    assert row().state == "confirmed"
    with pytest.raises(Conflict), transaction():
        write_back.send_again(row(), note="", now=NOON)


def test_what_is_not_there_is_not_found(app: Flask, settled: list[tuple[str, str]]) -> None:
    with pytest.raises(NotFound), transaction():
        write_back.begin(99, now=NOON)


def test_verbs_need_the_callers_transaction(app: Flask, settled: list[tuple[str, str]]) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        order()
    with pytest.raises(RuntimeError, match="outside a transaction"):
        write_back.begin(1, now=NOON)
