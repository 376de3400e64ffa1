"""Acts on many cases at once: each in a transaction of its own, what did not work told by case, the others done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request

from workflow_app.cases.case import Case
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import AppError, InvalidInput, NotFound, RuleViolation
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import scope_filter
from workflow_app.portals.shared.errors import message_of

MAX_AT_ONCE = 100
KEY_LENGTH = 40  # with a case number it must fit into the register of request keys


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One case as it was when its row was ticked."""

    number: str
    version: int
    subject_name: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of the act on one case; `trouble` is empty where it was done."""

    case: Chosen
    trouble: str


def ticked_cases(actor: Actor) -> list[Case]:
    """Return the cases a request names, in its order. Raises NotFound for the whole request where one of them is not
    within the actor's scope: no page offers that, so nothing of such a request is done."""
    numbers = list(dict.fromkeys(request.values.getlist("cases")))
    if len(numbers) > MAX_AT_ONCE:
        raise RuleViolation("too_many_at_once", most=MAX_AT_ONCE)
    scope = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
    query = sa.select(Case).where(Case.number.in_([n[:24] for n in numbers]), scope)
    found = {case.number: case for case in db.session.scalars(query).unique()}
    if len(found) != len(numbers):
        raise NotFound("case_not_found")
    return [found[number] for number in numbers]


def chosen(cases: Sequence[Case]) -> list[Chosen]:
    """Return cases as values, with the version the page was made from where the form carries one."""
    return [
        Chosen(
            number=case.number,
            version=request.form.get(f"version-{case.number}", case.row_version, int),
            subject_name=case.record.subject_name,
        )
        for case in cases
    ]


def each(cases: Sequence[Chosen], act: Callable[[Chosen, str | None], Any]) -> list[Outcome]:
    """Do an act for each case with a request key of its own. Raises InvalidInput where the very first says that what
    was typed is wrong: then it is wrong for all, and nothing has been done."""
    key = request.form.get("idempotency_key", "")[:KEY_LENGTH]
    outcomes: list[Outcome] = []
    for case in cases:
        trouble = ""
        try:
            act(case, f"{key}:{case.number}" if key else None)
        except InvalidInput as error:
            if not outcomes:
                raise
            trouble = "；".join(error.fields.values())
        except AppError as error:
            trouble = message_of(error)
        outcomes.append(Outcome(case=case, trouble=trouble))
    return outcomes
