"""Taking a day's letters away as one file: which ones within one's reach, noted in the audit log, made by a job."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow_app.audit import log
from workflow_app.foundation.clock import end_of_day, start_of_day
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.bundles import MOST, LetterBundle, order_bundle
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require, scope_filter


def letters_of_day(actor: Actor, day: date) -> sa.Select[Any]:
    """Return the query for the letters issued on a day within an actor's reach, by organ and number."""
    scope = scope_filter(actor, department=Letter.department_id, organisation=sa.literal(0))
    query = sa.select(Letter).where(Letter.issued_at >= start_of_day(day), Letter.issued_at < end_of_day(day), scope)
    return query.order_by(Letter.department_id, Letter.kind_word, Letter.serial)


@transactional
def bundle_letters(*, day: date, form: str, actor: Actor, now: datetime) -> LetterBundle:
    """Order the file of a day's letters. Raises InvalidInput on `form`, RuleViolation where there are none or too many."""
    require(actor, Permission.LETTER_BUNDLE)
    if form not in MOST:
        raise InvalidInput({"form": label("field_error.choose")})
    query = letters_of_day(actor, day).with_only_columns(Letter.id, maintain_column_froms=True)
    ids = list(db.session.scalars(query.limit(MOST[form] + 1)))
    if not ids:
        raise RuleViolation("letter_bundle_empty", day=day.isoformat())
    if len(ids) > MOST[form]:
        raise RuleViolation("letter_bundle_too_many", max=MOST[form])
    bundle = LetterBundle(
        form=form, title=label("letter_bundle.title", day=day.isoformat()), letter_ids=ids, total=len(ids),
        department_id=actor.department_id, asked_by_id=actor.account_id, asked_by_name=actor.name, asked_at=now,
    )  # fmt: skip
    order_bundle(bundle)
    facts: Mapping[str, Any] = {"day": day.isoformat(), "form": form, "letters": len(ids)}
    log.record(
        actor=actor,
        action="letters.bundled",
        object_type="bundle",
        object_id=str(bundle.id),
        details=dict(facts),
        now=now,
    )
    return bundle
