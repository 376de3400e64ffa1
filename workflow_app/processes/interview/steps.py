"""What the service tasks of an interview do: each the consequence of an answer, inside the answer's own transaction."""

from workflow_app.cases import alarms
from workflow_app.cases.appointments import State, last_appointment
from workflow_app.cases.kinds import StepContext
from workflow_app.cases.proposals import last_decision
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.processes.interview import deciding, letters, scheduling
from workflow_app.processes.interview.replies import remember
from workflow_app.processes.interview.telling import issue, notify_office, notify_party, tell_letter
from workflow_app.records import history

OUTCOMES = {"closed": "interview_closed", "measures": "interview_measures"}


def begin(context: StepContext) -> None:
    """Look up the facts the house knows, so that whoever proposes sees what the table makes of them."""
    _look_up(context)
    notify_office(context.case, "interview_begun", now=context.now)


def escalate_overdue(context: StepContext) -> None:
    """A clock of the office has run out: those who answer for it are told."""
    alarms.tell_overdue(context.case, str(context.params["key"]), now=context.now)


def drop(context: StepContext) -> None:
    """No interview is held (any more)."""
    case = context.case
    case.outcome, case.decided_at = "interview_dropped", context.now
    tell(case.id, "interview_dropped", actor=context.actor, now=context.now)
    if case.details.get("noticed_in"):
        notify_party(case, "interview_dropped", now=context.now)


def give_notice(context: StepContext) -> None:
    """Invite the party (L20): what for, when, where, whom, its rights and what follows where nobody comes (rulebook §5.4)."""
    letter = issue(context, letters.notice_of(context.case))
    when = _when(context)
    tell_letter(context, "interview_noticed", letter, level=scheduling.level_words(context.case), when=when)


def give_new_date(context: StepContext) -> None:
    """Tell the new time (L21); there is no second one."""
    tell_letter(context, "interview_moved", issue(context, "L21"), when=_when(context))


def note_absence(context: StepContext) -> None:
    """Nobody who counts came: it goes into the file of the record, which stays as public as it was."""
    case = context.case
    scheduling.settle(context, State.MISSED)
    why = label(f"interview.absent.{case.details['attendance']['absent_for']}")  # type: ignore[index]
    level = scheduling.level_words(case)
    _file(context, "interview_missed", level=level, why=why)
    tell(case.id, "interview_missed", actor=context.actor, now=context.now, level=level, why=why)
    notify_party(case, "interview_missed", now=context.now, level=level, why=why)


def file_record(context: StepContext) -> None:
    """File the record of the talk (L22), signed or with two officers' signatures in place of a refused one (no. 31)."""
    scheduling.settle(context, State.HELD)
    letter = issue(context, "L22", filed_only=True)
    level, refused = scheduling.level_words(context.case), context.answer["signature"] == "refused"
    _file(context, "interviewed", basis=letter.number, level=level, refused=refused)
    key = "interview_recorded_unsigned" if refused else "interview_recorded"
    tell(context.case.id, key, actor=context.actor, now=context.now, letter=letter.number, level=level)


def issue_minutes(context: StepContext) -> None:
    """Send the minutes (L23): what was committed to, by whom, until when, and how it is checked."""
    tell_letter(context, "interview_minutes", issue(context, "L23"))


def note_no_plan(context: StepContext) -> None:
    """No plan came in its time; the time to do it runs all the same."""
    tell(context.case.id, "interview_unplanned", actor=Actor.system(), now=context.now, kind="system")
    notify_party(context.case, "interview_unplanned", now=context.now)
    notify_office(context.case, "interview_unplanned", now=context.now)


def note_silence(context: StepContext) -> None:
    """The time has passed without a report: it is verified all the same."""
    tell(context.case.id, "interview_unreported", actor=Actor.system(), now=context.now, kind="system")
    notify_party(context.case, "interview_unreported", now=context.now)
    notify_office(context.case, "interview_unreported", now=context.now)


def ask_second(context: StepContext) -> None:
    """The finding waits for a second officer: the next task is nobody's yet."""
    context.case.assignee_id = None
    notify_office(context.case, "interview_confirm", now=context.now)


def escalate(context: StepContext) -> None:
    """A reminder led to nothing, or nobody came: a warning is considered, in the same case and from its own facts."""
    case = context.case
    failed = context.answer.get("conclusion") == "escalate"
    if failed:
        tell_letter(context, "interview_failed", issue(context, "L19Y"))
    past = case.details.get("past")
    known = past if isinstance(past, list) else []
    dropped = (
        "reply",
        "permitted",
        "attendance",
        "talk",
        "rectify_plan",
        "progress",
        "progress_note",
        "commitments",
        "level",
    )
    kept = {key: value for key, value in case.details.items() if key not in dropped}
    case.details = kept | {"past": [*known, "failed" if failed else "missed"], "round": scheduling.round_of(case) + 1}
    _look_up(context)
    tell(case.id, "interview_escalated", actor=context.actor, now=context.now)
    notify_party(case, "interview_escalated", now=context.now)


def conclude(context: StepContext) -> None:
    """Tell how it ended (L19Y), and put it into the file of the record; nothing of it is published."""
    case, found = context.case, last_decision(context.case.id)
    case.outcome, case.decided_at = OUTCOMES[found.proposal], context.now
    letter = issue(context, "L19Y")
    _file(context, case.outcome, basis=letter.number)
    tell_letter(context, case.outcome, letter)


def extend(context: StepContext) -> None:
    """The time to do what was committed to was extended."""
    granted = context.answer["extension"]
    day = granted.due_after.isoformat() if granted.due_after else ""
    tell(context.case.id, "interview_extended", actor=context.actor, now=context.now, day=day)
    notify_party(context.case, "interview_extended", now=context.now, day=day)


def end_with_record(context: StepContext) -> None:
    """The decision is gone or the record has come to its end: nobody is called any more."""
    case = context.case
    case.outcome, case.decided_at = "ended", context.now
    meeting = last_appointment(case.id)
    if meeting is not None and meeting.state == State.PLANNED:
        scheduling.settle(context, State.CANCELLED)
    reason = label(f"record_status.{case.record.status}")
    tell(case.id, "interview_ended", actor=context.actor, now=context.now, kind="system", reason=reason)
    if case.details.get("noticed_in"):
        notify_party(case, "interview_ended", now=context.now, reason=reason)
    notify_office(case, "interview_ended", now=context.now, reason=reason)


def _look_up(context: StepContext) -> None:
    facts = deciding.facts_of(context.case, on=context.today)
    level, findings = deciding.decide(facts)
    remember(context, facts=facts, findings=findings, seen=str(level))


def _file(context: StepContext, what: str, *, basis: str = "", **facts: object) -> None:
    record = context.case.record
    history.write(
        record, what, before=record.status, actor=context.actor, now=context.now, case_no=context.case.number,
        basis=basis, facts=dict(facts),
    )  # fmt: skip


def _when(context: StepContext) -> str:
    meeting = scheduling.the_appointment(context.case)
    return label("interview.when", day=meeting.local_day, hours=meeting.hours, room=meeting.room)
