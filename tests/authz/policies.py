"""Asking the policy itself: `require` for one act, one actor and one case, against the hand-written file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from tests.authz.town import PEOPLE, Town
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound, NotPermitted
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.permissions import Permission, require

FILE = Path(__file__).parent / "policy.yaml"


def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def actors(town: Town) -> dict[str, Actor]:
    """Return who stands in the columns; needs an application context."""
    known = {a.login: a.actor() for a in db.session.scalars(sa.select(Account))}
    people = {column: known[login] for column, (login, _, _) in PEOPLE.items()}
    return people | {"LX": replace(people["DX"], role=Role.LEADER, level=2)}


def answer(actor: Actor, permission: Permission, case: Case | None) -> str:
    """Return A, F or N."""
    try:
        require(actor, permission, case)
    except NotFound:
        return "N"
    except NotPermitted:
        return "F"
    return "A"


def faults(town: Town) -> list[str]:
    """Return every cell in which policy and file differ."""
    told = document()
    with town.app.app_context():
        case = db.session.scalars(sa.select(Case).where(Case.number == town.names["filed"])).unique().one()
        people, wrong = actors(town), []
        for section, subject in (("on_a_case", case), ("of_the_house", None), ("by_role", None)):
            for name, letters in told[section].items():
                for column, letter in zip(told["columns"], letters, strict=True):
                    found = answer(people[column], Permission(name), subject)
                    if found != letter:
                        wrong.append(f"{name} {column}: {letter} expected, {found}")
        db.session.remove()
    return wrong
