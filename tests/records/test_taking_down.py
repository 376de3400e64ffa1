"""Minor records that should not be public: taken down ex officio with history and orders, never repaired (§12.2 no. 4)."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import client_of, open_doors, token_in
from tests.processes.roads import letters, settle, to_review
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.write_back import WriteBack, WriteBackState

MINOR = {
    "credit_class": "minor",
    "determination_date": date(2026, 10, 8),
    "penalties": [{"kind": "warning"}],
    "penalty_text": "警告",
}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def state(record_id: int) -> tuple[str, bool]:
    record = db.session.get_one(CreditRecord, record_id, populate_existing=True)
    return record.status, record.published


def orders(record_id: int) -> list[WriteBack]:
    query = sa.select(WriteBack).where(WriteBack.record_id == record_id).order_by(WriteBack.id)
    return list(db.session.scalars(query))


def test_a_public_minor_record_is_taken_down_once_and_the_platforms_are_told(world: w.World) -> None:
    record_id = w.make_record(world, **MINOR)
    record_sweep(w.NOON)
    record_sweep(w.NOON)
    assert state(record_id) == ("NOT_PUBLISHED", False)
    found = orders(record_id)
    assert [(o.destination, o.case_id, o.state) for o in found] == [
        ("publication", None, "queued"),
        ("sharing", None, "queued"),
    ]
    assert [(h.what, "轻微" in h.basis) for h in history_of(record_id)] == [("withheld", True)]


def test_what_the_platforms_answer_stands_in_the_history(world: w.World) -> None:
    record_id = w.make_record(world, **MINOR)
    record_sweep(w.NOON)
    first, second = orders(record_id)
    settle(first.id, WriteBackState.CONFIRMED)
    settle(second.id, WriteBackState.UNKNOWN)
    assert [h.what for h in history_of(record_id)] == ["withheld", "order_confirmed", "order_unclear"]


@pytest.mark.parametrize(
    "changes",
    [
        {"publication_found_necessary": True},
        {"sector": "市场监管", "penalties": [{"kind": "public_criticism"}]},  # three months on the page (rulebook §3.2)
        {"credit_class": "general", "penalties": [{"kind": "fine", "amount_yuan": 38000}]},
        {"record_type": "abnormal_list", "penalties": [], "list_name": "经营异常名录"},
    ],
)
def test_what_may_be_public_stays(world: w.World, changes: dict[str, object]) -> None:
    record_id = w.make_record(world, **MINOR | changes)
    record_sweep(w.NOON)
    assert state(record_id) == ("PUBLISHED", True) and not orders(record_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"determination_date": date(2026, 3, 20), "publication_found_necessary": True},
        {"determination_date": date(2026, 3, 20), "credit_class": "general"},
        {"determination_date": date(2026, 3, 20), "procedure": "summary", "fine_yuan": 1000, "credit_class": "general"},
        {"sector": "市场监管"},
    ],
)
def test_what_the_rules_of_its_day_kept_off_comes_off_whatever_was_found(
    world: w.World, changes: dict[str, object]
) -> None:
    kept, record_id = w.make_record(world), w.make_record(world, **MINOR | {"fine_yuan": None} | changes)
    record_sweep(w.NOON)
    assert state(record_id) == ("NOT_PUBLISHED", False) and len(orders(record_id)) == 2
    assert "不公示" in history_of(record_id)[-1].basis
    assert state(kept) == ("PUBLISHED", True)


def test_more_than_one_slice_is_looked_through(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow_app.actions.sweep_records.SLICE", 1)
    stays = MINOR | {"publication_found_necessary": True}
    found = [w.make_record(world, **values) for values in (stays, stays, MINOR, stays, MINOR)]
    record_sweep(w.NOON)
    assert [state(r)[0] for r in found] == ["PUBLISHED", "PUBLISHED", "NOT_PUBLISHED", "PUBLISHED", "NOT_PUBLISHED"]


def test_a_repair_that_is_open_on_it_ends_without_a_mark(world: w.World) -> None:
    record_id = w.make_record(world)
    number = w.file(world, record_id)
    to_review(world, number)
    db.session.execute(sa.update(CreditRecord).where(CreditRecord.id == record_id).values(**MINOR))
    db.session.commit()
    record_sweep(w.NOON)
    assert (w.case(number).outcome, letters(number)[-1]) == ("ended", "L11")


def test_the_enterprise_is_told_and_no_application_is_taken(app: Flask, world: w.World) -> None:
    record_id = w.make_record(world, **MINOR)
    open_doors()
    client, path = client_of(app, "qiye"), f"/my/records/{record_id}/apply"
    assert "依职权撤下" in client.get(f"/my/records/{record_id}").text
    page = client.get(path).text
    assert (
        "这条记录不用申请修复" in page
        and "申请没有提交" not in page
        and "轻微类原则上不公示" in page
        and "<form method" not in page.split("<main")[1]
    )
    token = token_in(client.get("/my/messages").text) or token_in(client.get("/my/records").text)
    sent = client.post(path, data={"csrf_token": token} | w.FILING)
    assert sent.status_code == 422 and "申请没有提交" in sent.text
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 0
