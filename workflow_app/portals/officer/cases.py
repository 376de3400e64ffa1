"""The page of a case for staff: what it is, until when, what to do next, everything on it; its diagram and notes."""

from flask import Response as Answer
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.ask_enquiry import may_be_asked
from workflow_app.actions.write_note import write_note
from workflow_app.cases.case import case_by_number
from workflow_app.cases.enquiries import enquiries_of
from workflow_app.cases.urges import slips_for
from workflow_app.cases.views import CaseView, case_view
from workflow_app.engine.instances import instance_of
from workflow_app.engine.runner import tokens
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import has_label
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.looks import look_at
from workflow_app.portals.officer.next_step import next_step
from workflow_app.portals.officer.people import names_of
from workflow_app.portals.officer.story import FILTERS, filtered
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/cases/<number>")
@guarded(Permission.CASE_VIEW)
def case(number: str) -> str:
    """One case with everything on it."""
    actor = current_actor()
    look_at(number, "case")
    view = case_view(number, actor, now())
    chosen = request.args.get("story", "all")
    return render_template(
        "portals/officer/case.html",
        view=view,
        names=names_of(view),
        next=next_step(view, actor),
        diagram=_diagram_of(view),
        story=filtered(view.timeline, chosen),
        story_filter=chosen,
        story_filters=FILTERS,
        enquiries=enquiries_of(view.case.id),
        may_ask=may_be_asked(view.case),
        slips=[slip for slip in slips_for(actor) if slip.case_id == view.case.id],
    )


@bp.get("/cases/<number>/diagram.bpmn")
@guarded(Permission.CASE_VIEW)
def diagram(number: str) -> Answer:
    """The process of the case as it was drawn when the case began."""
    found = case_by_number(number)
    require(current_actor(), Permission.CASE_VIEW, found)
    return Answer(instance_of(found.id).definition.source, mimetype="application/xml")


@bp.post("/cases/<number>/notes")
@guarded(Permission.NOTE_WRITE)
def add_note(number: str) -> Response:
    """Write a private note."""
    try:
        write_note(case_number=number, text=request.form.get("text", ""), actor=current_actor(), now=now())
    except InvalidInput as error:
        flash(next(iter(error.fields.values())), "bad")
    return redirect(url_for("officer.case", number=number, _anchor="notes"))


def _diagram_of(view: CaseView) -> dict[str, tuple[str, ...]]:
    """The marks of the drawing: the steps where the case stands and those it has left behind, as ids of the drawing."""
    instance = instance_of(view.case.id)
    live = tokens(instance.definition, instance.state)
    now_here = tuple(sorted(i for i in live if has_label(f"step.{view.kind.key}.{i}")))
    return {"now": now_here, "visited": tuple(s for s in view.visited if s not in now_here)}
