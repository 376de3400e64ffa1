"""Keeping what somebody types, as they type it."""

import json
from datetime import datetime, time, timedelta

from workflow_app.cases.drafts import forget_old_drafts, keep_draft
from workflow_app.cases.evidence import Draft
from workflow_app.foundation.database import transactional
from workflow_app.foundation.errors import InvalidInput, NotPermitted
from workflow_app.foundation.labels import label
from workflow_app.jobs.queue import periodic
from workflow_app.people.accounts import Actor

MAX_BYTES = 60_000
KEPT_FOR = timedelta(days=30)


@periodic(name="forget_old_drafts", daily_at=time(3, 20))
@transactional
def old_drafts(now: datetime) -> int:
    """Drop drafts of tasks nobody has touched for a month; return how many. A party's draft waits until it is filed or thrown
    away: papers hang on it."""
    return forget_old_drafts(before=now - KEPT_FOR)


@transactional
def save_draft(*, place: str, values: dict[str, object], actor: Actor, now: datetime) -> Draft:
    """Keep an actor's draft at a place (`apply:<record id>` or `task:<task id>`); only its owner ever reads it."""
    if actor.account_id is None or not place.startswith(("apply:", "task:")) or len(place) > 80:
        raise NotPermitted("draft_place")
    if len(json.dumps(values, ensure_ascii=False)) > MAX_BYTES:
        raise InvalidInput({"form": label("field_error.too_long", max=MAX_BYTES)})
    return keep_draft(actor.account_id, place, values, now=now)
