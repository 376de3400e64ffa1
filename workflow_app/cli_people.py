"""`flask departments import` and `flask accounts create`: the registers, and the first accounts of an installation."""

import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from workflow_app.audit import log
from workflow_app.foundation.database import transaction
from workflow_app.foundation.errors import AppError, InvalidInput
from workflow_app.people.account_register import checked_account, create_account
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.department_import import import_departments
from workflow_app.people.passwords import check_policy, hash_password
from workflow_app.schema import ensure_schema_if_empty

departments_commands = AppGroup("departments", help="Departments and their succession.")
accounts_commands = AppGroup("accounts", help="Accounts.")
CHOICES = click.Choice([r.value for r in Role if r is not Role.SERVICE])


@departments_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def import_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import departments.csv or succession.csv, told apart by their header."""
    ensure_schema_if_empty(_app())
    try:
        report = asdict(import_departments(file, dry_run=dry_run))
    except InvalidInput as error:
        click.echo("；".join(error.fields.values()), err=True)
        sys.exit(2)
    summary = f"{report['rows']} rows, {report['accepted']} accepted, {report['rejected']} rejected"
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else summary)


@accounts_commands.command("create")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", type=CHOICES, required=True)
@click.option("--department", "department_code", default="", help="Code of the department, for staff.")
@click.option("--organisation", "organisation_code", default="", help="Credit code of the enterprise, for applicants.")
@click.option("--organisation-name", default="", help="Its name, where it is not known yet.")
@click.option("--phone", default="")
def create_command(**form: str) -> None:
    """Create an account; its password is read from the terminal or the first line of standard input.

    Whoever may run this on the machine can make the first administrators. Later accounts take two persons, in the
    browser; there is no account and no page that creates one before this was run.
    """
    ensure_schema_if_empty(_app())
    now = current_app.extensions["clock"].now()
    try:
        after = checked_account(form)
        password = _password()
        check_policy(password, role=Role(after["role"]), context=(after["login"], after["name"]))
        digest = hash_password(password)
        with transaction():
            account = create_account(after, now=now, password_hash=digest)
            details = {"login": account.login, "role": account.role, "by": "command line"}
            log.record(
                actor=Actor.system(), action="account.created", object_type="account", object_id=str(account.id),
                details=details, now=now,
            )  # fmt: skip
    except InvalidInput as error:
        raise click.ClickException("；".join(f"{field}: {text}" for field, text in error.fields.items())) from None
    except AppError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"account {after['login']} created")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("password: ")
    if first != getpass.getpass("again: "):
        raise click.ClickException("the two passwords differ")
    return first


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


people_commands = [departments_commands, accounts_commands]
