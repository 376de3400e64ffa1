"""Who has a case in hand on the office's side: whom a reminder reaches and who answers for a delay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.tasks import CaseTask
from workflow_app.foundation.database import db
from workflow_app.people.accounts import Actor, Role

CENTRAL = frozenset({Role.CLERK})  # they work for every department
ELSEWHERE = frozenset({Role.APPLICANT, Role.PROVIDER})  # while they are to act, the officer answers for the delay


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One account, or whoever has a role in a department; without a department, whoever has the role at all."""

    role: Role
    department_id: int | None = None
    account_id: int | None = None

    def is_for(self, actor: Actor) -> bool:
        """Tell whether an actor is meant."""
        if self.account_id is not None:
            return actor.account_id == self.account_id
        return actor.role is self.role and self.department_id in (None, actor.department_id)

    def address(self) -> dict[str, Any]:
        """The holder as the addressee of a notice."""
        if self.account_id is not None:
            return {"account_id": self.account_id}
        return {"department_id": self.department_id, "role": self.role}


def holders_of(case: Case) -> list[Holder]:
    """Return who is to act on a case, or the officer who has it while only the party, a platform or a body asked is to act."""
    return holders_of_all([case])[case.id]


def holders_of_all(cases: Sequence[Case]) -> dict[int, list[Holder]]:
    """Return the holders of many cases by case id, in one query."""
    found: dict[int, list[Holder]] = {case.id: [] for case in cases}
    columns = (CaseTask.case_id, CaseTask.role, CaseTask.assignee_id)
    query = sa.select(*columns).where(
        CaseTask.case_id.in_(found), CaseTask.closed_at.is_(None), CaseTask.role.not_in(ELSEWHERE)
    )
    by_id = {case.id: case for case in cases}
    for case_id, role, account_id in db.session.execute(query.order_by(CaseTask.id)):
        found[case_id].append(_holder(by_id[case_id], Role(role), account_id))
    for case in cases:
        if not found[case.id] and case.assignee_id is not None:
            found[case.id] = [officer_of(case)]
        found[case.id] = _each_once(found[case.id])
    return found


def officer_of(case: Case) -> Holder:
    """Return the officer who has a case, or the officers of its department while nobody has."""
    return Holder(role=Role.OFFICER, department_id=case.department_id, account_id=case.assignee_id)


def _holder(case: Case, role: Role, account_id: int | None) -> Holder:
    if role in CENTRAL:
        return Holder(role=role, account_id=account_id)
    return Holder(role=role, department_id=case.department_id, account_id=account_id)


def _each_once(holders: Iterable[Holder]) -> list[Holder]:
    return list(dict.fromkeys(holders))
