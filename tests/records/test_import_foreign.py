"""Whose records a file may touch: what it says of its source creates, but opens no other department's record."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.files import row, write_csv
from tests.records.imports import SYSTEM, published, stored, with_departments
from tests.world import HOUSING
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import RecordHistory
from workflow_app.records.import_batches import ImportBatch, ImportRow
from workflow_app.records.importing import department_of, report_of

TRAFFIC = "11620100MBX246959X"
THEIRS = {"CF_CFJG": "兰州市交通运输局", "CF_CFJGDM": TRAFFIC}
OPEN = {"EXT_LXZT": "未履行", "EXT_LXRQ": ""}


@pytest.fixture(autouse=True)
def departments(app: Flask) -> None:
    with_departments()


def officer(code: str) -> Actor:
    """An officer of a department."""
    department_id = db.session.scalars(sa.select(Department.id).where(Department.code == code)).one()
    return Actor(account_id=None, name="经办", role=Role.OFFICER, department_id=department_id)


def theirs(**changes: str) -> dict[str, str]:
    """A decision of the traffic office, said to come from the housing office."""
    return row(**THEIRS) | changes


def figures(batch: ImportBatch) -> tuple[int, int, int, int]:
    """What the importing officer is told: read, accepted, refused, and new or there already."""
    return batch.rows_read, batch.accepted, batch.rejected, batch.created + batch.unchanged


def put(path: Path, rows: list[dict[str, str]], actor: Actor) -> ImportBatch:
    return published(write_csv(path, rows), actor=actor)


def test_an_own_source_creates_a_record_of_another_department(tmp_path: Path) -> None:
    done = put(tmp_path / "a.csv", [theirs()], officer(HOUSING))
    record = db.session.scalars(sa.select(CreditRecord)).one()
    answering = db.session.get_one(Department, record.department_id)
    assert (done.created, answering.code, record.source_code) == (1, TRAFFIC, HOUSING)
    assert record.flags == ["REPORTED_FOR_ANOTHER"]


@pytest.mark.parametrize(
    "changes",
    [{}, {"CF_SY": "别的"}, {"CF_NR": "处罚款人民币30000.00元", "CF_NR_FK": "3"}, OPEN],
    ids=["performed", "other facts", "other fine", "the same"],
)
def test_a_record_of_another_department_is_neither_changed_nor_told_of(tmp_path: Path, changes: dict[str, str]) -> None:
    their_source = {"CF_SJLY": THEIRS["CF_CFJG"], "CF_SJLYDM": TRAFFIC}
    ours = officer(HOUSING)
    unknown = put(tmp_path / "unknown.csv", [theirs(CF_WSH="兰交罚字〔2026〕第2号", **changes)], ours)
    put(tmp_path / "their.csv", [theirs(**their_source, **OPEN)], officer(TRAFFIC))
    known = put(tmp_path / "known.csv", [theirs(**changes)], ours)
    record = db.session.scalars(sa.select(CreditRecord).where(CreditRecord.source_code == TRAFFIC)).one()
    assert (record.fully_performed, record.performed_on, record.facts) == (False, None, row()["CF_SY"])
    assert db.session.scalars(sa.select(RecordHistory.what).where(RecordHistory.record_id == record.id)).all() == [
        "imported"
    ]
    told = [[(i["row"], i["code"], i["message"], i["remedy"]) for i in report_of(b).issues] for b in (unknown, known)]
    assert told[0] == told[1]
    assert figures(unknown) == figures(known) == (1, 1, 0, 1)
    assert (known.updated, stored()) == (0, 2)
    named = sa.select(ImportRow.record_id).where(ImportRow.batch_id == known.id)
    assert db.session.scalars(named).all() == [None]


def test_who_reported_a_record_may_report_its_performance(tmp_path: Path) -> None:
    ours = officer(HOUSING)
    put(tmp_path / "a.csv", [theirs(**OPEN)], ours)
    assert put(tmp_path / "b.csv", [theirs()], ours).updated == 1
    assert db.session.scalars(sa.select(CreditRecord.fully_performed)).all() == [True]


def test_a_department_compares_its_own_records_whoever_reported_them(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", [theirs(**OPEN)], officer(HOUSING))
    again = put(tmp_path / "b.csv", [theirs(CF_SY="别的")], officer(TRAFFIC))
    assert [i["code"] for i in report_of(again).issues] == ["RECORD_DIFFERS"]
    assert put(tmp_path / "c.csv", [theirs()], officer(TRAFFIC)).updated == 1


def test_window_and_platform_compare_all(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", [theirs(**OPEN)], officer(HOUSING))
    clerk = Actor(account_id=None, name="窗口", role=Role.CLERK, department_id=None)
    assert department_of(clerk) is department_of(SYSTEM) is None
    assert put(tmp_path / "b.csv", [theirs()], clerk).updated == 1


def test_an_officer_without_a_department_imports_nothing(tmp_path: Path) -> None:
    nobody = Actor(account_id=None, name="经办", role=Role.OFFICER)
    assert put(tmp_path / "a.csv", [row()], nobody).rejected == 1
