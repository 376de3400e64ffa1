"""Delivery against a real HTTP platform in each of its moods: what is settled, what waits, what goes to a person."""

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm.exc import StaleDataError

from platform_sim.server import Platform
from tests.records.write_backs import KEY, connect, live_platform, make_case, order, row
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.jobs.state import JobStatus
from workflow_app.records import write_back
from workflow_app.records.platform import (
    Confirmed,
    Mismatch,
    NotApplied,
    NullPlatform,
    Order,
    Outcome,
    RecordState,
)
from workflow_app.records.write_back import WriteBack
from workflow_app.records.write_back_job import deliver_write_back


@pytest.fixture
def sim(app: Flask, tmp_path: Path) -> Iterator[Platform]:
    """A platform that does an order again when it comes again: every careless repeat shows in its counts."""
    kept, write_back._hooks[:] = list(write_back._hooks), []
    own = app.extensions["platform"]
    with live_platform(tmp_path, deduplicates=False) as (platform, url):
        make_case()
        connect(app, url)
        with transaction():
            order()
        yield platform
    write_back._hooks[:] = kept
    app.extensions["platform"] = own


def _drain(app: Flask) -> list[str]:
    jobs: RecordingQueue = app.extensions["jobs"]
    jobs.drain(app)
    return [j.status.value for j in jobs.problems()]


def _mood(sim: Platform, mood: str, count: int = 1, **more: object) -> None:
    sim.moods.set({"mood": mood, "count": count, **more})


def test_a_platform_in_good_health_confirms_with_its_receipt(app: Flask, sim: Platform) -> None:
    assert _drain(app) == []
    found = row()
    assert found.state == "confirmed"
    assert found.receipt_no
    assert found.receipt == sim.ledger.receipt(KEY)
    assert sim.ledger.record(7)["publication"] == "ended"
    assert sim.ledger.effects() == {KEY: 1}


@pytest.mark.parametrize("mood", ["fail_after", "cut_after", "html_after", "cut_json", "huge"])
def test_an_order_done_without_a_clear_answer_is_looked_up_not_repeated(app: Flask, sim: Platform, mood: str) -> None:
    _mood(sim, mood)
    assert _drain(app) == [JobStatus.DELAYED]
    assert row().state == "sending"
    assert _drain(app) == []
    assert row().state == "confirmed"
    assert sim.ledger.effects() == {KEY: 1}


def test_an_answer_that_does_not_come_is_not_waited_for(app: Flask, sim: Platform) -> None:
    connect(app, app.extensions["platform"].url, timeout=0.3)
    _mood(sim, "hang_after")
    assert _drain(app) == [JobStatus.DELAYED]
    assert row().last_error == "timeout"
    assert "'retry_after': 30.0" in str(app.extensions["jobs"].problems()[0].error)
    assert _drain(app) == []
    assert sim.ledger.effects() == {KEY: 1}


@pytest.mark.parametrize("mood", ["fail_before", "cut_before", "html", "down", "redirect"])
def test_an_order_not_done_is_sent_again_under_the_same_key(app: Flask, sim: Platform, mood: str) -> None:
    _mood(sim, mood)
    assert _drain(app) == [JobStatus.DELAYED]
    assert sim.ledger.effects() == {}
    assert _drain(app) == []
    assert row().state == "confirmed"
    assert sim.ledger.effects() == {KEY: 1}


def test_a_busy_platform_is_given_its_time(app: Flask, sim: Platform) -> None:
    from workflow_app.records.write_back_job import CreditPlatformUnavailable, deliver_write_back

    _mood(sim, "busy")
    with pytest.raises(CreditPlatformUnavailable) as fault:
        deliver_write_back(row().id)
    assert fault.value.facts == {"reason": "status_429", "retry_after": 2.0}


@pytest.mark.parametrize("mood", ["unauthorised", "malformed"])
def test_a_refusal_stops_and_calls_a_person(app: Flask, sim: Platform, mood: str) -> None:
    _mood(sim, mood, count=5)
    assert _drain(app) == []
    assert (row().state, row().last_error) == ("refused", mood)
    assert sim.ledger.effects() == {}


def test_a_wrong_key_of_ours_stops_before_anything_is_sent(app: Flask, sim: Platform) -> None:
    connect(app, app.extensions["platform"].url, key="yesterday's key")
    assert _drain(app) == []
    assert (row().state, row().last_error) == ("refused", "unauthorised")


@pytest.mark.parametrize(("mood", "named"), [("wrong_record", "record_id"), ("wrong_case", "case_no")])
def test_a_receipt_for_something_else_is_never_a_success(app: Flask, sim: Platform, mood: str, named: str) -> None:
    _mood(sim, mood)
    assert _drain(app) == []
    assert (row().state, row().last_error, row().receipt_no) == ("unknown", named, None)


def test_a_platform_that_forgot_is_left_to_a_person(app: Flask, sim: Platform) -> None:
    _mood(sim, "forget")
    assert _drain(app) == [JobStatus.DELAYED]
    assert _drain(app) == []
    assert (row().state, row().last_error) == ("unknown", "record_is_ended")
    assert sim.ledger.effects() == {KEY: 1}, "no blind resend"


@pytest.mark.parametrize("state", ["ended", "disputed"])
def test_a_record_that_is_not_as_expected_stops_before_sending(app: Flask, sim: Platform, state: str) -> None:
    sim.ledger.set_record(7, "publication", state)
    assert _drain(app) == []
    assert (row().state, row().last_error) == ("unknown", f"record_is_{state}")
    assert sim.ledger.effects() == {}


@pytest.mark.parametrize("mood", ["html", "cut_json", "huge", "down", "fail_before", "redirect"])
def test_an_unclear_answer_to_the_question_sends_nothing(app: Flask, sim: Platform, mood: str) -> None:
    _mood(sim, mood, count=-1, reads=True)
    assert _drain(app) == [JobStatus.DELAYED]
    assert sim.ledger.effects() == {}
    assert [e["what"] for e in sim.log if e["what"] == "order"] == []


def test_another_servers_404_is_not_taken_for_not_applied(app: Flask, sim: Platform) -> None:
    connect(app, app.extensions["platform"].url + "/elsewhere")
    assert _drain(app) == [JobStatus.DELAYED]
    assert row().last_error == "no_such_address"
    assert sim.log == []


def test_a_platform_that_is_away_leaves_the_order_waiting(app: Flask, sim: Platform) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        connect(app, f"http://127.0.0.1:{free.getsockname()[1]}")
    assert _drain(app) == [JobStatus.DELAYED]
    assert (row().state, row().last_error) == ("sending", "no_connection")


def test_without_a_platform_nothing_is_ever_taken_for_done(app: Flask, sim: Platform) -> None:
    app.extensions["platform"] = NullPlatform()
    assert _drain(app) == [JobStatus.DELAYED]
    assert row().state == "sending"


def test_every_send_is_preceded_by_a_look_up(app: Flask, sim: Platform) -> None:
    _mood(sim, "fail_before", count=3)
    for _ in range(4):
        _drain(app)
    assert [e["what"] for e in sim.log] == ["look_up", "order"] * 4
    assert row().state == "confirmed"
    assert [(a.number, a.outcome, a.sent_at is not None) for a in write_back.attempts_of(row().id)] == [
        (1, "fault", True),
        (2, "fault", True),
        (3, "fault", True),
        (4, "confirmed", True),
    ]


def test_no_transaction_is_open_on_the_way(app: Flask, sim: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    real = app.extensions["platform"]
    seen: list[bool] = []

    class Watching:
        def __getattr__(self, name: str) -> object:
            seen.append(db.session().in_transaction())
            return getattr(real, name)

    app.extensions["platform"] = Watching()
    _drain(app)
    assert row().state == "confirmed"
    assert seen == [False, False, False]


class Broken:
    """A connection that raises in one of its questions; otherwise nothing stands in the way of the order."""

    def __init__(self, method: str, answer: Outcome | None = None) -> None:
        self.method, self.answer = method, answer

    def _do(self, method: str, well: Outcome | RecordState) -> Outcome | RecordState:
        if self.method == method and self.answer is None:
            raise ZeroDivisionError
        return self.answer if self.method == method and self.answer is not None else well

    def look_up(self, _order: Order) -> Outcome:
        return self._do("look_up", NotApplied())  # type: ignore[return-value]

    def state_of(self, _order: Order) -> RecordState | Outcome:
        return self._do("state_of", RecordState("active"))

    def send(self, _order: Order) -> Outcome:
        return self._do("send", Confirmed("R1", {}))  # type: ignore[return-value]


@pytest.mark.parametrize("method", ["look_up", "state_of", "send"])
def test_an_accident_of_ours_leaves_the_order_to_a_person(app: Flask, sim: Platform, method: str) -> None:
    told: list[str] = []
    write_back._hooks[:] = [lambda found, *, now: told.append(found.state)]
    app.extensions["platform"] = Broken(method)
    assert _drain(app) == []
    assert (row().state, row().last_error, told) == ("unknown", "error_ZeroDivisionError", ["unknown"])


@pytest.mark.parametrize(
    "outcome",
    [Confirmed("\ud800", {}), Confirmed("R1", {"x": object()}), Mismatch("\ud800")],
    ids=["number", "receipt", "reason"],
)
def test_what_cannot_be_stored_is_not_known(
    app: Flask, sim: Platform, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what is logged holds the strange sign, which no report of a test can carry from one process to another
    monkeypatch.setattr("workflow_app.records.write_back_job.log.disabled", True)
    app.extensions["platform"] = Broken("send", outcome)
    assert _drain(app) == []
    found = row()
    assert (found.state, found.receipt_no, found.receipt) == ("unknown", None, None)
    assert str(found.last_error).startswith("not_settled_")
    assert [(a.outcome, a.sent_at is not None) for a in write_back.attempts_of(found.id)] == [("unknown", True)]


def test_a_confirmation_that_leads_nowhere_is_left_to_a_person(app: Flask, sim: Platform) -> None:
    def hook(found: WriteBack, *, now: datetime) -> None:
        if found.state == "confirmed":
            raise RuleViolation("source_revoked")

    write_back._hooks[:] = [hook]
    assert _drain(app) == []
    assert (row().state, row().receipt_no, row().last_error) == ("unknown", None, "not_settled_RuleViolation")
    assert sim.ledger.effects() == {KEY: 1}


def test_a_row_that_somebody_else_changed_is_tried_again(app: Flask, sim: Platform) -> None:
    def hook(_found: WriteBack, *, now: datetime) -> None:
        raise StaleDataError

    write_back._hooks[:] = [hook]
    with pytest.raises(StaleDataError):
        deliver_write_back(row().id)
    write_back._hooks[:] = []
    deliver_write_back(row().id)
    assert row().state == "confirmed"
    assert sim.ledger.effects() == {KEY: 1}
