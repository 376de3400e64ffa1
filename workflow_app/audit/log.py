"""Writing the chain. Payloads lie apart with a salt, so that one can be deleted by law without breaking the chain."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction

ALGORITHM = "sha256"
START = "0" * 64


class Acting(Protocol):
    """What the log keeps of an actor."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Any: ...
    @property
    def department_id(self) -> int | None: ...


class AuditEvent(Model):
    """One link of the chain. `hash` covers every column but itself, and the hash before."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    account_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[str] = mapped_column(sa.String(20))
    department_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(sa.String(60))
    object_type: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[str] = mapped_column(sa.String(60))
    case_no: Mapped[str | None] = mapped_column(sa.String(24), index=True)
    outcome: Mapped[str] = mapped_column(sa.String(10))
    payload_digest: Mapped[str] = mapped_column(sa.String(64))
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditPayload(Model):
    """What an event was about. Deleting it (personal data) leaves the chain whole: the chain holds its salted digest."""

    __tablename__ = "audit_payload"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(sa.String(32))
    content: Mapped[str] = mapped_column(sa.Text)


class AuditHead(Model):
    """The end of the chain: one row, locked last in every act."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


def record(
    *,
    actor: Acting,
    action: str,
    object_type: str,
    object_id: str,
    now: datetime,
    case_no: str | None = None,
    details: Mapping[str, Any] | None = None,
    outcome: str = "ok",
) -> None:
    """Append an act to the chain, in the act's transaction. Call it last: the head is one row that everybody waits for."""
    require_transaction()
    db.session.flush()
    seq, prev_hash = _next()
    salt = secrets.token_hex(16)
    content = json.dumps(details or {}, ensure_ascii=False, sort_keys=True, default=str)
    link: dict[str, Any] = {
        "seq": seq,
        "at": now.astimezone(UTC),
        "account_id": actor.account_id,
        "actor_name": actor.name,
        "role": str(actor.role),
        "department_id": actor.department_id,
        "action": action,
        "object_type": object_type,
        "object_id": object_id,
        "case_no": case_no,
        "outcome": outcome,
        "payload_digest": payload_digest(salt, content),
        "prev_hash": prev_hash,
    }
    link["hash"] = link_hash(link)
    db.session.execute(sa.insert(AuditEvent).values(**link))
    db.session.execute(sa.insert(AuditPayload).values(seq=seq, salt=salt, content=content))
    db.session.execute(sa.update(AuditHead).where(AuditHead.id == 1).values(seq=seq, hash=link["hash"]))


def _next() -> tuple[int, str]:
    head = db.session.execute(
        sa.select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    ).one_or_none()
    if head is None:
        db.session.execute(sa.insert(AuditHead).values(id=1, seq=0, hash=START))
        return 1, START
    return head.seq + 1, head.hash


def payload_digest(salt: str, content: str) -> str:
    """Return the digest of a payload as the chain holds it."""
    return hashlib.sha256(f"{salt}|{content}".encode()).hexdigest()


def link_hash(link: Mapping[str, Any]) -> str:
    """Return the hash of a link over all its columns but the hash itself."""
    plain = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in link.items() if k != "hash"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{ALGORITHM}|{text}".encode()).hexdigest()


SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER audit_event_no_{verb} BEFORE {verb.upper()} ON audit_event "
    "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
    for verb in ("update", "delete")
)
POSTGRES_GUARDS = (
    "CREATE FUNCTION audit_event_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$",
    "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event "
    "FOR EACH ROW EXECUTE FUNCTION audit_event_only_grows()",
)


@event.listens_for(AuditEvent.__table__, "after_create")
def _install_guards(_table: Any, connection: sa.Connection, **_: Any) -> None:
    for statement in SQLITE_GUARDS if connection.dialect.name == "sqlite" else POSTGRES_GUARDS:
        connection.exec_driver_sql(statement)
