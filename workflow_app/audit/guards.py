"""The database's own refusal to change the log: triggers installed with the tables, and their SQL for the migration."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from workflow_app.audit.event import AuditEvent, AuditHead, AuditPayload

REFUSAL = "the audit log only grows"


def _sqlite(name: str, when: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"


def _postgres(name: str, when: str, each: str = "ROW") -> str:
    return f"CREATE TRIGGER {name} BEFORE {when} FOR EACH {each} EXECUTE FUNCTION audit_only_grows()"


POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
)
# Payloads may be deleted (that is an act of its own, and written down), the head may move; nothing else may change.
# On SQLite an INSERT OR REPLACE would delete without asking a DELETE trigger, hence the guards on INSERT.
SQLITE_GUARDS = {
    "audit_event": (
        _sqlite("audit_event_no_update", "UPDATE ON audit_event"),
        _sqlite("audit_event_no_delete", "DELETE ON audit_event"),
        _sqlite(
            "audit_event_no_replace",
            "INSERT ON audit_event WHEN EXISTS (SELECT 1 FROM audit_event WHERE seq = NEW.seq)",
        ),
    ),
    "audit_payload": (
        _sqlite("audit_payload_no_update", "UPDATE ON audit_payload"),
        _sqlite(
            "audit_payload_no_replace",
            "INSERT ON audit_payload WHEN EXISTS (SELECT 1 FROM audit_payload WHERE seq = NEW.seq)",
        ),
    ),
    "audit_head": (
        _sqlite("audit_head_no_delete", "DELETE ON audit_head"),
        _sqlite("audit_head_no_return", "UPDATE ON audit_head WHEN NEW.seq <> OLD.seq + 1"),
    ),
}
POSTGRES_GUARDS = {
    "audit_event": (
        POSTGRES_FUNCTION,
        _postgres("audit_event_no_change", "UPDATE OR DELETE ON audit_event"),
        _postgres("audit_event_no_truncate", "TRUNCATE ON audit_event", "STATEMENT"),
    ),
    "audit_payload": (
        POSTGRES_FUNCTION,
        _postgres("audit_payload_no_update", "UPDATE ON audit_payload"),
        _postgres("audit_payload_no_truncate", "TRUNCATE ON audit_payload", "STATEMENT"),
    ),
    "audit_head": (
        POSTGRES_FUNCTION,
        _postgres("audit_head_no_delete", "DELETE ON audit_head"),
        _postgres("audit_head_no_truncate", "TRUNCATE ON audit_head", "STATEMENT"),
        "CREATE TRIGGER audit_head_no_return BEFORE UPDATE ON audit_head FOR EACH ROW "
        "WHEN (NEW.seq <> OLD.seq + 1) EXECUTE FUNCTION audit_only_grows()",
    ),
}


def guard_statements(dialect: str) -> tuple[str, ...]:
    """Return the SQL that guards the three tables of the log on `sqlite` or `postgresql`, in the order to run it."""
    guards = SQLITE_GUARDS if dialect == "sqlite" else POSTGRES_GUARDS
    return tuple(dict.fromkeys(statement for table in guards.values() for statement in table))


def guard_names(dialect: str) -> frozenset[str]:
    """Return the names of the triggers that must exist."""
    return frozenset(s.split()[2] for s in guard_statements(dialect) if s.startswith("CREATE TRIGGER"))


def missing_guards(connection: sa.Connection) -> frozenset[str]:
    """Return the guards that are not, or no longer, in force."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    there = set(connection.exec_driver_sql(query).scalars())
    return guard_names(connection.dialect.name) - there


def _install(table: sa.Table, connection: sa.Connection, **_: Any) -> None:
    guards = SQLITE_GUARDS if connection.dialect.name == "sqlite" else POSTGRES_GUARDS
    for statement in guards[table.name]:
        connection.exec_driver_sql(statement)


for _model in (AuditEvent, AuditPayload, AuditHead):
    event.listen(_model.__table__, "after_create", _install)
