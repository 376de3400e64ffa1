"""The tables of the chain and how a link is hashed. Payloads lie apart, each with a salt, so that one can be deleted by
law without breaking the chain."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime

ALGORITHM = "sha256"
START = "0" * 64
# The columns a link's hash covers, in the order of the digest. What is not named here is not protected.
HASHED = (
    "seq", "at", "account_id", "actor_name", "role", "department_id", "session_digest", "address", "request_id", "action",
    "object_type", "object_id", "case_no", "outcome", "reason", "app_version", "alg", "payload_digest", "prev_hash",
)  # fmt: skip


class AuditEvent(Model):
    """One link of the chain. `hash` covers every other column, and through `prev_hash` all links before."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    account_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[str] = mapped_column(sa.String(20))
    department_id: Mapped[int | None]
    session_digest: Mapped[str] = mapped_column(sa.String(16))
    address: Mapped[str] = mapped_column(sa.String(45))
    request_id: Mapped[str] = mapped_column(sa.String(32))
    action: Mapped[str] = mapped_column(sa.String(60), index=True)
    object_type: Mapped[str] = mapped_column(sa.String(30))
    object_id: Mapped[str] = mapped_column(sa.String(60))
    case_no: Mapped[str | None] = mapped_column(sa.String(24), index=True)
    outcome: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.String(60))
    app_version: Mapped[str] = mapped_column(sa.String(20))
    alg: Mapped[str] = mapped_column(sa.String(10))
    payload_digest: Mapped[str] = mapped_column(sa.String(64))
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditPayload(Model):
    """What an event was about. Deleting it (personal data) leaves the chain whole: the chain holds a salted digest."""

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


def instant_text(at: datetime) -> str:
    """Return an instant as the digest has it: UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def payload_digest(salt: str, content: str) -> str:
    """Return the digest of a payload as the chain holds it."""
    return hashlib.sha256(f"{salt}|{content}".encode()).hexdigest()


def link_hash(link: Mapping[str, Any]) -> str:
    """Return the hash of a link over all its columns but the hash itself."""
    return digest_of([instant_text(link[name]) if name == "at" else link[name] for name in HASHED])


_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def digest_of(values: list[Any]) -> str:
    """Return the digest of the hashed columns' plain values, in their order."""
    return hashlib.sha256(_canonical(values).encode()).hexdigest()
