"""`flask records import` and `flask records show`: penalty files in, and what explains a record's state."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of
from workflow_app.records.import_batches import ImportBatch, issues_of, new_batch
from workflow_app.records.import_run import judged_rows, publish, stage
from workflow_app.schema import ensure_schema_if_empty

records_commands = AppGroup("records", help="Credit records.")


@records_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge only, keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def import_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import a penalty file (.xlsx, or .csv in UTF-8 or GB18030) and publish what is accepted."""
    ensure_schema_if_empty(current_app._get_current_object())  # type: ignore[attr-defined]
    now: datetime = current_app.extensions["clock"].now()
    try:
        report = _try(file, now) if dry_run else _import(file, now)
    except InvalidInput as error:
        click.echo("；".join(error.fields.values()), err=True)
        sys.exit(2)
    except RuleViolation as error:
        click.echo(label(f"error.{error.code}", **error.facts), err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        click.echo(f"{report['rows']} rows, {report['accepted']} accepted, {report['rejected']} rejected")


def _try(file: Path, now: datetime) -> dict[str, Any]:
    report: dict[str, Any] = {"rows": 0, "accepted": 0, "rejected": 0, "issues": []}
    for number, row in judged_rows(file, today=legal_day(now)):
        report["rows"] += 1
        report["rejected" if row.is_rejected else "accepted"] += 1
        report["issues"] += [
            {"row": number, "field": i.field, "code": i.code, "treatment": i.treatment.value} for i in row.issues
        ]
    return report


def _import(file: Path, now: datetime) -> dict[str, Any]:
    digest = current_app.extensions["storage"].put(file.read_bytes())
    with transaction():
        batch_id = new_batch(
            filename=file.name, digest=digest, by_id=None, department_id=None, expected=0, now=now
        ).id
    stage(batch_id, today=legal_day(now), progress=lambda b: _tell(f"核对 {b.rows} 行"))
    publish(batch_id, now=now, progress=lambda b: _tell(f"写入 {b.written + b.unchanged} / {b.accepted} 条"))
    batch = db.session.get_one(ImportBatch, batch_id)
    return {
        "rows": batch.rows,
        "accepted": batch.accepted,
        "rejected": batch.rejected,
        "written": batch.written,
        "unchanged": batch.unchanged,
        "issues": issues_of(batch_id),
    }


def _tell(text: str) -> None:
    end = "\r" if sys.stderr.isatty() else "\n"
    click.echo(text + end, err=True, nl=False)


@records_commands.command("show")
@click.argument("record_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def show_command(record_id: int, as_json: bool) -> None:
    """Show a record with its whole history."""
    record = db.session.get(CreditRecord, record_id)
    if record is None:
        raise click.ClickException(f"no record {record_id}")
    columns = {c.key: getattr(record, c.key) for c in CreditRecord.__table__.columns}
    history = [{c.key: getattr(h, c.key) for c in h.__table__.columns} for h in history_of(record_id)]
    document = {"record": columns, "history": history}
    click.echo(json.dumps(document, ensure_ascii=False, indent=None if as_json else 2, default=str))
