"""Importing in the browser which measures are in force on which records: at once, whole, within one's own records."""

import hashlib
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import open_doors
from tests.portals.desk import Desk
from workflow_app.audit.event import AuditEvent, AuditPayload
from workflow_app.foundation.database import db, transaction
from workflow_app.records import measure_import
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.measures import Measure, RecordMeasure

HEAD = "document_number,department_code,subject_code,measure_code,in_force_since"


@pytest.fixture
def world(app: Flask) -> w.World:
    made = w.make_world()
    open_doors()
    with transaction():
        db.session.add(Measure(code="M09", name="限制", implemented_by=["财政"], legal_type="listed", scope="general"))
    return made


def line(record_id: int, measure: str = "M09", since: str = "2026-08-20") -> str:
    record = db.session.get_one(CreditRecord, record_id)
    return f"{record.document_number},{record.department_code},{record.subject_code},{measure},{since}"


def send(app: Flask, content: str | bytes, name: str = "m.csv", login: str = "jingban") -> tuple[int, str]:
    data = content if isinstance(content, bytes) else content.encode()
    form = {"kind": "measures", "file": (BytesIO(data), name)}
    answer = Desk.of(app, login).send("/desk/imports", form, page="/desk/imports")
    return answer.status_code, answer.text


def in_force() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(RecordMeasure.id))) or 0


def test_good_rows_take_effect_once_and_bad_ones_are_named(app: Flask, world: w.World) -> None:
    record_id = w.make_record(world)
    rows = [
        HEAD,
        line(record_id),
        line(record_id, "M99"),
        line(record_id, since="昨天"),
        line(record_id, since="2030-01-01"),
    ]
    for created in (1, 0):
        status, text = send(app, "\n".join(rows))
        assert status == 200 and f"共 4 行，接收 1 行（新登记 {created} 项），拒收 3 行" in text
        assert "措施目录里没有这个编号" in text and "不是一个确定的日期" in text and "晚于今天" in text
    assert in_force() == 1


def test_a_record_of_another_department_is_as_good_as_unknown(app: Flask, world: w.World) -> None:
    with transaction():
        other = w.department("11620100MB1A00002X", "兰州市城市管理委员会")
        db.session.add(other)
        db.session.flush()
        other_id = other.id
    record_id = w.make_record(world, department_id=other_id)
    _, text = send(app, f"{HEAD}\n{line(record_id)}")
    assert "本单位没有这份决定的记录" in text and in_force() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,2\n", "列名要正好是"),
        (b"PK\x03\x04" + b"\0" * 100, "文件"),
        (HEAD + "\n" + "x" * 1_100_000 + ",1,1,1,1\n", "读不出来"),
        (HEAD + "\n" + "1,1,1,1,1\n" * 5010, "一次最多导入"),
        ("\r".join([HEAD, *["1,1,1,1,1"] * 5010]), "一次最多导入"),
        (b"\xff\xfe" + f"{HEAD}\n1\0,1,1,M09,1\n".encode("utf-16-le"), "读不出来"),
        (b"\xff\xfe" + f"{HEAD}\n".encode("utf-16-le") + b"\x00\xd8\x41\x00\n\x00", "读不出来"),
        (HEAD + ",measure_code\n1,1,1,M09,2026-01-01,M09\n", "列名要正好是"),
        ("", "文件里没有内容"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(app: Flask, world: w.World, content: str | bytes, words: str) -> None:
    status, text = send(app, content)
    assert status == 422 and words in text and in_force() == 0


def test_it_is_taken_in_slices_that_name_the_file_and_the_records_say_so(
    app: Flask, world: w.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure_import, "SLICE", 2)
    good, ended = w.make_record(world), w.make_record(world, status="REPAIRED", published=False)
    content = "\n".join([HEAD, line(good), line(good), line(ended)]).encode()
    status, text = send(app, content, name="../措\u202e施.csv")
    assert status == 200 and "共 3 行，接收 2 行（新登记 1 项），拒收 1 行" in text and "这条记录已经终结" in text
    assert [h.what for h in history_of(good)].count("measure_noted") == 1 and in_force() == 1
    query = sa.select(AuditEvent.object_id, AuditPayload.content).join(AuditPayload, AuditPayload.seq == AuditEvent.seq)
    rows = db.session.execute(query.where(AuditEvent.action == "measures.imported").order_by(AuditEvent.seq)).all()
    assert [name for name, _ in rows] == ["措施.csv"] * 2
    assert all(hashlib.sha256(content).hexdigest() in str(told) for _, told in rows)
