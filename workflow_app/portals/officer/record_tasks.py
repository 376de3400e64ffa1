"""Work on a record outside any case: class, start of its periods, what becomes of it unperformed; proposed, then settled."""

from collections.abc import Callable, Mapping
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.work_on_record import (
    propose_commitment_finding,
    propose_record_class,
    propose_record_delisting,
    propose_record_outcome,
    propose_record_start,
    settle_record_task,
)
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.outlook import if_classed
from workflow_app.portals.officer.records import record_in_scope
from workflow_app.portals.shared.cards import card_of
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.following_up import matches_of
from workflow_app.records.lifecycle import FINAL
from workflow_app.records.orders import orders_on
from workflow_app.records.record_tasks import RecordTaskKind, open_tasks_of
from workflow_app.records.window import ending_of_record

PAGES = {
    RecordTaskKind.CLASSIFY: "portals/officer/classify.html",
    RecordTaskKind.START_DAY: "portals/officer/start_day.html",
    RecordTaskKind.UNPERFORMED: "portals/officer/unperformed.html",
    RecordTaskKind.DELIST: "portals/officer/delist.html",
    RecordTaskKind.COMMITMENT: "portals/officer/commitment.html",
    RecordTaskKind.CONTEST: "portals/officer/contest.html",
    RecordTaskKind.SHIELD: "portals/officer/shield.html",
    RecordTaskKind.ORDER: "portals/officer/order.html",
    RecordTaskKind.HELD: "portals/officer/held.html",
}
# proposed without a task that asks for it too
UNASKED = frozenset({RecordTaskKind.CLASSIFY, RecordTaskKind.CONTEST, RecordTaskKind.SHIELD, RecordTaskKind.DELIST})
# of penalties and of entries in lists
OF_BOTH = frozenset({RecordTaskKind.CONTEST, RecordTaskKind.SHIELD, RecordTaskKind.ORDER, RecordTaskKind.HELD})
OF_ENTRIES = (RecordTaskKind.DELIST,)


@bp.get("/records/<int:record_id>/classify")
@guarded(Permission.RECORD_VIEW)
def classify(record_id: int) -> str:
    """The facts, from when an application would be possible in each class, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.CLASSIFY, errors={})


@bp.post("/records/<int:record_id>/classify")
@guarded(Permission.RECORD_PROPOSE)
def propose_class(record_id: int) -> Response | tuple[str, int]:
    """Propose the class."""
    form = request.form

    def act() -> None:
        propose_record_class(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            credit_class=form.get("credit_class", ""),
            basis=form.get("basis", ""),
            publication_necessary=bool(form.get("publication_necessary")),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.CLASSIFY, act)


@bp.get("/records/<int:record_id>/start_day")
@guarded(Permission.RECORD_VIEW)
def start_day(record_id: int) -> str:
    """A record that is past its longest period by one count and not by the other, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.START_DAY, errors={})


@bp.post("/records/<int:record_id>/start_day")
@guarded(Permission.RECORD_PROPOSE)
def propose_start(record_id: int) -> Response | tuple[str, int]:
    """Propose from which day its periods run."""
    form = request.form

    def act() -> None:
        propose_record_start(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            start=form.get("start", ""),
            basis=form.get("basis", ""),
            publication_date=_day(form.get("publication_date", "")),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.START_DAY, act)


@bp.get("/records/<int:record_id>/unperformed")
@guarded(Permission.RECORD_VIEW)
def unperformed(record_id: int) -> str:
    """A record past its longest period that was not performed: what may become of it, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.UNPERFORMED, errors={})


@bp.post("/records/<int:record_id>/unperformed")
@guarded(Permission.RECORD_PROPOSE)
def propose_outcome(record_id: int) -> Response | tuple[str, int]:
    """Propose what becomes of it."""
    form = request.form

    def act() -> None:
        propose_record_outcome(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            outcome=form.get("outcome", ""),
            basis=form.get("basis", ""),
            performed_on=_day(form.get("performed_on", "")),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.UNPERFORMED, act)


@bp.get("/records/<int:record_id>/delist")
@guarded(Permission.RECORD_VIEW)
def delist(record_id: int) -> str:
    """An entry that may leave its list ex officio, the penalty behind it, and the proposal that waits."""
    return record_page(record_id, RecordTaskKind.DELIST, errors={})


@bp.post("/records/<int:record_id>/delist")
@guarded(Permission.RECORD_PROPOSE)
def propose_delist(record_id: int) -> Response | tuple[str, int]:
    """Propose that it leaves."""
    form = request.form

    def act() -> None:
        propose_record_delisting(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            reason=form.get("reason", ""),
            basis=form.get("basis", ""),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.DELIST, act)


@bp.get("/records/<int:record_id>/commitment")
@guarded(Permission.RECORD_VIEW)
def commitment(record_id: int) -> str:
    """A repaired record whose subject has new penalties, and the finding that waits."""
    return record_page(record_id, RecordTaskKind.COMMITMENT, errors={})


@bp.post("/records/<int:record_id>/commitment")
@guarded(Permission.RECORD_PROPOSE)
def propose_commitment(record_id: int) -> Response | tuple[str, int]:
    """Propose what was found about the commitment."""
    form = request.form

    def act() -> None:
        propose_commitment_finding(
            record_id=record_id,
            record_version=form.get("record_version", 0, int),
            finding=form.get("finding", ""),
            basis=form.get("basis", ""),
            actor=current_actor(),
            now=now(),
        )
        flash(label("desk.record_proposed"))

    return answered(record_id, RecordTaskKind.COMMITMENT, act)


@bp.post(
    "/records/<int:record_id>/<any(classify, start_day, unperformed, commitment, contest, shield, delist, order, held):kind>/settle"
)
@guarded(Permission.RECORD_SETTLE)
def settle_record(record_id: int, kind: str) -> Response | tuple[str, int]:
    """Confirm or send back what another person proposed."""
    chosen = RecordTaskKind(kind)

    def act() -> None:
        answer = request.form.get("answer", "")
        if answer not in ("confirm", "send_back"):
            raise InvalidInput({"answer": label("field_error.choose")})
        settle_record_task(
            record_id=record_id,
            record_version=request.form.get("record_version", 0, int),
            kind=chosen,
            shown=request.form.get("task_shown", ""),
            approved=answer == "confirm",
            reason=request.form.get("reason", ""),
            actor=current_actor(),
            now=now(),
        )
        what = "commitment" if chosen is RecordTaskKind.COMMITMENT and answer == "confirm" else "record"
        flash(label(f"desk.{what}_{answer}"))

    return answered(record_id, chosen, act)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def answered(record_id: int, kind: RecordTaskKind, act: Callable[[], None]) -> Response | tuple[str, int]:
    """Do an act and go to the record; where it is refused, show the page again with what was typed."""
    try:
        act()
    except InvalidInput as error:
        return record_page(record_id, kind, errors=error.fields), 422
    except Conflict as error:
        return record_page(record_id, kind, errors={"form": message_of(error)}), 409
    except RuleViolation as error:
        return record_page(record_id, kind, errors=refused_on_page(error)), 422
    return redirect(url_for("officer.record", record_id=record_id))


def record_page(record_id: int, kind: RecordTaskKind, *, errors: Mapping[str, str]) -> str:
    """Return the page of a kind of work on a record, with the proposal that waits. Raises NotFound where nothing is asked."""
    card = card_of(record_in_scope(record_id), now())
    task = next((t for t in open_tasks_of(record_id) if t.kind == kind), None)
    if kind not in OF_BOTH and card.record.is_entry is not (kind in OF_ENTRIES) and task is None:
        raise NotFound("record_task_closed")
    if task is None and kind not in UNASKED:
        raise NotFound("record_task_closed")
    return render_template(
        PAGES[kind],
        card=card,
        task=task,
        proposal=task.proposal if task else None,
        own=bool(task and task.proposal and task.proposal["by_id"] == current_actor().account_id),
        options=if_classed(card.record, card.today) if kind is RecordTaskKind.CLASSIFY else (),
        ending=ending_of_record(card.record, on=card.today) if kind is RecordTaskKind.START_DAY else None,
        matches=matches_of(card.record) if kind is RecordTaskKind.COMMITMENT else (),
        final=FINAL,
        orders=orders_on(record_id) if kind in (RecordTaskKind.ORDER, RecordTaskKind.SHIELD) else (),
        typed=request.form,
        errors=errors,
    )
