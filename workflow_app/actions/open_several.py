"""Opening cases of one kind on several records: each a case of its own in a transaction of its own. What cannot be opened is
told with its reason; the others stand. Sent again under the same key, the same form opens nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow_app.actions.open_case import OPENING, open_case
from workflow_app.cases.forms import clean
from workflow_app.cases.kinds import Answer, kind_of
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import AppError, InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor

MOST = 50  # of one batch: what a page still lists


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What became of one record: the number of its case, or why there is none."""

    record_id: int
    number: str = ""
    refusal: AppError | None = None


def open_several(
    *, record_ids: Sequence[int], kind_key: str, form: Answer, idempotency_key: str | None, actor: Actor, now: datetime
) -> list[Opened]:
    """Open a case on each record and return what became of each, in their order.

    Nothing is opened where the form itself is wrong or the choice is: raises InvalidInput, `records` for the choice.
    """
    ids = list(dict.fromkeys(record_ids))
    if not ids:
        raise InvalidInput({"records": label("field_error.no_record_chosen")})
    if len(ids) > MOST:
        raise InvalidInput({"records": label("field_error.batch_too_large", most=MOST)})
    clean(kind_of(kind_key).form_for(OPENING), form)
    return [_open(record_id, kind_key, form, idempotency_key, actor, now) for record_id in ids]


def _open(record_id: int, kind_key: str, form: Answer, key: str | None, actor: Actor, now: datetime) -> Opened:
    try:
        case = open_case(
            record_id=record_id,
            kind_key=kind_key,
            form=form,
            idempotency_key=f"{key}-{record_id}" if key else None,
            actor=actor,
            now=now,
        )
        return Opened(record_id=record_id, number=case.number)
    except AppError as refusal:
        db.session.rollback()
        return Opened(record_id=record_id, refusal=refusal)
