"""What two people do at once: the rows an act reads and then judges by are locked, in a way that lets others point at them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

from tests import papers
from tests import world as w
from tests.locks import is_locked
from tests.processes import test_measures as measures
from tests.processes import test_repair_contest as contest
from tests.processes.roads import settle as answer
from workflow_app.actions import _record_events, add_evidence, complete_task, work_on_record
from workflow_app.cases.drafts import begun_draft, draft_of, keep_draft
from workflow_app.foundation.database import DEADLOCK, db, transaction, transactional
from workflow_app.portals.shared import errors
from workflow_app.records import measure_notices, orders
from workflow_app.records.measures import RecordMeasure
from workflow_app.records.write_back import WriteBack, WriteBackState


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def watch(monkeypatch: pytest.MonkeyPatch, module: object, name: str, look: Callable[[], object]) -> list[Any]:
    """Note what `look` sees whenever a function of a module is called."""
    seen: list[Any] = []
    usual = getattr(module, name)

    def watched(*args: Any, **kwargs: Any) -> Any:
        seen.append(look())
        return usual(*args, **kwargs)

    monkeypatch.setattr(module, name, watched)
    return seen


def test_two_bodies_that_answer_at_once_see_each_other(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    record_id = measures.measured(world)
    notice = measures.notices(measures.granted(world, record_id, measures.NAMES[0]))[0]
    row = db.session.scalars(sa.select(RecordMeasure.id).where(RecordMeasure.id == notice.record_measure_id)).one()
    seen = watch(monkeypatch, measure_notices.history, "write", lambda: is_locked("record_measure", row))
    measures.reply(notice, world)
    assert seen == [True] and db.session.get_one(RecordMeasure, row).lifted_on == date(2026, 11, 24)


def test_a_record_event_locks_the_cases_and_lets_others_point_at_its_record(
    world: w.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_id = w.make_record(world)
    number = w.file(world, record_id)
    case_id = w.case(number).id
    contest.propose(world, record_id, "quashed")
    pointed = watch(
        monkeypatch, work_on_record, "deliver", lambda: is_locked("credit_record", record_id, against="KEY SHARE")
    )
    locked = watch(monkeypatch, _record_events, "kind_of", lambda: is_locked("case_file", case_id))
    contest.settle(world, record_id, "contest")
    assert locked == [True] and pointed == [db.engine.dialect.name == "sqlite"]


def test_a_task_leaves_room_for_rows_that_point_at_its_case(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = w.file(world, w.make_record(world))
    case_id = w.case(number).id
    held = watch(monkeypatch, complete_task, "instance_of", lambda: is_locked("case_file", case_id))
    pointed = watch(monkeypatch, complete_task, "clean", lambda: is_locked("case_file", case_id, against="KEY SHARE"))
    w.answer(number, world.officer, w.ACCEPTED)
    assert held == [True] and pointed == [db.engine.dialect.name == "sqlite"]


class Killed(Exception):
    sqlstate = DEADLOCK


def test_an_act_the_database_ended_for_others_is_done_once_more(app: Flask) -> None:
    tries: list[int] = []

    @transactional
    def act(failing: int, error: Exception) -> str:
        tries.append(failing)
        if len(tries) <= failing:
            raise OperationalError("", {}, error)
        return "done"

    assert act(1, Killed()) == "done" and len(tries) == 2
    for failing, error, count in ((2, Killed(), 2), (1, ValueError(), 1)):
        tries.clear()
        with pytest.raises(OperationalError):
            act(failing, error)
        assert len(tries) == count


def test_two_platforms_that_answer_at_once_open_one_task(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    record_id = w.make_record(world)
    contest.contested(world, record_id)
    contest.contested(world, record_id, "quashed")
    ids = list(db.session.scalars(sa.select(WriteBack.id).where(WriteBack.record_id == record_id)))
    seen = watch(monkeypatch, orders, "open_task", lambda: is_locked("credit_record", record_id))
    for number in ids:
        answer(number, WriteBackState.UNKNOWN)
    assert seen == [True, True]


def test_no_paper_gets_into_a_case_that_is_being_closed(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    number = w.file(world, w.make_record(world))
    case_id = w.case(number).id
    seen = watch(monkeypatch, add_evidence, "_check_count", lambda: is_locked("case_file", case_id))
    add_evidence.add_evidence(
        purpose="other", filename="a.pdf", content=papers.pdf(), actor=world.applicant, now=w.NOON, case_number=number
    )
    assert seen[-1] is True


def test_a_draft_begun_twice_at_once_is_one(world: w.World) -> None:
    who = world.applicant.account_id or 0
    with transaction():
        keep_draft(who, "apply:7", {"a": "typed"}, now=w.NOON)
    with transaction():  # whoever hands in a file has not seen the draft of the other page
        again = begun_draft(who, "apply:7", now=w.NOON)
        assert again.values == {"a": "typed"} and is_locked("draft", again.id)
    kept = draft_of(who, "apply:7")
    assert kept is not None and kept.values == {"a": "typed"}


def test_what_can_be_done_once_is_answered_as_a_conflict(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept": "application/json"}):
        handler = app._find_error_handler(IntegrityError("", {}, Exception()), [])
        assert handler is errors._faster
        assert handler(IntegrityError("", {}, Exception())).status_code == 409
