"""Mandates: offered, taken up by a code, used as far as they go, taken back; what was filed under them stays."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import papers
from tests import world as w
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.authorise_agent import CODE_LIFE, end_seat, offer_mandate, revoke_mandate, take_mandate
from workflow_app.actions.complete_task import complete_task
from workflow_app.actions.file_application import file_application
from workflow_app.cases.case import Case
from workflow_app.cases.views import applicant_cases, case_view, numbers_within
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from workflow_app.notices.inbox import inbox, mark_read, notify, unread_count
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.authority import Refusal
from workflow_app.people.lockout import TooManyTries
from workflow_app.people.mandates import Mandate, authority_missing, led_by, represented_by
from workflow_app.people.permissions import NoAuthority, Permission, in_scope, may, require, scope_filter
from workflow_app.records.credit_record import CreditRecord

TODAY = date(2026, 11, 24)
TERMS = {"holder_name": "李四", "capacity": "agent", "scope": "all", "ends_on": "2026-12-31"}
PDF = papers.pdf()
PAPER = ("授权委托书.pdf", PDF)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def agent(world: w.World) -> Actor:
    """A person with an account of their own and no authority."""
    with transaction():
        account = Account(login="daili", name="李四", role=Role.APPLICANT, password_hash="!", created_at=w.NOON)
        db.session.add(account)
        db.session.flush()
        return account.actor(on=TODAY)


def give(world: w.World, agent: Actor, **terms: Any) -> Mandate:
    """Authorise the agent and let them take it up."""
    by_clerk = terms.get("capacity", "agent") != "agent"
    actor, paper = (world.clerk, PAPER) if by_clerk else (world.applicant, None)
    _mandate, code = offer_mandate(
        organisation_id=world.organisation_id, form=TERMS | terms, paper=paper, actor=actor, now=w.NOON
    )
    return take_mandate(code=code, address="1", actor=agent, now=w.NOON)


def file(agent: Actor, record: int) -> str:
    return file_application(record_id=record, form=dict(w.FILING), idempotency_key=None, actor=agent, now=w.NOON).number


def test_an_agent_acts_from_the_moment_the_code_is_taken_up(world: w.World, agent: Actor) -> None:
    record = w.make_record(world)
    with pytest.raises(NotFound):
        file(agent, record)
    assert authority_missing(agent) is Refusal.NONE
    mandate = give(world, agent)
    assert (mandate.account_id, mandate.code_digest) == (agent.account_id, None)
    number = file(agent, record)
    assert [c.case.number for c in applicant_cases(agent, w.NOON)] == [number]
    assert [o.id for o in represented_by(agent)] == [world.organisation_id] and led_by(agent) == []
    assert [n.key for n in inbox(world.applicant)] == ["mandate_taken"]


@pytest.mark.parametrize("spell", [str, str.lower, lambda c: c.replace("-", " "), lambda c: " " + c.replace("-", "")])
def test_a_code_is_typed_as_people_type(world: w.World, agent: Actor, spell: Any) -> None:
    _mandate, code = offer_mandate(organisation_id=world.organisation_id, form=TERMS, actor=world.applicant, now=w.NOON)
    assert take_mandate(code=spell(code), address="1", actor=agent, now=w.NOON).taken_at == w.NOON


def test_a_code_works_once_and_for_three_days_and_is_kept_nowhere(world: w.World, agent: Actor) -> None:
    mandate, code = offer_mandate(organisation_id=world.organisation_id, form=TERMS, actor=world.applicant, now=w.NOON)
    kept = repr(db.session.execute(sa.text("SELECT * FROM mandate")).all())
    assert code not in kept and code.replace("-", "") not in kept
    late = w.NOON + CODE_LIFE + timedelta(seconds=1)
    with pytest.raises(InvalidInput) as first:
        take_mandate(code=code, address="1", actor=agent, now=late)
    take_mandate(code=code, address="1", actor=agent, now=w.NOON + CODE_LIFE)
    with pytest.raises(InvalidInput) as second:
        take_mandate(code=code, address="1", actor=agent, now=w.NOON)
    with pytest.raises(InvalidInput) as third:
        take_mandate(code="ABCD-EFGH-JKLM", address="1", actor=agent, now=w.NOON)
    assert first.value.fields == second.value.fields == third.value.fields, "one wording whatever the reason"
    assert mandate.id


def test_a_code_taken_back_before_it_was_used_is_worth_nothing(world: w.World, agent: Actor) -> None:
    mandate, code = offer_mandate(organisation_id=world.organisation_id, form=TERMS, actor=world.applicant, now=w.NOON)
    revoke_mandate(mandate_id=mandate.id, reason="交错人", actor=world.applicant, now=w.NOON)
    with pytest.raises(InvalidInput):
        take_mandate(code=code, address="1", actor=agent, now=w.NOON)


def test_codes_are_not_guessed(world: w.World, agent: Actor) -> None:
    with pytest.raises(TooManyTries):
        for _ in range(20):
            with pytest.raises(InvalidInput):
                take_mandate(code="x", address="1", actor=agent, now=w.NOON)


def test_authority_for_named_records_ends_there(world: w.World, agent: Actor) -> None:
    mine, other = w.make_record(world), w.make_record(world)
    give(world, agent, scope="records", records=[mine])
    number, theirs = file(agent, mine), w.file(world, other)
    with pytest.raises(NoAuthority, match="authority_other_record"):
        file(agent, other)
    with pytest.raises(NoAuthority):
        case_view(theirs, agent, w.NOON)
    with pytest.raises(NoAuthority):
        add_evidence(purpose="other", filename="x.pdf", content=PDF, case_number=theirs, actor=agent, now=w.NOON)
    assert [c.case.number for c in applicant_cases(agent, w.NOON)] == [number]
    strange = w.make_record(world, subject_code="91620402MAY018786N")
    with pytest.raises(NotFound):
        require(agent, Permission.RECORD_VIEW, db.session.get(CreditRecord, strange))


def test_authority_for_one_kind_is_none_for_another(world: w.World, agent: Actor, monkeypatch: Any) -> None:
    record = w.make_record(world)
    with pytest.raises(InvalidInput) as caught:
        give(world, agent, scope="kinds", kinds=["objection", "nonsense"])
    assert set(caught.value.fields) == {"kinds"}
    mandate = give(world, agent, scope="kinds", kinds=["repair"])
    assert file(agent, record)
    with transaction():
        db.session.get_one(Mandate, mandate.id).kinds = ["objection"]
    with pytest.raises(NoAuthority, match="authority_other_kind"):
        file(agent, w.make_record(world))
    assert require(agent, Permission.RECORD_VIEW, db.session.get(CreditRecord, record)) is None  # type: ignore[func-returns-value]


def test_an_expired_agent_neither_files_nor_corrects_nor_sees(world: w.World, agent: Actor) -> None:
    give(world, agent)
    number = file(agent, w.make_record(world))
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    w.answer(number, world.officer, {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"})
    later = replace(agent, on=date(2027, 1, 1))
    task = w.task(number)
    reply = {"responses": [{"name": "授权委托书", "response": "已补"}], "statement": ""}
    with pytest.raises(NotFound):
        complete_task(
            task_id=task.id,
            case_version=task.case.row_version,
            answer=reply,
            idempotency_key=None,
            actor=later,
            now=w.NOON,
        )
    with pytest.raises(NotFound):
        case_view(number, later, w.NOON)
    with pytest.raises(NotFound):
        file(later, w.make_record(world))
    assert applicant_cases(later, w.NOON) == [] and inbox(later, cases=numbers_within(later)) == []
    assert authority_missing(later) is Refusal.EXPIRED
    assert w.answer(number, world.applicant, reply).stage == "accept", "what was filed goes on"


def test_a_revocation_holds_from_the_next_question_on(world: w.World, agent: Actor) -> None:
    mandate, record = give(world, agent), w.make_record(world)
    number = file(agent, record)
    revoke_mandate(mandate_id=mandate.id, reason="离职", actor=world.applicant, now=w.NOON)
    with pytest.raises(NotFound):
        case_view(number, agent, w.NOON)
    with pytest.raises(Conflict):
        revoke_mandate(mandate_id=mandate.id, reason="再收一次", actor=world.applicant, now=w.NOON)
    found = w.case(number)
    assert (found.closed_at, found.filed_by_id) == (None, agent.account_id), "work already filed stays"
    assert [n.key for n in inbox(agent)] == ["mandate_revoked"]


def test_who_may_authorise(world: w.World, agent: Actor) -> None:
    give(world, agent)
    for actor, fault in ((agent, NotPermitted), (world.stranger, NotFound), (world.officer, NotFound)):
        with pytest.raises(fault):
            offer_mandate(organisation_id=world.organisation_id, form=TERMS, actor=actor, now=w.NOON)
    with pytest.raises(InvalidInput) as caught:
        offer_mandate(
            organisation_id=world.organisation_id,
            form=TERMS | {"capacity": "successor"},
            actor=world.applicant,
            now=w.NOON,
        )
    assert set(caught.value.fields) == {"capacity"}, "online only agents; the rest is proved on paper"
    with pytest.raises(InvalidInput) as caught:
        offer_mandate(organisation_id=world.organisation_id, form=TERMS, actor=world.clerk, now=w.NOON)
    assert set(caught.value.fields) == {"file"}


@pytest.mark.parametrize("capacity", ["successor", "administrator"])
def test_successor_and_administrator_act_by_the_paper_and_authorise_in_turn(
    world: w.World, agent: Actor, capacity: str
) -> None:
    mandate = give(world, agent, capacity=capacity, ends_on="", basis="（2026）甘01破3号决定书", purpose="appointment")
    assert file(agent, w.make_record(world)) and mandate.basis
    assert [o.id for o in led_by(agent)] == [world.organisation_id]
    assert may(agent, Permission.MANDATE_MANAGE, mandate)
    assert offer_mandate(organisation_id=world.organisation_id, form=TERMS, actor=agent, now=w.NOON)


def test_records_of_others_cannot_be_authorised_for(world: w.World) -> None:
    theirs = w.make_record(world, subject_code="91620402MAY018786N")
    with pytest.raises(InvalidInput) as caught:
        offer_mandate(
            organisation_id=world.organisation_id, form=TERMS | {"scope": "records", "records": [theirs]},
            actor=world.applicant, now=w.NOON,
        )  # fmt: skip
    assert set(caught.value.fields) == {"records"}


def test_a_seat_ends_at_the_counter_when_the_legal_representative_changes(world: w.World) -> None:
    def end(actor: Actor, account: int | None) -> None:
        end_seat(
            organisation_id=world.organisation_id,
            account_id=account or 0,
            reason="法定代表人变更",
            actor=actor,
            now=w.NOON,
        )

    with pytest.raises(NotFound):
        end(world.applicant, world.applicant.account_id)
    with pytest.raises(NotFound):
        end(world.clerk, world.stranger.account_id)
    end(world.clerk, world.applicant.account_id)
    before = db.session.get_one(Account, world.applicant.account_id).actor(on=TODAY)
    assert authority_missing(before) is Refusal.REVOKED and represented_by(before) == []


def test_messages_reach_as_far_as_the_authority(world: w.World, agent: Actor) -> None:
    mine, other = w.make_record(world), w.make_record(world)
    give(world, agent, scope="records", records=[mine])
    numbers = [file(agent, mine), w.file(world, other)]
    with transaction():
        for number in (*numbers, None):
            notify("accepted", now=w.NOON, organisation_id=world.organisation_id, case_number=number, letter="x")
    reach = numbers_within(agent)
    assert [n.case_number for n in inbox(agent, cases=reach)] == [numbers[0]]
    assert unread_count(agent, cases=reach) == 1 and inbox(agent) == []
    with transaction():
        assert mark_read(agent, cases=reach, now=w.NOON) == 1
    assert unread_count(world.applicant) == 3, "the whole enterprise's, the authorisation taken up among them"


def test_lists_and_single_things_follow_one_rule(world: w.World, agent: Actor) -> None:
    records = [w.make_record(world) for _ in range(3)]
    for record in records:
        w.file(world, record)
    w.make_record(world, subject_code="91620402MAY018786N")
    variants: list[dict[str, Any]] = [
        {}, {"records": [records[0]]}, {"records": records[:2]}, {"kinds": ["repair"]}, {"kinds": ["objection"]},
        {"ends_on": date(2026, 11, 23)}, {"begins_on": date(2026, 11, 25)}, {"revoked_at": w.NOON}, {"records": []},
    ]  # fmt: skip
    mandate = give(world, agent)
    seen = []
    for variant in variants:
        values = {"records": None, "kinds": None, "revoked_at": None, "begins_on": TODAY, "ends_on": TODAY} | variant
        with transaction():
            for name, value in values.items():
                setattr(db.session.get_one(Mandate, mandate.id), name, value)
        cases = list(db.session.scalars(sa.select(Case)).unique())
        listed = set(db.session.scalars(numbers_within(agent)))
        assert listed == {c.number for c in cases if in_scope(agent, c)}, variant
        blind = scope_filter(agent, department=Case.department_id, organisation=Case.organisation_id)
        narrow = values["records"] is not None or values["kinds"] is not None
        assert not narrow or not db.session.scalars(sa.select(Case.id).where(blind)).all(), "a list that cannot tell"
        seen.append(len(listed))
    assert seen == [3, 1, 2, 3, 0, 0, 0, 0, 0]


def test_what_a_court_gave_the_party_does_not_take_back(world: w.World, agent: Actor) -> None:
    mandate = give(world, agent, capacity="administrator", ends_on="", basis="（2026）甘01破3号", purpose="appointment")
    with pytest.raises(NotPermitted):
        revoke_mandate(mandate_id=mandate.id, reason="不要", actor=world.applicant, now=w.NOON)
    assert revoke_mandate(mandate_id=mandate.id, reason="终止", actor=world.clerk, now=w.NOON).revoked_at == w.NOON
