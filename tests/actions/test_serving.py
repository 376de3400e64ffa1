"""Service of letters: attempts and what they have to prove, the day they serve on, chasing, public notices, confirmations of
an address, and the clocks that run from service."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.papers import pdf
from tests.processes.revocations import noticed, repaired
from tests.serving import REFUSED, RETURNED, SIGNED, attempt, confirmed, issued, printed, service, tried
from workflow_app.actions.announce_letter import ask_notice, settle_notice
from workflow_app.actions.confirm_address import confirm_address, end_confirmation
from workflow_app.actions.issue_receipt import issue_receipt
from workflow_app.actions.serve_letter import note_attempt, serve_electronically, strike_attempt
from workflow_app.actions.sweep_deadlines import deadline_sweep
from workflow_app.actions.sweep_services import service_sweep
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AnotherPersonsAct, InvalidInput, RuleViolation
from workflow_app.letters.attempts import standing_attempts
from workflow_app.letters.delivery import deliver_to_inbox
from workflow_app.letters.ending import void
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.public_notices import notices_of, shown_notices
from workflow_app.notices.inbox import Notice
from workflow_app.people.address_confirmations import confirmations_of
from workflow_app.people.permissions import NoAuthority, NotPermitted, OutOfScope

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)


@pytest.fixture
def world(app: Flask) -> w.World:
    return w.make_world()


def told(*keys: str) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Notice.key).where(Notice.key.in_(keys)).order_by(Notice.id)))


def test_a_letter_to_a_party_waits_for_its_service_from_its_issue(world: w.World) -> None:
    found = service(issued(world))
    assert (found.served_on, found.chase_on, found.is_waiting) == (None, date(2026, 12, 3), True)


def test_what_was_signed_for_is_served_that_day_and_the_remedies_run_from_it(world: w.World) -> None:
    letter = issued(world)
    tried(world, letter)
    found = service(letter)
    assert (found.served_on, found.way, found.confidence, found.chase_at) == (TODAY, "direct", "D", None)
    assert found.remedy_days == {"reconsideration": date(2027, 1, 25), "litigation": date(2027, 5, 24)}
    assert found.remedies["reconsideration"]["ledger"]["start"] == "2026-11-24" and found.ledger["rules"]
    assert told("letter_served") == ["letter_served"]


def test_a_letter_that_cannot_be_contested_has_no_such_days(world: w.World) -> None:
    letter = issued(world, "L02")
    tried(world, letter)
    assert service(letter).served_on == TODAY and service(letter).remedies == {}


def test_an_attempt_that_failed_serves_nothing_and_the_earliest_that_succeeds_counts(world: w.World) -> None:
    letter = issued(world)
    tried(world, letter, REFUSED)
    assert service(letter).served_on is None
    later = w.NOON + 3 * DAY
    tried(world, letter, now=later, tried_on="2026-11-27")
    left = {
        "attempt": "left:left",
        "tried_on": "2026-11-26",
        "place": "公司前台",
        "reason": "拒收",
        "witness": "居委会张某",
    }
    tried(world, letter, SIGNED | left | {"receiver": ""}, now=later)
    assert (service(letter).served_on, service(letter).way) == (date(2026, 11, 26), "left")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"attempt": ""}, "attempt"),
        ({"attempt": "direct:arrived"}, "attempt"),
        ({"attempt": "announced:published"}, "attempt"),
        ({"attempt": "electronic:arrived"}, "attempt"),  # nobody consented
        ({"tried_on": ""}, "tried_on"),
        ({"tried_on": "昨天"}, "tried_on"),
        ({"tried_on": "2026-11-23"}, "tried_on"),
        ({"tried_on": "2026-11-25"}, "tried_on"),
        ({"server": " "}, "server"),
        ({"receiver": ""}, "receiver"),
        ({"receiver": "马\u202e珺"}, "receiver"),
        ({"receiver_identity": ""}, "receiver_identity"),
        ({"receiver_identity": "king"}, "receiver_identity"),
        ({"attempt": "direct:refused", "reason": "", "place": "x"}, "reason"),
        ({"attempt": "post:signed", "tracking": ""}, "tracking"),
        ({"attempt": "left:left", "place": "x", "reason": "x"}, "witness"),
        ({"reason": "长" * 501}, "reason"),
    ],
)
def test_what_is_missing_or_cannot_be_is_refused_by_its_field(
    world: w.World, change: dict[str, str], field: str
) -> None:
    letter = issued(world)
    with pytest.raises(InvalidInput) as refusal:
        tried(world, letter, **change)
    assert list(refusal.value.fields) == [field] and service(letter).served_on is None


def test_a_photograph_stands_for_a_witness_and_is_looked_at_like_all_papers(world: w.World) -> None:
    letter = issued(world)
    left = SIGNED | {"attempt": "left:left", "place": "公司前台", "reason": "拒收", "receiver": ""}
    with pytest.raises(InvalidInput, match=r"file|invalid"):
        note_attempt(letter_id=letter, form=left, files=[("a.exe", b"MZ")], actor=world.officer, now=w.NOON)
    done = note_attempt(letter_id=letter, form=left, files=[("录像截图.pdf", pdf())], actor=world.officer, now=w.NOON)
    assert service(letter).served_on == TODAY
    assert [p.display_name for p in attempt(done.id).proofs] == ["录像截图.pdf"]


def test_who_may_note_it_and_what_can_be_served(world: w.World) -> None:
    letter = issued(world)
    for actor, refusal in (
        (world.approver, NotPermitted),
        (world.applicant, (NotPermitted, NoAuthority)),
        (world.stranger, OutOfScope),
    ):
        with pytest.raises(refusal):
            note_attempt(letter_id=letter, form=SIGNED, actor=actor, now=w.NOON)
    unprinted = issued(world, pages=False)
    with pytest.raises(RuleViolation, match="letter_not_rendered"):
        tried(world, unprinted)
    with transaction():
        void(letter_by_id(letter), reason="写错", now=w.NOON)
    with pytest.raises(RuleViolation, match="service_of_ended_letter"):
        tried(world, letter)
    assert service(letter).is_waiting is False


def test_a_word_noted_wrongly_is_struck_once_with_its_reason_and_the_letter_waits_again(world: w.World) -> None:
    letter = issued(world)
    wrong = tried(world, letter)
    with pytest.raises(InvalidInput):
        strike_attempt(attempt_id=wrong, reason="", actor=world.officer, now=w.NOON)
    strike_attempt(attempt_id=wrong, reason="登记到别的文书了", actor=world.clerk, now=w.NOON)
    found = service(letter)
    assert (found.served_on, found.remedies, found.ledger) == (None, {}, {}) and found.chase_at is not None
    assert attempt(wrong).struck_by_name == "窗口甲"
    with pytest.raises(RuleViolation, match="attempt_struck_already"):
        strike_attempt(attempt_id=wrong, reason="x", actor=world.officer, now=w.NOON)


def arrives(letter_id: int) -> None:
    """Bring a letter to its party's page, as its pages do when they are made."""
    with transaction():
        deliver_to_inbox(letter_by_id(letter_id), now=w.NOON)
    serve_electronically(letter_id)
    serve_electronically(letter_id)


def test_a_page_in_the_portal_is_service_only_under_a_confirmation(world: w.World) -> None:
    before = issued(world, "L02")
    arrives(before)
    assert service(before).served_on is None
    confirmed(world)
    after = issued(world, "L02")
    arrives(after)
    assert len(standing_attempts(after)) == 1
    found = service(after)
    assert (found.served_on, found.way) == (TODAY, "electronic")
    assert attempt(found.attempt_id or 0).confirmation_id is not None
    end_confirmation(organisation_id=world.organisation_id, reason="改用邮寄", actor=world.applicant, now=w.NOON + DAY)
    assert service(after).served_on == TODAY, "what was served stays served"


def test_a_confirmation_is_signed_by_who_speaks_for_the_party_and_a_new_one_replaces_it(world: w.World) -> None:
    first, second = confirmed(world), confirmed(world, electronic="")
    assert [(c.id, c.ended_at is None, c.electronic) for c in confirmations_of(world.organisation_id)] == [
        (second, True, False), (first, False, True),
    ]  # fmt: skip
    for change, field in (
        ({"signer_name": "别人"}, "signer_name"),
        ({"agreed": ""}, "agreed"),
        ({"phone": "abc"}, "phone"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            confirmed(world, **change)
        assert list(refusal.value.fields) == [field]
    form = {
        "receiver": "x",
        "phone": "13900000001",
        "postal_address": "x",
        "signer_name": "x",
        "signed_on": "2026-11-24",
    }
    with pytest.raises(InvalidInput) as refusal:
        confirm_address(organisation_id=world.organisation_id, form=form, actor=world.clerk, now=w.NOON)
    assert list(refusal.value.fields) == ["file"]
    kept = confirm_address(
        organisation_id=world.organisation_id, form=form, actor=world.clerk, now=w.NOON, paper=("确认书.pdf", pdf())
    )
    assert (kept.source, kept.paper_name) == ("paper", "确认书.pdf")
    with pytest.raises(OutOfScope):  # no officer keeps another's address
        confirm_address(organisation_id=world.organisation_id, form=form, actor=world.officer, now=w.NOON)


def test_who_has_not_been_served_in_time_is_chased_again_and_again(world: w.World) -> None:
    letter = issued(world)
    assert service_sweep(w.NOON) == 0
    late = w.NOON + 10 * DAY
    assert service_sweep(late) == 1 == service(letter).chased and service_sweep(late) == 0
    assert service_sweep(late + 7 * DAY) == 1
    db.session.rollback()
    assert [n.role for n in db.session.scalars(sa.select(Notice).where(Notice.key == "service_late").order_by(Notice.id))] == [
        "officer", "officer", "approver",
    ]  # fmt: skip
    tried(world, letter, now=late + 7 * DAY)
    assert service_sweep(late + 60 * DAY) == 0


def test_what_is_void_is_chased_no_more(world: w.World) -> None:
    letter = issued(world)
    with transaction():
        void(letter_by_id(letter), reason="写错", now=w.NOON)
    assert service_sweep(w.NOON + 10 * DAY) == 0 and service(letter).chase_at is None


def ask(world: w.World, letter: int, ground: str = "tried") -> None:
    ask_notice(letter_id=letter, ground=ground, reason="两次上门都没有人。", actor=world.officer, now=w.NOON)


def test_a_public_notice_comes_after_other_ways_by_two_persons_and_serves_when_it_has_run_out(world: w.World) -> None:
    letter = issued(world)
    with pytest.raises(RuleViolation, match="notice_untried"):
        ask(world, letter)
    tried(world, letter, RETURNED)
    ask(world, letter)
    with pytest.raises(RuleViolation, match="notice_open_already"):
        ask(world, letter, "unknown")
    with pytest.raises(NotPermitted):
        settle_notice(letter_id=letter, approved=True, note="", actor=world.officer_two, now=w.NOON)
    settle_notice(letter_id=letter, approved=True, note="", actor=world.approver, now=w.NOON)
    (notice,) = notices_of(letter)
    assert (notice.published_on, notice.expires_on) == (TODAY, date(2026, 12, 24))
    assert notice.paper is not None and notice.paper.context["expires_on"] == "2026-12-24"
    assert [n.id for n in shown_notices(on=date(2026, 12, 24))] == [notice.id] and not shown_notices(
        on=date(2026, 12, 25)
    )
    assert service_sweep(w.NOON + 30 * DAY) == 0 and service(letter).served_on is None, "the last day is not over"
    assert service_sweep(w.NOON + 31 * DAY) == 1
    found = service(letter)
    assert (found.served_on, found.way) == (date(2026, 12, 24), "announced")
    assert found.remedy_days["reconsideration"] == date(2027, 2, 22)
    assert service_sweep(w.NOON + 32 * DAY) == 0


def test_an_unknown_address_needs_no_attempt_but_a_reason_and_a_refusal_its_own(world: w.World) -> None:
    letter = issued(world)
    with pytest.raises(InvalidInput) as refusal:
        ask_notice(letter_id=letter, ground="x", reason="", actor=world.officer, now=w.NOON)
    assert list(refusal.value.fields) == ["ground", "reason"]
    ask(world, letter, "unknown")
    with pytest.raises(InvalidInput):
        settle_notice(letter_id=letter, approved=False, note="", actor=world.approver, now=w.NOON)
    settle_notice(letter_id=letter, approved=False, note="先邮寄", actor=world.approver, now=w.NOON)
    assert not shown_notices(on=TODAY) and told("notice_refused") == ["notice_refused"]
    ask(world, letter, "unknown")


def test_nobody_approves_what_they_asked_for(world: w.World) -> None:
    letter = issued(world)
    ask(world, letter, "unknown")
    with transaction():
        notices_of(letter)[0].asked_by_id = world.approver.account_id
    with pytest.raises(AnotherPersonsAct):
        settle_notice(letter_id=letter, approved=True, note="", actor=world.approver, now=w.NOON)


def test_a_notice_ends_where_its_letter_is_served_otherwise_or_it_is_struck(world: w.World) -> None:
    for strike in (False, True):
        letter = issued(world)
        ask(world, letter, "unknown")
        settle_notice(letter_id=letter, approved=True, note="", actor=world.approver, now=w.NOON)
        later = w.NOON + DAY
        if strike:
            strike_attempt(
                attempt_id=notices_of(letter)[0].attempt_id or 0, reason="写错了", actor=world.officer, now=later
            )  # fmt: skip
        else:
            tried(world, letter, now=later, tried_on="2026-11-25")
        assert notices_of(letter)[0].ended_at == later and not shown_notices(on=date(2026, 11, 25))
        assert service(letter).served_on == (None if strike else date(2026, 11, 25))


def test_the_proof_of_service_is_filled_from_the_attempt_once(world: w.World) -> None:
    letter = issued(world)
    done = tried(world, letter)
    receipt = issue_receipt(attempt_id=done, actor=world.officer, now=w.NOON)
    assert receipt.number == "兰建信送〔2026〕1号" and receipt.context["receiver"] == "马珺玥"
    assert receipt.context["receiver_identity"] == "法定代表人" and receipt.context["deemed_on"] == "2026-11-24"
    assert issue_receipt(attempt_id=done, actor=world.officer, now=w.NOON).id == receipt.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(Letter.code == "L24")) == 1


def hearing(number: str) -> Deadline:
    db.session.rollback()
    query = sa.select(Deadline).where(Deadline.case_id == w.case(number).id, Deadline.key == "revocation.hearing")
    return db.session.scalars(query).one()


def moves(number: str) -> list[tuple[str, str, str]]:
    query = sa.select(TimelineEntry).where(
        TimelineEntry.case_id == w.case(number).id, TimelineEntry.key.startswith("clock_")
    )
    return [(e.key, e.facts["before"], e.facts["after"]) for e in db.session.scalars(query.order_by(TimelineEntry.id))]


def test_the_time_to_be_heard_runs_from_service_and_every_move_is_told(world: w.World) -> None:
    number = noticed(world, repaired(world))
    assert hearing(number).due_on is None and "自收到" not in str(hearing(number).ledger)
    deadline_sweep(w.NOON + 60 * DAY)
    assert w.case(number).stage == "state_case", "unserved, nobody's time runs out"
    letter, later = printed(number, "L09"), w.NOON + 3 * DAY
    wrong = tried(world, letter, now=later, tried_on="2026-11-25")
    assert hearing(number).due_on == date(2026, 12, 2)
    strike_attempt(attempt_id=wrong, reason="写错日期", actor=world.officer, now=later)
    assert hearing(number).due_on is None
    tried(world, letter, now=later, tried_on="2026-11-26")
    assert (hearing(number).started_on, hearing(number).due_on) == (TODAY, date(2026, 12, 3))
    assert moves(number) == [
        ("clock_from_service", "", "2026-12-02"), ("clock_waits_again", "2026-12-02", ""), ("clock_from_service", "", "2026-12-03"),
    ]  # fmt: skip
    deadline_sweep(w.NOON + 10 * DAY)
    assert w.case(number).stage == "examine"
    tried(world, letter, now=w.NOON + 10 * DAY, tried_on="2026-11-25")  # an earlier day comes to light when all is over
    assert moves(number)[-1] == ("clock_over_before_service", "2026-12-03", "2026-12-03")
    assert hearing(number).due_on == date(2026, 12, 3)


def test_the_time_for_missing_papers_runs_at_once_and_never_gets_shorter_by_service(world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    w.answer(number, world.officer, {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"})
    query = sa.select(Deadline.due_on).where(Deadline.key == "repair.correct")
    assert db.session.scalars(query).all() == [date(2026, 12, 1)]
    later, letter = w.NOON + 3 * DAY, printed(number, "L04")
    wrong = tried(world, letter, now=later, tried_on="2026-11-26")
    assert db.session.scalars(query).all() == [date(2026, 12, 3)]
    strike_attempt(attempt_id=wrong, reason="写错", actor=world.officer, now=later)
    assert db.session.scalars(query).all() == [date(2026, 12, 1)]
    assert moves(number) == [
        ("clock_from_service", "2026-12-01", "2026-12-03"), ("clock_from_issue", "2026-12-03", "2026-12-01"),
    ]  # fmt: skip


def test_served_on_the_day_of_issue_the_time_is_what_it_was(world: w.World) -> None:
    number = noticed(world, repaired(world))
    tried(world, printed(number, "L09"))
    assert hearing(number).due_on == date(2026, 12, 1)
