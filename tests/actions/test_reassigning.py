"""Reassigning: what goes along, whom it may go to, and who is told."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.supervision.places import Places, account, at, filed, make_places
from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.reassign_case import officers_of, reassign_case
from workflow_app.actions.urge_case import urge_case
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.audit.event import AuditEvent
from workflow_app.cases.case import Case
from workflow_app.cases.timeline import timeline_of
from workflow_app.cases.urges import slips_for
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Account, Actor, Role


@pytest.fixture
def places(app: Flask) -> Places:
    return make_places()


@pytest.fixture
def number(places: Places) -> str:
    """A case that the first officer has."""
    found = filed(places, "2026-11-20")
    claim_task(task_id=w.task(found).id, actor=places.world.officer, now=at("2026-11-20", 15))
    return found


def reassign(
    number: str,
    to: Actor | int,
    actor: Actor,
    *,
    reason: str = "外出培训",
    key: str | None = None,
    version: int | None = None,
) -> Case:
    known = w.case(number).row_version if version is None else version
    return reassign_case(
        case_number=number,
        case_version=known,
        officer_id=to if isinstance(to, int) else to.account_id or 0,
        reason=reason,
        idempotency_key=key,
        actor=actor,
        now=w.NOON,
    )


def test_the_work_goes_to_the_other_officer_and_the_clock_runs_on(places: Places, number: str) -> None:
    world = places.world
    urge_case(case_number=number, text="请说明。", idempotency_key=None, actor=places.city, now=w.NOON)
    before = w.case(number).office_due_on
    reassign(number, world.officer_two, world.approver)
    case, task = w.case(number), w.task(number)
    assert case.assignee_id == task.assignee_id == world.officer_two.account_id
    assert case.office_due_on == before == date(2026, 11, 25)
    assert [slip.case_id for slip in slips_for(world.officer_two)] == [case.id] and not slips_for(world.officer)
    with pytest.raises(Conflict):
        w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer_two, w.ACCEPTED)
    assert "reassigned_to_you" in [n.key for n in inbox(world.officer_two)]
    assert "reassigned_away" in [n.key for n in inbox(world.officer)]
    entry = next(e for e in timeline_of(case.id) if e.key == "reassigned")
    assert not entry.public and entry.facts == {"reason": "外出培训", "before_name": "王丽萍", "after_name": "李建国"}
    assert "case.reassigned" in set(db.session.scalars(sa.select(AuditEvent.action)))


def test_a_case_at_the_approvers_comes_back_to_the_new_officer(places: Places, number: str) -> None:
    world = places.world
    w.answer(number, world.officer, w.ACCEPTED)
    w.answer(number, world.officer, w.proposal(number))
    reassign(number, world.officer_two, places.leader)
    assert w.task(number).assignee_id is None  # the decision stays with the approvers
    w.answer(number, world.approver, {"verdict": "returned", "note": "请核对"})
    assert w.task(number).assignee_id == world.officer_two.account_id


def test_a_case_nobody_has_can_be_given_to_somebody(places: Places) -> None:
    number = filed(places, "2026-11-20")
    reassign(number, places.world.officer_two, places.world.approver)
    assert w.task(number).assignee_id == places.world.officer_two.account_id


def test_only_a_working_officer_of_the_department(places: Places, number: str) -> None:
    world = places.world
    with transaction():
        elsewhere = account("waidi", Role.OFFICER, places.neighbour_id)
        gone = account("lizhi", Role.OFFICER, world.department_id, disabled_at=w.NOON)
        db.session.add_all([elsewhere, gone])
        db.session.flush()
        ids = elsewhere.id, gone.id
    assert {o.name for o in officers_of(world.department_id)} == {"王丽萍", "李建国"}
    for wrong in (*ids, places.leader, world.clerk, world.applicant, 999_999, 0, -1):
        with pytest.raises(InvalidInput) as refused:
            reassign(number, wrong, world.approver)
        assert set(refused.value.fields) == {"new_officer"}
    assert w.task(number).assignee_id == world.officer.account_id


@pytest.mark.parametrize("reason", ["", "  ", "字" * 501, "因\u200b故"])
def test_a_reason_is_needed(places: Places, number: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        reassign(number, places.world.officer_two, places.world.approver, reason=reason)
    assert set(refused.value.fields) == {"reason"}


def test_what_moved_on_is_a_conflict_and_changes_nothing(places: Places, number: str) -> None:
    world = places.world
    seen = w.case(number).row_version
    w.answer(number, world.officer, w.ACCEPTED)
    with pytest.raises(Conflict, match="case_changed"):
        reassign(number, world.officer_two, world.approver, version=seen)
    with pytest.raises(Conflict, match="reassign_same"):
        reassign(number, world.officer, world.approver)
    assert w.task(number).assignee_id == world.officer.account_id


def test_the_same_request_twice_is_one(places: Places, number: str) -> None:
    world = places.world
    seen = w.case(number).row_version
    for _ in range(2):
        reassign(number, world.officer_two, world.approver, key="k", version=seen)
    assert [e.key for e in timeline_of(w.case(number).id)].count("reassigned") == 1
    assert [n.key for n in inbox(world.officer_two)].count("reassigned_to_you") == 1


def test_a_case_that_has_ended_or_has_no_department_stays(places: Places, number: str) -> None:
    world = places.world
    withdraw_application(
        case_number=number, case_version=w.case(number).row_version, reason="", actor=world.applicant, now=w.NOON
    )
    with pytest.raises(RuleViolation, match="reassign_closed"):
        reassign(number, world.officer_two, world.approver)


def test_the_lead_department_does_not_choose_a_departments_officers(places: Places, number: str) -> None:
    world = places.world
    for actor, refusal in (
        (places.city, NotPermitted),
        (places.auditor, NotPermitted),
        (world.officer_two, NotPermitted),
        (places.neighbour_head, NotFound),
    ):
        with pytest.raises(refusal):
            reassign(number, world.officer_two, actor)
    assert db.session.get_one(Account, world.officer.account_id).name == "王丽萍"
