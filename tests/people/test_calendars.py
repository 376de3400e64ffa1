"""The calendar of a further year: read from its notice, put in force by two, and what it does to dates already told."""

import time
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import Workbook

from tests import world as w
from tests.foundation.workbooks import BROKEN, LOCKED
from workflow_app.actions.propose_change import propose_change
from workflow_app.actions.settle_change import settle_change
from workflow_app.audit.log import AuditEvent
from workflow_app.cases.calendar_moves import preview_moves
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.timeline import TimelineEntry
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.law.calendars import seed_calendar
from workflow_app.people.accounts import Account, Role
from workflow_app.people.calendar_notice import Line, _clauses, lines_of_file, lines_of_text, read_notice
from workflow_app.people.calendars import CALENDAR_YEAR, current_calendar, history_of_year, with_proposal

OF_2026 = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
NOTICE = "国办发明电〔2026〕9号"
LATE = datetime(2026, 12, 25, 4, 0, tzinfo=UTC)


def test_the_sentences_of_a_notice_are_read_as_they_are() -> None:
    days = read_notice(2026, lines_of_text(OF_2026))
    known = [{"day": d.day.isoformat(), "is_workday": d.works} for d in seed_calendar().days_of(2026)]
    assert [{k: v for k, v in d.items() if k != "name"} for d in days] == known
    assert {d["name"] for d in days} == {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}


@pytest.mark.parametrize(
    "text",
    [
        "元旦 2027-01-01 休\n元旦 2027/1/2 休\n调休 2027年1月9日 班",
        "元旦，1月1日至1月2日，休\n调休，1月9日，班",
        "元旦：1月1日至2日放假。1月9日（周六）上班。",
        "名称 日期 休或班\n元旦 2027-01-01—2027-01-02 放假\n元旦 2027-01-09 上班",
    ],
)
def test_lines_in_several_hands(text: str) -> None:
    days = read_notice(2027, lines_of_text(text))
    told = [(d["day"], d["is_workday"]) for d in days]
    assert told == [("2027-01-01", False), ("2027-01-02", False), ("2027-01-09", True)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有读到"),
        ("随便写的", "没有读到"),
        ("元旦 2026-01-01 休", "不在这一年"),
        ("元旦 2027-01-01 班", "本来就是工作日"),
        ("元旦 2027-01-01 休\n元旦 2027-01-01 休", "第 2 行"),
        ("元旦 2027-13-01 休", "第 1 行"),
        ("元旦 2027-02-30 休", "第 1 行"),
        ("长假 2027-01-01至2027-03-01 休", "第 1 行"),
        ("\n".join(f"长假 2027-{m}-{d} 休" for m in range(1, 4) for d in range(1, 28)), "可能有的多"),
    ],
)
def test_what_is_not_a_notice_is_said_by_line(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_notice(2027, lines_of_text(text))
    assert said in refusal.value.fields["days"]


def test_tables_from_office_programs() -> None:
    rows = [["名称", "日期", "休或班"], ["元旦", date(2027, 1, 1), "休"], ["元旦调休", "2027-01-09", "班"]]
    book, buffer = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(buffer)
    text = "\r\n".join(",".join(str(c) for c in row) for row in rows)
    files = [("a.xlsx", buffer.getvalue()), ("a.csv", text.encode("gb18030")), ("A.CSV", text.encode("utf-8-sig"))]
    read = [read_notice(2027, lines_of_file(name, content)) for name, content in files]
    assert read[0] == read[1] == read[2]
    assert [d["day"] for d in read[0]] == ["2027-01-01", "2027-01-09"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF"),
        ("a.xlsx", b"no"),
        ("a.xlsx", b"PK\x03\x04"),
        ("a", b""),
        ("a.csv", b"1" * (1024 * 1024 + 1)),
        ("a.csv", b'"' + b"1" * 1024 * 1024),
        ("a.xlsx", LOCKED),
        *(("a.xlsx", BROKEN[name]) for name in ("corrupt deflate", "another compression", "unknown shared text")),
    ],
)
def test_other_files_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        lines_of_file(name, content)
    assert "file" in refusal.value.fields


def test_asides_are_left_out_also_those_within_others() -> None:
    text = "元旦：1月1日（周四（农历(冬月)十三））至3日（周六）放假调休(共3天)。1月4日（周日）上班。"
    assert len(read_notice(2026, lines_of_text(text))) == 4


def test_more_text_than_any_notice_has_is_refused_and_brackets_cost_no_time() -> None:
    with pytest.raises(InvalidInput) as refusal:
        lines_of_text("元旦 2027-01-01 休\n" * 1_000)
    assert "超过 10000 个字" in refusal.value.fields["days"]
    start = time.perf_counter()
    for opening in ("（", "(", "（("):
        assert _clauses(1, "元旦", opening * 200_000 + "1月1日") == [
            Line(1, ("元旦", opening * 200_000 + "1月1日", "休"))
        ]
    assert time.perf_counter() - start < 10


def put_in_force(text: str, notice: str = NOTICE) -> None:
    with transaction():
        here = set(db.session.scalars(sa.select(Account.login)))
        for login, role in (("xitong", Role.SYSTEM_ADMIN), ("anquan", Role.SECURITY_ADMIN)):
            if login not in here:
                db.session.add(Account(login=login, name=login, role=role, password_hash="!", created_at=w.NOON))
    found = {a.login: a.actor() for a in db.session.scalars(sa.select(Account))}
    after = {"year": 2027, "notice": notice, "days": read_notice(2027, lines_of_text(text))}
    change = propose_change(
        kind=CALENDAR_YEAR,
        object_id="2027",
        title="2027",
        after=after,
        reason=notice,
        actor=found["xitong"],
        now=w.NOON,
    )
    settle_change(change_id=change.id, approved=True, note="", actor=found["anquan"], now=w.NOON)


def test_a_year_is_official_once_two_have_said_so(app: Flask) -> None:
    assert not current_calendar().is_official(2027)
    put_in_force("元旦：1月1日至3日放假。1月9日（周六）上班。")
    assert current_calendar().is_official(2027)
    assert current_calendar().basis_of(2027).text == NOTICE
    assert current_calendar().is_working_day(date(2027, 1, 9))


def test_a_correction_replaces_and_keeps_the_earlier_version(app: Flask) -> None:
    put_in_force("元旦：1月1日至3日放假。")
    put_in_force("元旦：1月1日放假。", notice="国办发明电〔2026〕10号")
    assert [y.notice for y in history_of_year(2027)] == ["国办发明电〔2026〕10号", NOTICE]
    assert len(current_calendar().days_of(2027)) == 1


def late_case(app: Flask) -> tuple[w.World, Deadline]:
    """A case accepted at the end of December: its term reaches into a year without a notice."""
    world = w.make_world()
    number = w.file(world, w.make_record(world), now=LATE)
    w.answer(number, world.officer, w.ACCEPTED, now=LATE)
    query = sa.select(Deadline).where(Deadline.key == "repair.decide")
    return world, db.session.scalars(query).one()


def test_a_provisional_date_becomes_a_real_one_and_both_are_kept(app: Flask) -> None:
    _, deadline = late_case(app)
    before, deadline_id = deadline.due_on, deadline.id
    assert before is not None
    assert deadline.provisional
    put_in_force("元旦：1月1日至3日放假调休，共3天。1月4日放假。")
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    moved = db.session.get_one(Deadline, deadline_id)
    assert not moved.provisional
    assert moved.due_on is not None
    assert moved.due_on > before
    told = db.session.scalars(sa.select(TimelineEntry).where(TimelineEntry.key == "deadline_recomputed")).all()
    facts = next(t.facts for t in told if t.facts["clock"] == "repair.decide")
    assert facts == {"clock": "repair.decide", "before": before.isoformat(), "after": moved.due_on.isoformat()}
    assert "deadline.recomputed" in set(db.session.scalars(sa.select(AuditEvent.action)))


def test_looking_at_what_would_move_moves_nothing(app: Flask) -> None:
    _, deadline = late_case(app)
    before, deadline_id = deadline.due_on, deadline.id
    days = read_notice(2027, lines_of_text("元旦：1月1日至3日放假。1月4日放假。"))
    proposed = with_proposal(current_calendar(), {"year": 2027, "notice": NOTICE, "days": days})
    moves = {m.key: m for m in preview_moves(2027, proposed)}
    assert moves["repair.decide"].is_change
    db.session.rollback()
    again = db.session.get_one(Deadline, deadline_id)
    assert (again.due_on, again.provisional) == (before, True)


def test_a_date_told_to_the_party_is_not_moved_against_it(app: Flask) -> None:
    world = w.make_world()
    number = w.file(world, w.make_record(world), now=LATE)
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    w.answer(
        number, world.officer, {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"}, now=LATE
    )
    deadline = db.session.scalars(sa.select(Deadline).where(Deadline.key == "repair.correct")).one()
    before, deadline_id = deadline.due_on, deadline.id
    put_in_force("周末上班：1月2日（周六）上班。1月3日（周日）上班。")
    app.extensions["jobs"].drain(app)
    db.session.rollback()
    assert db.session.get_one(Deadline, deadline_id).due_on == before
