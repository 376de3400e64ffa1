"""The revocation of a repair (rulebook §1.8, §12.2 no. 15 and 33): notice, hearing, proposal, decision, what follows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.processes.revocations import (
    NOTICE,
    OBJECTION,
    OPENING,
    PROPOSAL,
    noticed,
    opened,
    proposed,
    repaired,
    revoked,
)
from tests.processes.roads import confirm_all, deleted, happen, letters, quashed, record_status
from tests.serving import printed, tried
from workflow_app.actions.file_application import file_application
from workflow_app.actions.open_case import open_case
from workflow_app.actions.rehearse_letter import rehearse_letter
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.cases.commitments import public_commitments
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.kinds import FormContext, kind_of
from workflow_app.cases.views import case_view
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound, NotPermitted, RuleViolation
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.jobs.state import JobStatus
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import inbox
from workflow_app.records.assessment import assess_record
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.history import last_of
from workflow_app.records.platform import MemoryPlatform
from workflow_app.records.repair_bar import RepairBar
from workflow_app.records.write_back import WriteBack

TODAY = date(2026, 11, 24)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


@pytest.fixture
def record(world: w.World) -> int:
    return repaired(world)


@pytest.fixture
def platform(app: Flask, monkeypatch: pytest.MonkeyPatch, record: int) -> MemoryPlatform:
    """A platform on which the repair has taken effect."""
    found = MemoryPlatform()
    found.states.update({(record, place): "ended" for place in ("publication", "sharing")})
    monkeypatch.setitem(app.extensions, "platform", found)
    return found


def letter(number: str, code: str) -> Letter:
    return db.session.scalars(sa.select(Letter).where(Letter.case_no == number, Letter.code == code)).one()


def orders(number: str) -> list[WriteBack]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(WriteBack).where(WriteBack.case_no == number).order_by(WriteBack.id)))


def deliver_orders(app: Flask) -> None:
    """Let a worker bring the orders to the platform, and leave the letters."""
    jobs: RecordingQueue = app.extensions["jobs"]
    for job in jobs.with_status(JobStatus.WAITING):
        if job.queue == "writeback":
            jobs.work(app, job.key)


def row(record_id: int) -> CreditRecord:
    db.session.rollback()
    return db.session.get_one(CreditRecord, record_id)


def test_no_15_forged_papers_lead_by_notice_hearing_and_another_persons_decision_to_publication_again(
    world: w.World, record: int
) -> None:
    later = w.NOON + timedelta(days=61)  # two months after the grant, 2027-01-24
    number = proposed(world, record, now=later)
    assert (record_status(number), letters(number)) == ("REPAIRED", ["L09"])
    w.answer(number, world.approver, w.APPROVED, now=later)
    found, case = row(record), w.case(number)
    assert (found.status, found.published, found.stops_on) == ("PUBLISHED", True, date(2027, 8, 10))
    assert (case.outcome, case.stage) == ("revoked", "platform_confirmed")
    said = letter(number, "L10").context
    assert said["restoration"] == (
        "自2027年1月24日起恢复公示和共享上述失信信息，按原最长公示期公示至2027年8月10日，不重新起算。"
    )
    assert (said["bar_begins_on"], said["bar_ends_on"]) == ("2027-01-24", "2030-01-24")
    assert said["breach_shown_until"] == "2030-01-24"
    assert said["response"] == [PROPOSAL["response"]]
    assert any("第三方" in line and "由共享平台同步" in line for line in said["told"])
    assert {o.destination: (o.payload["act"], o.payload["finds"], o.payload["leaves"]) for o in orders(number)} == {
        "publication": ("restore_publication", "ended", "active"),
        "sharing": ("restore_sharing", "ended", "active"),
    }
    assert all(o.payload["shown_until"] == "2027-08-10" for o in orders(number))
    confirm_all(number)
    assert (w.case(number).stage, w.case(number).outcome) == ("closed", "revoked")
    assert "result_revoked" in {n.key for n in inbox(world.applicant)}


def test_no_33_past_the_original_end_nothing_is_published_again_only_the_breach_is_told(world: w.World) -> None:
    record = repaired(world)
    later = w.NOON + timedelta(days=400)  # past 2027-08-10
    number = revoked(world, record, now=later)
    found = row(record)
    assert (found.status, found.published) == ("EXPIRED", False)
    assert "不恢复公示" in letter(number, "L10").context["restoration"]
    assert {(o.payload["act"], o.payload["finds"], o.payload["leaves"]) for o in orders(number)} == {
        ("note_breach", "ended", "breached")
    }
    assert all(o.payload["shown_until"] is None for o in orders(number))
    confirm_all(number)
    assert w.case(number).stage == "closed"


def test_the_last_day_of_the_original_period_is_still_public(world: w.World, record: int) -> None:
    last_day = w.NOON + (date(2027, 8, 10) - TODAY)
    revoked(world, record, now=last_day)
    assert row(record).status == "PUBLISHED"


def test_the_platform_gets_one_order_a_destination_and_shows_the_record_again(
    app: Flask, world: w.World, record: int, platform: MemoryPlatform
) -> None:
    number = revoked(world, record)
    deliver_orders(app)
    assert [o.state for o in orders(number)] == ["confirmed", "confirmed"]
    assert {platform.states[record, place] for place in ("publication", "sharing")} == {"active"}
    assert [platform.effects[o.key] for o in orders(number)] == [1, 1]
    assert w.case(number).stage == "closed"


def test_a_record_that_is_quashed_before_it_is_shown_again_is_not_shown(
    app: Flask, world: w.World, record: int, platform: MemoryPlatform
) -> None:
    number = revoked(world, record)
    happen(number, quashed)
    deliver_orders(app)
    assert [(o.state, o.receipt_no) for o in orders(number)] == [("called_off", None)] * 2
    assert {platform.states[record, place] for place in ("publication", "sharing")} == {"ended"}
    assert (w.case(number).stage, row(record).status) == ("closed", "REVOKED_SRC")


def test_what_was_shown_again_and_then_deleted_is_told_to_the_office(world: w.World, record: int) -> None:
    number = revoked(world, record)
    happen(number, deleted)
    confirm_all(number)  # it was under way
    assert "restored_but_gone" in {n.key for n in inbox(world.officer)}


def test_the_bar_stops_the_next_repair_of_its_subject_and_stays_visibly_unverified(world: w.World, record: int) -> None:
    number = revoked(world, record)
    bar = db.session.scalars(sa.select(RepairBar)).one()
    assert (bar.case_no, bar.begins_on, bar.ends_on, bar.confidence) == (number, TODAY, date(2029, 11, 24), "U")
    other = w.make_record(world)
    again = w.file(world, other)  # filing is never blocked
    with pytest.raises(RuleViolation, match="accept_barred"):
        w.answer(again, world.officer, w.ACCEPTED)
    found = {c.key: c for c in assess_record(row(other), on=date(2029, 11, 24)).conditions}["NOT_BARRED"]
    assert (str(found.state), found.basis.confidence) == ("unmet", "U")
    assert "2029年11月24日以前" in found.detail
    free = assess_record(row(other), on=date(2029, 11, 25)).conditions
    assert "NOT_BARRED" not in {c.key for c in free}


def test_who_says_nothing_in_time_is_decided_on_what_was_found(world: w.World, record: int) -> None:
    number = noticed(world, record)
    hearing = db.session.scalars(sa.select(Deadline).where(Deadline.key == "revocation.hearing")).one()
    assert (hearing.value, hearing.due_on, hearing.confidence) == (5, None, "D"), "until it is served the time waits"
    assert letter(number, "L09").context["period"] == "5个工作日"
    tried(world, printed(number, "L09"))
    assert db.session.get_one(Deadline, hearing.id, populate_existing=True).due_on == date(2026, 12, 1)
    assert w.case(number).office_due_on is None, "while the party is heard nothing is late in the office"
    deadline_sweep(w.NOON + timedelta(days=8))
    assert w.case(number).stage == "examine"
    view = case_view(number, world.officer, w.NOON)
    assert "revocation_unheard" in {e.key for e in view.timeline}
    assert "没有陈述" in proposal_of(world, number)["response"]


def proposal_of(world: w.World, number: str) -> dict[str, object]:
    case = w.case(number)
    context = FormContext(case=case, actor=world.officer, now=w.NOON, today=TODAY)
    return kind_of("revocation").form_for("examine").prefill(context)


def test_what_is_not_so_ends_before_anybody_is_told(world: w.World, record: int) -> None:
    number = opened(world, record)
    before = len(inbox(world.applicant))
    w.answer(number, world.officer, {"outcome": "drop", "reasons": "银行更正：凭证属实。"})
    case = w.case(number)
    assert (case.outcome, case.stage, row(record).status, letters(number)) == ("dropped", "closed", "REPAIRED", [])
    assert len(inbox(world.applicant)) == before
    assert orders(number) == []
    opened(world, record)  # new findings, a new case


def test_not_revoked_ends_with_a_letter_and_leaves_the_repair(world: w.World, record: int) -> None:
    number = proposed(world, record, recommendation="uphold", response="经核对，申辩成立，予以采纳。")
    w.answer(number, world.approver, w.APPROVED)
    case = w.case(number)
    assert (case.outcome, case.stage, row(record).status) == ("kept", "closed", "REPAIRED")
    assert letters(number) == ["L09", "L10N"]
    assert letter(number, "L10N").context["response"] == ["经核对，申辩成立，予以采纳。"]
    assert orders(number) == []
    assert db.session.scalars(sa.select(RepairBar)).all() == []


def test_who_proposes_does_not_decide_and_what_is_returned_comes_back(world: w.World, record: int) -> None:
    number = proposed(world, record)
    twin = replace(world.approver, account_id=world.officer.account_id)
    with pytest.raises(RuleViolation, match="same_person_decides"):
        w.answer(number, twin, w.APPROVED)
    with pytest.raises(InvalidInput):
        w.answer(number, world.approver, {"verdict": "returned", "note": ""})
    w.answer(number, world.approver, {"verdict": "returned", "note": "核验函没有盖章。"})
    assert (w.case(number).stage, w.case(number).outcome) == ("examine", None)
    w.answer(number, world.officer, PROPOSAL)
    w.answer(number, world.approver, w.APPROVED)
    assert len(orders(number)) == 2, "one order a destination, however often it was proposed"


def test_figures_nobody_has_verified_must_be_looked_up_before_a_letter_states_them(world: w.World, record: int) -> None:
    number = noticed(world, record)
    w.answer(number, world.applicant, OBJECTION)
    with pytest.raises(InvalidInput) as refused:
        w.answer(number, world.officer, {k: v for k, v in PROPOSAL.items() if k != "figures_checked"})
    assert "待核原文" in refused.value.fields["figures_checked"]
    uphold = {k: v for k, v in PROPOSAL.items() if k != "figures_checked"} | {"recommendation": "uphold"}
    w.answer(number, world.officer, uphold)
    assert w.case(number).stage == "decide"


@pytest.mark.parametrize("steps", range(4))
def test_a_quashed_decision_ends_it_at_every_stage(world: w.World, record: int, steps: int) -> None:
    number = (
        opened,
        noticed,
        lambda a, b: _stated(a, b),
        proposed,
    )[steps](world, record)
    happen(number, quashed)
    case = w.case(number)
    assert (case.outcome, case.stage, row(record).status) == ("ended", "closed", "REVOKED_SRC")
    told = {n.key for n in inbox(world.applicant)}
    assert ("revocation_ended" in told) == (steps > 0), "who was told of it is told that it is over"


def _stated(world: w.World, record: int) -> str:
    number = noticed(world, record)
    w.answer(number, world.applicant, OBJECTION)
    return number


def test_its_commitment_leaves_the_public_page(world: w.World, record: int) -> None:
    assert public_commitments(on=TODAY)[1] == 1
    revoked(world, record)
    assert public_commitments(on=TODAY)[1] == 0


def test_only_the_department_that_repaired_opens_it_and_only_on_a_repaired_record(world: w.World, record: int) -> None:
    def begin(actor: object, record_id: int = record) -> object:
        return open_case(
            record_id=record_id, kind_key="revocation", form=OPENING, idempotency_key=None, actor=actor, now=w.NOON
        )  # type: ignore[arg-type]

    for actor, error in ((world.applicant, NotPermitted), (world.clerk, NotPermitted), (world.approver, NotPermitted)):
        with pytest.raises(error):
            begin(actor)
    with pytest.raises(NotFound):
        begin(world.stranger)
    with pytest.raises(RuleViolation, match="kind_does_not_suit"):
        begin(world.officer, w.make_record(world))
    with pytest.raises(NotFound):
        open_case(
            record_id=record, kind_key="repair", form=OPENING, idempotency_key=None, actor=world.officer, now=w.NOON
        )
    with pytest.raises(RuleViolation, match="kind_not_filed"):
        file_application(
            record_id=record,
            form=OPENING,
            idempotency_key=None,
            actor=world.applicant,
            now=w.NOON,
            kind_key="revocation",
        )
    number = opened(world, record, key="k1")
    assert opened(world, record, key="k1") == number, "the same request gets its first answer"
    with pytest.raises(RuleViolation, match="application_open"):
        begin(world.officer)
    assert last_of(record, "repaired") is not None


def test_the_notice_can_be_looked_at_before_it_is_sent(world: w.World, record: int) -> None:
    number = opened(world, record)
    found = rehearse_letter(task_id=w.task(number).id, answer=NOTICE, actor=world.officer, now=w.NOON)
    assert found is not None
    assert (found.code, found.content["period"]) == ("L09", "5个工作日")
    assert letters(number) == []
