"""`flask records show`: what explains a record's state."""

import json

import click
from flask.cli import AppGroup

from workflow_app.foundation.database import db
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import history_of

records_commands = AppGroup("records", help="Credit records.")


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
