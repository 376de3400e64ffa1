"""Chains to look at and to tamper with."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflow_app.audit.event import AuditEvent, AuditHead, AuditPayload, link_hash
from workflow_app.audit.guards import guard_statements
from workflow_app.audit.log import record
from workflow_app.foundation.database import db, transaction

NOON = datetime(2026, 11, 24, 4, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Somebody:
    account_id: int | None = 7
    name: str = "王丽萍"
    role: str = "officer"
    department_id: int | None = 3


def act(number: int = 0, **more: Any) -> None:
    values: dict[str, Any] = {
        "actor": Somebody(),
        "action": "task.review",
        "object_type": "case",
        "object_id": f"GSXF-2026-{number:06d}",
        "case_no": f"GSXF-2026-{number:06d}",
        "details": {"理由": "已核对", "n": number},
        "now": NOON + timedelta(seconds=number),
    } | more
    with transaction():
        record(**values)


def chain_of(length: int) -> None:
    with transaction():
        for number in range(1, length + 1):
            record(
                actor=Somebody(), action="task.review", object_type="case", object_id=str(number),
                case_no=f"GSXF-2026-{number:06d}", details={"n": number}, now=NOON,
            )  # fmt: skip


def unguarded(*statements: str) -> None:
    """Do what somebody with the database's own rights can do: take the guards off, change, put them back."""
    dialect = db.engine.dialect.name
    db.session.remove()
    with db.engine.begin() as connection:
        for create in guard_statements(dialect):
            words = create.split()
            if words[1] == "TRIGGER":
                table = words[words.index("ON") + 1]
                connection.exec_driver_sql(f"DROP TRIGGER {words[2]}" + ("" if dialect == "sqlite" else f" ON {table}"))
        for statement in statements:
            connection.exec_driver_sql(statement)
        for create in guard_statements(dialect):
            connection.exec_driver_sql(create)


def rewrite_from(seq: int) -> list[str]:
    """Return the statements of a forger who changes link `seq` and hashes everything after it anew."""
    events = [dict(r._mapping) for r in db.session.execute(sa.select(AuditEvent.__table__).order_by(AuditEvent.seq))]
    statements, previous = [], events[seq - 2]["hash"]
    for link in events[seq - 1 :]:
        if link["seq"] == seq:
            link["actor_name"] = "另一个人"
        link["prev_hash"] = previous
        previous = link["hash"] = link_hash(link)
        statements.append(
            f"UPDATE audit_event SET actor_name = '{link['actor_name']}', prev_hash = '{link['prev_hash']}', "
            f"hash = '{link['hash']}' WHERE seq = {link['seq']}"
        )
    return [*statements, f"UPDATE audit_head SET hash = '{previous}'"]


def counts() -> tuple[int, int, int]:
    one = sa.select(sa.func.count())
    tables = (AuditEvent, AuditPayload, AuditHead)
    first, second, third = (db.session.scalar(one.select_from(t)) or 0 for t in tables)
    return first, second, third
