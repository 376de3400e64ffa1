"""The flask commands of the house, gathered from the rooms; each calls one action or one query."""

import json

import click
from flask.cli import AppGroup

from workflow_app.cases.case import case_by_number
from workflow_app.cases.histories import case_history
from workflow_app.cli_audit import audit_commands
from workflow_app.cli_guides import guides_commands
from workflow_app.cli_law import law_commands
from workflow_app.cli_letters import letters_commands
from workflow_app.cli_people import people_commands
from workflow_app.cli_records import records_commands
from workflow_app.demo.command import demo_commands, prepare
from workflow_app.foundation.errors import NotFound

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
    click.echo(json.dumps(case_history(case), ensure_ascii=False, indent=None if as_json else 2))


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
