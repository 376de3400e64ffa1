"""What is counted as overdue, due, soon, stuck and waiting, in working days and within one's scope."""

import re
from collections.abc import Iterable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from tests import world as w
from tests.supervision.places import Places, at, filed, make_places
from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.urge_case import urge_case
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.state import JobState, JobStatus
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor
from workflow_app.records.write_back import WriteBack
from workflow_app.supervision import overview as counting
from workflow_app.supervision.overview import By, overview
from workflow_app.supervision.selection import NONE, Bucket, Selection
from workflow_app.supervision.sight import sight
from workflow_app.supervision.worklist import page_of

TODAY = "2026-11-24"


@pytest.fixture
def places(app: Flask) -> Places:
    return make_places()


def listed(actor: Actor, bucket: Bucket, day: str = TODAY, **chosen: object) -> set[str]:
    """The numbers of a bucket's list; the count of the overview must say the same."""
    db.session.rollback()
    seen, selection = sight(at(day)), Selection(bucket=bucket, **chosen)  # type: ignore[arg-type]
    lines = {line.number for line in page_of(actor, selection, sight=seen).lines}
    total = overview(actor, Selection(**chosen), by=By.DEPARTMENT, sight=seen).total  # type: ignore[arg-type]
    if hasattr(total, bucket.value):
        assert getattr(total, bucket.value) == len(lines), bucket
    return lines


def test_urgency_is_told_in_working_days(places: Places) -> None:
    over, today, one, two, three = (
        filed(places, day) for day in ("2026-11-16", "2026-11-19", "2026-11-20", "2026-11-23", TODAY)
    )
    city = places.city
    assert listed(city, Bucket.OVER) == {over}
    assert listed(city, Bucket.TODAY) == {today}
    assert listed(city, Bucket.SOON) == {one, two}
    assert listed(city, Bucket.OPEN) == {over, today, one, two, three}
    # On Friday the 27th Monday is one working day away and Tuesday two; on Saturday nothing has changed for them.
    assert listed(city, Bucket.TODAY, "2026-11-27") == {three}
    for day in ("2026-11-27", "2026-11-28"):
        with transaction():
            db.session.execute(sa.update(Case).where(Case.number == one).values(office_due_on=date(2026, 11, 30)))
            db.session.execute(sa.update(Case).where(Case.number == two).values(office_due_on=date(2026, 12, 2)))
        assert listed(city, Bucket.SOON, day) == {one}


def test_what_ends_on_a_weekend_is_due_on_friday(places: Places) -> None:
    number = filed(places, TODAY)
    with transaction():
        db.session.execute(sa.update(Case).values(office_due_on=date(2026, 11, 29)))  # a Sunday
    assert listed(places.city, Bucket.TODAY, "2026-11-27") == {number}
    assert listed(places.city, Bucket.OVER, "2026-11-30") == {number}


def test_a_worked_weekend_counts(places: Places) -> None:
    """Rulebook §12.2 no. 25: received on Friday 2026-09-18, due on the 22nd because the Sunday is worked."""
    number = filed(places, "2026-09-18", determination_date=date(2026, 6, 1), publication_date=date(2026, 6, 3))
    assert listed(places.city, Bucket.SOON, "2026-09-19") == set()
    assert listed(places.city, Bucket.SOON, "2026-09-20") == {number}
    assert listed(places.city, Bucket.TODAY, "2026-09-22") == {number}


def test_the_clock_of_the_whole_case_counts_beside_that_of_the_step(places: Places) -> None:
    number = filed(places, "2026-11-09", determination_date=date(2026, 6, 1))
    w.answer(number, places.world.officer, w.ACCEPTED, now=at("2026-11-20"))
    case = w.case(number)
    assert case.next_due_on == date(2026, 12, 1) and case.office_due_on == date(2026, 11, 23)
    assert listed(places.city, Bucket.OVER) == {number}


def test_what_waits_for_the_party_is_nobodys_delay(places: Places) -> None:
    number = filed(places, "2026-11-20")
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    answer = {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"}
    w.answer(number, places.world.officer, answer, now=at("2026-11-20", 15))
    assert w.case(number).office_due_on is None
    assert listed(places.city, Bucket.HELD, "2026-11-27") == {number}
    for bucket in (Bucket.OVER, Bucket.TODAY, Bucket.SOON, Bucket.STUCK):
        assert listed(places.city, bucket, "2026-11-27") == set()
    line = page_of(places.city, Selection(), sight=sight(w.NOON)).lines[0]
    assert line.waits_for_party and line.days is None
    w.answer(number, places.world.applicant, {"responses": [{"name": "授权委托书", "response": "已上传"}]}, now=w.NOON)
    assert w.case(number).office_due_on is not None
    assert listed(places.city, Bucket.HELD) == set()


def test_a_case_at_rest_is_stuck_and_reminders_do_not_move_it(places: Places) -> None:
    resting, moving = filed(places, "2026-11-16"), filed(places, "2026-11-17")
    assert listed(places.city, Bucket.STUCK) == {resting}
    with transaction():
        from workflow_app.cases.timeline import tell

        tell(w.case(resting).id, "reminded", actor=Actor.system(), now=w.NOON, kind="system", due="2026-11-24")
    urge_case(case_number=resting, text="请说明。", idempotency_key=None, actor=places.city, now=w.NOON)
    assert listed(places.city, Bucket.STUCK) == {resting}
    claim_task(task_id=w.task(resting).id, actor=places.world.officer, now=w.NOON)
    assert listed(places.city, Bucket.STUCK) == set()
    assert listed(places.city, Bucket.STUCK, "2026-11-25") == {moving}


def test_parked_clocks_unknown_platforms_and_failed_jobs_are_stuck(app: Flask, places: Places) -> None:
    parked, unsure, failed, well = (filed(places, TODAY) for _ in range(4))
    for number in (unsure, failed):
        w.answer(number, places.world.officer, w.ACCEPTED)
    ids = {number: w.case(number).id for number in (parked, unsure)}
    record_id = w.case(unsure).record_id
    with transaction():
        of_parked = Deadline.case_id == ids[parked]
        db.session.execute(sa.update(Deadline).where(of_parked, Deadline.arming != "").values(parked_error="boom"))
        db.session.add(
            WriteBack(
                key="wb:x",
                case_id=ids[unsure],
                case_no=unsure,
                decision_seq=1,
                record_id=record_id,
                destination="publication",
                payload={},
                state="unknown",
                created_at=w.NOON,
                queued_at=w.NOON,
            )
        )
    letter_id = db.session.scalars(sa.select(Letter.id).where(Letter.case_no == failed)).one()
    app.extensions["jobs"].jobs["x"] = JobState(
        key="x", job="render_letter", queue="letters", args=(letter_id,), attempt=9, status=JobStatus.FAILED,
        error="boom", first_at=w.NOON, since=w.NOON,
    )  # fmt: skip
    assert listed(places.city, Bucket.STUCK) == {parked, unsure, failed}
    lines = page_of(places.city, Selection(), sight=sight(w.NOON)).lines
    assert {line.number: [r.key for r in line.reasons] for line in lines} == {
        parked: ["parked"],
        unsure: ["write_back_unknown"],
        failed: ["job"],
        well: [],
    }


def test_waiting_for_me_is_what_my_role_can_do_here(places: Places) -> None:
    mine, taken, officers = (filed(places, TODAY) for _ in range(3))
    for number in (mine, taken):
        w.answer(number, places.world.officer, w.ACCEPTED)
        w.answer(number, places.world.officer, w.proposal(number))
    with transaction():
        w.task(taken).assignee_id = places.leader.account_id
    assert listed(places.world.approver, Bucket.MINE) == {mine}
    assert listed(places.neighbour_head, Bucket.MINE) == set()
    assert officers in listed(places.world.approver, Bucket.OPEN)


def test_everybody_sees_their_own_scope(places: Places) -> None:
    here = filed(places, "2026-11-16")
    neighbour = filed(places, "2026-11-16", department_id=places.neighbour_id)
    far = filed(places, "2026-11-16", department_id=places.far_id)
    for actor, seen in (
        (places.world.approver, {here}),
        (places.leader, {here}),
        (places.neighbour_head, {neighbour}),
        (places.city, {here, neighbour}),
        (places.province, {here, neighbour, far}),
        (places.auditor, {here, neighbour, far}),
    ):
        assert listed(actor, Bucket.OVER) == seen, actor.name
    assert listed(places.city, Bucket.OVER, department_id=places.far_id) == set()


def test_groups_come_from_the_same_cases_as_the_sum(places: Places) -> None:
    world = places.world
    numbers = [filed(places, "2026-11-16"), filed(places, "2026-11-20"), filed(places, TODAY)]
    filed(places, "2026-11-16", department_id=places.neighbour_id)
    claim_task(task_id=w.task(numbers[0]).id, actor=world.officer, now=w.NOON)
    w.answer(numbers[1], world.officer_two, w.ACCEPTED, now=w.NOON)
    seen = sight(w.NOON)
    names: dict[By, list[str]] = {}
    for by in By:
        found = overview(places.province, Selection(), by=by, sight=seen)
        assert sum((g.counts for g in found.groups), counting.Counts()) == found.total
        assert found.total.open == 4 and found.total.over == 2
        names[by] = [g.name for g in found.groups]
        for group in found.groups:
            assert group.narrowed is not None
            assert page_of(places.province, group.narrowed, sight=seen).total == group.counts.open, group.name
    assert names[By.DEPARTMENT] == ["嘉峪关市应急管理局", "兰州市住房和城乡建设局"]  # as late, and more at rest
    assert set(names[By.OFFICER]) == {"王丽萍", "李建国", "还没有人领取"}
    assert set(names[By.STEP]) == {"受理审查", "实质审查"}
    assert names[By.KIND] == ["信用修复"]


def test_a_long_list_of_groups_ends_in_the_rest(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    filed(places, "2026-11-16")
    filed(places, TODAY, department_id=places.neighbour_id)
    monkeypatch.setattr(counting, "SHOWN", 1)
    found = overview(places.province, Selection(), by=By.DEPARTMENT, sight=sight(w.NOON))
    assert [(g.name, g.counts.open, g.narrowed is None) for g in found.groups] == [
        ("兰州市住房和城乡建设局", 1, False),
        ("其余 1 个单位", 1, True),
    ]
    assert found.group_count == 2


def test_a_case_without_department_or_officer_can_be_chosen(places: Places) -> None:
    nowhere = filed(places, TODAY, department_name="某局")
    with transaction():
        db.session.execute(sa.update(Case).where(Case.number == nowhere).values(department_id=None))
    here = filed(places, TODAY)
    claim_task(task_id=w.task(here).id, actor=places.world.officer, now=w.NOON)
    assert listed(places.province, Bucket.OPEN, department_id=NONE) == {nowhere}
    assert listed(places.province, Bucket.OPEN, officer_id=NONE) == {nowhere}
    assert listed(places.province, Bucket.OPEN, officer_id=places.world.officer.account_id) == {here}
    assert listed(places.city, Bucket.OPEN) == {here}


def _statements(work: Iterable[object]) -> int:
    counter = {"n": 0}

    def count(*_: object) -> None:
        counter["n"] += 1

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        for _ in work:
            pass
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return counter["n"]


def test_the_number_of_statements_does_not_grow_with_the_cases(places: Places) -> None:
    def look() -> Iterable[object]:
        db.session.rollback()
        seen = sight(w.NOON)
        for by in By:
            yield overview(places.province, Selection(), by=by, sight=seen)
        yield page_of(places.province, Selection(), sight=seen)

    filed(places, "2026-11-16")
    few = _statements(look())
    for day in ("2026-11-16", "2026-11-17", "2026-11-20") * 3:
        filed(places, day)
        filed(places, day, department_id=places.neighbour_id)
    assert _statements(look()) == few <= 24


def test_counts_and_lists_read_an_index_of_the_open_cases_alone(places: Places) -> None:
    """At fifty thousand open cases the difference is a tenth of a second against two."""
    filed(places, "2026-11-16")
    db.session.rollback()
    seen, asked = sight(w.NOON), []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "FROM case_file" in statement and not re.search(r"case_file\.id IN \([?%]", statement):
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        overview(places.province, Selection(), by=By.DEPARTMENT, sight=seen)
        for bucket in (Bucket.OPEN, Bucket.OVER, Bucket.STUCK):
            page_of(places.province, Selection(bucket=bucket), sight=seen)
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)
    plain = db.engine.dialect.name == "sqlite"
    if not plain:
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    for statement, parameters in asked:
        explain = f"EXPLAIN {'QUERY PLAN ' if plain else ''}{statement}"
        rows = [str(row[-1]) for row in db.session.connection().exec_driver_sql(explain, parameters)]
        wanted = "COVERING INDEX ix_case_file_o" if plain else " ix_case_file_o"  # open, oversight
        assert any(wanted in row for row in rows) and not any("Seq Scan on case_file" in row for row in rows), rows
    assert len(asked) == 7
