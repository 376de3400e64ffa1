"""Writing the chain: an act appends its link in its own transaction, so there is no act without a link."""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

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
    connection = db.session.connection()
    connection.execute(_INSERT_EVENT, link)
    connection.execute(_INSERT_PAYLOAD, {"seq": seq, "salt": salt, "content": content})
    connection.execute(_MOVE_HEAD, {"to_seq": seq, "to_hash": link["hash"]})


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
    connection = db.session.connection()
    head = connection.execute(_READ_HEAD).one_or_none()
    if head is None:  # the very first acts of an installation may arrive together
        insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(_HEAD)
        connection.execute(insert.values(id=1, seq=0, hash=START).on_conflict_do_nothing())
        head = connection.execute(_READ_HEAD).one()
    return head.seq + 1, head.hash


# Made once, and sent to the tables rather than through mapped classes: every act of the house passes here.
_HEAD = cast(sa.Table, AuditHead.__table__)
_INSERT_EVENT = cast(sa.Table, AuditEvent.__table__).insert()
_INSERT_PAYLOAD = cast(sa.Table, AuditPayload.__table__).insert()
_READ_HEAD = sa.select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.id == 1).with_for_update()
_MOVE_HEAD = _HEAD.update().where(_HEAD.c.id == 1).values(seq=sa.bindparam("to_seq"), hash=sa.bindparam("to_hash"))


__all__ = ["POSTGRES_GUARDS", "SQLITE_GUARDS", "AuditEvent", "AuditHead", "AuditPayload", "record", "remove_payload"]
