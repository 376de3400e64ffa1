"""What the answers of an objection leave behind before the engine moves, and what an empty form proposes."""

from datetime import date

from workflow_app.cases.case import Case
from workflow_app.cases.decisions import Decision
from workflow_app.cases.kinds import Answer, FormContext, StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.departments import Department, department_by_code
from workflow_app.processes.objection.telling import last_proposal, next_sequence
from workflow_app.records.classification import responsible_department


def as_step(context: FormContext, answer: Answer) -> StepContext:
    """Return what a step would get."""
    return StepContext(
        case=context.case, params={}, answer=answer, actor=context.actor, now=context.now, today=context.today
    )


def is_competent(case: Case, *, on: date) -> bool:
    """Tell whether the department a case lies with is the one that answers for its record."""
    answering = responsible_department(case.record, on=on)
    return answering is not None and answering.id == case.department_id


def department_in_work(answer: Answer, *, on: date) -> Department:
    """Return the department an answer names. Raises InvalidInput for one that is not or no longer there."""
    found = department_by_code(str(answer["department_code"]))
    if found is None or (found.abolished_on and found.abolished_on <= on):
        raise InvalidInput({"department_code": label("field_error.no_such_department")})
    return found


def keep_forwarding(context: StepContext) -> None:
    """Send the case to the department the clerk named."""
    department = department_by_code(str(context.answer["department_code"]))
    context.case.department = department
    facts = {"department": department.name if department else "", "reason": context.answer["reason"]}
    tell(context.case.id, "forwarded", actor=context.actor, now=context.now, step="forward", **facts)


def check_correction_reply(context: FormContext, answer: Answer) -> Answer:
    """Every paper asked for gets an answer of its own."""
    wanted = context.case.details.get("missing_items") or []
    given = {str(r.get("name")): r for r in answer["responses"]}
    items = wanted if isinstance(wanted, list) else []
    missing = [str(item["name"]) for item in items if not given.get(str(item["name"]), {}).get("response")]
    if missing:
        raise InvalidInput({"responses": label("field_error.answer_each", names="、".join(missing))})
    return answer


def keep_correction(context: StepContext) -> None:
    """The party has answered: the clock of acceptance begins anew by the diagram."""
    tell(context.case.id, "corrected", actor=context.actor, now=context.now, step="correct")


def keep_platform_check(context: StepContext) -> None:
    """Keep what the platform found when it compared what it shows with what it was sent."""
    case, answer = context.case, context.answer
    kept = {"platform_finding": answer["platform_finding"], "platform_words": answer["platform_words"]}
    case.details = case.details | kept
    finding = label(f"choice.objection.platform_finding.{answer['platform_finding']}")
    tell(
        case.id, "objection_platform_checked", actor=context.actor, now=context.now, step="check_platform",
        finding=finding,
    )  # fmt: skip


def prefill_transfer(context: FormContext) -> Answer:
    """Propose the department the record came from, where it is another one, and what the party disputes."""
    case = context.case
    source = department_by_code(case.record.source_code)
    if source is None or source.id == case.department_id or source.abolished_on:
        return {"road": "own"}
    return {
        "road": "ask",
        "department_code": source.code,
        "points": [{"point": str(case.details.get("dispute", ""))[:500]}],
        "reply_how": label("objection.reply_how"),
    }


def keep_transfer(context: StepContext) -> None:
    """Keep why nobody else is asked, or on which paper experts are."""
    case, answer = context.case, context.answer
    if answer["road"] == "own":
        case.details = case.details | {"own_words": answer["own_words"]}
        tell(case.id, "objection_own_check", actor=context.actor, now=context.now, step="transfer", public=False)
    elif answer["road"] == "expert":
        kept = {"expert_paper": answer["expert_paper"], "expert_reason": answer["expert_reason"]}
        case.details = case.details | kept


def keep_expert_result(context: StepContext) -> None:
    """Keep the result and its paper."""
    kept = {"result_paper": context.answer["result_paper"], "result": context.answer["result"]}
    context.case.details = context.case.details | kept


def keep_proposal(context: StepContext) -> None:
    """Keep the proposal as a row of its own; one that was returned keeps its row."""
    case, answer = context.case, context.answer
    decision = Decision(
        case_id=case.id,
        sequence=next_sequence(case.id),
        proposal=answer["conclusion"],
        conditions=[],
        reasons=answer["reasons"],
        details={"basis_article": answer["basis_article"], "corrections": answer["corrections"]},
        proposed_by_id=context.actor.account_id,
        proposed_at=context.now,
    )
    db.session.add(decision)
    facts = {"proposal": answer["conclusion"]}
    tell(case.id, "proposed", actor=context.actor, now=context.now, step="examine", public=False, **facts)


def keep_verdict(context: StepContext) -> None:
    """Put the verdict on the proposal."""
    decision = last_proposal(context.case.id)
    decision.verdict, decision.note = context.answer["verdict"], context.answer.get("note") or ""
    decision.decided_by_id, decision.decided_at = context.actor.account_id, context.now
    if decision.verdict == "returned":
        facts = {"note": decision.note}
        tell(context.case.id, "returned", actor=context.actor, now=context.now, step="decide", public=False, **facts)
