"""The lists staff work through, and taking or giving back what stands in them."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.claim_task import claim_task, release_task
from workflow_app.cases.access import unread_among
from workflow_app.cases.queues import Page, Tab, queue
from workflow_app.cases.urges import slips_for
from workflow_app.foundation.errors import AppError, Conflict, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import Permission
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.nav import DESK, home_of
from workflow_app.portals.shared.security import row_id
from workflow_app.portals.shared.session import current_actor

MAX_AT_ONCE = 30


@bp.get("/")
@guarded(Permission.SIGNED_IN)
def home() -> Response:
    """Where a member of staff starts from."""
    return redirect(home_of(current_actor()))


@bp.get("")
@guarded(Permission.CASE_LIST)
def desk() -> str:
    """One of the four lists, the most urgent first; who only oversees has no tasks and sees two."""
    actor, search = current_actor(), request.args.get("search", "").strip()[:100]
    works = actor.role in DESK
    tabs = tuple(Tab) if works else (Tab.WAITING, Tab.DONE)
    everywhere = bool(search) and "tab" not in request.args
    tab, page = _first_found(tabs, search) if everywhere else _chosen(tabs[0], search)
    unread = unread_among([row.task_id for row in page.items if row.task_id], actor)
    return render_template(
        "portals/officer/queue.html",
        tab=tab.value,
        page=page,
        search=search,
        works=works,
        everywhere=everywhere,
        unread_tasks=unread,
        slips=slips_for(actor) if works else [],
    )


@bp.post("/claim")
@guarded(Permission.CASE_CLAIM)
def claim_many() -> Response:
    """Take the ticked tasks, each in a transaction of its own."""
    done, lost = _each(claim_task)
    _report("desk.claimed", done, lost)
    return redirect(url_for("officer.desk", tab="department"))


@bp.post("/release")
@guarded(Permission.CASE_RELEASE)
def release_many() -> Response:
    """Give the ticked tasks back to the department."""
    done, lost = _each(release_task)
    _report("desk.released", done, lost)
    return redirect(url_for("officer.desk"))


@bp.post("/tasks/<int:task_id>/claim")
@guarded(Permission.CASE_CLAIM)
def claim(task_id: int) -> Response:
    """Take one task and go to its case; where a colleague was faster, say so there."""
    try:
        task = claim_task(task_id=task_id, actor=current_actor(), now=now())
    except Conflict as error:
        flash(label(f"error.{error.code}"), "soon")
        return redirect(url_for("officer.case", number=error.facts["number"]))
    return redirect(url_for("officer.task", number=task.case.number, task_id=task_id))


@bp.post("/tasks/<int:task_id>/release")
@guarded(Permission.CASE_RELEASE)
def release(task_id: int) -> Response:
    """Give one task back to the department."""
    task = release_task(task_id=task_id, actor=current_actor(), now=now())
    flash(label("desk.released", count=1))
    return redirect(url_for("officer.case", number=task.case.number))


def _chosen(usual: Tab, search: str) -> tuple[Tab, Page]:
    try:
        tab = Tab(request.args.get("tab", usual))
    except ValueError:
        raise NotFound from None
    number = request.args.get("page", 1, int)
    return tab, queue(current_actor(), tab=tab, search=search, page=number, now=now())


def _first_found(tabs: Sequence[Tab], search: str) -> tuple[Tab, Page]:
    """A search that names no list goes through them all and shows the first one where it finds something."""
    for tab in tabs:
        page = queue(current_actor(), tab=tab, search=search, now=now())
        if page.total:
            return tab, page
    return tabs[0], queue(current_actor(), tab=tabs[0], search=search, now=now())


def _each(act: Callable[..., Any]) -> tuple[int, int]:
    ids = list(dict.fromkeys(request.form.getlist("task_ids", row_id)))[:MAX_AT_ONCE]
    done = 0
    for task_id in ids:
        try:
            act(task_id=task_id, actor=current_actor(), now=now())
            done += 1
        except AppError:
            continue
    return done, len(ids) - done


def _report(key: str, done: int, lost: int) -> None:
    if done:
        flash(label(key, count=done))
    if lost or not done:
        flash(label("desk.not_taken", count=lost) if lost else label("desk.none_ticked"), "soon")
