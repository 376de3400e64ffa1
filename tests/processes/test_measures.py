"""Measures: brought in by files, named by the decision, lifted by the bodies that carry them out, chased when nobody answers."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from tests.processes import objections as o
from tests.processes import test_repair_contest as contest
from tests.processes.roads import to_review
from tests.records.files import DATA, PENALTIES
from tests.records.imports import published, with_departments
from workflow_app import cli_records
from workflow_app.actions.lift_measures import answer_notice, measure_sweep, send_measure_notice
from workflow_app.cases.kinds import FormContext, kind_of
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import Notice
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department
from workflow_app.records.history import history_of
from workflow_app.records.measure_import import import_measures, read_sheet
from workflow_app.records.measure_notices import MeasureNotice, body_of
from workflow_app.records.measures import Measure, RecordMeasure, in_force, measures_on

TODAY = date(2026, 11, 24)
NAMES = ("提高抽查比例和频次", "限制参加评先评优")


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def measured(world: w.World) -> int:
    """A record with two measures: one carried out by its own department, one by a body the register does not know."""
    record_id = w.make_record(world)
    with transaction():
        for code, name, by in (("M09", NAMES[0], ["认定部门"]), ("M11", NAMES[1], ["财政"])):
            db.session.add(Measure(code=code, name=name, implemented_by=by, legal_type="listed", scope="general"))
            db.session.flush()
            db.session.add(RecordMeasure(record_id=record_id, measure_code=code, in_force_since=date(2026, 8, 20)))
    return record_id


def granted(world: w.World, record_id: int, measures: str = "\n".join(NAMES)) -> str:
    number = w.file(world, record_id)
    to_review(world, number)
    w.answer(number, world.officer, w.proposal(number) | {"measures": measures})
    w.answer(number, world.approver, w.APPROVED)
    return number


def notices(number: str) -> list[MeasureNotice]:
    query = sa.select(MeasureNotice).where(MeasureNotice.case_no == number).order_by(MeasureNotice.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)).unique())


def reply(notice: MeasureNotice, world: w.World, answered: str = "lifted", **more: object) -> None:
    said = {"lifted_on": TODAY, "reason": "复函〔2026〕3号"} | more
    answer_notice(
        notice_id=notice.id, version=notice.row_version, answered=answered, actor=world.officer, now=w.NOON, **said
    )  # type: ignore[arg-type]


def test_the_files_of_the_offices_come_in_once(app: Flask) -> None:
    with_departments()
    published(PENALTIES)
    for again in (False, True):
        sheets = [read_sheet(DATA / name) for name in ("measures.csv", "record_measures.csv")]
        with transaction():
            kinds, found = (import_measures(sheet, actor=Actor.system(), now=w.NOON) for sheet in sheets)
        lines = len((DATA / "record_measures.csv").read_text("utf-8-sig").splitlines()) - 1
        assert (kinds.rows, kinds.rejected, kinds.created) == (14, 0, 0 if again else 14)
        assert (found.rows, found.accepted + found.rejected) == (lines, lines)
        assert {i["code"] for i in found.issues} <= {"UNKNOWN_RECORD", "RECORD_ENDED"}
        assert [i["code"] for i in found.issues].count("UNKNOWN_RECORD") < lines // 20
        assert found.created == (0 if again else found.accepted)


def test_the_command_answers_and_a_dry_run_keeps_nothing(
    world: w.World, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli_records, "ensure_schema_if_empty", lambda _app: None)
    path = tmp_path / "m.csv"
    path.write_text(
        "code,name,implemented_by,legal_type,scope\nM01,限制,住建,statutory,list\nM02,,住建,listed,list\n", "utf-8"
    )
    for more, kept in ((["--dry-run"], 0), ([], 1)):
        result = app.test_cli_runner().invoke(args=["measures", "import", str(path), "--json", *more])
        answer = json.loads(result.stdout.splitlines()[-1])
        assert (answer["rows"], answer["accepted"], answer["rejected"]) == (2, 1, 1)
        assert answer["issues"] == [{"row": 3, "field": "name", "code": "MISSING_MANDATORY", "treatment": "reject"}]
        assert db.session.scalar(sa.select(sa.func.count(Measure.code))) == kept
    path.write_text("a,b\n1,2\n", "utf-8")
    assert app.test_cli_runner().invoke(args=["measures", "import", str(path)]).exit_code == 2


def test_the_review_proposes_the_measures_in_force(world: w.World) -> None:
    number = w.file(world, measured(world))
    to_review(world, number)
    context = FormContext(case=w.case(number), actor=world.officer, now=w.NOON, today=TODAY)
    assert kind_of("repair").form_for("review").prefill(context)["measures"].splitlines() == list(NAMES)


def test_a_grant_names_them_and_writes_to_each_body(world: w.World) -> None:
    number = granted(world, measured(world))
    said = db.session.scalars(sa.select(Letter.context).where(Letter.code == "L07")).one()
    assert said["effects"]["lift_measures"] == list(NAMES)
    own, outside = notices(number)
    assert (own.body, own.is_outside, own.due_on) == ("兰州市住房和城乡建设局", False, date(2026, 12, 1))
    assert (outside.body, outside.is_outside, outside.department_id) == ("财政", True, world.department_id)
    send_measure_notice(own.id)
    send_measure_notice(own.id)
    told = db.session.scalars(sa.select(Notice).where(Notice.key == "measure_to_lift")).all()
    assert [(n.department_id, n.facts["notice_id"]) for n in told] == [(world.department_id, own.id)]


def test_only_what_the_decision_names_is_lifted_and_a_denial_lifts_nothing(world: w.World) -> None:
    number = granted(world, measured(world), measures=f"{NAMES[0]}\n其他措施")
    assert [n.on.measure.name for n in notices(number)] == [NAMES[0]]


def test_a_measure_ends_with_the_answer_of_its_last_body(world: w.World) -> None:
    record_id = measured(world)
    number = granted(world, record_id)
    own, outside = notices(number)
    reply(own, world, lifted_on=date(2026, 11, 23))
    assert [row.measure.name for row in in_force(record_id)] == [NAMES[1]]
    reply(outside, world, "kept", reason="另有一条失信信息仍适用")
    assert [row.lifted_on for row in measures_on(record_id)] == [None, date(2026, 11, 23)]
    assert {"measure_lifted", "measure_kept"} <= {h.what for h in history_of(record_id)}
    assert {"measure_lifted", "measure_kept"} <= set(db.session.scalars(sa.select(Notice.key)))


@pytest.mark.parametrize(
    ("answered", "more", "field"),
    [
        ("", {}, "answered"),
        ("lifted", {"lifted_on": None}, "lifted_on"),
        ("lifted", {"lifted_on": date(2026, 8, 1)}, "lifted_on"),
        ("lifted", {"lifted_on": date(2026, 12, 1)}, "lifted_on"),
        ("kept", {"reason": " "}, "reason"),
    ],
)
def test_a_wrong_answer_names_its_field(world: w.World, answered: str, more: dict[str, object], field: str) -> None:
    own = notices(granted(world, measured(world)))[0]
    with pytest.raises(InvalidInput) as wrong:
        reply(own, world, answered, **more)
    assert list(wrong.value.fields) == [field]


def test_it_is_answered_once_and_by_its_own_body(world: w.World) -> None:
    own = notices(granted(world, measured(world)))[0]
    with pytest.raises(NotFound):
        answer_notice(
            notice_id=own.id, version=own.row_version, answered="lifted", lifted_on=TODAY, reason="",
            actor=world.stranger, now=w.NOON,
        )  # fmt: skip
    reply(own, world)
    with pytest.raises(Conflict):
        reply(notices(own.case_no)[0], world)


def test_what_is_late_is_chased_once(world: w.World) -> None:
    number = granted(world, measured(world))
    assert measure_sweep(datetime(2026, 12, 1, 4, tzinfo=UTC)) == 0  # the last day is not late
    late = datetime(2026, 12, 2, 4, tzinfo=UTC)
    assert (measure_sweep(late), measure_sweep(late)) == (2, 0)
    keys = list(db.session.scalars(sa.select(Notice.key).where(Notice.key.like("measure_%"))))
    assert keys.count("measure_late") == 2 and all(n.chased_at for n in notices(number))


def test_a_body_is_found_for_the_place_of_the_department(app: Flask) -> None:
    with_departments()
    home = db.session.scalars(sa.select(Department).where(Department.code == w.HOUSING)).one()
    near, none = body_of("税务", home), body_of("财政", home)
    assert near is not None and near.sector == "税务" and near.city == home.city and none is None


def test_the_pages_show_them_and_take_the_answer(app: Flask, world: w.World) -> None:
    record_id = measured(world)
    number = granted(world, record_id)
    open_doors()
    desk, own = Desk.of(app, "jingban"), notices(number)[0]
    for page in ("/desk/measures", f"/desk/cases/{number}", f"/desk/records/{record_id}"):
        assert NAMES[0] in desk.read(page), page
    path = f"/desk/measures/{own.id}"
    wrong = desk.send(path, {"row_version": own.row_version, "answered": "kept", "reason": ""}, page=path)
    assert wrong.status_code == 422 and "错误：" in wrong.text
    sent = desk.send(
        path, {"row_version": own.row_version, "answered": "lifted", "lifted_on": "2026-11-24", "reason": ""}, page=path
    )
    assert sent.status_code == 302 and "已解除</span> <time" in desk.read(f"/desk/cases/{number}")
    assert "王丽萍" in desk.read(path)


def test_a_record_that_ends_outside_a_case_lets_its_measures_go(world: w.World) -> None:
    record_id = measured(world)
    contest.contested(world, record_id)
    assert not notices("")
    contest.contested(world, record_id, "quashed")
    found = notices("")
    assert {(n.case_id, n.case_no, n.on.measure.name) for n in found} == {(None, "", name) for name in NAMES}
    for notice in found:
        reply(notice, world)
    assert not in_force(record_id)


def test_an_objection_that_deletes_a_record_lets_its_measures_go_once(world: w.World) -> None:
    record_id = measured(world)
    number = o.file(world, record_id)
    o.to_examination(world, number)
    o.decide(world, number, "deleted")
    o.confirm_all(number)
    assert [n.on.measure.name for n in notices(number)] == list(NAMES) and not notices("")
