"""Eligibility against a second judge, written apart from the law room in the plain words of the schema, on random records."""

from datetime import date, timedelta
from typing import Any

import jsonschema_rs
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.makers import SCHEMA, record
from workflow_app.law.calendars import seed_calendar
from workflow_app.law.eligibility import RecordFacts, assess
from workflow_app.law.facts import InvalidRecord

CUT = date(2026, 4, 1)
CALENDAR = seed_calendar()
RECORDS = jsonschema_rs.Draft202012Validator({**SCHEMA}, validate_formats=True)
ANSWERS = jsonschema_rs.Draft202012Validator(SCHEMA["$defs"]["result"], validate_formats=True)
SERIOUS = {"revoke_permit", "restrict_business", "suspend_business", "close_down", "restrict_employment"}
GENERAL = {"confiscate_gains", "confiscate_goods", "suspend_permit", "downgrade_qualification"}
REPRIMAND = {"warning", "public_criticism"}
KINDS = sorted(SERIOUS | GENERAL | REPRIMAND | {"fine", "other"})
SHORTEST = {"general": {"months": 3}, "serious": {"years": 1}}
LONGEST = {"minor": {"months": 3}, "general": {"years": 1}, "serious": {"years": 3}}


@st.composite
def records(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    decided = draw(st.dates(date(2023, 5, 2), date(2026, 11, 1)))
    on = draw(st.dates(max(decided, date(2023, 5, 2)), date(2027, 11, 1)))
    done = draw(st.booleans() | st.just(True))
    performed = draw(st.dates(decided, on)) if done else None
    necessary = draw(st.booleans())
    rarely = st.sampled_from([False] * 5 + [True])
    made = record(
        determination_date=decided.isoformat(),
        published=not draw(rarely),
        publication_found_necessary=necessary,
        procedure="summary" if draw(rarely) else "ordinary",
        penalties=[
            {"kind": kind} | ({"amount_yuan": draw(st.sampled_from([3000, 3001]))} if kind == "fine" else {})
            for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
        ],
        credit_class=draw(st.sampled_from(["minor", "general", "serious", None])),
        special_field=draw(st.sampled_from([None, None, "food", "fire"])),
        obligations={
            "fully_performed": done,
            "performed_on": performed and performed.isoformat(),
            "corrected": not draw(rarely),
        },
        serious_list={"listed": draw(st.booleans()), "record_is_basis": draw(rarely)},
        source_decision="revoked" if draw(rarely) else "in_force",
        subject={"type": "natural_person"} if draw(rarely) else {},
        authority={"system": "market_regulation"} if draw(rarely) else {},
    )
    return made, on


def judge(r: dict[str, Any], on: date) -> tuple[str, date | None]:
    """The verdict and the earliest day, step by step as the schema orders them."""
    decided, kinds = date.fromisoformat(r["determination_date"]), {p["kind"] for p in r["penalties"]}
    new, old = on >= CUT or decided >= CUT, decided < CUT
    classes = possible_classes(r, kinds) if new else ["none"]
    if r["authority"]["system"] != "general" or r["authority"]["code"][2:4] != "62":
        return "wrong_authority", None
    if r["subject"]["type"] == "natural_person" or not r["published"] or r["source_decision"] == "revoked":
        return "not_needed", None
    if old and (is_summary(r, kinds) or kinds <= REPRIMAND):
        return "not_needed", None
    if classes == ["minor"] and not r["publication_found_necessary"]:
        return "not_needed", None
    done = r["obligations"]["fully_performed"] and r["obligations"]["corrected"]
    if done and all(on > stop(decided, c, old) for c in classes):
        return "not_needed", None
    if not done or (r["serious_list"]["listed"] and r["serious_list"]["record_is_basis"]):
        return "not_repairable", None
    days = {earliest(r, decided, c, old) for c in classes}
    if len(days) > 1:
        return "needs_classification", None
    day = days.pop()
    return ("eligible" if on >= day else "too_early"), day


def is_summary(r: dict[str, Any], kinds: set[str]) -> bool:
    """Nothing but a warning and a fine of up to 3,000 yuan (200 for a person) is decided that way (行政处罚法 51)."""
    limit = 200 if r["subject"]["type"] == "natural_person" else 3000
    fined = sum(p.get("amount_yuan", 0) for p in r["penalties"])
    return r["procedure"] == "summary" and kinds <= {"warning", "fine"} and fined <= limit


def possible_classes(r: dict[str, Any], kinds: set[str]) -> list[str]:
    if is_summary(r, kinds):
        return ["minor"]
    if r["procedure"] == "summary" and not r["credit_class"]:  # the decision contradicts itself: a person determines
        return ["minor"] * r["publication_found_necessary"] + ["general", "serious"]
    if kinds & SERIOUS:
        return ["serious"]
    if r["credit_class"]:
        return [r["credit_class"]]
    if kinds <= GENERAL | REPRIMAND:
        return ["general"] if kinds & GENERAL else ["minor"]
    if r["publication_found_necessary"] and not kinds & GENERAL:
        return ["minor", "general", "serious"]
    return ["general", "serious"]


def stop(decided: date, credit_class: str, old: bool) -> date:
    ends = [decided + relativedelta(years=3)] if old else []
    if credit_class != "none":
        ends.append(decided + relativedelta(**LONGEST[credit_class]))
    return min(ends)


def earliest(r: dict[str, Any], decided: date, credit_class: str, old: bool) -> date:
    days = []
    if old:
        days.append(decided + relativedelta(years=1) if r["special_field"] else decided + relativedelta(months=3))
    if credit_class in SHORTEST:
        days.append(decided + relativedelta(**SHORTEST[credit_class]))
    found = [day + timedelta(days=1) for day in days]
    if credit_class == "minor":
        found.append(date.fromisoformat(r["obligations"]["performed_on"]))
    return min(found)


@settings(max_examples=1000, deadline=None)
@given(records())
def test_random_records_are_judged_as_a_second_judge_does(question: tuple[dict[str, Any], date]) -> None:
    made, on = question
    answer = assess(RecordFacts.from_json(made), on=on, calendar=CALENDAR)
    assert (answer.verdict.value, answer.earliest_date) == judge(made, on)
    ANSWERS.validate(answer.to_json())


@settings(max_examples=300, deadline=None)
@given(records())
def test_the_day_given_is_the_first_that_is_not_too_early(question: tuple[dict[str, Any], date]) -> None:
    made, on = question
    facts = RecordFacts.from_json(made)
    answer = assess(facts, on=max(on, CUT), calendar=CALENDAR)
    day = answer.earliest_date
    if day is None or day <= CUT:
        return
    assert assess(facts, on=day, calendar=CALENDAR).verdict == "eligible" or _late(made, day)
    assert assess(facts, on=day - timedelta(days=1), calendar=CALENDAR).verdict in ("too_early", "not_repairable")


def _late(made: dict[str, Any], day: date) -> bool:
    """Performed only after the time condition was met: then performance, not time, was missing."""
    return date.fromisoformat(made["obligations"]["performed_on"]) > day


BAD = st.sampled_from(
    [None, "", "x", "2026-02-30", "20260825", "2026-1-5", 0, -1, 1.5, True, [], {}, [{}], {"kind": "fine"}]
)


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_what_the_schema_refuses_is_refused_and_what_it_takes_is_taken(data: st.DataObject) -> None:
    made = record()
    place = made
    key = data.draw(st.sampled_from(sorted(made)))
    while isinstance(place[key], dict) and data.draw(st.booleans()):
        place, key = place[key], data.draw(st.sampled_from(sorted(place[key])))
    how = data.draw(st.sampled_from(["change", "drop", "add"]))
    if how == "change":
        place[key] = data.draw(BAD)
    elif how == "drop":
        del place[key]
    else:
        place["beyond"] = 1
    try:
        RecordFacts.from_json(made)
        taken = True
    except InvalidRecord:
        taken = False
    assert taken == RECORDS.is_valid(made)
