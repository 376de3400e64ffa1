"""Determining the class of a record where no table answers: what each class would mean, the choice and its basis."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.classify_record import classify_record
from workflow_app.foundation.errors import Conflict, InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.outlook import earliest_by_class
from workflow_app.portals.officer.records import record_in_scope
from workflow_app.portals.shared.cards import card_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/records/<int:record_id>/classify")
@guarded(Permission.RECORD_CLASSIFY)
def classify(record_id: int) -> str:
    """The facts, and from when an application would be possible in each class."""
    return _form(record_id, errors={})


@bp.post("/records/<int:record_id>/classify")
@guarded(Permission.RECORD_CLASSIFY)
def send_class(record_id: int) -> Response | tuple[str, int]:
    """Determine the class."""
    try:
        classify_record(
            record_id=record_id,
            record_version=request.form.get("record_version", 0, int),
            credit_class=request.form.get("credit_class", ""),
            basis=request.form.get("basis", ""),
            publication_necessary=bool(request.form.get("publication_necessary")),
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return _form(record_id, errors=error.fields), 422
    except Conflict as error:
        return _form(record_id, errors={"form": label(f"error.{error.code}")}), 409
    flash(label("desk.classified"))
    return redirect(url_for("officer.record", record_id=record_id))


def _form(record_id: int, *, errors: Mapping[str, str]) -> str:
    card = card_of(record_in_scope(record_id, Permission.RECORD_CLASSIFY), now())
    dates = earliest_by_class(card.record, card.today)
    return render_template("portals/officer/classify.html", card=card, dates=dates, typed=request.form, errors=errors)
