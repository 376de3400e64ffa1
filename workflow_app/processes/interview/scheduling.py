"""When, where and with whom an interview is held: from an answer to a slot of the department's calendar, checked on the way."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow_app.cases import appointments
from workflow_app.cases.appointments import Appointment, Part, Slot, last_appointment
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, FormContext, StepContext
from workflow_app.foundation.clock import SHANGHAI, legal_day
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.calendars import current_calendar
from workflow_app.people.colleagues import staff_of
from workflow_app.processes.interview import rules

OFFICERS = ("officer_1", "officer_2", "officer_3")
SLOT = ("day", "begins", "ends", "room", "host", *OFFICERS, "recorder")


def check_slot(context: FormContext, answer: Answer) -> Answer:
    """Raise InvalidInput where the meeting cannot be then or there, or with these people; say the times in one spelling."""
    times, moved = rules.read_times(answer), planned(context.case)
    moved_from = legal_day(moved.starts_at) if moved is not None else None
    calendar = current_calendar()
    rules.check_times(times, on=context.today, calendar=calendar, moved_from=moved_from)
    staff = [account.id for account in staff_of(context.case.department_id)]
    officers = [answer[name] for name in OFFICERS if answer.get(name)]
    rules.check_people(answer["host"], officers, answer["recorder"], staff=staff, on=context.today)
    found = appointments.clashes(context.case, slot_of(answer), but=moved)
    if found:
        raise InvalidInput({"officer_1" if name == "officers" else name: text for name, text in found.items()})
    return answer | {"begins": f"{times.begins:%H:%M}", "ends": f"{times.ends:%H:%M}"}


def slot_of(answer: Mapping[str, Any]) -> Slot:
    """Return the slot of an answer that was read."""
    times = rules.read_times(answer)
    people = {answer[name]: Part.OFFICER for name in OFFICERS if answer.get(name)}
    people = {answer["host"]: Part.HOST} | {who: part for who, part in people.items() if who != answer["host"]}
    return Slot(
        starts_at=datetime.combine(times.day, times.begins, SHANGHAI),
        ends_at=datetime.combine(times.day, times.ends, SHANGHAI),
        room=answer["room"],
        people=people | {answer["recorder"]: Part.RECORDER},
    )


def book(context: StepContext) -> None:
    """Put the meeting into the calendar. Raises InvalidInput where somebody was faster."""
    case = context.case
    title = label("interview.appointment", level=level_words(case), subject=case.organisation.name)
    appointments.book(case, slot_of(context.answer), title=title, now=context.now)


def move(context: StepContext) -> None:
    """Move the meeting in the calendar. Raises InvalidInput where somebody was faster."""
    appointments.move(the_appointment(context.case), slot_of(context.answer), now=context.now)


def in_words(case: Case) -> dict[str, str]:
    """Return the meeting as pages say it: when, where, and who takes part."""
    found = the_appointment(case)
    names = {str(part): "、".join(found.names(part)) for part in Part}
    return names | {"day": found.local_day, "hours": found.hours, "room": found.room}


def settle(context: StepContext, state: appointments.State) -> None:
    """Put down what became of the meeting."""
    appointments.settle(the_appointment(context.case), state, now=context.now)


def planned(case: Case) -> Appointment | None:
    """Return the meeting of this round, wherever it was moved to, or None before it is arranged."""
    return last_appointment(case.id) if case.details.get("noticed_in") == round_of(case) else None


def the_appointment(case: Case) -> Appointment:
    """Return the newest meeting of a case. A step that needs one is drawn behind the step that arranges it."""
    found = last_appointment(case.id)
    if found is None:
        raise RuntimeError(f"case {case.number} has no appointment")
    return found


def check_day(case: Case, *, on: date) -> None:
    """Refuse to say who came before the day of the meeting."""
    day = legal_day(the_appointment(case).starts_at)
    if on < day:
        raise RuleViolation("interview_not_yet", day=f"{day.year}年{day.month}月{day.day}日")


def round_of(case: Case) -> int:
    """Return which interview of the case this is: the second after an escalation."""
    return int(str(case.details.get("round") or 1))


def moved_times(case: Case) -> int:
    """Return how often the meeting of this round was moved."""
    return int(str(case.details.get("moved") or 0))


def level_of(case: Case) -> rules.Level:
    """Return the kind of interview that was decided."""
    return rules.Level(str(case.details.get("level") or rules.Level.REMINDER))


def level_words(case: Case) -> str:
    """Return the kind of interview in Chinese."""
    return label(f"interview.level.{level_of(case)}")


def prefill_again(context: FormContext) -> Answer:
    """Propose room and people as they were planned; the time is to be chosen."""
    found = the_appointment(context.case)
    parts = {part: [p.account_id for p in found.people if p.part == part] for part in Part}
    officers = dict(zip(OFFICERS, parts[Part.OFFICER], strict=False))
    return {"room": found.room, "host": parts[Part.HOST][0], "recorder": parts[Part.RECORDER][0]} | officers
