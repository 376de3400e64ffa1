"""The flask commands of the house, gathered from the rooms; each calls one action or one query."""

import json
from datetime import date, datetime
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from workflow_app.cases.case import Case, case_by_number
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.tasks import CaseTask
from workflow_app.cases.timeline import timeline_of
from workflow_app.cli_audit import audit_commands
from workflow_app.cli_guides import guides_commands
from workflow_app.cli_law import law_commands
from workflow_app.cli_letters import letters_commands
from workflow_app.cli_people import people_commands
from workflow_app.cli_records import records_commands
from workflow_app.demo.command import demo_commands, prepare
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.letter import Letter
from workflow_app.records.write_back import WriteBack

cases_commands = AppGroup("cases", help="Look at cases.")


@cases_commands.command("show")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def show_case(number: str, as_json: bool) -> None:
    """Show the whole history that explains a case's state."""
    try:
        case = case_by_number(number)
    except NotFound:
        raise click.ClickException(f"no case {number}") from None
    document = case_history(case)
    click.echo(json.dumps(document, ensure_ascii=False, indent=None if as_json else 2, default=_plain))


def case_history(case: Case) -> dict[str, Any]:
    """Return everything that explains a case: rows as plain values."""

    def rows(table: Any) -> list[dict[str, Any]]:
        found = db.session.scalars(sa.select(table).where(table.case_id == case.id)).unique()
        return [_columns(row) for row in found]

    return {
        "case": _columns(case),
        "timeline": [_columns(e) for e in reversed(timeline_of(case.id))],
        "tasks": rows(CaseTask),
        "deadlines": rows(Deadline),
        "letters": rows(Letter),
        "write_backs": rows(WriteBack),
    }


def _columns(row: Any) -> dict[str, Any]:
    return {c.key: getattr(row, c.key) for c in sa.inspect(type(row)).columns}


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def commands() -> list[click.Command]:
    """Return every command of the house."""
    groups = [
        guides_commands,
        law_commands,
        records_commands,
        letters_commands,
        audit_commands,
        cases_commands,
        demo_commands,
    ]
    return [*groups, *people_commands, prepare]
