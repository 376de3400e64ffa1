"""Noting on a record that its decision is contested, that a court's plan lies over it, or what was seen at a platform whose
answer was unclear: proposed here, settled by another person on the same pages."""

from flask import flash, request
from werkzeug.wrappers import Response

from workflow_app.actions.note_on_record import (
    propose_record_contest,
    propose_record_fate,
    propose_record_order_seen,
    propose_record_shield,
)
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.record_tasks import answered, record_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.record_tasks import RecordTaskKind
from workflow_app.records.shields import RECEIPTS, RULING


@bp.get("/records/<int:record_id>/contest")
@guarded(Permission.RECORD_VIEW)
def contest(record_id: int) -> str:
    """What is noted of a court or of reconsideration, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.CONTEST, errors={})


@bp.post("/records/<int:record_id>/contest")
@guarded(Permission.RECORD_PROPOSE)
def propose_contest(record_id: int) -> Response | tuple[str, int]:
    """Propose to note that it began, or how it ended."""
    form = request.form

    def act() -> None:
        propose_record_contest(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            turn=form.get("turn", ""),
            contest=form.get("contest", ""),
            day=form.get("day", ""),
            basis=form.get("basis", ""),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.CONTEST, act)


@bp.get("/records/<int:record_id>/shield")
@guarded(Permission.RECORD_VIEW)
def shield(record_id: int) -> str:
    """The court's plan over a record, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.SHIELD, errors={})


@bp.post("/records/<int:record_id>/shield")
@guarded(Permission.RECORD_PROPOSE)
def propose_shield(record_id: int) -> Response | tuple[str, int]:
    """Propose that the shield begin, or end the one way or the other."""
    form = request.form

    def act() -> None:
        propose_record_shield(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            step=form.get("step", ""),
            values={name: form.get(name, "") for name in (*RULING, *RECEIPTS)},
            basis=form.get("basis", ""),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.SHIELD, act)


@bp.get("/records/<int:record_id>/held")
@guarded(Permission.RECORD_VIEW)
def held(record_id: int) -> str:
    """A record held back because nobody could verify it, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.HELD, errors={})


@bp.post("/records/<int:record_id>/held")
@guarded(Permission.RECORD_PROPOSE)
def propose_held(record_id: int) -> Response | tuple[str, int]:
    """Propose what becomes of it."""
    form = request.form

    def act() -> None:
        propose_record_fate(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            fate=form.get("fate", ""),
            basis=form.get("basis", ""),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.HELD, act)


@bp.get("/records/<int:record_id>/order")
@guarded(Permission.RECORD_VIEW)
def order(record_id: int) -> str:
    """The orders without a case whose answer is unclear, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.ORDER, errors={})


@bp.post("/records/<int:record_id>/order")
@guarded(Permission.RECORD_PROPOSE)
def propose_order(record_id: int) -> Response | tuple[str, int]:
    """Propose what was seen at each platform."""
    form = request.form
    answers = {
        name.removeprefix("applied-"): (
            {"yes": True, "no": False}.get(value),
            form.get(f"receipt_no-{name.removeprefix('applied-')}", ""),
        )
        for name, value in form.items()
        if name.startswith("applied-")
    }

    def act() -> None:
        propose_record_order_seen(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            answers=answers,
            basis=form.get("basis", ""),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.ORDER, act)
