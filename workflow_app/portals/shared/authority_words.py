"""Authority in words: why an account may not act, and what a mandate allows. For the pages of both sides."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.authority import Refusal
from workflow_app.people.mandates import Mandate, authority_missing, mandates_of
from workflow_app.people.permissions import NoAuthority
from workflow_app.records.credit_record import CreditRecord


def no_authority(actor: Actor) -> NoAuthority | None:
    """Return None where an account may act for anybody today, else the refusal with whom and when it is about."""
    missing = authority_missing(actor)
    if missing is None:
        return None
    mandates = mandates_of(actor.account_id) if actor.account_id is not None and actor.on is not None else []
    nearest = next((m for m in mandates if actor.on and m.standing(actor.on) is missing), None)
    if nearest is None:
        return NoAuthority(f"authority_{Refusal.NONE}")
    facts = {
        "organisation": nearest.organisation.name,
        "begins_on": in_words(nearest.begins_on),
        "ended_on": in_words(nearest.ends_on),
        "reason": nearest.revoke_reason,
    }
    return NoAuthority(f"authority_{missing}", **facts)


def in_words(day: date | None) -> str:
    """2026年11月24日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def reach_words(mandates: list[Mandate]) -> dict[int, str]:
    """Return what each mandate covers, by its id."""
    ids = {i for m in mandates for i in m.records or ()}
    known = sa.select(CreditRecord.id, CreditRecord.document_number).where(CreditRecord.id.in_(ids))
    numbers: dict[Any, str] = {row[0]: row[1] for row in db.session.execute(known)}
    return {m.id: _reach(m, numbers) for m in mandates}


def _reach(mandate: Mandate, numbers: dict[Any, str]) -> str:
    if mandate.records is not None:
        names = "、".join(numbers[i] for i in mandate.records if i in numbers)
        return label("mandate.reach.records", count=len(mandate.records), names=names)
    if mandate.kinds is not None:
        return label("mandate.reach.kinds", names="、".join(label(f"kind.{k}") for k in mandate.kinds))
    return label("mandate.reach.all")
