"""Two people on one case: the page of the slower one, with his text kept beside what is stored now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from workflow_app.actions.save_draft import save_draft
from workflow_app.cases.kinds import Answer, Field
from workflow_app.foundation.errors import Conflict
from workflow_app.foundation.labels import has_label, label
from workflow_app.portals.officer.differences import Piece, pieces
from workflow_app.portals.officer.people import names
from workflow_app.portals.officer.task_pages import Work, work_on
from workflow_app.portals.shared.moment import now

TEXTS = ("text", "textarea")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One text of the form, as the reader wrote it and as it is stored; `changes` leads from one to the other."""

    name: str
    label: str
    mine: str
    theirs: str
    changes: tuple[Piece, ...]


def conflict_page(number: str, task_id: int, *, answer: Answer, error: Conflict) -> str:
    """Keep what was typed and return the page that shows both texts."""
    work = work_on(number, task_id)
    if work.actor.account_id is not None:
        save_draft(place=work.place, values=answer, actor=work.actor, now=now())
        work = work_on(number, task_id)
    stored = work.task.answer or {}
    return render_template(
        "portals/officer/conflict.html",
        work=work,
        view=work.view,
        task=work.task,
        pairs=_pairs(work, answer, stored),
        kept=_plain_words(work, answer),
        stored=_plain_words(work, stored),
        winner=names([work.task.closed_by_id or work.task.assignee_id]),
        latest=work.view.timeline[0] if work.view.timeline else None,
        code=error.code,
    )


def _pairs(work: Work, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Pair]:
    found = []
    for field in work.form.fields:
        if field.kind not in TEXTS:
            continue
        ours, stored = str(mine.get(field.name) or ""), str(theirs.get(field.name) or "")
        if ours or stored:
            words = field_words(work, field)
            found.append(Pair(name=field.name, label=words, mine=ours, theirs=stored, changes=pieces(ours, stored)))
    return found


def _plain_words(work: Work, answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The choices of an answer in words: what was decided, apart from the texts."""
    found = []
    for field in work.form.fields:
        value = str(answer.get(field.name) or "")
        if field.kind == "choice" and value:
            key = f"choice.{work.view.kind.key}.{field.name}.{value}"
            found.append((field_words(work, field), label(key) if has_label(key) else value))
    return found


def field_words(work: Work, field: Field) -> str:
    """Return the name of a field in words."""
    key = f"field.{work.view.kind.key}.{field.name}"
    return label(key) if has_label(key) else field.name
