"""Urging cases: who will have to answer and until when, the question, and what came of it case by case."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.urge_case import ANSWER, answer_day, urge_case, whom_to_urge
from workflow_app.cases.case import Case
from workflow_app.cases.holders import Holder, holders_of_all
from workflow_app.cases.urges import waiting_slips
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer.people import names
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.shared.words import today
from workflow_app.portals.supervisor import bp
from workflow_app.portals.supervisor.bulk import Chosen, chosen, each, ticked_cases
from workflow_app.portals.supervisor.ways_back import way_back


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One case with who would have to answer, or why nobody is to be asked."""

    case: Case
    holder: Holder | None
    trouble: str


@bp.get("/urge")
@guarded(Permission.CASE_URGE)
def urge() -> Response | str:
    """The question to the ticked cases."""
    cases = ticked_cases(current_actor())
    return _form(cases, text="", errors={}) if cases else _nothing()


@bp.post("/urge")
@guarded(Permission.CASE_URGE)
def send_urge() -> Response | str | tuple[str, int]:
    """Issue a slip to each of them."""
    actor, instant, text = current_actor(), now(), request.form.get("text", "")
    cases, back = ticked_cases(actor), way_back()
    if not cases:
        return _nothing()

    def act(case: Chosen, key: str | None) -> None:
        urge_case(case_number=case.number, text=text, idempotency_key=key, actor=actor, now=instant)

    try:
        outcomes = each(chosen(cases), act)
    except InvalidInput as error:
        return _form(ticked_cases(actor), text=text, errors=error.fields), 422
    done = sum(not o.trouble for o in outcomes)
    if done == len(outcomes):
        flash(label("supervising.urged", count=done))
        return redirect(back.address)
    return render_template("portals/supervisor/outcomes.html", act="urge", outcomes=outcomes, done=done, back=back)


def _form(cases: list[Case], *, text: str, errors: Mapping[str, str]) -> str:
    asked = _asked(cases, current_actor())
    return render_template(
        "portals/supervisor/urge.html",
        asked=asked,
        people=names(a.holder.account_id for a in asked if a.holder),
        answer_by=answer_day(today()),
        confidence=value_of(ANSWER, on=today()).confidence,
        text=text,
        errors=errors,
        back=way_back(),
    )


def _asked(cases: list[Case], actor: Actor) -> list[Asked]:
    holders = holders_of_all(cases)
    waiting = waiting_slips(holders, department_id=actor.department_id)
    found = []
    for case in cases:
        try:
            holder = whom_to_urge(case, actor, holders[case.id], waiting.get(case.id))
            found.append(Asked(case=case, holder=holder, trouble=""))
        except RuleViolation as error:
            found.append(Asked(case=case, holder=None, trouble=message_of(error)))
    return found


def _nothing() -> Response:
    flash(label("supervising.none_ticked"), "soon")
    return redirect(url_for("supervisor.cases"))
