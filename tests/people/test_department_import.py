"""Importing the register of departments: the real files whole, each defect named, nothing doubled, nothing by halves."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from workflow_app.factory import create_app
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.people.department_import import ImportReport, import_departments
from workflow_app.people.departments import Department, Succession, department_by_code, successor_of
from workflow_app.settings import ROOT, Settings

DATA = ROOT / "workflow_app" / "demo" / "data"
COLUMNS = (
    "name,code,region_code,region_name,sector,short_name,organ_code,level,parent_code,city,phone,address,"
    "reconsideration_body,court,lead,abolished_on"
)
GOOD: dict[str, str] = {
    "name": "兰州市住房和城乡建设局", "code": "11620100MBW381091D", "region_code": "620100", "region_name": "兰州市",
    "sector": "住建", "short_name": "兰州住建局", "organ_code": "兰建", "level": "city", "parent_code": "", "city": "兰州市",
    "phone": "0931-1234567", "address": "城关区1号", "reconsideration_body": "兰州市人民政府", "court": "城关区人民法院",
    "lead": "false", "abolished_on": "",
}  # fmt: skip
OTHER = "11620000MBW16699XH"


def file_of(folder: Path, *rows: dict[str, str], encoding: str = "utf-8-sig") -> Path:
    path = folder / "departments.csv"
    lines = [",".join((GOOD | row)[c] for c in COLUMNS.split(",")) for row in rows]
    path.write_bytes("\r\n".join([COLUMNS, *lines, ""]).encode(encoding))
    return path


def load(folder: Path, *rows: dict[str, str], **more: Any) -> ImportReport:
    return import_departments(file_of(folder, *rows), **more)


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_the_register_as_offices_keep_it(app: Flask) -> None:
    report = import_departments(DATA / "departments.csv")
    assert (report.rows, report.accepted, report.rejected) == (1420, 1420, 0)
    assert not [i for i in report.issues if i["treatment"] != "warn"]
    ended = import_departments(DATA / "succession.csv")
    assert (ended.accepted, ended.rejected) == (ended.rows, 0)
    again = import_departments(DATA / "departments.csv")
    assert (again.accepted, count(Department)) == (1420, 1420)
    import_departments(DATA / "succession.csv")
    assert count(Succession) == ended.rows


def test_successions_are_followed_to_the_end(app: Flask) -> None:
    import_departments(DATA / "departments.csv")
    import_departments(DATA / "succession.csv")
    day = max(db.session.scalars(sa.select(Succession.effective_on)))
    kinds: dict[bool, int] = {}
    for entry in list(db.session.scalars(sa.select(Succession))):
        department = department_by_code(entry.code)
        assert department is not None
        heir = successor_of(department, on=day)
        assert heir is None or heir.abolished_on is None or heir.abolished_on > day
        kinds[heir is None] = kinds.get(heir is None, 0) + 1
    assert kinds[True] >= 1, "one was abolished without an heir"


def test_a_dry_run_keeps_nothing(app: Flask, tmp_path: Path) -> None:
    report = load(tmp_path, {}, dry_run=True)
    assert (report.accepted, count(Department)) == (1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_what_office_programs_write(app: Flask, tmp_path: Path, encoding: str) -> None:
    import_departments(file_of(tmp_path, {}, encoding=encoding))
    assert db.session.scalars(sa.select(Department.name)).one() == GOOD["name"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("code", "11620100MBW381091X", "bad_check_digit"),
        ("code", "11620100", "bad_length"),
        ("code", "", "bad_length"),
        ("name", "", "missing"),
        ("organ_code", " ", "missing"),
        ("name", "长" * 121, "too_long"),
        ("level", "town", "unknown_value"),
        ("lead", "maybe", "unknown_value"),
        ("abolished_on", "2026-02-30", "not_a_date"),
    ],
)
def test_a_row_that_cannot_be_right(app: Flask, tmp_path: Path, field: str, value: str, code: str) -> None:
    report = load(tmp_path, {field: value}, {"code": OTHER})
    assert (report.rows, report.accepted, report.rejected) == (2, 1, 1)
    assert {"row": 2, "field": field, "code": code, "treatment": "reject"} in report.issues


def test_what_is_put_right(app: Flask, tmp_path: Path) -> None:
    report = load(tmp_path, {"name": "兰州市\u200b住建局", "code": "11620100mbw381091d", "abolished_on": "2026/03/01"})
    assert report.accepted == 1
    assert report.issues == [{"row": 2, "field": "name", "code": "invisible_characters", "treatment": "normalise"}]
    found = db.session.scalars(sa.select(Department)).one()
    assert (found.name, found.code, str(found.abolished_on)) == ("兰州市住建局", GOOD["code"], "2026-03-01")


def test_the_same_department_twice_in_a_file(app: Flask, tmp_path: Path) -> None:
    report = load(tmp_path, {}, {"phone": "1"})
    assert report.issues == [{"row": 3, "field": "code", "code": "duplicate_row", "treatment": "reject"}]
    assert db.session.scalars(sa.select(Department.phone)).one() == GOOD["phone"]


def test_a_parent_that_nobody_knows_is_a_warning(app: Flask, tmp_path: Path) -> None:
    report = load(tmp_path, {"parent_code": OTHER})
    assert report.accepted == 1
    assert report.issues == [{"row": 2, "field": "parent_code", "code": "unknown_department", "treatment": "warn"}]


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"name,code\n", b"PK\x03\x04", b'"unfinished\n'])
def test_a_file_that_is_something_else(app: Flask, tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(raw)
    with pytest.raises(InvalidInput):
        import_departments(path)


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (f"{OTHER},merged,2026-03-01,{GOOD['code']}", "code", "unknown_department"),
        (f"{GOOD['code']},merged,2026-03-01,{OTHER}", "successor_code", "unknown_department"),
        (f"{GOOD['code']},merged,2026-03-01,", "successor_code", "missing"),
        (f"{GOOD['code']},lost,2026-03-01,", "kind", "unknown_value"),
        (f"{GOOD['code']},abolished,,", "effective_date", "missing"),
        (f"{GOOD['code']},abolished,soon,", "effective_date", "not_a_date"),
    ],
)
def test_a_succession_that_cannot_be_right(app: Flask, tmp_path: Path, row: str, field: str, code: str) -> None:
    load(tmp_path, {})
    path = tmp_path / "succession.csv"
    path.write_text(f"code,kind,effective_date,successor_code\n{row}\n")
    report = import_departments(path)
    assert report.rejected == 1
    assert {"row": 2, "field": field, "code": code, "treatment": "reject"} in report.issues


def command(folder: Path, *args: str, stdin: str | None = None) -> Any:
    """Run a command on an installation that has nothing yet, as an operator would."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    url = f"sqlite:///{data / 'fresh.sqlite3'}"
    fresh = create_app(Settings(database_url=url, data_dir=data, secret_key="k", environment="test"))
    return fresh.test_cli_runner().invoke(args=list(args), input=stdin)


def test_the_command_answers_in_one_line_and_migrates_an_empty_database(tmp_path: Path) -> None:
    path = file_of(tmp_path, {}, {"level": "town", "code": OTHER})
    result = command(tmp_path, "departments", "import", str(path), "--json")
    assert result.exit_code == 0
    document = json.loads(result.output.splitlines()[-1])
    assert (document["rows"], document["accepted"], document["rejected"]) == (2, 1, 1)
    assert document["issues"][0].keys() == {"row", "field", "code", "treatment"}


def test_the_command_refuses_another_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    assert command(tmp_path, "departments", "import", str(path), "--json").exit_code == 2


def test_the_first_account_comes_by_command_line_alone(tmp_path: Path) -> None:
    create = ("accounts", "create", "anquan", "--name", "郑洁", "--role", "security_admin")
    assert command(tmp_path, *create, stdin="too short\n").exit_code == 1
    assert command(tmp_path, *create, stdin="a sentence that is long enough\n").exit_code == 0
    again = command(tmp_path, *create, stdin="a sentence that is long enough\n")
    assert again.exit_code == 1
    assert "已有人使用" in again.output
