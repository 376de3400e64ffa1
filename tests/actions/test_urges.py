"""Urge slips: who must answer, what is refused, what follows a case to other hands, and what happens without an answer."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.supervision.places import Places, at, filed, make_places
from workflow_app.actions.answer_slip import answer_slip
from workflow_app.actions.claim_task import claim_task, release_task
from workflow_app.actions.sweep_slips import slip_sweep
from workflow_app.actions.urge_case import urge_case
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.audit.event import AuditEvent
from workflow_app.cases.timeline import timeline_of
from workflow_app.cases.urges import UrgeSlip, slips_for
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Actor


@pytest.fixture
def places(app: Flask) -> Places:
    return make_places()


@pytest.fixture
def number(places: Places) -> str:
    """A case that the officer has, three days late."""
    found = filed(places, "2026-11-16")
    claim_task(task_id=w.task(found).id, actor=places.world.officer, now=at("2026-11-17"))
    return found


def urge(
    number: str, actor: Actor, *, text: str = "请说明原因。", key: str | None = None, day: str = "2026-11-24"
) -> int:
    return urge_case(case_number=number, text=text, idempotency_key=key, actor=actor, now=at(day)).id


def answer(slip_id: int, actor: Actor, text: str = "明天办结。", day: str = "2026-11-25") -> UrgeSlip:
    return answer_slip(slip_id=slip_id, text=text, actor=actor, now=at(day))


def messages(actor: Actor) -> list[str]:
    db.session.rollback()
    return [notice.key for notice in inbox(actor)]


def waiting(actor: Actor) -> list[int]:
    db.session.rollback()
    return [slip.id for slip in slips_for(actor)]


def test_the_officer_is_asked_and_the_answer_reaches_who_asked(places: Places, number: str) -> None:
    world = places.world
    slip_id = urge(number, places.city)
    assert waiting(world.officer) == [slip_id] and waiting(world.officer_two) == waiting(world.approver) == []
    assert "urged" in messages(world.officer) and "urged" not in messages(world.officer_two)
    slip = db.session.get_one(UrgeSlip, slip_id)
    assert slip.answer_by == date(2026, 11, 26)  # two working days, of our own making
    answer(slip_id, world.officer)
    assert waiting(world.officer) == []
    assert "slip_answered" in messages(places.city)
    told = [(e.key, e.public, e.facts.get("text")) for e in timeline_of(w.case(number).id)][:2]
    assert told == [("slip_answered", False, "明天办结。"), ("urged", False, "请说明原因。")]
    acts = list(db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.case_no == number)))
    assert acts[-2:] == ["case.urged", "slip.answered"]


def test_work_that_nobody_has_taken_is_asked_of_all_who_could(places: Places) -> None:
    number = filed(places, "2026-11-16")
    slip_id = urge(number, places.world.approver)
    assert waiting(places.world.officer) == waiting(places.world.officer_two) == [slip_id]
    claim_task(task_id=w.task(number).id, actor=places.world.officer_two, now=w.NOON)
    assert waiting(places.world.officer) == [] and waiting(places.world.officer_two) == [slip_id]
    release_task(task_id=w.task(number).id, actor=places.world.officer_two, now=w.NOON)
    assert waiting(places.world.officer) == [slip_id]
    w.answer(number, places.world.officer, w.ACCEPTED)
    assert waiting(places.world.officer) == [slip_id] and waiting(places.world.officer_two) == []


def test_a_decision_that_waits_is_asked_of_the_head_of_the_department(places: Places, number: str) -> None:
    w.answer(number, places.world.officer, w.ACCEPTED)
    w.answer(number, places.world.officer, w.proposal(number))
    with pytest.raises(RuleViolation, match="urge_self"):
        urge(number, places.world.approver)
    slip_id = urge(number, places.city)
    assert waiting(places.world.approver) == [slip_id] and waiting(places.world.officer) == []
    answer(slip_id, places.world.approver)


def test_nobody_else_answers(places: Places, number: str) -> None:
    slip_id = urge(number, places.city)
    for actor in (places.world.officer_two, places.world.approver, places.world.clerk, places.city):
        with pytest.raises(NotPermitted):
            answer(slip_id, actor)
    for actor in (places.neighbour_head, places.world.stranger):
        with pytest.raises(NotFound):
            answer(slip_id, actor)


@pytest.mark.parametrize("text", ["", " \n ", "字" * 1001, "请\u202e说明"])
def test_a_slip_says_something(places: Places, number: str, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        urge(number, places.city, text=text)
    assert "text" in refused.value.fields
    assert waiting(places.world.officer) == []
    slip_id = urge(number, places.city)
    with pytest.raises(InvalidInput):
        answer(slip_id, places.world.officer, text)


def test_one_slip_of_a_department_waits_at_a_time(places: Places, number: str) -> None:
    slip_id = urge(number, places.city)
    with pytest.raises(RuleViolation, match="urge_waiting"):
        urge(number, places.city, text="再问一次")
    second = urge(number, places.province)
    assert set(waiting(places.world.officer)) == {slip_id, second}
    answer(slip_id, places.world.officer)
    urge(number, places.city, text="还是没有办结")


def test_the_same_request_and_the_same_answer_are_one(places: Places, number: str) -> None:
    first = urge(number, places.city, key="k")
    assert urge(number, places.city, key="k") == first
    with pytest.raises(RuleViolation, match="request_key_reused"):
        urge(number, places.city, text="别的", key="k")
    assert answer(first, places.world.officer).answered_at == answer(first, places.world.officer).answered_at
    with pytest.raises(Conflict, match="slip_answered"):
        answer(first, places.world.officer, "改口")
    assert [e.key for e in timeline_of(w.case(number).id)].count("slip_answered") == 1


def test_out_of_scope_is_not_there_and_other_roles_do_not_urge(places: Places, number: str) -> None:
    for actor, refusal in (
        (places.neighbour_head, NotFound),
        (places.auditor, NotPermitted),
        (places.world.officer_two, NotPermitted),
        (places.world.applicant, NotPermitted),
    ):
        with pytest.raises(refusal):
            urge(number, actor)


def test_a_case_that_has_ended_asks_nothing_any_more(places: Places, number: str) -> None:
    slip_id = urge(number, places.city)
    case = w.case(number)
    withdraw_application(
        case_number=number, case_version=case.row_version, reason="", actor=places.world.applicant, now=w.NOON
    )
    assert waiting(places.world.officer) == []
    with pytest.raises(RuleViolation, match="slip_closed"):
        answer(slip_id, places.world.officer)
    with pytest.raises(RuleViolation, match="urge_closed"):
        urge(number, places.province)
    assert slip_sweep(at("2026-12-10")) == 0
    assert "slip_late" not in messages(places.world.officer)


def test_what_is_not_answered_is_chased_every_working_day(places: Places, number: str) -> None:
    world = places.world
    urge(number, places.city)  # to be answered by Thursday the 26th
    assert slip_sweep(at("2026-11-26", 23)) == 0
    assert [slip_sweep(at("2026-11-27", 0)), slip_sweep(at("2026-11-27", 1))] == [1, 0]
    for actor in (world.officer, world.approver, places.city):
        assert messages(actor).count("slip_late") == 1, actor.name
    assert slip_sweep(at("2026-11-28", 0)) == 1  # after Friday
    assert slip_sweep(at("2026-11-30", 23)) == 0  # the weekend has no working day
    assert slip_sweep(at("2026-12-01", 0)) == 1
    assert messages(world.officer).count("slip_late") == 3
    assert messages(world.approver).count("slip_late") == messages(places.city).count("slip_late") == 1
    slip = db.session.scalars(sa.select(UrgeSlip)).one()
    assert slip.chased == 3
    answer(slip.id, world.officer, day="2026-12-01")
    assert slip_sweep(at("2026-12-10")) == 0
