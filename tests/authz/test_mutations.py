"""Would anybody notice? Each rule of the policy is switched off in turn, and policy or addresses must go wrong."""

from collections.abc import Iterator

import pytest

from tests.authz.cells import Rule, fault, rules
from tests.authz.policies import faults
from tests.authz.town import Town
from workflow_app.actions import retry_job
from workflow_app.people import permissions, reach
from workflow_app.people.accounts import Role
from workflow_app.people.permissions import IN_HAND, TABLE, Permission
from workflow_app.people.reach import REACH, Reach
from workflow_app.portals.shared import guards

RULES = rules()
EVERYBODY = frozenset(Role)
# A provider reaches what it was asked, administrators nothing: whatever they are given they do not see.
LIMITED = [role for role, how_far in REACH.items() if how_far is not Reach.ALL]


def cells(letters: str) -> Iterator[tuple[Rule, str, str]]:
    for rule in RULES:
        for column, letter in rule.letters:
            if letter in letters:
                yield rule, column, letter


def is_noticed(town: Town, letters: str) -> bool:
    """Tell whether the policy's own file or any cell of an address goes wrong; stops at the first."""
    return bool(faults(town)) or any(fault(town, *cell) for cell in cells(letters))


@pytest.mark.parametrize("permission", list(TABLE))
@pytest.mark.parametrize("holders", [EVERYBODY, frozenset()], ids=["everybody", "nobody"])
def test_a_permission_of_everybody_or_nobody(
    town: Town, monkeypatch: pytest.MonkeyPatch, permission: Permission, holders: frozenset[Role]
) -> None:
    monkeypatch.setattr(permissions, "TABLE", {**TABLE, permission: holders})
    assert is_noticed(town, "FN" if holders else "A")


@pytest.mark.parametrize("role", LIMITED)
def test_a_reach_without_end(town: Town, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    monkeypatch.setattr(reach, "REACH", {**REACH, role: Reach.ALL})
    assert is_noticed(town, "N")


@pytest.mark.parametrize("level", ["city", "province"])
def test_a_supervisor_of_another_level(town: Town, monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    wrong = {"city": Reach.ALL, "province": Reach.CITY}[level]
    monkeypatch.setattr(reach, "BY_LEVEL", {**reach.BY_LEVEL, level: wrong})
    assert is_noticed(town, "AN")


@pytest.mark.parametrize("wing", ["enterprise", "officer", "admin"])
def test_a_wing_open_to_everybody(town: Town, monkeypatch: pytest.MonkeyPatch, wing: str) -> None:
    monkeypatch.setattr(guards, "AUDIENCES", {**guards.AUDIENCES, wing: EVERYBODY})
    assert is_noticed(town, "FN")


def test_a_colleagues_case_in_anybodys_hand(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for permission in IN_HAND:
        monkeypatch.setattr(permissions, "IN_HAND", IN_HAND - {permission})
        assert is_noticed(town, "F")


def test_what_is_hidden_said_to_be_forbidden(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "SUBJECTS", {})
    assert is_noticed(town, "N")


def test_jobs_of_every_queue_for_whoever_retries(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_job, "may_retry", lambda _actor, _queue: True)
    assert is_noticed(town, "F")
