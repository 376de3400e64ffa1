"""Writing the chain: an act appends its link in its own transaction, so there is no act without a link."""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import sqlalchemy as sa

from workflow_app.audit.event import ALGORITHM, START, AuditEvent, AuditHead, AuditPayload, link_hash, payload_digest
from workflow_app.audit.guards import guard_statements
from workflow_app.audit.origin import current_origin
from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import NotFound

SQLITE_GUARDS, POSTGRES_GUARDS = guard_statements("sqlite"), guard_statements("postgresql")  # for the migration
PAYLOAD_REMOVED = "audit.payload_removed"
try:
    APP_VERSION = version("workflow-app")
except PackageNotFoundError:
    APP_VERSION = "source"


class Acting(Protocol):
    """What the log keeps of an actor."""

    @property
    def account_id(self) -> int | None:
        """The account, None for the house itself."""

    @property
    def name(self) -> str:
        """The name as it was at the time of the act."""

    @property
    def role(self) -> Any:
        """The role acted in."""

    @property
    def department_id(self) -> int | None:
        """The department acted for."""


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
    reason: str = "",
) -> None:
    """Append an act to the chain, in its own transaction. Call it last: everybody waits for the one row of the head.

    `outcome` is ok, denied or error; `reason` the code of a refusal. `details` becomes the payload, kept apart.
    """
    require_transaction()
    db.session.flush()
    origin = current_origin()
    seq, prev_hash = _next()
    salt, content = secrets.token_hex(16), _canonical(details or {})
    link: dict[str, Any] = {
        "seq": seq,
        "at": now.astimezone(UTC),
        "account_id": actor.account_id,
        "actor_name": actor.name[:60],
        "role": str(actor.role),
        "department_id": actor.department_id,
        "session_digest": origin.session,
        "address": origin.address,
        "request_id": origin.request_id,
        "action": action,
        "object_type": object_type,
        "object_id": object_id[:60],
        "case_no": case_no,
        "outcome": outcome,
        "reason": reason[:60],
        "app_version": APP_VERSION,
        "alg": ALGORITHM,
        "payload_digest": payload_digest(salt, content),
        "prev_hash": prev_hash,
    }
    link["hash"] = link_hash(link)
    db.session.execute(sa.insert(AuditEvent).values(**link))
    db.session.execute(sa.insert(AuditPayload).values(seq=seq, salt=salt, content=content))
    db.session.execute(sa.update(AuditHead).where(AuditHead.id == 1).values(seq=seq, hash=link["hash"]))


def remove_payload(seq: int, *, actor: Acting, reason: str, now: datetime) -> None:
    """Delete what an event was about, with its salt, and write down that this was done: a right of the person concerned.

    The link itself stays, so the chain stays whole. Raises NotFound where there is no payload (any more).
    """
    require_transaction()
    payload = db.session.get(AuditPayload, seq)
    if payload is None:
        raise NotFound("audit_payload_not_found", seq=seq)
    db.session.delete(payload)
    record(actor=actor, action=PAYLOAD_REMOVED, object_type="audit_event", object_id=str(seq), reason=reason, now=now)


def _canonical(details: Mapping[str, Any]) -> str:
    text = json.dumps(details, ensure_ascii=False, sort_keys=True, default=str)
    return unicodedata.normalize("NFC", text)


def _next() -> tuple[int, str]:
    head = db.session.execute(
        sa.select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    ).one_or_none()
    if head is None:
        db.session.execute(sa.insert(AuditHead).values(id=1, seq=0, hash=START))
        return 1, START
    return head.seq + 1, head.hash


__all__ = ["POSTGRES_GUARDS", "SQLITE_GUARDS", "AuditEvent", "AuditHead", "AuditPayload", "record", "remove_payload"]
