"""What a supervisor finds in the demo in the morning: cases late, due today, due soon and at rest, in several departments
and hands; urge slips waiting, late and answered; a case reassigned; twelve weeks of filings and decisions."""

from collections.abc import Iterator
from datetime import date, timedelta

from workflow_app.actions.answer_slip import answer_slip
from workflow_app.actions.reassign_case import reassign_case
from workflow_app.actions.urge_case import urge_case
from workflow_app.cases.case import case_by_number
from workflow_app.demo.people import NEIGHBOURS, department_named
from workflow_app.demo.records import crowd
from workflow_app.demo.stage import Stage
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import passed_before, working_days_after, working_days_before
from workflow_app.people.calendars import current_calendar

DAY = timedelta(days=1)
DECIDED_DAYS_AGO = (41, 48, 50, 57, 63, 66, 72, 79)


def morning(stage: Stage, *, first: int) -> None:
    """Add the supervisor's morning to the demo; `first` is how many firms the crowd has already."""
    today = legal_day(stage.now)
    records = iter(crowd(stage.cast, today, 8 + len(DECIDED_DAYS_AGO), first=first))
    _decided(stage, records)
    second = stage.cast.actors["jingban2"]
    for due in (today, working_days_after(today, 1, current_calendar())):
        for officer in (stage.officer, second):
            number = stage.file(next(records), _days_ago(today, "repair.decide", due) + 1)
            stage.accept(number, _days_ago(today, "repair.decide", due), officer)
    late = [stage.file(next(records), _late(stage, days) + 4) for days in (1, 3, 6)]
    for number, days in zip(late, (1, 3, 6), strict=True):
        stage.accept(number, _late(stage, days), second)
    _slips(stage, late)
    _neighbours(stage, today, first=first + 8 + len(DECIDED_DAYS_AGO))


def _decided(stage: Stage, records: Iterator[int]) -> None:
    for days in DECIDED_DAYS_AGO:
        number = stage.file(next(records), days)
        stage.accept(number, days - 2)
        stage.propose(number, days - 5)
        stage.decide(number, days - 6, confirmed=True)


def _slips(stage: Stage, late: list[str]) -> None:
    """One answered, one late and brought up again, one of yesterday, and a case that changed hands."""
    lead, head, second = (stage.cast.actors[login] for login in ("duban", "shenpi", "jingban2"))
    answered = urge_case(
        case_number=late[1],
        text="已超期三天，请说明原因和办结日期。",
        idempotency_key=None,
        actor=head,
        now=stage.at(4),
    )
    slip_id = answered.id
    db.session.rollback()
    text = "缴款书由银行补开，明天到账核对后即提出审查意见。"
    answer_slip(slip_id=slip_id, text=text, actor=second, now=stage.at(3))
    for number, days in ((late[2], 6), (late[0], 1)):
        text = "请说明超期原因，明确办结时间。"
        urge_case(case_number=number, text=text, idempotency_key=None, actor=lead, now=stage.at(days))
    db.session.rollback()
    version = case_by_number(late[0]).row_version
    reassign_case(
        case_number=late[0],
        case_version=version,
        officer_id=stage.officer.account_id or 0,
        reason="李建国本周外出培训",
        idempotency_key=None,
        actor=head,
        now=stage.at(0),
    )


def _neighbours(stage: Stage, today: date, *, first: int) -> None:
    """Other departments of the city, where nobody has taken the cases yet."""
    calendar = current_calendar()
    ahead = [working_days_after(today, n, calendar) for n in (1, 2)]
    dues = ((-4, -2, 0), (0, 1), (-1, 2))
    for name, days in zip(NEIGHBOURS, dues, strict=True):
        records = iter(crowd(stage.cast, today, len(days), first=first, department=department_named(name)))
        first += len(days)
        for n in days:
            due = ahead[n - 1] if n > 0 else today if n == 0 else passed_before(today, -n, calendar)
            stage.file(next(records), _days_ago(today, "repair.accept", due))


def _late(stage: Stage, days: int) -> int:
    """How many days ago a case was accepted whose decision is late by so many working days."""
    today = legal_day(stage.now)
    return _days_ago(today, "repair.decide", passed_before(today, days, current_calendar()))


def _days_ago(today: date, key: str, due: date) -> int:
    """How many days ago a clock began that ends on a day; a day of rest has none that ends on it, but the one before."""
    start = working_days_before(due, value_of(key, on=today).value, current_calendar())
    return max(0, (today - start).days)
