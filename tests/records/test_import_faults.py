"""A file that cannot be published holds up no other: it fails with its reason, leaves nothing behind, and may be given up."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.records.files import many, row, write_csv
from tests.records.imports import SYSTEM, batch, count, published, staged, stored, with_few_departments
from tests.records.test_import_run import Killed, kill_at
from tests.world import NOON
from workflow_app import cli_records
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.records import (
    import_kinds,
    import_pace,
    import_publish,
    import_removal,
    import_rules,
    import_values,
    import_writer,
    lifecycle,
)
from workflow_app.records.import_batches import BatchState, ImportRow
from workflow_app.records.import_job import enqueue_publication, publish_import, stage_import
from workflow_app.records.import_publish import order_publication, publish
from workflow_app.records.importing import discard, look

GOOD = row(CF_WSH="兰建罚决字〔2026〕第900号")


@pytest.fixture(autouse=True)
def departments(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FIRST", 40), ("MOST", 40), ("LEAST", 40), ("PAUSE", 0)):
        monkeypatch.setattr(import_pace, name, value)
    with_few_departments()


def ordered(path: Path) -> int:
    """Stage a file and order its publication."""
    batch_id = staged(path)
    with transaction():
        order_publication(batch_id, actor=SYSTEM)
    return batch_id


def poisoned(path: Path, *, at: int = 90) -> int:
    """Order a file of 100 rows of which one was staged by rules that took what those of today do not."""
    batch_id = ordered(write_csv(path, many(100)))
    with transaction():
        bad = db.session.scalars(
            sa.select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.row_number == at)
        ).one()
        bad.content = json.dumps(json.loads(bad.content) | {"penalties": []}, ensure_ascii=False)
    return batch_id


def half_written(monkeypatch: pytest.MonkeyPatch, batch_id: int) -> None:
    """Let the worker die after two slices of a file."""
    with monkeypatch.context() as dying:
        kill_at(dying, import_writer, 3)
        with pytest.raises(Killed):
            publish(batch_id, now=NOON)
    assert (stored(), count()) == (80, 0)


def rows_of(name: str) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0


def test_a_row_without_a_penalty_is_refused_and_the_others_are_published(tmp_path: Path) -> None:
    done = published(write_csv(tmp_path / "a.csv", [row(CF_CFLB="、"), *many(3)]))
    assert (done.state, done.rejected, done.created, count()) == (BatchState.DONE, 1, 3, 3)


def test_what_the_law_takes_for_no_record_is_found_while_judging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "a.csv", [row()])
    monkeypatch.setattr(import_values, "penalties", lambda *_: [])
    report = look(path, actor=SYSTEM, now=NOON)
    assert [(i["code"], i["treatment"]) for i in report.issues] == [("NOT_A_RECORD", "reject")]
    assert "处罚类别“罚款”" in report.issues[0]["message"]


def test_whatever_breaks_on_one_row_refuses_that_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "a.csv", many(3))
    original = import_values.Settler.settle

    def settle(self: import_values.Settler, content: import_values.Values, batch_id: int) -> import_values.Values:
        if content["document_number"].endswith("第2号"):
            raise OverflowError("year 10000")
        return original(self, content, batch_id)

    monkeypatch.setattr(import_values.Settler, "settle", settle)
    done = published(path)
    assert (done.state, done.rejected, done.created) == (BatchState.DONE, 1, 2)


def test_a_file_that_cannot_be_published_fails_and_the_next_go_on(app: Flask, tmp_path: Path) -> None:
    bad = poisoned(tmp_path / "bad.csv")
    good = ordered(write_csv(tmp_path / "good.csv", [GOOD]))
    with transaction():
        for batch_id in (bad, good):
            enqueue_publication(batch_id)
    app.extensions["jobs"].drain(app)
    assert app.extensions["jobs"].problems() == []
    assert (batch(bad).state, batch(good).state, count(), stored()) == (BatchState.FAILED, BatchState.DONE, 1, 1)
    assert "第 90 行不能成为记录" in batch(bad).error
    assert (batch(bad).published_to, batch(bad).created, rows_of("record_history")) == (0, 0, 1)
    kept = sa.select(ImportRow.id).where(sa.or_(ImportRow.record_id.is_not(None), ImportRow.content != ""))
    assert db.session.scalar(kept.where(ImportRow.batch_id == bad)) is None
    assert published(write_csv(tmp_path / "corrected.csv", many(100))).created == 100


def test_the_command_says_why_a_file_failed(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unfit(_self: import_writer.Writer, staged_row: import_writer.Staged) -> import_values.Values:
        raise import_writer.RowUnfit(number=staged_row.number)

    monkeypatch.setattr(import_writer.Writer, "_settled", unfit)
    monkeypatch.setattr(cli_records, "ensure_schema_if_empty", lambda _app: None)  # the tests' tables are there
    path = write_csv(tmp_path / "a.csv", [row()])
    done = app.test_cli_runner().invoke(args=["records", "import", str(path), "--json"])
    assert (done.exit_code, "第 3 行不能成为记录" in done.output, stored()) == (2, True, 0)


def test_a_later_file_does_not_wait_for_a_failed_one(tmp_path: Path) -> None:
    bad = poisoned(tmp_path / "bad.csv")
    done = published(write_csv(tmp_path / "good.csv", many(50)))
    assert (batch(bad).state, done.state, done.created, done.unchanged) == (BatchState.FAILED, BatchState.DONE, 50, 0)


@pytest.mark.parametrize("passage", [1, 2])
def test_a_removal_that_was_killed_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passage: int) -> None:
    bad = poisoned(tmp_path / "bad.csv")
    with monkeypatch.context() as dying:
        kill_at(dying, import_removal, passage)
        with pytest.raises(Killed):
            publish(bad, now=NOON)
    assert (batch(bad).state, count()) == (BatchState.FAILED, 0)
    publish_import(bad)
    assert (stored(), batch(bad).published_to) == (0, 0)


def test_a_fault_of_the_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    batch_id = ordered(write_csv(tmp_path / "a.csv", many(100)))
    original = import_writer.Writer.write
    calls: list[int] = []

    def locked(self: import_writer.Writer, rows: list[import_writer.Staged]) -> bool:
        calls.append(len(rows))
        if len(calls) == 2:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return original(self, rows)

    monkeypatch.setattr(import_writer.Writer, "write", locked)
    with pytest.raises(OperationalError):
        publish(batch_id, now=NOON)
    assert (batch(batch_id).state, stored()) == (BatchState.PUBLISHING, 40)
    publish(batch_id, now=NOON)
    assert (batch(batch_id).state, batch(batch_id).created, count()) == (BatchState.DONE, 100, 100)


def test_records_that_are_there_stay_when_an_update_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old, new = row(EXT_LXZT="未履行", EXT_LXRQ=""), row(CF_WSH="兰建罚决字〔2026〕第018号")
    published(write_csv(tmp_path / "a.csv", [old]))
    again = write_csv(tmp_path / "b.csv", [row(), new])
    with monkeypatch.context() as broken:
        broken.setattr(lifecycle, "report_performance", lambda *_a, **_k: 1 / 0)
        failed = published(again)
    assert (failed.state, count()) == (BatchState.FAILED, 2)
    assert "记录已经发布" in failed.error
    with pytest.raises(RuleViolation, match="import_not_open"), transaction():
        discard(failed.id, actor=SYSTEM, now=NOON)
    assert (published(again).updated, count()) == (1, 2)


def test_judging_that_breaks_fails_the_file_and_not_the_worker(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", many(100))
    original = import_rules.judge

    def judge(number: int, *more: object) -> object:
        return original(number, *more) if number < 60 else 1 / 0  # type: ignore[arg-type]

    kind = replace(import_kinds.KINDS["penalties"], judge=judge)
    monkeypatch.setitem(import_kinds.KINDS, "penalties", kind)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="invalid_input"):
        staged(path)
    failed = batch(1)
    assert (failed.state, failed.rows_read > 0) == (BatchState.FAILED, True)
    assert "检查时出错（ZeroDivisionError）" in failed.error
    assert db.session.scalar(sa.select(ImportRow.id).where(ImportRow.content != "")) is None


def test_a_workbook_that_breaks_inside_fails_with_its_reason(app: Flask, tmp_path: Path) -> None:
    from tests.foundation.workbooks import BROKEN
    from workflow_app.records.import_files import look_at
    from workflow_app.records.importing import begin, import_storage

    digest = import_storage().put(BROKEN["unknown shared text"])
    facts = look_at(import_storage().path(digest))
    with transaction():
        batch_id = begin(file_name="a.xlsx\x00\ud800", facts=facts, department_id=None, actor=SYSTEM, now=NOON)
    stage_import(batch_id)
    failed = batch(batch_id)
    assert (failed.file_name, failed.state) == ("a.xlsx", BatchState.FAILED)
    assert "打不开" in failed.error


def test_what_is_half_published_may_be_given_up_and_leaves_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "a.csv", many(100))
    batch_id = ordered(path)
    half_written(monkeypatch, batch_id)
    with transaction():
        discard(batch_id, actor=SYSTEM, now=NOON)
    publish_import(batch_id)
    assert (batch(batch_id).state, stored(), rows_of("record_history")) == (BatchState.DISCARDED, 0, 0)
    assert (published(path).created, count()) == (100, 100)


def test_a_file_given_up_while_a_worker_writes_it_is_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    batch_id = ordered(write_csv(tmp_path / "a.csv", many(100)))
    original = import_writer.Writer.write
    slices: list[int] = []

    def interrupted(self: import_writer.Writer, rows: list[import_writer.Staged]) -> bool:
        slices.append(len(rows))
        if len(slices) == 2:
            with transaction():
                discard(batch_id, actor=SYSTEM, now=NOON)
        return original(self, rows)

    monkeypatch.setattr(import_writer.Writer, "write", interrupted)
    publish(batch_id, now=NOON)
    assert (batch(batch_id).state, batch(batch_id).visible_at, stored()) == (BatchState.DISCARDED, None, 0)


def test_what_is_published_is_not_given_up(tmp_path: Path) -> None:
    done = published(write_csv(tmp_path / "a.csv", [row()]))
    with pytest.raises(RuleViolation, match="import_not_open"), transaction():
        discard(done.id, actor=SYSTEM, now=NOON)
    import_removal.remove_hidden(done.id)
    assert count() == 1


@pytest.mark.parametrize("given_up", [False, True])
def test_nothing_is_compared_with_records_that_may_yet_be_removed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given_up: bool
) -> None:
    first = ordered(write_csv(tmp_path / "first.csv", many(100)))
    second = ordered(write_csv(tmp_path / "second.csv", many(100)[::-1]))
    with transaction():
        batch(first).state = BatchState.STAGED
    half_written(monkeypatch, second)
    with transaction():
        order_publication(first, actor=SYSTEM)
        if given_up:
            discard(second, actor=SYSTEM, now=NOON)
    publish(first, now=NOON)
    found = [(b.state, b.created, b.unchanged) for b in (batch(first), batch(second))]
    finished = [(BatchState.DONE, 0, 100), (BatchState.DONE, 100, 0)]
    assert found == ([(BatchState.DONE, 100, 0), (BatchState.DISCARDED, 0, 0)] if given_up else finished)
    assert count() == 100


def test_a_writer_whose_turn_it_is_not_writes_and_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    second = ordered(write_csv(tmp_path / "second.csv", many(100)))
    half_written(monkeypatch, second)
    third = ordered(write_csv(tmp_path / "third.csv", [GOOD]))
    settler = import_values.Settler(seats={}, publications=None, today=NOON.date())  # type: ignore[arg-type]
    monkeypatch.setattr(import_values.Settler, "settle", lambda _self, content, _batch: content)
    kind = import_kinds.kind_of_file("penalties")
    writer = import_writer.Writer(batch_id=third, allowed=None, kind=kind, settler=settler, actor=SYSTEM, now=NOON)
    assert writer.write(writer.next_rows(40)) is False
    assert import_publish._show(third, NOON) is False
    assert (stored(), batch(third).state) == (80, BatchState.PUBLISHING)
