"""Entries in lists: the file of the offices in both formats, what is refused and why, and what an entry means for a penalty."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.files import DATA, PENALTIES, SUBJECTS, row, write_csv
from tests.records.imports import SYSTEM, count, published, stored, with_departments, with_few_departments
from tests.world import HOUSING, NOON
from workflow_app import cli_records
from workflow_app.actions.sweep_records import record_sweep
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import RuleViolation
from workflow_app.law.facts import InfoType
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import department_by_code
from workflow_app.records import lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.import_batches import BatchState
from workflow_app.records.importing import look
from workflow_app.records.lifecycle import FINAL, Status
from workflow_app.records.list_columns import HEADERS, LIST_COLUMNS
from workflow_app.records.listings import entries_behind, penalty_of
from workflow_app.records.record_tasks import RecordTask

ENTRY = {
    "MD_LX": "严重失信主体名单",
    "MD_MC": "建筑市场主体严重失信名单",
    "XDR_MC": "甘肃泓屹垚建筑工程有限公司",
    "XDR_LB": "法人及非法人组织",
    "XDR_SHXYM": SUBJECTS[0],
    "LR_WSH": "兰建信列〔2026〕1号",
    "LR_RQ": "2026/09/01",
    "LR_SY": "因未按规定设置安全警示标志受到罚款的行政处罚",
    "LR_YJ": "《建筑市场信用管理暂行办法》",
    "RDJG": "兰州市住房和城乡建设局",
    "RDJGDM": HOUSING,
    "CF_WSH": "兰建罚决字〔2026〕第017号",
    "CF_CFJGDM": HOUSING,
    "YC_RQ": "",
    "YC_SY": "",
}
LISTED, PENALISED = CreditRecord.record_type != "penalty", CreditRecord.record_type == "penalty"
File = Callable[..., Path]


@pytest.fixture
def file(tmp_path: Path) -> File:
    """Write rows under the header rows of a list file."""

    def write(*rows: dict[str, Any]) -> Path:
        path = tmp_path / f"lists-{len(list(tmp_path.iterdir()))}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([names[0] for names in HEADERS.values()])
            writer.writerow(["必填" if code in LIST_COLUMNS.mandatory else "移出后必填" for code in HEADERS])
            writer.writerows([[each.get(code, "") for code in HEADERS] for each in rows])
        return path

    return write


def entry() -> CreditRecord:
    return db.session.scalars(sa.select(CreditRecord).where(LISTED)).one()


def penalty() -> CreditRecord:
    return db.session.scalars(sa.select(CreditRecord).where(PENALISED)).one()


def found(path: Path, actor: Actor = SYSTEM) -> set[tuple[str, str, str]]:
    report = look(path, kind="lists", actor=actor, now=NOON)
    assert report.rejected == sum(1 for i in report.issues if i["treatment"] == "reject")
    return {(i["field"], i["code"], i["treatment"]) for i in report.issues}


@pytest.mark.parametrize("name", ["lists.xlsx", "lists.csv"])
def test_the_file_of_the_offices_comes_in_whole_and_once(app: Flask, name: str) -> None:
    with_departments()
    first, again = published(DATA / name, kind="lists"), published(DATA / name, kind="lists")
    assert (first.state, first.rows_read, first.accepted, first.created) == (BatchState.DONE, 60, 60, 60)
    assert (again.created, again.unchanged, again.updated, stored()) == (0, 60, 0, 60)
    serious = CreditRecord.record_type == InfoType.SERIOUS_LIST
    assert (count(serious), count(LISTED)) == (34, 60)
    assert count(CreditRecord.left_on.is_not(None)) == count(CreditRecord.status == Status.DELISTED) > 0
    assert count(serious, CreditRecord.credit_class == "serious") == 34
    assert not db.session.scalar(sa.select(sa.func.count(RecordTask.id)).where(RecordTask.kind == "classify"))


def test_both_orders_of_import_lead_to_the_same_penalties_behind_lists(app: Flask) -> None:
    with_departments()
    published(PENALTIES)
    published(DATA / "lists.csv", kind="lists")
    query = sa.select(CreditRecord).where(LISTED, CreditRecord.cause_key.is_not(None))
    standing = [e for e in db.session.scalars(query) if e.status not in FINAL]
    causes = {cause.id for e in standing if (cause := penalty_of(e)) is not None}
    marked = set(db.session.scalars(sa.select(CreditRecord.id).where(CreditRecord.list_basis)))
    assert marked == causes and len(marked) >= 5
    for record_id in marked:
        told = db.session.get_one(CreditRecord, record_id)
        assert told.on_serious_list and [e.status for e in entries_behind(told, ended=FINAL)] == ["PUBLISHED"]
        assert "listed" in [h.what for h in history_of(record_id)]


def test_a_penalty_that_comes_after_the_entry_behind_which_it_is(app: Flask, file: File, tmp_path: Path) -> None:
    with_few_departments()
    published(file(ENTRY), kind="lists")
    published(write_csv(tmp_path / "p.csv", [row()]))
    assert (penalty().on_serious_list, penalty().list_basis) == (True, True)
    assert (penalty_of(entry()), entries_behind(penalty())) == (penalty(), [entry()])


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"MD_LX": "黑名单"}, ("MD_LX", "UNKNOWN_LIST", "reject")),
        ({"MD_MC": ""}, ("MD_MC", "MISSING_MANDATORY", "reject")),
        ({"XDR_LB": "自然人"}, ("XDR_LB", "LIST_OF_PERSONS", "reject")),
        ({"XDR_SHXYM": SUBJECTS[0][:-1] + "A"}, ("XDR_SHXYM", "USCC_CHECK_DIGIT", "reject")),
        ({"LR_RQ": "2026/12/01"}, ("LR_RQ", "FUTURE_DATE", "reject")),
        ({"LR_RQ": "9月上旬"}, ("LR_RQ", "DATE_UNPARSEABLE", "reject")),
        ({"RDJG": "某某委员会", "RDJGDM": "11621121MBX1374963"}, ("RDJG", "UNKNOWN_DEPARTMENT", "reject")),
        ({"CF_CFJGDM": ""}, ("CF_CFJGDM", "MISSING_MANDATORY", "reject")),
        ({"YC_RQ": "2026/10/08"}, ("YC_SY", "MISSING_MANDATORY", "reject")),
        ({"YC_RQ": "已移出", "YC_SY": "整改到位"}, ("YC_RQ", "DATE_UNPARSEABLE", "reject")),
        ({"YC_RQ": "2026/08/01", "YC_SY": "整改到位"}, ("YC_RQ", "LEFT_BEFORE_LISTED", "reject")),
        ({"LR_SY": "身份证号 620500186909306927"}, ("LR_SY", "ID_IN_PUBLIC_COLUMN", "reject")),
        ({"LR_RQ": "2026.9.1"}, ("LR_RQ", "DATE_DOTTED", "normalise")),
        ({"LR_SY": "=1+1"}, ("LR_SY", "FORMULA_INJECTION", "warn")),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_column(
    app: Flask, file: File, changes: dict[str, str], expected: tuple[str, str, str]
) -> None:
    with_few_departments()
    assert expected in found(file(ENTRY | changes))


def test_a_right_row_is_taken_without_a_word_and_its_double_is_not(app: Flask, file: File) -> None:
    with_few_departments()
    assert found(file(ENTRY)) == set()
    assert found(file(ENTRY, ENTRY)) == {("LR_WSH", "DUPLICATE_RECORD", "reject")}


def test_officers_import_entries_of_their_own_department(app: Flask, file: File) -> None:
    with_few_departments()
    traffic = department_by_code("11620100MBX246959X")
    assert traffic is not None
    officer = Actor(account_id=None, name="王", role=Role.OFFICER, department_id=traffic.id)
    assert found(file(ENTRY), officer) == {("RDJG", "OTHER_DEPARTMENT", "reject")}


def test_a_penalty_file_is_no_list_file(app: Flask, tmp_path: Path) -> None:
    with_few_departments()
    with pytest.raises(Exception, match="invalid_input") as wrong:
        look(write_csv(tmp_path / "p.csv", [row()]), kind="lists", actor=SYSTEM, now=NOON)
    assert "file" in wrong.value.fields  # type: ignore[attr-defined]


def test_an_entry_that_the_next_file_reports_as_left_leaves_and_its_penalty_is_told(
    app: Flask, file: File, tmp_path: Path
) -> None:
    with_few_departments()
    published(write_csv(tmp_path / "p.csv", [row()]))
    published(file(ENTRY), kind="lists")
    again = published(file(ENTRY | {"YC_RQ": "2026/11/20", "YC_SY": "符合提前移出条件"}), kind="lists")
    assert (again.created, again.updated, count(LISTED)) == (0, 1, 1)
    left = entry()
    assert (left.status, left.left_on, left.left_reason) == ("DELISTED", date(2026, 11, 20), "符合提前移出条件")
    assert (penalty().on_serious_list, penalty().list_basis) == (False, False)
    assert [h.what for h in history_of(penalty().id)] == ["imported", "listed", "unlisted"]


def test_a_changed_entry_is_refused_with_what_differs(app: Flask, file: File) -> None:
    with_few_departments()
    published(file(ENTRY), kind="lists")
    assert found(file(ENTRY | {"LR_SY": "另一事由"})) == {("LR_WSH", "RECORD_DIFFERS", "reject")}
    assert entry().facts == ENTRY["LR_SY"]


def test_another_entry_of_the_subject_still_stands(app: Flask, file: File, tmp_path: Path) -> None:
    with_few_departments()
    published(write_csv(tmp_path / "p.csv", [row()]))
    other = ENTRY | {"LR_WSH": "兰建信列〔2026〕2号", "CF_WSH": "", "CF_CFJGDM": ""}
    published(file(ENTRY, other), kind="lists")
    first = db.session.scalars(sa.select(CreditRecord).where(CreditRecord.cause_key.is_not(None))).one()
    with transaction():
        lifecycle.delist(first, basis="决定", reason="整改到位", actor=SYSTEM, now=NOON)
    assert (penalty().on_serious_list, penalty().list_basis) == (True, False)  # on the list, no longer for this


def test_an_entry_past_its_longest_period_ends_as_left_where_performed_and_is_asked_about_else(
    app: Flask, file: File
) -> None:
    with_few_departments()
    old = ENTRY | {"LR_RQ": "2023/01/05", "CF_WSH": "", "CF_CFJGDM": ""}
    published(file(old, old | {"LR_WSH": "兰建信列〔2023〕2号", "XDR_SHXYM": SUBJECTS[1]}), kind="lists")
    first = db.session.scalars(sa.select(CreditRecord).where(CreditRecord.subject_code == SUBJECTS[0])).one()
    with transaction():
        first.fully_performed = True
    record_sweep(NOON)
    states = dict(db.session.execute(sa.select(CreditRecord.subject_code, CreditRecord.status)).all())
    assert states == {SUBJECTS[0]: "DELISTED", SUBJECTS[1]: "PUBLISHED"}
    assert db.session.scalars(sa.select(RecordTask.kind).where(RecordTask.closed_at.is_(None))).all() == ["unperformed"]


def test_only_an_entry_leaves_a_list(app: Flask, tmp_path: Path) -> None:
    with_few_departments()
    published(write_csv(tmp_path / "p.csv", [row()]))
    with pytest.raises(RuleViolation, match="record_no_entry"), transaction():
        lifecycle.delist(penalty(), basis="决定", reason="整改到位", actor=SYSTEM, now=NOON)


def test_the_command_answers_as_that_for_penalties(app: Flask, file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    with_few_departments()
    monkeypatch.setattr(cli_records, "ensure_schema_if_empty", lambda _app: None)
    path = file(ENTRY, ENTRY | {"MD_LX": "黑名单", "LR_WSH": "兰建信列〔2026〕3号"})
    for more, kept in ((["--dry-run"], 0), ([], 1)):
        result = app.test_cli_runner().invoke(args=["lists", "import", str(path), "--json", *more])
        answer = json.loads(result.stdout.splitlines()[-1])
        assert (result.exit_code, answer["rows"], answer["accepted"], answer["rejected"]) == (0, 2, 1, 1)
        assert (answer["issues"][0]["row"], answer["issues"][0]["field"], stored()) == (4, "MD_LX", kept)
