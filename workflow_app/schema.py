"""Bringing a database to the shape of this version: our tables by Alembic, the job engine's by itself."""

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate, upgrade

from workflow_app.foundation.database import db
from workflow_app.jobs.queue import migrate_jobs
from workflow_app.settings import ROOT


def init_migrations(app: Flask) -> None:
    """Give the application its `flask db` commands."""
    Migrate(app, db, directory=str(ROOT / "migrations"), include_name=ours)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Tell Alembic which tables are ours: the job engine keeps its own beside them on SQLite."""
    return kind != "table" or name in db.metadata.tables


def ensure_schema(app: Flask) -> None:
    """Create or upgrade all tables. Safe to run again; one process at a time."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        migrate_jobs(app.config["SQLALCHEMY_DATABASE_URI"])


def ensure_schema_if_empty(app: Flask) -> None:
    """Create the tables of a database that has none: for commands that are the first to touch an installation."""
    if not sa.inspect(db.engine).has_table("alembic_version"):
        ensure_schema(app)
