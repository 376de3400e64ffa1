"""Asking another body during the review (协查): the letter, the answer of whoever was asked, the clocks, and its ends
(rulebook §9.2 L05, §10.4, §12.1 no. 5)."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from tests import world as w
from tests.processes.roads import disputed, happen, letters, quashed, to_decision, to_review
from workflow_app.actions.answer_papers import add_answer_paper, remove_answer_paper
from workflow_app.actions.ask_enquiry import ask_enquiry, withdraw_enquiry
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.enquiries import Enquiry, asked_of, open_enquiry, waiting_for
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.kinds import FormContext
from workflow_app.cases.timeline import timeline_of
from workflow_app.cases.views import case_view
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.law import parameters
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import inbox
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.departments import Department
from workflow_app.processes.repair import enquiry as steps
from workflow_app.processes.repair.replies import prefill_review

ASKED = "11620200MBY780889C"
ANSWER = {"finding": "confirmed", "answer": "经现场核查，已按要求设置警示标志。"}


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def number(world: w.World) -> str:
    number = w.file(world, w.make_record(world))
    to_review(world, number)
    return number


@pytest.fixture
def provider(world: w.World) -> Actor:
    return somebody(Role.PROVIDER)


def somebody(role: Role, code: str = ASKED) -> Actor:
    with transaction():
        place = db.session.scalars(sa.select(Department).where(Department.code == code)).one()
        account = Account(
            login=f"{role}-{place.id}",
            name="刘海燕",
            role=role,
            department_id=place.id,
            password_hash="!",
            created_at=w.NOON,
        )
        db.session.add(account)
        db.session.flush()
        return account.actor()


def ask(world: w.World, number: str, **changes: object) -> Enquiry:
    given: dict[str, object] = {
        "case_version": w.case(number).row_version,
        "department_code": ASKED,
        "question": "该工地是否已设置警示标志？\n整改验收日期？",
        "reply_how": "在本系统填写",
        "basis_article": "第十二条",
        "evidence_ids": (),
        "idempotency_key": None,
        "actor": world.officer,
        "now": w.NOON,
    }
    return ask_enquiry(case_number=number, **given | changes)  # type: ignore[arg-type]


def due(number: str) -> dict[str, str | None]:
    running = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.closed_at.is_(None))
    return {d.key: d.due_on.isoformat() if d.due_on else None for d in db.session.scalars(running)}


def test_the_body_asked_gets_a_letter_a_task_and_a_clock_and_the_clocks_of_the_case_run_on(
    world: w.World, number: str, provider: Actor
) -> None:
    ask(world, number)
    assert w.case(number).stage == "answer_enquiry"
    assert due(number) == {
        "repair.feedback": "2026-12-08",
        "repair.decide": "2026-12-03",
        "repair.enquiry": "2026-12-01",
    }
    letter = db.session.scalars(sa.select(Letter).where(Letter.code == "L05")).one()
    assert (letter.organisation_id, letter.addressee_name) == (None, "嘉峪关市应急管理局")
    assert letter.context["questions"] == ["该工地是否已设置警示标志？", "整改验收日期？"]
    assert (letter.context["due_on"], letter.context["reply_how"]) == ("2026-12-01", "在本系统填写")
    assert [n.key for n in inbox(provider)] == ["enquiry_asked"]
    assert inbox(provider)[0].case_number is None


def test_the_answer_brings_the_case_back_to_its_officer(world: w.World, number: str, provider: Actor) -> None:
    ask(world, number)
    w.answer(number, provider, ANSWER)
    case, found = w.case(number), db.session.scalars(sa.select(Enquiry)).unique().one()
    assert (case.stage, case.assignee_id, w.task(number).assignee_id) == ("review", *[world.officer.account_id] * 2)
    assert (found.finding, found.answered_by_name) == ("confirmed", "刘海燕")
    assert "enquiry_answered" in [n.key for n in inbox(world.officer)]
    w.answer(number, world.officer, w.proposal(number))
    assert w.case(number).stage == "decide"


def test_an_officer_of_the_department_asked_may_answer_and_does_not_get_the_case(world: w.World, number: str) -> None:
    ask(world, number)
    neighbour = somebody(Role.OFFICER)
    w.answer(number, neighbour, ANSWER)
    assert w.case(number).assignee_id == world.officer.account_id


def test_whoever_was_asked_knows_the_question_and_never_the_case(world: w.World, number: str, provider: Actor) -> None:
    asked = ask(world, number)
    assert [e.id for e in asked_of(provider)] == [asked.id]
    assert waiting_for(provider) == 1
    with pytest.raises(NotFound):
        case_view(number, provider, w.NOON)


def test_nobody_else_may_answer(world: w.World, number: str) -> None:
    ask(world, number)
    elsewhere = replace(somebody(Role.PROVIDER, w.HOUSING), account_id=None)
    for actor, refusal in ((elsewhere, NotFound), (world.officer, NotFound), (world.clerk, NotPermitted)):
        with pytest.raises(refusal):
            w.answer(number, actor, ANSWER)
    assert asked_of(elsewhere) == []


def test_the_party_reads_that_somebody_was_asked_and_not_what(world: w.World, number: str, provider: Actor) -> None:
    ask(world, number)
    w.answer(number, provider, ANSWER)
    view = case_view(number, world.applicant, w.NOON)
    assert [letter.code for letter in view.letters] == ["L02"]
    said = {e.key: e.facts for e in timeline_of(view.case.id, public_only=True)}
    assert said["enquiry_asked"]["department"] == "嘉峪关市应急管理局"
    assert "警示标志" not in str(said)


def test_a_late_answer_is_chased_and_still_taken(world: w.World, number: str, provider: Actor) -> None:
    ask(world, number)
    head = somebody(Role.APPROVER)
    deadline_sweep(w.NOON + timedelta(days=8))
    assert "enquiry_late" in [n.key for n in inbox(provider)]
    assert "enquiry_late" in [n.key for n in inbox(head)]
    assert "enquiry_not_answered" in [n.key for n in inbox(world.officer)]
    w.answer(number, provider, ANSWER, now=w.NOON + timedelta(days=8))
    assert w.case(number).stage == "review"


def test_a_reminder_before_the_end_reaches_the_body_asked(world: w.World, number: str, provider: Actor) -> None:
    ask(world, number)
    deadline_sweep(w.NOON + timedelta(days=5))
    assert "enquiry_near" in [n.key for n in inbox(provider)]


def test_an_enquiry_is_taken_back_and_the_review_goes_on(world: w.World, number: str, provider: Actor) -> None:
    ask(world, number)
    version = w.case(number).row_version
    withdraw_enquiry(case_number=number, case_version=version, reason="已由企业补充", actor=world.officer, now=w.NOON)
    assert (w.case(number).stage, open_enquiry(w.case(number).id)) == ("review", None)
    assert inbox(provider)[0].facts["reason"] == "已由企业补充"
    assert waiting_for(provider) == 0
    with pytest.raises(RuleViolation, match="no_enquiry_open"):
        withdraw_enquiry(case_number=number, case_version=0, reason="再次", actor=world.officer, now=w.NOON)


@pytest.mark.parametrize("ended", ["withdrawn", "record"])
def test_the_end_of_the_case_ends_the_enquiry(world: w.World, number: str, provider: Actor, ended: str) -> None:
    ask(world, number)
    if ended == "record":
        happen(number, quashed)
    else:
        version = w.case(number).row_version
        withdraw_application(case_number=number, case_version=version, reason="", actor=world.applicant, now=w.NOON)
    assert w.case(number).closed_at is not None
    assert open_enquiry(w.case(number).id) is None
    assert inbox(provider)[0].key == "enquiry_withdrawn"


def test_where_the_law_lets_it_the_clocks_stand_still_on_the_letter_alone(
    world: w.World, number: str, provider: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lawful = parameters.value_of
    monkeypatch.setattr(
        steps,
        "value_of",
        lambda key, *, on: replace(lawful(key, on=on), value=1) if key == steps.STOPS else lawful(key, on=on),
    )
    ask(world, number)
    assert due(number) == {"repair.feedback": None, "repair.decide": None, "repair.enquiry": "2026-12-01"}
    papers = {s.paper for d in db.session.scalars(sa.select(Deadline)) for s in d.suspensions}
    assert papers == set(db.session.scalars(sa.select(Letter.number).where(Letter.code == "L05")))
    w.answer(number, provider, ANSWER, now=w.NOON + timedelta(days=2))
    assert due(number) == {"repair.feedback": "2026-12-09", "repair.decide": "2026-12-04"}


def test_a_dispute_meanwhile_stops_the_clocks_and_forbids_the_next_question(
    world: w.World, number: str, provider: Actor
) -> None:
    ask(world, number)
    happen(number, disputed)
    assert set(due(number).values()) == {None}
    w.answer(number, provider, ANSWER)
    with pytest.raises(RuleViolation, match="repair_waits_for_dispute"):
        ask(world, number)
    assert letters(number).count("L05") == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"department_code": "没有"}, "department_code"),
        ({"department_code": w.HOUSING}, "department_code"),
        ({"question": " "}, "question"),
        ({"question": "字" * 2001}, "question"),
        ({"reply_how": "含\u202e隐藏"}, "reply_how"),
        ({"evidence_ids": (99,)}, "papers"),
    ],
)
def test_a_question_that_cannot_be_sent(world: w.World, number: str, changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(world, number, **changes)
    assert set(refused.value.fields) == {field}
    assert w.case(number).stage == "review"


def test_who_may_ask_and_when(world: w.World, number: str) -> None:
    with pytest.raises(NotPermitted):
        ask(world, number, actor=world.officer_two)
    with pytest.raises(Conflict):
        ask(world, number, case_version=0)
    first = ask(world, number, idempotency_key="k")
    assert ask(world, number, idempotency_key="k", case_version=0).id == first.id
    with pytest.raises(RuleViolation, match="enquiry_open"):
        ask(world, number)
    other = w.file(world, w.make_record(world))
    to_decision(world, other)
    with pytest.raises(RuleViolation, match="enquiry_not_now"):
        ask(world, other)


def test_papers_go_along_and_come_back(world: w.World, number: str, provider: Actor) -> None:
    with transaction():
        case = w.case(number)
        paper = Evidence(
            case_id=case.id, organisation_id=case.organisation_id, purpose="other", display_name="整改报告.pdf",
            media_type="application/pdf", size=9, digest="0" * 64, added_at=w.NOON,
        )  # fmt: skip
        db.session.add(paper)
        db.session.flush()
        paper_id = paper.id
    asked = ask(world, number, evidence_ids=(paper_id,))
    picture = BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    content = picture.getvalue()
    kept = add_answer_paper(enquiry_id=asked.id, filename="回函.png", content=content, actor=provider, now=w.NOON)
    dropped = add_answer_paper(enquiry_id=asked.id, filename="误传.png", content=content, actor=provider, now=w.NOON)
    remove_answer_paper(enquiry_id=asked.id, paper_id=dropped.id, actor=provider, now=w.NOON)
    with pytest.raises(RuleViolation):
        remove_answer_paper(enquiry_id=asked.id, paper_id=asked.sent[0].id, actor=provider, now=w.NOON)
    with pytest.raises(NotFound):
        add_answer_paper(enquiry_id=asked.id, filename="x.png", content=content, actor=world.officer, now=w.NOON)
    w.answer(number, provider, ANSWER)
    found = db.session.get_one(Enquiry, asked.id)
    assert ([p.display_name for p in found.sent], [p.id for p in found.returned]) == (["整改报告.pdf"], [kept.id])
    with pytest.raises(RuleViolation, match="enquiry_over"):
        add_answer_paper(enquiry_id=asked.id, filename="x.png", content=content, actor=provider, now=w.NOON)


def test_what_was_typed_before_the_question_is_there_again_afterwards(
    world: w.World, number: str, provider: Actor
) -> None:
    from workflow_app.actions.save_draft import save_draft

    save_draft(place=f"task:{w.task(number).id}", values={"reasons": "写了一半"}, actor=world.officer, now=w.NOON)
    ask(world, number)
    w.answer(number, provider, ANSWER)
    context = FormContext(case=w.case(number), actor=world.officer, now=w.NOON, today=w.NOON.date())
    assert prefill_review(context)["reasons"] == "写了一半"
