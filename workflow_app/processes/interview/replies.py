"""What the answers of an interview leave behind before the engine moves, and what an empty form proposes."""

from datetime import date
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, FormContext, StepContext
from workflow_app.cases.proposals import decide, last_decision, propose
from workflow_app.cases.timeline import tell
from workflow_app.foundation.labels import label
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Unit, due
from workflow_app.people.calendars import current_calendar
from workflow_app.processes.interview import rules, scheduling
from workflow_app.processes.interview.scheduling import SLOT
from workflow_app.processes.interview.telling import notify_office, notify_party

NOTICE = ("invitee_name", "invitee_title", "mode", "materials", "basis_article", "contact_person")
TALK = ("talk_reason", "talk_problems", "talk_statement", "talk_agreed", "talk_summary", "signature", "refusal_note",
        "witness_1", "witness_2", "recording")  # fmt: skip


def noted(case: Case, key: str) -> str:
    """Return what was noted on a case under a key, "" where nothing was."""
    return str(case.details.get(key) or "")


def rows_of(case: Case, key: str) -> list[dict[str, Any]]:
    """Return rows kept on a case: commitments, findings, measures."""
    found = case.details.get(key)
    return found if isinstance(found, list) else []


def remember(context: StepContext, **values: Any) -> None:
    """Keep values on the case."""
    context.case.details = context.case.details | values


def last_day(*, on: date) -> date:
    """Return the last day by which what is committed to today must be done."""
    law = value_of(rules.RECTIFY, on=on)
    unit, calendar = Unit(law.unit), current_calendar()
    found = due(start=on, count=law.value, unit=unit, roll=law.roll, calendar=calendar).due
    if found is None:  # nothing stops it
        raise RuntimeError("interview.rectify has no end")
    return found


def keep_proposal(context: StepContext) -> None:
    """Keep the kind with facts and reasons, or why there is none, for another person to decide."""
    answer = context.answer
    if answer["outcome"] == "drop":
        propose(context, "drop", reasons=answer["drop_reasons"], details={})
        told = "drop"
    else:
        details = {key: answer[key] for key in ("facts", "findings", "fact_note")}
        propose(context, answer["level"], reasons=answer["reasons"], details=details)
        remember(context, level=answer["level"], cause=answer["reasons"], **details)
        told = answer["level"]
    said = label(f"interview.proposal.{told}")
    facts = {"proposal": said}
    tell(
        context.case.id,
        "interview_proposed",
        actor=context.actor,
        now=context.now,
        step="propose",
        public=False,
        **facts,
    )


def prefill_proposal(context: FormContext) -> Answer:
    """Propose what was said before; at first what was not put right."""
    case = context.case
    kept = {key: noted(case, key) for key in ("fact_note",)}
    return kept | {"outcome": "interview", "reasons": noted(case, "cause") or noted(case, "missing")}


def keep_approval(context: StepContext) -> None:
    """Put the verdict on the proposal."""
    decide(context, step=str(context.case.stage))


def keep_schedule(context: StepContext) -> None:
    """Put the meeting into the calendar and keep what the notice says of it."""
    scheduling.book(context)
    remember(context, meeting=scheduling.in_words(context.case))
    remember(
        context,
        moved=0,
        noticed_in=scheduling.round_of(context.case),
        **{k: context.answer[k] for k in (*NOTICE, *SLOT)},
    )


def prefill_schedule(context: FormContext) -> Answer:
    """Propose the legal representative, and what is to be brought along."""
    case = context.case
    kept = {key: noted(case, key) for key in (*NOTICE, "room")}
    given = {
        "invitee_name": case.record.legal_representative or case.organisation.legal_representative or "",
        "invitee_title": label("interview.legal_representative"),
        "mode": "on_site",
        "materials": label("interview.materials"),
        "contact_person": context.actor.name,
        "host": context.actor.account_id,
    }
    return given | {key: value for key, value in kept.items() if value}


def keep_reply(context: StepContext) -> None:
    """Keep what the party answers, and tell the office."""
    case, answer = context.case, context.answer
    keys = ("choice", "attendee_name", "attendee_title", "attendee_phone", "delegate_reason", "move_reason", "wished")
    remember(context, reply={key: answer.get(key) or "" for key in keys}, permitted=False)
    said = label(f"choice.interview.choice.{answer['choice']}")
    tell(case.id, "interview_replied", actor=context.actor, now=context.now, step="reply", said=said)
    notify_office(case, "interview_replied", now=context.now, said=said)


def keep_permission(context: StepContext) -> None:
    """Keep whether a delegate may come to a warning, and tell the party."""
    case, granted = context.case, context.answer["verdict"] == "approved"
    remember(context, permitted=granted, permission_note=context.answer.get("note") or "")
    key = "interview_delegate_permitted" if granted else "interview_delegate_refused"
    tell(case.id, key, actor=context.actor, now=context.now, step="permit_delegate")
    notify_party(case, key, now=context.now)


def keep_attendance(context: StepContext) -> None:
    """Keep who came, whose identity was checked, and that rights were told."""
    keys = ("who", "came_name", "came_title", "identity_kind", "identity_number", "authority_paper", "challenge",
            "challenge_note", "absence_note", "absent_for")  # fmt: skip
    remember(context, attendance={key: context.answer.get(key) or "" for key in keys} | {"at": context.now.isoformat()})


def prefill_attendance(context: FormContext) -> Answer:
    """Propose whom the party named."""
    reply = context.case.details.get("reply")
    said: dict[str, Any] = reply if isinstance(reply, dict) else {}
    who = "delegate" if said.get("choice") == "delegate" else ""
    return {"who": who, "came_name": said.get("attendee_name") or noted(context.case, "invitee_name"),
            "came_title": said.get("attendee_title") or noted(context.case, "invitee_title")}  # fmt: skip


def keep_talk(context: StepContext) -> None:
    """Keep the record of the five steps, as it was signed or not."""
    remember(context, talk={key: context.answer.get(key) or "" for key in TALK} | {"by": context.actor.name})


def keep_minutes(context: StepContext) -> None:
    """Keep what was committed to."""
    keys = ("commitments", "requirements", "basis_article")
    remember(context, **{key: context.answer[key] for key in keys})


def prefill_minutes(context: FormContext) -> Answer:
    """Propose what was agreed in the talk, as one commitment to be taken apart."""
    talk = context.case.details.get("talk")
    agreed = str(talk.get("talk_agreed") or "")[:500] if isinstance(talk, dict) else ""
    title = "，".join(
        part for part in (noted(context.case, "invitee_name"), noted(context.case, "invitee_title")) if part
    )
    row = {"what": agreed, "person": title, "due_on": "", "check": label("interview.check_way")}
    return {"commitments": [row], "basis_article": noted(context.case, "basis_article")}


def keep_plan(context: StepContext) -> None:
    """Keep how the party means to do it."""
    remember(context, rectify_plan=context.answer["rectify_plan"])
    tell(context.case.id, "interview_planned", actor=context.actor, now=context.now, step="plan")
    notify_office(context.case, "interview_planned", now=context.now)


def keep_report(context: StepContext) -> None:
    """Keep what the party reports, commitment by commitment."""
    remember(context, progress=context.answer["progress"], progress_note=context.answer["progress_note"])
    tell(context.case.id, "interview_reported", actor=context.actor, now=context.now, step="perform")
    notify_office(context.case, "interview_reported", now=context.now)


def keep_verification(context: StepContext) -> None:
    """Keep what was found: what the second officer confirms, and what the letter says."""
    answer = context.answer
    keys = ("findings_made", "measures_chosen", "basis_article")
    details = {key: answer.get(key) or "" for key in keys} | {"verifier": context.actor.name}
    propose(context, answer["conclusion"], reasons=answer["reasons"], details=details)
    said = label(f"choice.interview.conclusion.{answer['conclusion']}")
    tell(context.case.id, "interview_verified", actor=context.actor, now=context.now, step="verify", public=False,
         proposal=said)  # fmt: skip


def keep_confirmation(context: StepContext) -> None:
    """Put the second officer's word on the finding; the case goes back to the first."""
    found = last_decision(context.case.id)
    if context.answer["verdict"] == "returned" or found.proposal != rules.Conclusion.MEASURES:
        decide(context, step="confirm")
    found.details = found.details | {"second": context.actor.name, "second_id": context.actor.account_id}
    context.case.assignee_id = found.proposed_by_id


def prefill_verification(context: FormContext) -> Answer:
    """Propose what the second officer or the leader returned, else the basis of the notice."""
    case = context.case
    last = last_decision(case.id)
    if last.verdict == "returned" and last.proposal in tuple(rules.Conclusion):
        kept = {
            "conclusion": last.proposal,
            "reasons": last.reasons,
            "basis_article": last.details.get("basis_article"),
        }
        return kept | {"checked": last.details.get("findings_made") or []}
    return {"basis_article": noted(case, "basis_article")}


def keep_move(context: StepContext) -> None:
    """Move the meeting, and count it: it is moved so often and no more."""
    scheduling.move(context)
    remember(context, meeting=scheduling.in_words(context.case))
    moved = scheduling.moved_times(context.case) + 1
    kept = {key: context.answer[key] for key in SLOT}
    remember(context, moved=moved, move_note=context.answer["move_note"], reply={}, permitted=False, **kept)


def prefill_talk(context: FormContext) -> Answer:
    """Propose what the talk is about: the reason of the notice, and what was not put right."""
    return {"talk_reason": noted(context.case, "cause"), "talk_problems": noted(context.case, "missing")}
