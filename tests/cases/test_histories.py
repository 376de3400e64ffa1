"""`flask cases show` and `flask records show`: one document with everything that explains a state, people's numbers masked."""

import json
from typing import Any

import pytest
from flask import Flask

from tests import world as w
from tests.processes.revocations import revoked
from tests.processes.roads import confirm_all
from workflow_app import cli_records
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db, transaction


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> w.World:
    """The tables of a test were not made by migrations, which the command would begin with."""
    monkeypatch.setattr(cli_records, "ensure_schema_if_empty", lambda _app: None)
    return w.make_world()


def shown(app: Flask, *arguments: str) -> dict[str, Any]:
    answer = app.test_cli_runner().invoke(args=[*arguments, "--json"])
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.output.splitlines()[-1])
    return found


def granted(world: w.World, record: int) -> str:
    number = w.file(world, record)
    w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, w.proposal(number))
    w.answer(number, world.approver, w.APPROVED)
    confirm_all(number)
    return number


def test_a_case_is_explained_by_every_table_that_moved_it(app: Flask, world: w.World) -> None:
    number = granted(world, w.make_record(world))
    found = shown(app, "cases", "show", number)
    assert (found["case"]["number"], found["stands"], found["kind"]) == (number, "准予修复", "信用修复")
    assert found["timeline"][0]["key"] == "filed"
    assert any(entry["words"].startswith("准予信用修复，发出 兰建信修决〔2026〕") for entry in found["timeline"])
    assert [task["step"] for task in found["tasks"]] == ["accept", "review", "decide"]
    decide = next(clock for clock in found["deadlines"] if clock["key"] == "repair.decide")
    assert (decide["words"], decide["value"], decide["due_on"], decide["confidence"]) == (
        "作出决定", 7, "2026-12-03", "U",
    )  # fmt: skip
    assert decide["ledger"]["counted"] == 7
    assert {line["day"] for line in decide["ledger"]["left_out"]} >= {"2026-11-28", "2026-11-29"}
    assert all(rule["text"] for rule in decide["ledger"]["rules"])
    assert [letter["code"] for letter in found["letters"]] == ["L02", "L07"]
    assert {order["destination"]: bool(order["receipt_no"]) for order in found["write_backs"]} == {
        "publication": True, "sharing": True,
    }  # fmt: skip
    assert all(order["attempts_made"] for order in found["write_backs"])
    assert found["decisions"][0]["verdict"] == "granted"


def test_a_record_tells_of_all_its_cases_and_of_the_bar(app: Flask, world: w.World) -> None:
    record = w.make_record(world)
    first = granted(world, record)
    second = revoked(world, record)
    found = shown(app, "records", "show", str(record))
    assert [event["what"] for event in found["events"]] == ["repair_begun", "repaired", "repair_revoked"]
    assert [event["case_no"] for event in found["events"]] == [first, first, second]
    assert found["status"] == "公示中"
    assert [case["case"]["number"] for case in found["cases"]] == [first, second]
    assert [(bar["case_no"], bar["confidence"]) for bar in found["bars"]] == [(second, "U")]
    acts = [order["payload"]["act"] for order in found["cases"][1]["write_backs"]]
    assert acts == ["restore_publication", "restore_sharing"]


def test_numbers_of_people_are_masked_and_secrets_left_out(app: Flask, world: w.World) -> None:
    record = w.make_record(world, facts="经查，经营者身份证号620102198001010019，电话13912345678。")
    number = w.file(world, record)
    with transaction():
        case = db.session.get_one(Case, w.case(number).id)
        case.details = case.details | {"statement": "请联系13912345678"}
    for found in (shown(app, "cases", "show", number), shown(app, "records", "show", str(record))):
        text = json.dumps(found, ensure_ascii=False)
        assert "13912345678" not in text
        assert "13900000001" not in text
        assert "620102198001010019" not in text
        assert "identity_digest" not in text
        assert "verify_code" not in text
    assert "139****5678" in text


def test_what_does_not_exist_is_said_so(app: Flask, world: w.World) -> None:
    assert world
    for arguments in (["cases", "show", "GSXF-2026-999999", "--json"], ["records", "show", "999", "--json"]):
        answer = app.test_cli_runner().invoke(args=arguments)
        assert answer.exit_code == 1
