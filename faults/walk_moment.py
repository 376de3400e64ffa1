"""A moment of a walk: what chance has at hand, who is asked, and what a deed is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from faults.picture import Picture, Row
from faults.walk_town import Town
from workflow_app.people.accounts import Actor, Role

REASON = "情况复杂，需要核实。"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """Something that can be tried now. A forbidden one must be refused, one that is owed must be done; `again` says what
    the same request sent twice meets: "nothing" (its first answer, no effect) or "refused"."""

    name: str
    do: Callable[[], object]
    weight: float
    is_forbidden: bool = False
    is_owed: bool = False
    again: str = ""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What chance has at hand: the town, the picture and the time. `erring` is how often people of good will go wrong;
    `did` tells whoever looks at a destination whether an order took effect there."""

    chance: Random
    town: Town
    picture: Picture
    now: datetime
    erring: float
    did: Callable[[str], bool]

    def errs(self, share: float = 1.0) -> bool:
        """Tell whether somebody goes wrong in one of the many ways."""
        return self.chance.random() < self.erring * share


def worker(moment: Moment, case: Row, task: Row, *, exactly: bool = False) -> Actor:
    """Somebody who may do a task: whoever has it in hand, else one of the lane; now and then anybody at all."""
    if moment.errs() and not exactly:
        return anybody(moment)
    holder = [a for a in moment.town.people if a.account_id == task["assignee_id"] and a.role == task["role"]]
    if task["role"] == Role.APPLICANT:
        return moment.town.party
    if task["role"] == Role.PROVIDER:  # of the department that was asked, where its officers may answer too
        return one_of(moment, moment.chance.choice((Role.PROVIDER, Role.OFFICER)), task)
    return holder[0] if holder else one_of(moment, task["role"], case)


def one_of(moment: Moment, role: str, place: Row) -> Actor:
    """Return somebody of a role, from the department of a case or record where there is one."""
    found = moment.town.holding(role, place["department_id"])
    return moment.chance.choice(found or moment.town.holding(role))


def anybody(moment: Moment) -> Actor:
    """Return anybody at all, strangers and administrators included."""
    return moment.chance.choice(moment.town.people)
