"""Opening cases of a kind from a list of the department's records on which it may be opened, many at once. Which kinds have
such a list is theirs to say (`Opening.candidates`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import render_template, request

from workflow_app.actions.open_case import OPENING
from workflow_app.actions.open_several import MOST, Opened, open_several
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import ProcessKind, batch_kinds
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.people.permissions import Permission, scope_filter
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.answers import answer_of
from workflow_app.portals.shared.denials import note_denial
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.security import row_id
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the outcome: the record, the number of its case or why there is none."""

    record: CreditRecord
    number: str
    refusal: str


@bp.get("/openings/<kind_key>")
@guarded(Permission.CASE_OPEN)
def batch_opening(kind_key: str) -> str:
    """The records on which a case of the kind may be opened and none is, the oldest decision first."""
    return _page(_kind(kind_key), errors={})


@bp.post("/openings/<kind_key>")
@guarded(Permission.CASE_OPEN)
def send_batch_opening(kind_key: str) -> str | tuple[str, int]:
    """Open a case on each ticked record and show what became of each."""
    kind = _kind(kind_key)
    form = answer_of(kind.form_for(OPENING), request.form)
    try:
        opened = open_several(
            record_ids=_ticked(),
            kind_key=kind.key,
            form=form,
            idempotency_key=request.form.get("idempotency_key"),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _page(kind, errors=error.fields, typed=form), 422
    return _page(kind, errors={}, results=[line for done in opened if (line := _result(done))])


def _kind(key: str) -> ProcessKind:
    found = next((kind for kind in batch_kinds(current_actor().role) if kind.key == key), None)
    if found is None:
        raise NotFound("page_not_found")
    return found


def _ticked() -> list[int]:
    try:
        return [row_id(text) for text in request.form.getlist("record")]
    except ValueError:
        raise NotFound("record_not_found") from None


def _result(done: Opened) -> Result | None:
    """What the reader may be told of one record: of one that is not theirs nothing."""
    if done.refusal is not None:
        note_denial(done.refusal)
    record = db.session.get(CreditRecord, done.record_id)
    if record is None or isinstance(done.refusal, NotFound):
        return None
    return Result(record=record, number=done.number, refusal=message_of(done.refusal) if done.refusal else "")


def _page(
    kind: ProcessKind,
    *,
    errors: Mapping[str, str],
    typed: Mapping[str, Any] | None = None,
    results: list[Result] | None = None,
) -> str:
    query = _query(kind)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = list(db.session.scalars(query.order_by(CreditRecord.determination_date, CreditRecord.id).limit(MOST)))
    return render_template(
        "portals/officer/batch_opening.html",
        kind=kind,
        rows=rows,
        total=total,
        ticked=request.form.getlist("record"),
        values=typed or {},
        errors=errors,
        results=results,
    )


def _query(kind: ProcessKind) -> sa.Select[Any]:
    if kind.opening is None or kind.opening.candidates is None:
        raise NotFound("page_not_found")
    going = sa.exists(
        sa.select(Case.id).where(Case.record_id == CreditRecord.id, Case.kind == kind.key, Case.closed_at.is_(None))
    )
    scope = scope_filter(current_actor(), department=CreditRecord.department_id, organisation=sa.literal(0))
    return sa.select(CreditRecord).where(scope, kind.opening.candidates(legal_day(now())), ~going)
