"""`flask prepare` and `flask demo seed`: the database brought up to date and, where it is empty and local, a world to try."""

import secrets

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from workflow_app.demo.authority import make_authorities
from workflow_app.demo.history import play
from workflow_app.demo.lists import make_lists
from workflow_app.demo.people import LOGINS, make_people
from workflow_app.demo.records import crowd, enterprise_records
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import assert_durable, db
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.people.accounts import Account, Role
from workflow_app.people.departments import Department
from workflow_app.schema import ensure_schema

CROWD = 30
WALK_IN = 400  # serial of the enterprise that came to the counter
demo_commands = AppGroup("demo", help="The invented world for trying the system.")


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Bring the database up to date; on an empty local SQLite database also create the demo world and name its accounts."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        assert_durable(db.engine, testing=app.extensions["settings"].testing)
    except ConfigurationFault as fault:
        wrong = ", ".join(f"{name}={value}" for name, value in fault.facts.items())
        raise click.ClickException(
            f"this database may lose acknowledged commits ({wrong}); switch it on first"
        ) from None
    ensure_schema(app)
    if may_seed(app):
        seed(app)


def may_seed(app: Flask) -> bool:
    """Demo accounts exist on an empty local SQLite database only, never in production (contracts, Modes)."""
    local = db.engine.dialect.name == "sqlite" and app.extensions["settings"].environment != "production"
    return local and not db.session.scalar(
        sa.select(sa.or_(sa.exists(sa.select(Account.id)), sa.exists(sa.select(Department.id))))
    )


@demo_commands.command("seed")
def seed_command() -> None:
    """Create the demo world on an empty local database."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not may_seed(app):
        raise click.ClickException("the demo world needs an empty local SQLite database")
    seed(app)


def seed(app: Flask) -> None:
    """Create the demo world and print its accounts, once."""
    db.session.rollback()
    now = app.extensions["clock"].now()
    password = f"Gansu-{secrets.token_hex(4)}"
    click.echo("demo world: departments, accounts, records, cases …", err=True)
    cast = make_people(password, now)
    today = legal_day(now)
    mine = enterprise_records(cast, today)
    make_lists(cast, mine, today=today, now=now)
    number, code = play(cast, mine, crowd(cast, today, CROWD), now)
    walk_ins = crowd(cast, today, 1, first=WALK_IN)
    others = make_authorities(cast, mine, walk_ins, password=password, now=now)
    (app.extensions["settings"].data_dir / "demo").touch()
    click.echo("demo accounts, shown this once; one password for all: " + password, err=True)
    for login, name, role, _level in LOGINS:
        click.echo(f"  {login:<10} {role.title}  {name}", err=True)
    for login, name in others:
        click.echo(f"  {login:<10} {Role.APPLICANT.title}  {name}", err=True)
    click.echo(f"without signing in, /progress: {number}, query code {code}", err=True)
