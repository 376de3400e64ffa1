"""The checks behind the forms of an interview, as far as they need the case, its department or its calendar."""

import sqlalchemy as sa

from workflow_app.cases.evidence import Evidence
from workflow_app.cases.kinds import Answer, FormContext
from workflow_app.cases.proposals import last_decision
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.calendars import current_calendar
from workflow_app.people.colleagues import staff_of
from workflow_app.people.permissions import forbid_same_person
from workflow_app.processes.interview import deciding, replies, rules, scheduling
from workflow_app.records.history import RecordHistory
from workflow_app.records.masking import mask_number

SENT_BACK, AUTHORITY = "returned", "interview_authority"


def file(context: FormContext, answer: Answer) -> Answer:
    """An interview rests on a rectification that failed, in a case of the house or on paper: never on nothing (rulebook §5.2)."""
    if answer["ground"] == "paper":
        return answer
    query = sa.select(RecordHistory).where(
        RecordHistory.record_id == context.case.record.id,
        RecordHistory.what == "rectification_failed",
        RecordHistory.case_no == answer["failed_case"],
    )
    found = db.session.scalars(query.order_by(RecordHistory.id.desc()).limit(1)).first()
    if found is None:
        raise InvalidInput({"failed_case": label("field_error.interview_failed_case")})
    facts = found.facts
    return answer | {
        "failure": facts.get("outcome") or answer["failure"],
        "paper_number": str(facts.get("notice") or ""),
        "conclusion_paper": str(facts.get("conclusion") or ""),
        "failed_before": int(facts.get("failed_before") or 0),
    }


def propose(context: FormContext, answer: Answer) -> Answer:
    """The table decides which kind it is; the officer finds what no record shows, and says on what that rests."""
    rules.check_open(context.case.record)
    if answer["outcome"] == "drop":
        return answer | {"level": "none"}
    found = {name: answer[name] == "yes" for name in deciding.FOUND}
    if any(found.values()) and not answer["fact_note"]:
        raise InvalidInput({"fact_note": label("field_error.interview_fact_note")})
    rules.check_words({"reasons": answer["reasons"]})
    facts = deciding.facts_of(context.case, on=context.today, found=found)
    level, findings = deciding.decide(facts)
    return answer | {"level": str(level), "facts": facts, "findings": findings}


def approve(context: FormContext, answer: Answer) -> Answer:
    """Another person decides; what rests on facts that have changed since goes back."""
    proposal = last_decision(context.case.id)
    forbid_same_person(proposal.proposed_by_id, context.actor)
    if answer["verdict"] == SENT_BACK:
        want_note(answer)
        return answer
    rules.check_open(context.case.record)
    return answer | {"verdict": "dropped"} if proposal.proposal == "drop" else answer


def schedule(context: FormContext, answer: Answer) -> Answer:
    """The notice says when, where, with whom and on what it rests."""
    rules.check_open(context.case.record)
    rules.check_words({"materials": answer["materials"]})
    return scheduling.check_slot(context, answer)


def reply(context: FormContext, answer: Answer) -> Answer:
    """A delegate brings authority along beforehand; another day is had once and in time (rulebook §5.3)."""
    case, choice = context.case, answer["choice"]
    if choice == "reschedule":
        day = legal_day(scheduling.the_appointment(case).starts_at)
        moved = scheduling.moved_times(case)
        rules.check_move(planned_on=day, moved=moved, on=context.today, calendar=current_calendar())
    if choice == "delegate" and not has_authority(context):
        raise InvalidInput({"choice": label("field_error.interview_authority")})
    asks = choice == "delegate" and scheduling.level_of(case) is rules.Level.WARNING
    return answer | {"reply": "ask" if asks else choice}


def has_authority(context: FormContext) -> bool:
    """Tell whether the party has handed in a letter of authority for the interview."""
    query = sa.select(Evidence.id).where(
        Evidence.case_id == context.case.id, Evidence.purpose == AUTHORITY, Evidence.removed_at.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None


def permit(_context: FormContext, answer: Answer) -> Answer:
    """A refusal says why."""
    if answer["verdict"] == "refused":
        want_note(answer)
    return answer


def attend(context: FormContext, answer: Answer) -> Answer:
    """Who came counts only with the authority the kind of interview asks for (no. 29)."""
    case = context.case
    scheduling.check_day(case, on=context.today)
    found = rules.attendance(
        scheduling.level_of(case),
        rules.Who(answer["who"]),
        authorised=bool(answer.get("authority_paper")),
        permitted=bool(case.details.get("permitted")),
    )
    if found.appeared:
        rules.check_open(case.record)
        wanted = [n for n in ("identity_checked", "credentials_shown", "rights_told") if not answer.get(n)]
        if wanted:
            raise InvalidInput({name: label("field_error.must_tick") for name in wanted})
        if answer["challenge"] == "raised" and not answer["challenge_note"]:
            raise InvalidInput({"challenge_note": label("field_error.required")})
        number = mask_number(answer["identity_number"])  # seen in the original; the file keeps what pages may show
        return answer | {"met": "appeared", "then": "", "absent_for": "", "identity_number": number}
    if not answer["absence_note"]:
        raise InvalidInput({"absence_note": label("field_error.interview_absence", why=absent_words(found.why))})
    if not answer["after"]:
        raise InvalidInput({"after": label("field_error.interview_after", why=absent_words(found.why))})
    moved = scheduling.moved_times(case)
    then = rules.after_absence(scheduling.level_of(case), answer["after"], moved=moved, on=context.today)
    return answer | {"met": "absent", "then": then, "absent_for": found.why}


def absent_words(why: str) -> str:
    """Say why whoever came does not count."""
    return label(f"interview.absent.{why}")


def rearrange(context: FormContext, answer: Answer) -> Answer:
    """The new day lies within the days the law has for it."""
    rules.check_open(context.case.record)
    return scheduling.check_slot(context, answer)


def talk(context: FormContext, answer: Answer) -> Answer:
    """A refused signature is noted and signed by two officers; the record holds all the same (no. 31)."""
    texts = {name: answer[name] for name in ("talk_reason", "talk_problems", "talk_agreed", "talk_summary")}
    rules.check_words(texts)
    if answer["signature"] == "refused":
        staff = {account.id for account in staff_of(context.case.department_id)}
        both = (answer["witness_1"], answer["witness_2"])
        wrong = {
            f"witness_{n}": label("field_error.unknown_choice") for n, who in enumerate(both, 1) if who not in staff
        }
        if not wrong and both[0] == both[1]:
            wrong = {"witness_2": label("field_error.interview_witness")}
        if wrong:
            raise InvalidInput(wrong)
    return answer


def minutes(context: FormContext, answer: Answer) -> Answer:
    """Each commitment has somebody who answers for it, a day, and a way to check it."""
    rules.check_open(context.case.record)
    last = replies.last_day(on=context.today)
    rows = rules.check_commitments(answer["commitments"], on=context.today, last=last)
    said = "\n".join(f"{row['what']}\n{row['check']}" for row in rows)
    rules.check_words({"commitments": said, "requirements": answer["requirements"]})
    return answer | {"commitments": rows}


def perform(context: FormContext, answer: Answer) -> Answer:
    """The party says for each commitment how far it is."""
    count = len(replies.rows_of(context.case, "commitments"))
    return answer | {
        "progress": rules.check_rows("progress", answer["progress"], count, allowed=("done", "partly", "undone"))
    }


def verify(context: FormContext, answer: Answer) -> Answer:
    """A finding for each commitment; the conclusion follows from them, measures are of the list."""
    case, committed = context.case, replies.rows_of(context.case, "commitments")
    found = rules.check_rows("checked", answer["checked"], len(committed), allowed=("met", "unmet"))
    level = scheduling.level_of(case)
    rules.check_conclusion(level, answer["conclusion"], [row["state"] for row in found])
    rules.check_words({"reasons": answer["reasons"], "checked": "\n".join(row["text"] for row in found)})
    chosen = rules.check_measures(answer["followup"]) if answer["conclusion"] == rules.Conclusion.MEASURES else []
    return answer | {"findings_made": found, "measures_chosen": chosen}


def confirm(context: FormContext, answer: Answer) -> Answer:
    """The second officer is another person."""
    proposal = last_decision(context.case.id)
    forbid_same_person(proposal.proposed_by_id, context.actor)
    if answer["verdict"] == SENT_BACK:
        want_note(answer)
    return answer | {"conclusion": proposal.proposal}


def approve_end(context: FormContext, answer: Answer) -> Answer:
    """Measures are the leader's to approve, neither of the two who verified."""
    proposal = last_decision(context.case.id)
    for who in (proposal.proposed_by_id, proposal.details.get("second_id")):
        forbid_same_person(who, context.actor)
    if answer["verdict"] == SENT_BACK:
        want_note(answer)
    return answer


def want_note(answer: Answer) -> None:
    """Whoever sends something back says why."""
    if not answer.get("note"):
        raise InvalidInput({"note": label("field_error.required")})
