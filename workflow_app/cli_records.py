"""`flask records import`, `flask lists import` and `flask records show`: files in, and what explains a record's state."""

import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from workflow_app.cases.histories import record_history
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.people.accounts import Actor
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import BatchState, ImportBatch
from workflow_app.records.import_files import look_at
from workflow_app.records.import_kinds import LISTS, PENALTIES
from workflow_app.records.import_publish import order_publication, publish
from workflow_app.records.import_stage import stage
from workflow_app.records.importing import begin, look, report_of
from workflow_app.records.measure_import import import_measures, read_sheet
from workflow_app.schema import ensure_schema_if_empty

records_commands = AppGroup("records", help="Credit records.")
measures_commands = AppGroup("measures", help="Measures against dishonesty and the records they follow.")
lists_commands = AppGroup("lists", help="Entries in lists of serious dishonesty and of abnormal operations.")
WRONG_FILE = 2


@records_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def import_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a penalty file (.xlsx, or .csv in UTF-8 or GB18030): stage every row, then publish what is accepted.

    A killed import goes on where it stopped when the command is run again; a file imported before makes no doubles.
    """
    _run(file, PENALTIES, dry_run=dry_run, as_json=as_json)


@lists_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def import_lists_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a file of list entries, in the same way and with the same answer as a penalty file."""
    _run(file, LISTS, dry_run=dry_run, as_json=as_json)


@measures_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def import_measures_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import the kinds of measures (measures.csv) or those in force on records (record_measures.csv); told by the header."""
    ensure_schema_if_empty(current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        sheet = read_sheet(file)
        with transaction():
            done = import_measures(sheet, actor=Actor.system(), now=current_app.extensions["clock"].now())
            answer = asdict(done)
            if dry_run:
                db.session.rollback()
    except InvalidInput as wrong:
        _refuse("；".join(wrong.fields.values()), as_json)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for issue in answer["issues"]:
        click.echo(f"{issue['row']}\t{issue['field']}\t{issue['code']}")
    click.echo(f"{answer['rows']} rows, {answer['accepted']} accepted, {answer['rejected']} rejected")


def _run(file: Path, kind: str, *, dry_run: bool, as_json: bool) -> None:
    ensure_schema_if_empty(current_app._get_current_object())  # type: ignore[attr-defined]
    now = current_app.extensions["clock"].now()
    try:
        if dry_run:
            answer = asdict(look(file, kind=kind, actor=Actor.system(), now=now))
        else:
            answer = _import(file, kind, Actor.system(), now)
    except InvalidInput as wrong:
        _refuse("；".join(wrong.fields.values()), as_json)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for issue in answer["issues"]:
        click.echo(f"{issue['row']}\t{issue['treatment']}\t{issue['message']}。{issue['remedy']}。")
    click.echo(f"{answer['rows']} rows, {answer['accepted']} accepted, {answer['rejected']} rejected")


def _import(file: Path, kind: str, actor: Actor, now: Any) -> dict[str, Any]:
    facts = look_at(file)
    with transaction():
        batch_id = begin(file_name=file.name, facts=facts, department_id=None, kind=kind, actor=actor, now=now)
    stage(batch_id, path=file, actor=actor, now=now, progress=_Progress())
    with transaction():
        order_publication(batch_id, actor=actor)
    publish(batch_id, now=now, progress=_Progress())
    batch = db.session.get_one(ImportBatch, batch_id, populate_existing=True)
    if batch.state == BatchState.FAILED:
        raise InvalidInput({"file": batch.error})
    counts = {name: getattr(batch, name) for name in ("created", "updated", "unchanged")}
    return asdict(report_of(batch)) | counts | {"batch": batch.id}


class _Progress:
    """Tells on stderr how far an import is, at most every few thousand rows."""

    STEP = 5_000

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, batch: ImportBatch) -> None:
        publishing = batch.state in (BatchState.PUBLISHING, BatchState.DONE)
        done = batch.handled if publishing else batch.rows_read
        if done - self._told >= self.STEP or batch.state in (BatchState.STAGED, BatchState.DONE):
            self._told = done
            whole = batch.accepted if publishing else max(batch.rows_expected, done)
            with suppress(OSError):  # nobody listens any more; the import goes on
                click.echo(f"{batch.state}: {done:,} / {whole:,}", err=True)


def _refuse(text: str, as_json: bool) -> NoReturn:
    click.echo(text, err=True)
    if as_json:
        click.echo(json.dumps({"error": {"code": "file_refused", "message": text}}, ensure_ascii=False))
    sys.exit(WRONG_FILE)


@records_commands.command("show")
@click.argument("record_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def show_command(record_id: int, as_json: bool) -> None:
    """Show a record with its whole history and that of every case on it."""
    ensure_schema_if_empty(current_app._get_current_object())  # type: ignore[attr-defined]
    record = db.session.get(CreditRecord, record_id)
    if record is None:
        raise click.ClickException(f"no record {record_id}")
    click.echo(json.dumps(record_history(record), ensure_ascii=False, indent=None if as_json else 2))
