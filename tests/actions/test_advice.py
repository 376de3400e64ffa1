"""Letters of advice: for which records one is due, what it says, how it is replaced and served; who is invited, once."""

from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.entries import NAME, make_entry
from tests.world import NOON, World, file, make_record, make_world
from workflow_app.actions.invite_to_repair import invitation_sweep
from workflow_app.actions.issue_advice import issue_advice, open_advice, serve_advice
from workflow_app.actions.prepare_advice import advice_sweep, prepare_advice
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.law.citations import Citation, Confidence
from workflow_app.letters.attempts import attempts_of
from workflow_app.letters.binding import bound
from workflow_app.letters.delivery import delivery_of
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.verification import verify_code
from workflow_app.notices.inbox import Notice
from workflow_app.people.permissions import OutOfScope
from workflow_app.records import lifecycle
from workflow_app.records.advice import RepairAdvice
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.invitations import RepairInvitation
from workflow_app.records.repair_bar import bar

SERVED = {"attempt": "direct:signed", "tried_on": "2026-11-24", "server": "王丽萍", "receiver": "马珺玥",
          "receiver_identity": "legal_representative"}  # fmt: skip


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def prepared() -> set[int]:
    advice_sweep(NOON)
    return set(db.session.scalars(sa.select(RepairAdvice.record_id)))


def advice(record_id: int) -> RepairAdvice:
    db.session.rollback()
    return db.session.get_one(RepairAdvice, record_id)


def issue(world: World, record_id: int) -> Letter:
    advice_sweep(NOON)
    return issue_advice(record_id=record_id, actor=world.officer, now=NOON)


def printed(world: World, *record_ids: int) -> None:
    """Issue letters and let them have pages; which pages is asked elsewhere."""
    for record_id in record_ids:
        issue(world, record_id)
    with transaction():
        db.session.execute(sa.update(Letter).values(file_digest="0" * 64))


def change(record_id: int, **values: object) -> None:
    with transaction():
        record = db.session.get_one(CreditRecord, record_id)
        for name, value in values.items():
            setattr(record, name, value)


def test_it_is_due_for_public_records_of_enterprises_alone(world: World) -> None:
    public, unclassified = make_record(world), make_record(world, credit_class=None)
    make_record(world, subject_type="natural_person", subject_code=None, subject_name="某人", status="NOT_PUBLISHED")
    make_record(world, subject_type="natural_person", subject_code=None, subject_name="另一人")
    make_record(world, sector="市场监管")
    make_record(world, department_id=None)
    make_record(world, stops_on=date(2026, 11, 23))
    for status in ("NOT_PUBLISHED", "REPAIRED", "REVOKED_SRC", "DELETED"):
        make_record(world, status=status, published=False)
    assert prepared() == {public, unclassified} == prepared()


def test_after_an_import_only_the_file_is_looked_through(world: World) -> None:
    mine, other = make_record(world, import_batch_id=None), make_record(world)
    prepare_advice(77)
    assert prepared() == {mine, other}
    assert advice(mine).letter_id is None  # a row is all that is prepared


def test_it_says_class_periods_first_day_conditions_papers_and_that_it_is_free(world: World) -> None:
    letter = issue(world, make_record(world, determination_date=date(2026, 8, 25)))
    said = letter.context
    assert letter.number == "兰建信修告〔2026〕1号" and letter.case_id is None and letter.case_no == ""
    assert said["credit_class"] == "一般失信信息"
    assert said["shortest_period"] == "3个月，到2026年11月25日当日结束" and said["apply_from"] == "2026年11月26日"
    assert said["longest_period"].startswith("到2027年8月25日当日结束")
    assert len(said["conditions"]) == 5 and len(said["materials"]) >= 3 and len(said["commitments"]) == 4
    assert "不收费" in said["free_of_charge"] and "信用中国" in said["entries"][1] and "窗口" in said["counters"][0]
    assert [row["text"] for row in said["legal_bases"]] == ["《信用修复管理办法》（国家发展和改革委员会令第36号）"]


def test_what_was_not_read_in_the_source_says_so(world: World) -> None:
    said = issue(world, make_record(world)).context
    assert "（以“信用中国”网站公布的要求为准）" in said["materials"][0]  # 国办发〔2025〕22号, V~
    assert "为准" not in said["materials"][2]  # V


def test_who_may_apply_once_performed_is_told_that_and_not_a_day(world: World) -> None:
    minor = make_record(world, credit_class="minor", publication_found_necessary=True, fully_performed=None,
                        performed_on=None, corrected=None)  # fmt: skip
    assert issue(world, minor).context["apply_from"] == "法定责任和义务全部履行完毕之日"


def test_what_stands_against_a_repair_whatever_the_time_is_said(world: World) -> None:
    listed = issue(world, make_record(world, on_serious_list=True, list_basis=True)).context
    assert len(listed["limits"]) == 1 and "名单" in listed["limits"][0]
    assert issue(world, make_record(world)).context["limits"] == []


def test_no_day_inside_a_bar_is_promised_and_the_bar_is_said(world: World) -> None:
    record_id = make_record(world)
    with transaction():
        bar(
            db.session.get_one(CreditRecord, record_id), case_no="GSCX-2026-000001", begins_on=date(2026, 6, 1),
            ends_on=date(2029, 6, 1), basis=Citation("某条", Confidence.UNSURE), now=NOON,
        )  # fmt: skip
    said = issue(world, record_id).context
    assert said["apply_from"] == "2029年6月2日" and "2029年6月1日以前" in said["limits"][0]


def test_a_listing_is_told_of_its_own_rules_and_of_no_day(world: World) -> None:
    """两书同达 goes for the decision to list too (rulebook §1.12, §9.2 L01); when an entry may leave, its list says (§1.11)."""
    entry = make_entry(world)
    abnormal, market = {"record_type": "abnormal_list", "credit_class": None}, {"sector": "市场监管"}
    for number, values in enumerate((abnormal, market)):
        make_entry(world, document_number=f"列〔2026〕{number}号", **values)
    assert prepared() == {entry}
    said = issue(world, entry).context
    periods = [said[key] for key in ("shortest_period", "longest_period", "apply_from", "period_note")]
    assert all("该名单" in text for text in periods[:3]) and NAME in periods[3]
    assert not any("年" in text or "个月" in text for text in periods)
    assert len(said["conditions"]) == 5 and "移出条件" in said["conditions"][2] and "信用中国" in said["entries"][1]


def test_nobody_is_invited_to_leave_a_list(world: World) -> None:
    make_entry(world)
    invitation_sweep(NOON)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RepairInvitation)) == 0


def test_without_a_class_there_is_no_letter(world: World) -> None:
    with pytest.raises(RuleViolation, match="advice_without_class"):
        issue(world, make_record(world, credit_class=None))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0


def test_nobody_issues_what_is_not_due_or_not_theirs(world: World) -> None:
    record_id = make_record(world)
    with pytest.raises(NotFound):
        issue_advice(record_id=record_id, actor=world.officer, now=NOON)
    advice_sweep(NOON)
    with pytest.raises(OutOfScope):
        issue_advice(record_id=record_id, actor=world.stranger, now=NOON)
    change(record_id, status="REPAIRED", published=False)
    with pytest.raises(RuleViolation, match="advice_not_due"):
        issue_advice(record_id=record_id, actor=world.officer, now=NOON)


def test_a_second_time_gives_the_same_letter_and_a_changed_record_another(world: World) -> None:
    record_id = make_record(world)
    first = issue(world, record_id)
    assert issue(world, record_id).id == first.id
    with transaction():
        record = db.session.get_one(CreditRecord, record_id)
        lifecycle.correct(record, changes={"facts": "经查，另有其事。"}, basis="更正", actor=world.officer, now=NOON)
    second = issue(world, record_id)
    assert second.id != first.id and advice(record_id).letter_id == second.id
    assert letter_by_id(first.id).superseded_by_id == second.id
    assert verify_code(first.verify_code).state == "superseded"


def test_a_served_letter_stays_whatever_becomes_of_the_record(world: World) -> None:
    record_id = make_record(world)
    first = issue(world, record_id)
    printed(world, record_id)
    serve_advice(record_ids=[record_id], form=SERVED, actor=world.clerk, now=NOON)
    change(record_id, facts="经查，另有其事。")
    assert issue_advice(record_id=record_id, actor=world.officer, now=NOON).id == first.id


def test_service_says_how_when_and_by_whom_and_can_be_put_right(world: World) -> None:
    record_id = make_record(world)
    printed(world, record_id)
    assert serve_advice(record_ids=[record_id], form=SERVED, actor=world.officer, now=NOON) == 1
    posted = SERVED | {"attempt": "post:signed", "tried_on": "2026-11-25", "tracking": "EMS1"}
    serve_advice(record_ids=[record_id], form=posted, actor=world.clerk, now=NOON + timedelta(days=1))
    found = advice(record_id)
    assert (found.served_on, found.method, found.served_by_name) == (date(2026, 11, 25), "post", "窗口甲")
    assert [a.struck_at is None for a in attempts_of(found.letter_id or 0)] == [True, False]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"tried_on": "2026-11-23"}, "tried_on"),
        ({"attempt": "announced:published"}, "attempt"),
        ({"receiver": ""}, "receiver"),
        ({"attempt": "left:left", "place": "x", "reason": "x"}, "witness"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_noted(
    world: World, form: dict[str, str], field: str
) -> None:
    record_id = make_record(world)
    printed(world, record_id)
    with pytest.raises(InvalidInput) as refusal:
        serve_advice(record_ids=[record_id], form=SERVED | form, actor=world.officer, now=NOON)
    assert list(refusal.value.fields) == [field] and advice(record_id).served_on is None


def test_service_of_several_is_noted_for_all_or_none(world: World) -> None:
    done, undone = make_record(world), make_record(world)
    printed(world, done)
    with pytest.raises(RuleViolation, match="advice_not_issued"):
        serve_advice(record_ids=[done, undone], form=SERVED, actor=world.officer, now=NOON)
    assert advice(done).served_on is None


def test_what_was_never_printed_was_not_served(world: World) -> None:
    record_id = make_record(world)
    issue(world, record_id)
    with pytest.raises(RuleViolation, match="letter_not_rendered"):
        serve_advice(record_ids=[record_id], form=SERVED, actor=world.officer, now=NOON)


def test_pages_are_a_job_and_bind_into_one_file_whose_opening_is_none(app: Flask, world: World) -> None:
    ids = [make_record(world), make_record(world)]
    letters = [issue(world, r) for r in ids]
    with pytest.raises(NotFound):
        open_advice(record_id=ids[0], actor=world.applicant, now=NOON)
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    pages = sum(letter_by_id(letter.id).page_count or 0 for letter in letters)
    with pikepdf.Pdf.open(BytesIO(bound([letter_by_id(letter.id) for letter in letters]))) as whole:
        assert len(whole.pages) == pages >= 4
    open_advice(record_id=ids[0], actor=world.applicant, now=NOON)
    delivery = delivery_of(letters[0].id)
    assert delivery is not None and delivery.first_opened_at == NOON and advice(ids[0]).served_on is None


def invitations() -> list[tuple[int, date | None]]:
    db.session.rollback()
    return [
        tuple(row) for row in db.session.execute(sa.select(RepairInvitation.record_id, RepairInvitation.earliest_on))
    ]


def invited_by_notice() -> list[str]:
    return list(db.session.scalars(sa.select(Notice.key).where(Notice.key.startswith("repair_invited"))))


def test_who_may_apply_from_today_is_invited_once(world: World) -> None:
    record_id = make_record(world)
    assert invitation_sweep(NOON) == 1 and invitation_sweep(NOON) == 0
    assert invitations() == [(record_id, date(2026, 11, 11))] and invited_by_notice() == ["repair_invited"]


def test_nobody_is_invited_a_day_too_early(world: World) -> None:
    make_record(world, determination_date=date(2026, 8, 24))
    assert invitation_sweep(NOON) == 0
    assert invitation_sweep(NOON + timedelta(days=1)) == 1


def test_unknown_performance_is_invited_with_the_condition_said(world: World) -> None:
    make_record(world, fully_performed=None, performed_on=None, corrected=None)
    assert invitation_sweep(NOON) == 1 and invited_by_notice() == ["repair_invited_if_performed"]


@pytest.mark.parametrize(
    "values",
    [
        {"fully_performed": False, "performed_on": None},
        {"corrected": False},
        {"credit_class": None},
        {"status": "REPAIRED", "published": False},
        {"status": "SUSPENDED", "published": False},
        {"status": "NOT_PUBLISHED", "published": False},
        {"source_in_force": False},
        {"stops_on": date(2026, 11, 23)},
        {"dispute_case_no": "GSYY-2026-000001"},
        {"on_serious_list": True, "list_basis": True},
        {"sector": "市场监管"},
        {"subject_code": "91620402MA74XXXX00"},  # without an inbox here
    ],
)
def test_what_cannot_be_repaired_now_invites_nobody(world: World, values: dict[str, object]) -> None:
    make_record(world, **values)
    assert invitation_sweep(NOON) == 0 and invitations() == []


def test_an_open_case_is_no_time_for_an_invitation(world: World) -> None:
    file(world, make_record(world))
    assert invitation_sweep(NOON) == 0


def test_an_accident_invites_nobody_and_the_next_sweep_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_record(world)
    module = "workflow_app.actions.invite_to_repair.failpoint"

    def broken(_name: str) -> None:
        raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr(module, broken)
        assert invitation_sweep(NOON) == 0
    assert invitations() == [] and invited_by_notice() == []
    assert invitation_sweep(NOON) == 1 and len(invited_by_notice()) == 1
