"""Tables, transactions and the tuning of both databases. `transaction` is the only place in the house that commits."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.foundation.failpoints import failpoint

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK = "40P01"  # SQLSTATE
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Common base of all tables."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        """What every table inherits from."""

        __abstract__ = True
else:
    Model = db.Model


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An instant: aware on both sides, stored as UTC. A naive value is a programming error and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Store the instant in UTC; SQLite keeps no zone, so it is taken off there."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_writing: contextvars.ContextVar[bool] = contextvars.ContextVar("writing", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """Run a block as the one transaction of an act: committed when it ends, rolled back when it raises.

    A read that is still open is ended first, so the block sees the newest state; on SQLite the block takes the write
    lock at once (a read that later wants to write would fail with "database is locked"). Transactions do not nest: an
    act inside an act would commit half of it.
    """
    if _writing.get():
        raise RuntimeError("a transaction inside a transaction")
    db.session.rollback()
    token = _writing.set(True)
    try:
        yield
        failpoint("transaction.before_commit")
        db.session.commit()
        failpoint("transaction.committed")
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


def transactional(act: Callable[P, R]) -> Callable[P, R]:
    """Make a function run inside `transaction`; once more where the database ended it to free others from waiting for it.

    Two acts that lock the same rows in another order wait for each other: PostgreSQL rolls one of them back, and nothing of
    it is left. SQLite knows no such thing.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction():
                return act(*args, **kwargs)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
        with transaction():
            return act(*args, **kwargs)

    return run


def require_transaction() -> None:
    """Raise unless a transaction is open: for verbs that must never run on their own."""
    if not _writing.get():
        raise RuntimeError("outside a transaction")


def forbid_transaction() -> None:
    """Raise where a transaction is open: for work so long that everybody who writes would wait for it."""
    if _writing.get():
        raise RuntimeError("inside a transaction")


def init_database(app: Flask) -> None:
    """Bind the database to the application and tune it."""
    db.init_app(app)
    with app.app_context():
        tune(db.engine)


def tune(engine: sa.Engine) -> None:
    """SQLite: write-ahead log, every commit on disk, and the write lock at BEGIN for acts. PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
        for pragma in ("journal_mode=WAL", "busy_timeout=10000", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def assert_durable(engine: sa.Engine, *, testing: bool = False) -> None:
    """Refuse to start on a database that may lose an acknowledged commit (contracts, Modes)."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            wanted = {"journal_mode": "wal", "synchronous": "2"}
            found = {k: str(connection.exec_driver_sql(f"PRAGMA {k}").scalar()).lower() for k in wanted}
        else:
            wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
            found = {k: str(connection.exec_driver_sql(f"SHOW {k}").scalar()) for k in wanted}
    wrong = {k: v for k, v in found.items() if v != wanted[k]}
    if wrong and not testing:
        raise ConfigurationFault("database_not_durable", **wrong)
