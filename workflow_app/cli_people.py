"""`flask departments import` and `flask accounts create`: the registers, and the first accounts of an installation."""

import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from workflow_app.audit import log
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.department_import import import_departments
from workflow_app.people.departments import department_by_code
from workflow_app.people.passwords import hash_password
from workflow_app.schema import ensure_schema_if_empty

departments_commands = AppGroup("departments", help="Departments and their succession.")
accounts_commands = AppGroup("accounts", help="Accounts.")


@departments_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def import_command(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import departments.csv or succession.csv."""
    ensure_schema_if_empty(current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        report = asdict(import_departments(file, dry_run=dry_run))
    except InvalidInput as error:
        click.echo("；".join(error.fields.values()), err=True)
        sys.exit(2)
    summary = f"{report['rows']} rows, {report['accepted']} accepted, {report['rejected']} rejected"
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else summary)


@accounts_commands.command("create")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([r.value for r in Role if r is not Role.SERVICE]), required=True)
@click.option("--department", "code", help="Code of the department, for staff.")
def create_command(login: str, name: str, role: str, code: str | None) -> None:
    """Create an account; the password is asked for. The first administrators of an installation are made here."""
    department = department_by_code(code) if code else None
    if code and department is None:
        raise click.ClickException(f"no department {code}")
    password = sys.stdin.readline().rstrip("\n") if not sys.stdin.isatty() else getpass.getpass()
    now = current_app.extensions["clock"].now()
    try:
        digest = hash_password(password)
    except InvalidInput as error:
        raise click.ClickException("；".join(error.fields.values())) from None
    with transaction():
        if db.session.scalar(sa.select(Account.id).where(Account.login == login)):
            raise click.ClickException(f"login {login} is taken")
        account = Account(
            login=login,
            name=name,
            role=role,
            level=2 if role == Role.LEADER else 1,
            password_hash=digest,
            department_id=department.id if department else None,
            created_at=now,
        )
        db.session.add(account)
        db.session.flush()
        log.record(
            actor=Actor.system(),
            action="account.created",
            object_type="account",
            object_id=str(account.id),
            details={"login": login, "role": role},
            now=now,
        )
    click.echo(f"account {login} created")


people_commands = [departments_commands, accounts_commands]
