"""Correcting a letter by a new one or declaring it void: the officer's proposal, and another person's word on it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.end_letter import propose_ending, settle_ending
from workflow_app.cases.views import case_view
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.catalogue import letter_kind
from workflow_app.letters.corrections import passages
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.letters import letter_of_case, letter_page_of
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/cases/<number>/letters/<int:letter_id>/end")
@guarded(Permission.LETTER_END)
def letter_end(number: str, letter_id: int) -> str:
    """What is wrong with the letter: the reason, and its passages to be rewritten."""
    return _form(number, letter_id, typed={}, errors={})


@bp.post("/cases/<number>/letters/<int:letter_id>/end")
@guarded(Permission.LETTER_END)
def propose_letter_end(number: str, letter_id: int) -> Response | tuple[str, int]:
    """Propose it to another person."""
    letter_of_case(number, letter_id, Permission.LETTER_END)
    typed = request.form.to_dict()
    try:
        propose_ending(letter_id=letter_id, form=typed, actor=current_actor(), now=now())
    except InvalidInput as error:
        return _form(number, letter_id, typed=typed, errors=error.fields), 422
    except RuleViolation as error:
        return _form(number, letter_id, typed=typed, errors=refused_on_page(error)), 422
    flash(label("letter_ending.proposed"), "ok")
    return redirect(url_for("officer.letter", number=number, letter_id=letter_id))


@bp.post("/cases/<number>/letters/<int:letter_id>/ending")
@guarded(Permission.LETTER_END_SETTLE)
def settle_letter_end(number: str, letter_id: int) -> Response | tuple[str, int]:
    """Confirm or refuse what another person proposed."""
    letter_of_case(number, letter_id, Permission.LETTER_END_SETTLE)
    answer, note = request.form.get("answer", ""), request.form.get("note", "")
    try:
        if answer not in ("confirmed", "refused"):
            raise InvalidInput({"answer": label("field_error.choose")})
        confirmed = answer == "confirmed"
        found = settle_ending(letter_id=letter_id, confirmed=confirmed, note=note, actor=current_actor(), now=now())
    except InvalidInput as error:
        return letter_page_of(number, letter_id, errors=error.fields, typed=request.form), 422
    except RuleViolation as error:
        return letter_page_of(number, letter_id, errors=refused_on_page(error), typed=request.form), 422
    flash(label(f"letter_ending.{answer}"), "ok")
    return redirect(url_for("officer.letter", number=number, letter_id=found.id))


def _form(number: str, letter_id: int, *, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    letter = letter_of_case(number, letter_id, Permission.LETTER_END)
    if letter.force != "in_force":
        raise NotFound("letter_not_found")
    view = case_view(number, current_actor(), now())
    require(current_actor(), Permission.LETTER_END, view.case)
    texts = passages(letter_kind(letter.code), letter.context)
    return render_template(
        "portals/officer/letter_end.html", view=view, letter=letter, texts=texts, typed=typed, errors=errors
    )
