"""Staying a case and resuming it: the officer asks with ground and paper, another person grants or refuses."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.stay_case import (
    may_be_stayed,
    request_resumption,
    request_stay,
    settle_resumption,
    settle_stay,
)
from workflow_app.cases.stays import open_stay
from workflow_app.cases.tasks import APPROVE_RESUMPTION, APPROVE_STAY
from workflow_app.cases.views import case_view
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.officer import bp
from workflow_app.portals.officer.task_pages import beside_page, work_beside
from workflow_app.portals.shared.denials import refused_on_page
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/cases/<number>/stay")
@guarded(Permission.STAY_REQUEST)
def stay(number: str) -> str:
    """The ground of a stay, its facts and its paper."""
    return _form("stay", number, typed={}, errors={})


@bp.post("/cases/<number>/stay")
@guarded(Permission.STAY_REQUEST)
def ask_stay(number: str) -> Response | tuple[str, int]:
    """Ask for the stay."""
    typed = {name: request.form.get(name, "") for name in ("stay_ground", "facts", "paper")}
    act = partial(
        request_stay,
        case_number=number,
        ground=typed["stay_ground"],
        facts=typed["facts"],
        paper=typed["paper"],
        actor=current_actor(),
        now=now(),
    )
    return _ask("stay", number, typed, act)


@bp.get("/cases/<number>/resumption")
@guarded(Permission.STAY_REQUEST)
def resumption(number: str) -> str:
    """Why the ground of a stay is gone, and by which paper."""
    return _form("resumption", number, typed={}, errors={})


@bp.post("/cases/<number>/resumption")
@guarded(Permission.STAY_REQUEST)
def ask_resumption(number: str) -> Response | tuple[str, int]:
    """Ask that the case go on."""
    typed = {name: request.form.get(name, "") for name in ("reason", "paper")}
    act = partial(request_resumption, case_number=number, actor=current_actor(), now=now(), **typed)
    return _ask("resumption", number, typed, act)


@bp.post("/cases/<number>/tasks/<int:task_id>/stay")
@guarded(Permission.STAY_APPROVE)
def answer_stay(number: str, task_id: int) -> Response | tuple[str, int]:
    """Grant or refuse a stay that somebody else asked for."""
    article = request.form.get("basis_article", "")
    return _settle(
        APPROVE_STAY, number, task_id,
        lambda granted, note: settle_stay(
            task_id=task_id, granted=granted, note=note, basis_article=article, actor=current_actor(), now=now()
        ),
    )  # fmt: skip


@bp.post("/cases/<number>/tasks/<int:task_id>/resumption")
@guarded(Permission.STAY_APPROVE)
def answer_resumption(number: str, task_id: int) -> Response | tuple[str, int]:
    """Let a stayed case go on, or leave it as it is."""
    return _settle(
        APPROVE_RESUMPTION, number, task_id,
        lambda granted, note: settle_resumption(
            task_id=task_id, granted=granted, note=note, actor=current_actor(), now=now()
        ),
    )  # fmt: skip


def _ask(what: str, number: str, typed: Mapping[str, str], act: Callable[[], object]) -> Response | tuple[str, int]:
    try:
        act()
    except InvalidInput as error:
        return _form(what, number, typed=typed, errors=error.fields), 422
    except RuleViolation as error:
        return _form(what, number, typed=typed, errors=refused_on_page(error)), 422
    flash(label(f"desk.{what}_requested"))
    return redirect(url_for("officer.case", number=number))


def _settle(step: str, number: str, task_id: int, act: Callable[[bool, str], object]) -> Response | tuple[str, int]:
    work_beside(number, task_id, step)
    answer = request.form.get("answer", "")
    if answer not in ("granted", "refused"):
        return beside_page(number, task_id, errors={"answer": label("field_error.choose")}), 422
    try:
        act(answer == "granted", request.form.get("note", ""))
    except InvalidInput as error:
        return beside_page(number, task_id, errors=error.fields), 422
    except RuleViolation as error:
        return beside_page(number, task_id, errors=refused_on_page(error)), 422
    flash(label(f"desk.{step.removeprefix('approve_')}_{answer}"))
    return redirect(url_for("officer.case", number=number))


def _form(what: str, number: str, *, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    view, today = case_view(number, current_actor(), now()), legal_day(now())
    require(current_actor(), Permission.STAY_REQUEST, view.case)
    grounds: list[Any] = [
        (
            ground,
            label(f"stay.ground.{ground}"),
            value_of(key, on=today),
            today + timedelta(days=value_of(key, on=today).value),
        )
        for ground, key in view.kind.stays.items()
    ]
    found = open_stay(view.case.id)
    possible = may_be_stayed(view.case) if what == "stay" else found is not None and found.is_standing
    return render_template(
        f"portals/officer/{what}.html",
        view=view,
        stay=found,
        possible=possible,
        grounds=grounds,
        typed=typed,
        errors=errors,
    )
