"""Running an import on both databases: all at once, again without doubles, and on from where a kill stopped it."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.records.files import PENALTIES, SUBJECTS, many, row, write_csv
from tests.records.imports import SYSTEM, batch, count, published, staged, stored, with_departments
from tests.world import NOON
from workflow_app.audit.event import AuditEvent
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.records import import_pace, import_publish, import_stage, import_writer
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.import_batches import BatchState, ImportRow
from workflow_app.records.importing import discard, look, report_of
from workflow_app.records.record_tasks import RecordTask


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_pace, "FIRST", 40)
    monkeypatch.setattr(import_pace, "MOST", 40)
    monkeypatch.setattr(import_pace, "LEAST", 40)
    monkeypatch.setattr(import_pace, "PAUSE", 0)


@pytest.fixture
def departments(app: Flask) -> None:
    with_departments()


def kill_at(monkeypatch: pytest.MonkeyPatch, module: object, passage: int) -> None:
    """Let the process die at the n-th passage of a module's failpoint."""
    left = [passage]

    def failpoint(_name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            db.session.rollback()
            raise Killed

    monkeypatch.setattr(module, "failpoint", failpoint)


@pytest.mark.usefixtures("departments")
def test_what_is_accepted_becomes_records() -> None:
    done = published(PENALTIES)
    assert (done.rows_read, done.accepted, done.rejected, done.created) == (300, 282, 18, 282)
    assert (done.state, count()) == (BatchState.DONE, 282)
    assert count(CreditRecord.status == "DRAFT") == 0
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.action == "records.imported")) == 1


@pytest.mark.usefixtures("departments")
def test_natural_persons_are_kept_and_not_published() -> None:
    published(PENALTIES)
    persons = CreditRecord.subject_type == "natural_person"
    assert count(persons) > 0
    assert count(persons, CreditRecord.status != "NOT_PUBLISHED") == 0
    assert count(persons, sa.func.length(CreditRecord.identity_digest) != 64) == 0


@pytest.mark.usefixtures("departments")
def test_an_identity_number_is_nowhere_in_the_tables(tmp_path: Path) -> None:
    number = "620500186909306927"
    person = row(CF_XDR_MC="马某", CF_XDR_LB="自然人", CF_XDR_SHXYM="", CF_FRDB="", CF_XDR_ZJLX="身份证",
                 CF_XDR_ZJHM=number, CF_NR="处罚款人民币200.00元", CF_NR_FK="0.02")  # fmt: skip
    batch_id = staged(write_csv(tmp_path / "a.csv", [person, row(BZ=f"身份证{number}")]))
    for staged_row in db.session.scalars(sa.select(ImportRow).where(ImportRow.batch_id == batch_id)):
        assert number not in staged_row.content + str(staged_row.issues)


@pytest.mark.usefixtures("departments")
def test_the_same_file_again_makes_no_doubles_and_no_complaint() -> None:
    first = report_of(published(PENALTIES))
    again = published(PENALTIES)
    assert (again.created, again.unchanged, again.accepted, stored()) == (0, 282, 282, 282)
    assert report_of(again).issues == first.issues
    assert report_of(again, most=3).issues == first.issues[:3], "a page reads what it shows"


@pytest.mark.usefixtures("departments")
@pytest.mark.parametrize(("module", "passage"), [(import_stage, 1), (import_stage, 4), (import_writer, 1),
                                                 (import_writer, 4), (import_publish, 1)])  # fmt: skip
def test_a_killed_import_shows_nothing_and_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, module: object, passage: int
) -> None:
    with monkeypatch.context() as dying:
        kill_at(dying, module, passage)
        with pytest.raises(Killed):
            published(PENALTIES)
    assert count() == 0
    assert db.session.scalar(sa.select(CreditRecord.id).limit(1)) is None
    done = published(PENALTIES)
    assert (done.created, count(), stored(), done.rows_read) == (282, 282, 282, 300)
    histories = sa.select(sa.func.count()).select_from(sa.table("record_history"))
    assert db.session.scalar(histories) == 282


@pytest.mark.usefixtures("departments")
def test_an_interrupted_file_is_finished_before_the_next_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as dying:
        kill_at(dying, import_writer, 3)
        with pytest.raises(Killed):
            published(PENALTIES)
    published(write_csv(tmp_path / "next.csv", [row()]))
    assert count() == 283


@pytest.mark.usefixtures("departments")
def test_no_query_sees_a_record_before_its_file_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    original = import_writer.Writer.write

    def watched(self: import_writer.Writer, rows: list[import_writer.Staged]) -> bool:
        more = original(self, rows)
        inner = sa.select(CreditRecord).where(CreditRecord.subject_code == SUBJECTS[0])
        seen.append(count() + (db.session.scalar(sa.select(sa.func.count()).select_from(inner.subquery())) or 0))
        newest = db.session.connection().scalar(sa.select(sa.func.max(CreditRecord.__table__.c.id)))
        assert db.session.get(CreditRecord, newest) is None
        return more

    monkeypatch.setattr(import_writer.Writer, "write", watched)
    published(write_csv(tmp_path / "a.csv", many(100)))
    assert (seen, count(), stored()) == ([0, 0, 0, 0], 100, 100)


@pytest.mark.usefixtures("departments")
def test_a_corrected_file_brings_only_what_was_refused(tmp_path: Path) -> None:
    rows = many(3)
    published(write_csv(tmp_path / "a.csv", [rows[0], rows[1] | {"CF_JDRQ": "八月"}, rows[2]]))
    again = published(write_csv(tmp_path / "b.csv", rows))
    assert (again.created, again.unchanged, stored()) == (1, 2, 3)


@pytest.mark.usefixtures("departments")
def test_a_record_is_not_changed_by_another_form_of_it(tmp_path: Path) -> None:
    published(write_csv(tmp_path / "a.csv", [row()]))
    other = row(CF_NR="处罚款人民币30000.00元", CF_NR_FK="3.000000")
    again = report_of(published(write_csv(tmp_path / "b.csv", [other])))
    assert [(i["code"], i["treatment"]) for i in again.issues] == [("RECORD_DIFFERS", "reject")]
    assert "处罚内容、罚款金额（万元）" in again.issues[0]["message"]
    assert db.session.scalars(sa.select(CreditRecord.penalty_text)).all() == ["处罚款人民币20000.00元"]


@pytest.mark.usefixtures("departments")
def test_a_newer_performance_is_taken_over_and_written_down(tmp_path: Path) -> None:
    published(write_csv(tmp_path / "a.csv", [row(EXT_LXZT="未履行", EXT_LXRQ="")]))
    again = published(write_csv(tmp_path / "b.csv", [row()]))
    record = db.session.scalars(sa.select(CreditRecord)).one()
    assert (again.updated, again.created, record.fully_performed, stored()) == (1, 0, True, 1)
    assert [h.what for h in history_of(record.id)] == ["imported", "performance_reported"]
    assert report_of(again).issues == []


@pytest.mark.usefixtures("departments")
def test_every_record_says_where_it_comes_from(tmp_path: Path) -> None:
    published(write_csv(tmp_path / "处罚.csv", [row(BZ="=1+1")]))
    record = db.session.scalars(sa.select(CreditRecord)).one()
    [born] = history_of(record.id)
    assert (born.what, born.basis, born.status_after) == ("imported", "处罚.csv 第 3 行", "PUBLISHED")
    assert (record.flags, record.remark) == (["FORMULA_INJECTION"], "=1+1")


@pytest.mark.usefixtures("departments")
def test_a_class_nobody_gave_is_asked_for_and_not_guessed(tmp_path: Path) -> None:
    rows = [
        row(EXT_XYLB="", EXT_FLYJ=""),
        row(CF_WSH="兰建罚决字〔2026〕2号", CF_CFLB="罚款;责令停产停业", EXT_XYLB="", EXT_FLYJ=""),
    ]
    published(write_csv(tmp_path / "a.csv", rows))
    found = db.session.execute(sa.select(CreditRecord.credit_class, CreditRecord.class_basis).order_by(CreditRecord.id))
    assert [tuple(r) for r in found] == [(None, ""), ("serious", "国家分类框架")]
    assert db.session.scalars(sa.select(RecordTask.kind)).all() == ["classify"]


@pytest.mark.usefixtures("departments")
def test_what_has_had_its_longest_period_is_not_put_up_again(tmp_path: Path) -> None:
    old = {"CF_JDRQ": "2024/03/05", "EXT_GJRQ": ""}
    performed = row(**old, EXT_LXRQ="2024/04/05")
    open_ = row(**old, CF_WSH="兰建罚决字〔2024〕2号", EXT_LXZT="未履行", EXT_LXRQ="")
    published(write_csv(tmp_path / "a.csv", [performed, open_]))
    assert db.session.scalars(sa.select(CreditRecord.status).order_by(CreditRecord.id)).all() == [
        "EXPIRED",
        "PUBLISHED",
    ]
    assert db.session.scalars(sa.select(RecordTask.kind)).all() == ["unperformed"]


@pytest.mark.usefixtures("departments")
def test_records_of_an_ended_department_go_to_who_continues_its_work(tmp_path: Path) -> None:
    ended = row(CF_CFJG="通渭县水务局", CF_CFJGDM="11621121MBX1374963", EXT_HYLY="水利")
    published(write_csv(tmp_path / "a.csv", [ended]))
    record = db.session.scalars(sa.select(CreditRecord)).one()
    name = db.session.scalar(sa.text("SELECT name FROM department WHERE id = :id"), {"id": record.department_id})
    assert (record.department_name, name) == ("通渭县水务局", "通渭县农业农村局")


def test_without_departments_it_says_what_to_do_first(app: Flask) -> None:
    with pytest.raises(InvalidInput) as wrong:
        look(PENALTIES, actor=SYSTEM, now=NOON)
    assert "先导入部门登记表" in wrong.value.fields["file"]


@pytest.mark.usefixtures("departments")
def test_looking_keeps_nothing() -> None:
    report = look(PENALTIES, actor=SYSTEM, now=NOON)
    assert (report.rows, report.accepted, report.rejected, len(report.issues)) == (300, 282, 18, 43)
    assert (stored(), db.session.scalar(sa.select(sa.func.count(ImportRow.id)))) == (0, 0)


@pytest.mark.usefixtures("departments")
def test_a_file_that_breaks_off_fails_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InvalidInput):
        staged(path)


@pytest.mark.usefixtures("departments")
def test_a_file_given_up_is_not_published() -> None:
    batch_id = staged(PENALTIES)
    with transaction():
        discard(batch_id, actor=SYSTEM, now=NOON)
    with pytest.raises(RuleViolation, match="import_not_open"), transaction():
        import_publish.order_publication(batch_id, actor=SYSTEM)
    assert batch(batch_id).state == BatchState.DISCARDED


@pytest.mark.usefixtures("departments")
def test_two_runs_of_one_file_share_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", many(100))
    batch_id = staged(path)
    with transaction():
        import_publish.order_publication(batch_id, actor=SYSTEM)
    original = import_writer.Writer.write
    second: list[bool] = []

    def interrupted(self: import_writer.Writer, rows: list[import_writer.Staged]) -> bool:
        if not second:
            second.append(True)
            import_publish.publish(batch_id, now=NOON)  # another worker is faster and does all of it
        return original(self, rows)

    monkeypatch.setattr(import_writer.Writer, "write", interrupted)
    import_publish.publish(batch_id, now=NOON)
    assert (stored(), batch(batch_id).created) == (100, 100)
