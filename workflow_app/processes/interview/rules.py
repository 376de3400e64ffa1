"""What an interview may be and lead to, and when one may be held: pure (rulebook §5, §12.2 no. 29, 31, 32)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Protocol

from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.law.calendars import Calendar
from workflow_app.law.interviews import allowed_measures, office_hours
from workflow_app.law.letter_words import fields_with_penal_words
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import remaining_working_days, working_days_after

FINAL = frozenset({"REPAIRED", "EXPIRED", "DELETED", "REVOKED_SRC", "DELISTED"})
FAILED = ("PARTIAL", "NONE", "REFUSE")
LEAD, HOLD = "interview.notice_lead", "interview.hold"
BEFORE, WITHIN, TIMES = "interview.reschedule_before", "interview.reschedule_within", "interview.reschedule_times"
PERSONS, RECTIFY = "interview.min_officers", "interview.rectify"
MOST = 20  # commitments of one interview


class Level(StrEnum):
    """The two kinds of interview (提示约谈, 警示约谈)."""

    REMINDER = "reminder"
    WARNING = "warning"


class Who(StrEnum):
    """Who came."""

    LEGAL = "legal"
    PRINCIPAL = "principal"
    DELEGATE = "delegate"
    EMPLOYEE = "employee"
    NOBODY = "nobody"


class Conclusion(StrEnum):
    """How the follow-up ends."""

    CLOSED = "closed"
    ESCALATE = "escalate"
    MEASURES = "measures"


class Interviewed(Protocol):
    """What these rules ask of a record."""

    status: str
    source_in_force: bool


def suits(record: Interviewed, _on: date) -> bool:
    """Tell whether there is still something to be put right on a record."""
    return record.status not in FINAL and record.status != "DRAFT" and record.source_in_force


def check_open(record: Interviewed) -> None:
    """Refuse to go on where the record has come to its end."""
    if not suits(record, date.min):
        raise RuleViolation("interview_record_ended", status=record.status)


def level_of(answers: Iterable[str]) -> Level:
    """Return the kind a table's answers lead to: one warning is enough."""
    return Level.WARNING if Level.WARNING in set(answers) else Level.REMINDER


@dataclass(frozen=True, kw_only=True)
class Times:
    """When a meeting is wanted, in local days and times."""

    day: date
    begins: time
    ends: time


def read_times(answer: Mapping[str, Any]) -> Times:
    """Return the times of an answer. Raises InvalidInput naming the one that cannot be read."""
    wrong, found = {}, {}
    for name in ("begins", "ends"):
        try:
            found[name] = time.fromisoformat(str(answer[name]).replace("：", ":"))
        except ValueError:
            wrong[name] = label("field_error.interview_time")
    if wrong:
        raise InvalidInput(wrong)
    return Times(day=date.fromisoformat(answer["day"]), begins=found["begins"], ends=found["ends"])


def check_times(times: Times, *, on: date, calendar: Calendar, moved_from: date | None = None) -> None:
    """Raise InvalidInput where a meeting cannot be then: no working day, outside the hours, announced too late, too far off.

    Make-up days (调休上班) count as working days. `moved_from` is the day it was planned for before.
    """
    lead, hold = value_of(LEAD, on=on), value_of(HOLD, on=on)
    if not calendar.is_working_day(times.day):
        name = calendar.name_of(times.day) or label(f"interview.rest.{calendar.kind_of(times.day)}")
        raise InvalidInput({"day": label("field_error.interview_rest_day", name=name)})
    if times.day < (first := working_days_after(on, lead.value, calendar)):
        raise InvalidInput({"day": label("field_error.interview_lead", days=lead.value, first=_cn(first))})
    last = working_days_after(on, hold.value, calendar)
    if moved_from is not None:
        within = value_of(WITHIN, on=on).value
        last = max(first, min(last, working_days_after(moved_from, within, calendar)))
    if times.day > last:
        raise InvalidInput({"day": label("field_error.interview_late", last=_cn(last))})
    if not any(hours.holds(times.begins, times.ends) for hours in office_hours()):
        said = "、".join(f"{h.begins:%H:%M}–{h.ends:%H:%M}" for h in office_hours())
        raise InvalidInput({"begins": label("field_error.interview_hours", hours=said)})


def check_people(host: int, officers: Sequence[int], recorder: int, *, staff: Iterable[int], on: date) -> None:
    """At least as many officers as the law says, one of them presides; somebody else keeps the record (S19)."""
    least, known = value_of(PERSONS, on=on).value, set(staff)
    everybody = {"host": host, "recorder": recorder} | {f"officer_{n}": who for n, who in enumerate(officers, 1)}
    strangers = {name: label("field_error.unknown_choice") for name, who in everybody.items() if who not in known}
    if strangers:
        raise InvalidInput(strangers)
    present = {host, *officers}
    if len(present) < least:
        raise InvalidInput({"officer_1": label("field_error.interview_officers", least=least)})
    if recorder in present:
        raise InvalidInput({"recorder": label("field_error.interview_recorder")})


def check_move(*, planned_on: date, moved: int, on: date, calendar: Calendar) -> None:
    """A party may have it moved so often, and asks so many working days before. Raises RuleViolation."""
    times, before = value_of(TIMES, on=on), value_of(BEFORE, on=on)
    if moved >= times.value:
        raise RuleViolation("interview_moved_already", basis=times.basis, times=times.value)
    if remaining_working_days(on, planned_on, calendar) < before.value:
        raise RuleViolation("interview_move_late", basis=before.basis, days=before.value)


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Whether somebody came who counts; `why` words what is missing otherwise."""

    appeared: bool
    why: str = ""


def attendance(level: Level, who: Who, *, authorised: bool, permitted: bool) -> Attendance:
    """Judge who came (no. 29): an employee without authority has not appeared; to a warning the person comes, or a delegate who
    was approved beforehand."""
    if who in (Who.LEGAL, Who.PRINCIPAL):
        return Attendance(appeared=True)
    if who is Who.NOBODY:
        return Attendance(appeared=False, why="nobody")
    if who is Who.EMPLOYEE or not authorised:
        return Attendance(appeared=False, why="no_authority")
    if level is Level.WARNING and not permitted:
        return Attendance(appeared=False, why="in_person")
    return Attendance(appeared=True)


def after_absence(level: Level, wanted: str, *, moved: int, on: date) -> str:
    """Return what follows where nobody appeared: another day once, then a warning, or after a warning the follow-up."""
    if wanted == "again":
        times = value_of(TIMES, on=on)
        if moved >= times.value:
            raise InvalidInput({"after": label("field_error.interview_moved", times=times.value)})
        return "again"
    return "warning" if level is Level.REMINDER else "settle"


def check_commitments(rows: Sequence[Mapping[str, str]], *, on: date, last: date) -> list[dict[str, str]]:
    """Return what was committed to: each with who answers for it, until when, and how it is checked. Raises InvalidInput."""
    if len(rows) > MOST:
        raise InvalidInput({"commitments": label("field_error.too_many")})
    found = []
    for number, row in enumerate(rows, 1):
        if any(not row.get(part) for part in ("what", "person", "due_on", "check")):
            raise InvalidInput({"commitments": label("field_error.interview_incomplete", number=number)})
        try:
            due = date.fromisoformat(row["due_on"])
        except ValueError:
            due = date.min
        if not on <= due <= last:
            said = label("field_error.interview_due", number=number, first=_cn(on), last=_cn(last))
            raise InvalidInput({"commitments": said})
        found.append({part: row[part] for part in ("what", "person", "due_on", "check")})
    return found


def check_rows(
    name: str, rows: Sequence[Mapping[str, str]], count: int, *, allowed: Iterable[str]
) -> list[dict[str, str]]:
    """Return one row a commitment, in their order, each with a state that is allowed and words. Raises InvalidInput."""
    given, states = {str(row.get("key")): row for row in rows}, tuple(allowed)
    found = []
    for number in range(1, count + 1):
        row = given.get(str(number), {})
        if row.get("state") not in states or not row.get("text"):
            raise InvalidInput({name: label(f"field_error.interview_{name}", number=number)})
        found.append({"key": str(number), "state": row["state"], "text": row["text"]})
    return found


def check_conclusion(level: Level, wanted: str, states: Sequence[str]) -> None:
    """Raise InvalidInput where findings lead elsewhere: what is put right is closed; a failed reminder becomes a warning, a failed
    warning leads to measures of the list."""
    unmet = any(state != "met" for state in states)
    failed = Conclusion.ESCALATE if level is Level.REMINDER else Conclusion.MEASURES
    allowed = {failed} if unmet else {Conclusion.CLOSED} if states else {Conclusion.CLOSED, failed}
    if wanted not in allowed:
        said = "、".join(label(f"choice.interview.conclusion.{c}") for c in sorted(allowed))
        raise InvalidInput({"conclusion": label("field_error.interview_conclusion", allowed=said)})


def check_measures(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the measures chosen, all of the list the law allows. Raises InvalidInput for none and for any other."""
    chosen = [str(row.get("key")) for row in rows]
    if not chosen or any(key not in allowed_measures() for key in chosen):
        raise InvalidInput({"followup": label("field_error.interview_measures")})
    return chosen


def check_words(texts: Mapping[str, str]) -> None:
    """Refuse words that impose a penalty: an interview is none (rulebook §9.2). Raises InvalidInput naming them."""
    found = fields_with_penal_words(texts)
    if found:
        raise InvalidInput(
            {name: label("field_error.interview_penal", words="、".join(words)) for name, words in found.items()}
        )


def _cn(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
