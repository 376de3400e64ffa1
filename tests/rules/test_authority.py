"""Whether an account may act, for whom, on what and when: the whole rule, without a database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_app.people.authority import PRINCIPALS, Capacity, Grant, Refusal, judge, standing_of

TODAY = date(2026, 11, 24)
AGENT = Grant(organisation_id=1, capacity=Capacity.AGENT, begins_on=date(2026, 11, 1), ends_on=date(2026, 12, 31))


def asked(
    grant: Grant, *, organisation: int = 1, record: int | None = 7, kind: str | None = "repair", on: date | None = TODAY
):
    return judge([grant], organisation_id=organisation, record_id=record, kind=kind, on=on).refusal


@pytest.mark.parametrize(
    ("changes", "question", "refusal"),
    [
        ({}, {}, None),
        ({}, {"organisation": 2}, Refusal.NONE),
        ({}, {"on": date(2026, 11, 1)}, None),
        ({}, {"on": date(2026, 10, 31)}, Refusal.NOT_YET),
        ({}, {"on": date(2026, 12, 31)}, None),
        ({}, {"on": date(2027, 1, 1)}, Refusal.EXPIRED),
        ({"revoked": True}, {}, Refusal.REVOKED),
        ({"revoked": True}, {"on": date(2027, 1, 1)}, Refusal.REVOKED),
        ({"records": frozenset({7, 8})}, {}, None),
        ({"records": frozenset({8})}, {}, Refusal.OTHER_RECORD),
        ({"records": frozenset({7})}, {"record": None}, Refusal.OTHER_RECORD),
        ({"records": frozenset()}, {}, Refusal.OTHER_RECORD),
        ({"kinds": frozenset({"objection"})}, {}, Refusal.OTHER_KIND),
        ({"kinds": frozenset({"objection"})}, {"kind": None}, None),
        ({"kinds": frozenset({"repair"})}, {}, None),
        ({"kinds": frozenset({"objection"})}, {"on": date(2027, 1, 1)}, Refusal.EXPIRED),
        ({"ends_on": None, "begins_on": None}, {"on": None}, None),
        ({"ends_on": None}, {"on": date(2100, 1, 1)}, None),
        ({}, {"on": None}, Refusal.EXPIRED),
    ],
)
def test_the_rule(changes: dict, question: dict, refusal: Refusal | None) -> None:
    assert asked(replace(AGENT, **changes), **question) is refusal


def test_the_nearest_miss_is_told() -> None:
    grants = [
        replace(AGENT, revoked=True),
        replace(AGENT, ends_on=TODAY - timedelta(days=1)),
        replace(AGENT, organisation_id=2),
    ]
    assert judge(grants, organisation_id=1, record_id=7, kind="repair", on=TODAY).refusal is Refusal.EXPIRED
    narrow = replace(AGENT, records=frozenset({9}))
    assert judge([*grants, narrow], organisation_id=1, record_id=7, kind=None, on=TODAY).refusal is Refusal.OTHER_RECORD
    assert standing_of(grants, on=TODAY) is None
    assert standing_of(grants[:2], on=TODAY) is Refusal.EXPIRED
    assert standing_of([], on=TODAY) is Refusal.NONE


def test_only_those_who_speak_for_the_subject_are_principals() -> None:
    for capacity in Capacity:
        grant = replace(AGENT, capacity=capacity)
        found = judge([grant], organisation_id=1, record_id=None, kind=None, on=TODAY, capacities=PRINCIPALS)
        assert found.allowed == (capacity is not Capacity.AGENT)


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
GRANTS = st.builds(
    Grant,
    organisation_id=st.integers(1, 3),
    capacity=st.sampled_from(Capacity),
    begins_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ends_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    records=st.none() | st.frozensets(st.integers(1, 4), max_size=3),
    kinds=st.none() | st.frozensets(st.sampled_from(["repair", "objection"]), max_size=2),
    revoked=st.booleans(),
)
QUESTIONS = st.fixed_dictionaries(
    {
        "organisation_id": st.integers(1, 3),
        "record_id": st.none() | st.integers(1, 4),
        "kind": st.none() | st.sampled_from(["repair", "objection"]),
        "on": st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    }
)


@UNHURRIED
@given(st.lists(GRANTS, max_size=4), GRANTS, QUESTIONS)
def test_more_grants_never_take_anything_away_and_each_speaks_for_itself(
    grants: list[Grant], more: Grant, question: dict
) -> None:
    before, after = judge(grants, **question), judge([*grants, more], **question)
    assert after.allowed or not before.allowed
    assert before.allowed == any(judge([g], **question).allowed for g in grants)
    assert (before.refusal is None) == before.allowed


@UNHURRIED
@given(GRANTS, QUESTIONS)
def test_a_narrower_grant_allows_less(grant: Grant, question: dict) -> None:
    wide = replace(grant, records=None, kinds=None, begins_on=None, ends_on=None)
    assert judge([wide], **question).allowed or not judge([grant], **question).allowed
    assert not judge([replace(grant, revoked=True)], **question).allowed
