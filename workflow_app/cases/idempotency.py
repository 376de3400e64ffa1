"""Requests by key: the same request sent twice (double click, lost reply) has one effect and gets the same answer."""

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, require_transaction
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor

MAX_KEY = 80


class RequestKey(Model):
    """One request that took effect, and what it led to."""

    __tablename__ = "request_key"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(MAX_KEY), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    result: Mapped[str] = mapped_column(sa.String(40))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def request_digest(**content: Any) -> str:
    """Return the digest of what a request asks for."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def earlier_result(key: str | None, digest: str, *, actor: Actor) -> str | None:
    """Return the result of the same request made before, or None.

    Raises RuleViolation for a key used with other content, InvalidInput for one that no page of ours has made.
    """
    require_transaction()
    if not key:
        return None
    if len(key) > MAX_KEY:
        raise InvalidInput({"idempotency_key": label("field_error.request_key")})
    found = db.session.get(RequestKey, (actor.account_id or 0, key))
    if found is None:
        return None
    if found.digest != digest:
        raise RuleViolation("request_key_reused")
    return found.result


def remember(key: str | None, digest: str, result: str, *, actor: Actor, now: datetime) -> None:
    """Keep what a request led to, in the transaction of its effect."""
    if key:
        db.session.add(RequestKey(account_id=actor.account_id or 0, key=key, digest=digest, result=result, at=now))
