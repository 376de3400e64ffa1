"""Enrolments: an account for everybody, an authority for nobody until a clerk has seen the papers."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import papers
from tests import world as w
from workflow_app.actions.check_enrolment import check_enrolment
from workflow_app.actions.enrol import (
    add_paper,
    claim_subject,
    register_account,
    remove_paper,
    submit_enrolment,
)
from workflow_app.actions.sign_in import sign_in
from workflow_app.audit.event import AuditEvent
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Account, Actor
from workflow_app.people.authority import Capacity, Refusal
from workflow_app.people.enrolments import REQUIRED, Enrolment, State, latest_of, missing_papers, papers_of, waiting
from workflow_app.people.lockout import SignInCounter, TooManyTries
from workflow_app.people.mandates import Mandate, authority_missing, led_by, represented_by
from workflow_app.people.organisations import Organisation, organisation_by_code

TODAY = date(2026, 11, 24)
PERSON = {"name": "李四", "phone": "13900000009", "password": "山高月小 水落石出"}
NEW_FIRM = "91620102MAC03XKQ4D"
CLAIM = {
    "code": NEW_FIRM,
    "name": "榆中新企有限公司",
    "legal_representative": "李四",
    "capacity": "legal_representative",
}
PDF = papers.pdf()
SCRIPTED = papers.pdf(root=b"/OpenAction<</S/JavaScript/JS(1)>>")


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def newcomer(world: w.World) -> Actor:
    login = register_account(form=PERSON, address="1", now=w.NOON)
    return again(login)


def again(login: str) -> Actor:
    db.session.rollback()
    return db.session.scalars(sa.select(Account).where(Account.login == login)).one().actor(on=TODAY)


def fresh(actor: Actor) -> Actor:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Account, actor.account_id).actor(on=TODAY)


def submitted(newcomer: Actor, **changes: Any) -> Enrolment:
    claim = CLAIM | changes
    claim_subject(form=claim, actor=newcomer, now=w.NOON)
    for purpose in REQUIRED[Capacity(claim["capacity"])]:
        add_paper(purpose=purpose, filename=f"{purpose}.pdf", content=PDF, actor=newcomer, now=w.NOON)
    return submit_enrolment(actor=newcomer, now=w.NOON)


def word(
    world: w.World, enrolment: Enrolment, verdict: str = "approve", *, version: int | None = None, **form: Any
) -> Enrolment:
    return check_enrolment(
        enrolment_id=enrolment.id,
        version=enrolment.row_version if version is None else version,
        form={"verdict": verdict} | form,
        actor=world.clerk,
        now=w.NOON,
    )


def test_an_account_signs_in_and_may_do_nothing(world: w.World) -> None:
    login = register_account(form=PERSON, address="1", now=w.NOON)
    assert sign_in(login=login, password=PERSON["password"], address="1", now=w.NOON)
    actor = again(login)
    assert authority_missing(actor) is Refusal.NONE and represented_by(actor) == []
    assert actor.organisation_id is None and login[0] == "q" and len(login) == 9


def test_what_is_wrong_with_a_registration(world: w.World) -> None:
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({"name": "李\u202e四"}, {"name"}),
        ({"phone": "12"}, {"phone"}),
        ({"password": "12345678"}, {"password"}),
        ({"password": "李四李四李四李四"}, {"password"}),
        ({"name": "", "phone": "", "password": ""}, {"name", "phone", "password"}),
    ]
    for changes, fields in cases:
        with pytest.raises(InvalidInput) as caught:
            register_account(form=PERSON | changes, address="1", now=w.NOON)
        assert set(caught.value.fields) == fields


def test_nobody_registers_by_the_thousand(world: w.World) -> None:
    with pytest.raises(TooManyTries):
        for _ in range(30):
            with pytest.raises(InvalidInput):
                register_account(form={}, address="1", now=w.NOON)
    assert register_account(form=PERSON, address="2", now=w.NOON), "others are not hindered"


def test_a_legal_representative_is_approved_and_has_the_seat(world: w.World, newcomer: Actor) -> None:
    enrolment = submitted(newcomer)
    assert [e.id for e in waiting()] == [enrolment.id] and authority_missing(newcomer) is Refusal.NONE
    word(world, enrolment)
    firm = organisation_by_code(NEW_FIRM)
    actor = fresh(newcomer)
    assert firm and actor.organisation_id == firm.id and [o.id for o in led_by(actor)] == [firm.id]
    assert firm.name == "榆中新企有限公司" and firm.legal_representative == "李四"
    assert [n.key for n in inbox(actor)] == ["enrolment_approved"] and waiting() == []
    acts = set(db.session.scalars(sa.select(AuditEvent.action)))
    assert {"account.registered", "enrolment.submitted", "enrolment.approved"} <= acts


def test_an_owner_of_an_individual_business_likewise(world: w.World, newcomer: Actor) -> None:
    word(world, submitted(newcomer, code="92620102MA71QWER1L", name="城关区老马牛肉面馆"))
    shop = organisation_by_code("92620102MA71QWER1L")
    assert shop and shop.subject_type == "individual_business" and fresh(newcomer).organisation_id == shop.id


@pytest.mark.parametrize("capacity", ["agent", "successor", "administrator"])
def test_all_others_get_a_mandate_as_the_clerk_found(world: w.World, newcomer: Actor, capacity: str) -> None:
    enrolment = submitted(newcomer, code=w.SUBJECT, capacity=capacity, ends_on="2027-06-30")
    word(world, enrolment, ends_on="2026-12-31", note="授权委托书 2026年11月20日")
    mandate = db.session.scalars(sa.select(Mandate)).one()
    assert (mandate.account_id, mandate.capacity, mandate.ends_on) == (
        newcomer.account_id,
        capacity,
        date(2026, 12, 31),
    )
    assert mandate.basis == "授权委托书 2026年11月20日" and mandate.organisation_id == world.organisation_id
    actor = fresh(newcomer)
    assert actor.organisation_id is None and authority_missing(actor) is None
    assert bool(led_by(actor)) == (capacity != "agent")


def test_an_agents_authority_has_an_end(world: w.World, newcomer: Actor) -> None:
    with pytest.raises(InvalidInput) as caught:
        claim_subject(form=CLAIM | {"capacity": "agent"}, actor=newcomer, now=w.NOON)
    assert set(caught.value.fields) == {"ends_on"}
    enrolment = submitted(newcomer, capacity="agent", ends_on="2026-12-31")
    for wrong in ("", "2026-11-23", "x"):
        with pytest.raises(InvalidInput) as caught:
            word(world, enrolment, ends_on=wrong)
        assert set(caught.value.fields) == {"ends_on"}
    assert fresh(newcomer) and latest_of(newcomer.account_id).state == State.SUBMITTED  # type: ignore[union-attr]


def test_who_represents_one_subject_gets_a_mandate_for_another(world: w.World) -> None:
    word(world, submitted(world.applicant, name="新公司"))
    actor = fresh(world.applicant)
    assert actor.organisation_id == world.organisation_id
    assert {o.code for o in represented_by(actor)} == {w.SUBJECT, NEW_FIRM}


def test_asked_again_it_is_changed_and_handed_in_once_more(world: w.World, newcomer: Actor) -> None:
    enrolment = submitted(newcomer)
    with pytest.raises(RuleViolation):
        claim_subject(form=CLAIM | {"name": "x"}, actor=newcomer, now=w.NOON)
    with pytest.raises(RuleViolation):
        add_paper(purpose="other", filename="x.pdf", content=PDF, actor=newcomer, now=w.NOON)
    with pytest.raises(InvalidInput) as caught:
        word(world, enrolment, "ask")
    assert set(caught.value.fields) == {"note"}, "whoever is asked again must hear what for"
    word(world, enrolment, "ask", note="营业执照看不清")
    assert latest_of(newcomer.account_id).note == "营业执照看不清"  # type: ignore[union-attr]
    licence = next(p for p in papers_of(enrolment.id) if p.purpose == "licence").id
    remove_paper(paper_id=licence, actor=newcomer, now=w.NOON)
    with pytest.raises(InvalidInput) as caught:
        submit_enrolment(actor=newcomer, now=w.NOON)
    assert "营业执照" in caught.value.fields["papers"]
    add_paper(purpose="licence", filename="执照.pdf", content=PDF, actor=newcomer, now=w.NOON)
    word(world, submit_enrolment(actor=newcomer, now=w.NOON))
    assert fresh(newcomer).organisation_id


def test_refused_with_a_reason_it_may_be_tried_anew(world: w.World, newcomer: Actor) -> None:
    first = submitted(newcomer)
    word(world, first, "refuse", note="授权委托书不是该公司出具")
    assert authority_missing(fresh(newcomer)) is Refusal.NONE
    assert submitted(newcomer).id != first.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 2, "nothing was registered"


def test_two_clerks_settle_it_once(world: w.World, newcomer: Actor) -> None:
    enrolment = submitted(newcomer)
    version = enrolment.row_version
    word(world, enrolment, version=version)
    with pytest.raises(Conflict):
        word(world, enrolment, "refuse", version=version, note="x")
    with pytest.raises(Conflict):
        word(world, submitted(world.stranger, code=NEW_FIRM), version=99)


@pytest.mark.parametrize("who", ["officer", "approver", "supervisor", "applicant"])
def test_only_the_counter_has_a_say(world: w.World, newcomer: Actor, who: str) -> None:
    enrolment = submitted(newcomer)
    with pytest.raises((NotFound, NotPermitted)):
        check_enrolment(
            enrolment_id=enrolment.id, version=enrolment.row_version, form={"verdict": "approve"},
            actor=getattr(world, who), now=w.NOON,
        )  # fmt: skip
    with pytest.raises((NotFound, NotPermitted)):
        claim_subject(form=CLAIM, actor=world.clerk, now=w.NOON)


def test_nobody_touches_the_papers_of_others(world: w.World, newcomer: Actor) -> None:
    claim_subject(form=CLAIM, actor=newcomer, now=w.NOON)
    paper = add_paper(purpose="licence", filename="x.pdf", content=PDF, actor=newcomer, now=w.NOON).id
    with pytest.raises(NotFound):
        remove_paper(paper_id=paper, actor=world.stranger, now=w.NOON)
    claim_subject(form=CLAIM, actor=world.stranger, now=w.NOON)
    with pytest.raises(NotFound):
        remove_paper(paper_id=paper, actor=world.stranger, now=w.NOON)
    assert missing_papers(latest_of(newcomer.account_id)) == ["identity"]  # type: ignore[arg-type]


def test_papers_are_checked_by_their_content(world: w.World, newcomer: Actor) -> None:
    claim_subject(form=CLAIM, actor=newcomer, now=w.NOON)
    for name, content in (("照.pdf", b"<html>"), ("照.pdf", b""), ("照.exe", PDF), ("照.pdf", SCRIPTED)):
        with pytest.raises(InvalidInput) as caught:
            add_paper(purpose="licence", filename=name, content=content, actor=newcomer, now=w.NOON)
        assert set(caught.value.fields) == {"file"}
    with pytest.raises(InvalidInput) as caught:
        add_paper(purpose="bribe", filename="x.pdf", content=PDF, actor=newcomer, now=w.NOON)
    assert set(caught.value.fields) == {"purpose"}


def test_the_register_follows_a_newer_licence_only_when_told(world: w.World, newcomer: Actor) -> None:
    word(world, submitted(newcomer, code=w.SUBJECT, name="甘肃泓屹垚集团有限公司"))
    assert organisation_by_code(w.SUBJECT).name == "甘肃泓屹垚建筑工程有限公司"  # type: ignore[union-attr]
    other = again(register_account(form=PERSON, address="3", now=w.NOON + timedelta(seconds=1)))
    word(world, submitted(other, code=w.SUBJECT, name="甘肃泓屹垚集团有限公司"), renew="1")
    assert organisation_by_code(w.SUBJECT).name == "甘肃泓屹垚集团有限公司"  # type: ignore[union-attr]


def test_what_was_taken_off_counts_and_is_noted(
    world: w.World, newcomer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow_app.actions.enrol.MAX_PAPERS_EVER", 2)
    claim_subject(form=CLAIM, actor=newcomer, now=w.NOON)
    for _ in range(2):
        paper = add_paper(purpose="licence", filename="x.pdf", content=PDF, actor=newcomer, now=w.NOON).id
        remove_paper(paper_id=paper, actor=newcomer, now=w.NOON)
        remove_paper(paper_id=paper, actor=newcomer, now=w.NOON)
    with pytest.raises(InvalidInput) as caught:
        add_paper(purpose="licence", filename="x.pdf", content=PDF, actor=newcomer, now=w.NOON)
    assert "移除的也算在内" in caught.value.fields["file"]
    noted = sa.select(AuditEvent.action).where(AuditEvent.action.like("enrolment.paper_%")).order_by(AuditEvent.seq)
    acts = list(db.session.scalars(noted))
    assert acts == ["enrolment.paper_added", "enrolment.paper_removed"] * 2


def test_registering_counts_by_itself_and_success_is_taken_off(world: w.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow_app.actions.enrol.hash_password", lambda _: "!")
    monkeypatch.setattr("workflow_app.people.registering.MAX_REGISTERED", 12)
    for _ in range(12):
        register_account(form=PERSON, address="198.51.100.7", now=w.NOON)
    keys = dict(iter(db.session.execute(sa.select(SignInCounter.key, SignInCounter.tries))))
    assert keys == {"register:198.51.100.7": 0, "registered:198.51.100.7": 12}, "a service hall may register many"
    with pytest.raises(TooManyTries):
        register_account(form=PERSON, address="198.51.100.7", now=w.NOON)
