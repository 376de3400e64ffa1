"""The forms of a review: the request of its party, the proposal of the lead department, the decision of another person."""

import re

from workflow_app.cases.carrying_out import order_due
from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, Field, FormContext, StepContext, TaskForm
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.leads import lead_over
from workflow_app.people.permissions import forbid_same_person
from workflow_app.processes.review import previews, replies, rules
from workflow_app.processes.review.proposals import last_proposal
from workflow_app.processes.review.subject import conclusion_on, objection_of, period_of, who_worked_on
from workflow_app.records import conclusions

PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}")


def _check_filing(context: FormContext, answer: Answer) -> Answer:
    """Raise InvalidInput for a phone nobody can call, RuleViolation where there is no conclusion to review or nobody over the
    department that came to it. A late request passes: it gets its number and its answer."""
    record = context.case.record
    phone = re.sub(r"^(\+?86|0086)", "", str(answer["applicant_phone"]).replace(" ", ""))
    if not PHONE.fullmatch(phone):
        raise InvalidInput({"applicant_phone": label("field_error.phone")})
    if record.status in conclusions.FINAL:
        raise RuleViolation("review_record_ended", status=record.status)
    if record.dispute_case_no is not None:
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    objection = conclusion_on(record)
    if objection is None:
        raise RuleViolation("review_nothing")
    if lead_over(objection.department, on=context.today) is None:
        raise RuleViolation("review_no_body", department=objection.department.name if objection.department else "")
    period = period_of(objection, on=context.today)
    late = rules.is_late(asked_on=context.today, ends_on=period.ends_on)
    kept = {"objection_case": objection.number, "late": late, "review_until": str(period.ends_on or "")}
    return answer | {"applicant_phone": phone} | kept


def _check_impartial(case: Case, actor: Actor) -> None:
    """Nobody who proposed or decided in the objection reviews it. Raises AnotherPersonsAct."""
    for account_id in who_worked_on(objection_of(case)):
        forbid_same_person(account_id, actor)


def _is_late(case: Case) -> bool:
    """Whether the request came too late, by what is known now of the day the reply was received."""
    asked_on = legal_day(case.received_at)
    return rules.is_late(asked_on=asked_on, ends_on=period_of(objection_of(case), on=asked_on).ends_on)


def _check_examine(context: FormContext, answer: Answer) -> Answer:
    case, record = context.case, context.case.record
    _check_impartial(case, context.actor)
    rules.check_finding(answer["finding"], ground=answer.get("ground") or "", late=_is_late(case))
    if answer["finding"] != "changed":
        return answer | {"conclusion": "", "corrections": {}}
    rules.check_change(answer["conclusion"], before=str(objection_of(case).outcome))
    conclusions.check_conclusion(answer["conclusion"], status=record.status, is_entry=record.is_entry)
    there = {name: getattr(record, name) for name in conclusions.FIELDS}
    rows = answer.get("corrections") or []
    return answer | {"corrections": conclusions.corrections_of(answer["conclusion"], rows, there)}


def _check_decide(context: FormContext, answer: Answer) -> Answer:
    case, decision = context.case, last_proposal(context.case.id)
    _check_impartial(case, context.actor)
    forbid_same_person(decision.proposed_by_id, context.actor)
    if answer["verdict"] == "returned":
        if not answer.get("note"):
            raise InvalidInput({"note": label("field_error.required")})
        return answer | {"ordered": False}
    ordered = False
    if decision.proposal == rules.CHANGED:
        wanted = str(decision.details["conclusion"])
        conclusions.check_conclusion(wanted, status=case.record.status, is_entry=case.record.is_entry)
        ordered = order_due(_as_step(context, answer), wanted) is not None
    return answer | {"verdict": "settled", "ordered": ordered}


def _as_step(context: FormContext, answer: Answer) -> StepContext:
    return StepContext(
        case=context.case, params={}, answer=answer, actor=context.actor, now=context.now, today=context.today
    )


FILE = TaskForm(
    step="file",
    fields=(
        Field(name="applicant_name", max_length=60),
        Field(name="applicant_phone", max_length=20),
        Field(name="disagreement", kind="textarea"),
        Field(name="request", kind="textarea", max_length=1000),
        Field(name="truthful", kind="checkbox"),
    ),
    check=_check_filing,
)
CHANGED = ("finding", ("changed",))
EXAMINE = TaskForm(
    step="examine",
    fields=(
        Field(name="finding", kind="choice", choices=rules.FINDINGS),
        Field(name="ground", kind="choice", choices=rules.REFUSALS, when=("finding", ("refused",))),
        Field(name="conclusion", kind="choice", choices=conclusions.CONCLUSIONS, when=CHANGED),
        Field(name="corrections", kind="conditions", required=False, max_length=2000, when=CHANGED),
        Field(name="reasons", kind="textarea", max_length=4000),
        Field(name="basis_article", max_length=300),
    ),
    check=_check_examine,
    keep=replies.keep_proposal,
    letter=previews.of_proposal,
)
DECIDE = TaskForm(
    step="decide",
    fields=(
        Field(name="verdict", kind="choice", choices=("approved", "returned")),
        Field(name="note", kind="textarea", required=False, max_length=1000),
    ),
    check=_check_decide,
    keep=replies.keep_verdict,
    route=lambda answer: {"verdict": answer["verdict"], "ordered": answer["ordered"]},
    letter=previews.of_proposal,
)
FORMS = {form.step: form for form in (FILE, EXAMINE, DECIDE)}
