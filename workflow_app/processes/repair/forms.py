"""The forms of credit repair: their fields, the checks behind them and what an answer leaves behind."""

import re
from datetime import date

from workflow_app.cases.enquiries import FINDINGS
from workflow_app.cases.kinds import Answer, Field, FormContext, TaskForm
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.departments import department_by_code
from workflow_app.people.permissions import forbid_same_person
from workflow_app.processes.repair import previews, replies, rules
from workflow_app.records.assessment import assess_record

PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}")


def _check_filing(context: FormContext, answer: Answer) -> Answer:
    wrong: dict[str, str] = {}
    phone = re.sub(r"^(\+?86|0086)", "", str(answer["applicant_phone"]).replace(" ", ""))
    if not PHONE.fullmatch(phone):
        wrong["applicant_phone"] = label("field_error.phone")
    performed = date.fromisoformat(answer["performed_on"]) if answer.get("performed_on") else None
    if performed and performed > context.today:
        wrong["performed_on"] = label("field_error.future")
    elif performed and performed < context.case.record.determination_date:
        wrong["performed_on"] = label("field_error.before_decision")
    if wrong:
        raise InvalidInput(wrong)
    return answer | {"applicant_phone": phone}


def _check_forward(context: FormContext, answer: Answer) -> Answer:
    department = department_by_code(str(answer["department_code"]))
    if department is None or (department.abolished_on and department.abolished_on <= context.today):
        raise InvalidInput({"department_code": label("field_error.no_such_department")})
    return answer


def _check_accept(context: FormContext, answer: Answer) -> Answer:
    rules.check_not_held(context.case.record.dispute_case_no, context.case.record.status)
    day = replies.application_day(context.case)
    eligibility = assess_record(context.case.record, on=day, judged_on=context.today)
    details = context.case.details
    if answer["outcome"] == "accepted":
        rules.check_acceptance(eligibility)
    elif answer["outcome"] == "correct":
        rules.check_correction(already_requested=bool(details.get("correction_requested")))
        if any(not item.get("name") or not item.get("requirement") for item in answer["missing_items"]):
            raise InvalidInput({"missing_items": label("field_error.item_name")})
    else:
        asked = bool(details.get("correction_requested"))
        competent = replies.is_competent(context.case, on=context.today)
        rules.check_refusal(answer["ground"], eligibility, correction_open=asked, competent=competent)
        if answer["ground"] == "wrong_authority" and not answer.get("competent_body"):
            raise InvalidInput({"competent_body": label("field_error.required")})
    return answer


def _check_review(context: FormContext, answer: Answer) -> Answer:
    rules.check_not_held(context.case.record.dispute_case_no, context.case.record.status)
    day = replies.application_day(context.case)
    eligibility = assess_record(context.case.record, on=day, judged_on=context.today, commitment=True)
    findings = rules.check_findings(eligibility, answer["conditions"], recommendation=answer["recommendation"])
    return answer | {"conditions": findings, "ruleset": eligibility.chosen.ruleset if eligibility.chosen else ""}


def _check_decide(context: FormContext, answer: Answer) -> Answer:
    rules.check_not_held(context.case.record.dispute_case_no, context.case.record.status)
    decision = replies.last_decision(context.case.id)
    forbid_same_person(decision.proposed_by_id, context.actor)
    if answer["verdict"] == "returned" and not answer.get("note"):
        raise InvalidInput({"note": label("field_error.required")})
    if answer["verdict"] == "approved" and decision.proposal == "grant":
        on = replies.application_day(context.case)
        rules.check_grant(assess_record(context.case.record, on=on, judged_on=context.today, commitment=True))
    settled = {"grant": "granted", "deny": "denied"}[decision.proposal]
    return answer | {"verdict": "returned" if answer["verdict"] == "returned" else settled}


FILE = TaskForm(
    step="file",
    fields=(
        Field(name="applicant_name", max_length=60),
        Field(name="applicant_phone", max_length=20),
        Field(name="performed_on", kind="date", required=False),
        Field(name="statement", kind="textarea", required=False),
        Field(name="signer_name", max_length=60),
        Field(name="commitment", kind="checkbox"),
        Field(name="publish_commitment", kind="checkbox"),
    ),
    check=_check_filing,
    prefill=replies.prefill_filing,
)
FORWARD = TaskForm(
    step="forward",
    fields=(
        Field(name="department_code", kind="department", max_length=18),
        Field(name="reason", kind="textarea", max_length=500),
    ),
    check=_check_forward,
    keep=replies.keep_forwarding,
)
REFUSED = ("outcome", ("refused",))
ACCEPT = TaskForm(
    step="accept",
    fields=(
        Field(name="outcome", kind="choice", choices=("accepted", "correct", "refused")),
        Field(name="missing_items", kind="items", max_length=500, when=("outcome", ("correct",))),
        Field(name="ground", kind="choice", choices=rules.GROUNDS, when=REFUSED),
        Field(name="competent_body", max_length=120, required=False, when=REFUSED),
        Field(name="reasons", kind="textarea", when=REFUSED),
        Field(name="basis_article", max_length=300, when=("outcome", ("correct", "refused"))),
    ),
    check=_check_accept,
    route=lambda answer: {"outcome": answer["outcome"]},
    prefill=replies.prefill_acceptance,
    letter=previews.of_acceptance,
)
CORRECT = TaskForm(
    step="correct",
    fields=(
        Field(name="responses", kind="items"),
        Field(name="statement", kind="textarea", required=False),
    ),
    check=replies.check_correction_reply,
    keep=replies.keep_correction,
)
REVIEW = TaskForm(
    step="review",
    fields=(
        Field(name="conditions", kind="conditions", max_length=1000),
        Field(name="recommendation", kind="choice", choices=("grant", "deny")),
        Field(name="reasons", kind="textarea", max_length=4000),
        Field(name="basis_article", max_length=300),
        Field(name="measures", kind="textarea", required=False, max_length=1000, when=("recommendation", ("grant",))),
        Field(name="reapply_condition", kind="textarea", max_length=1000, when=("recommendation", ("deny",))),
    ),
    check=_check_review,
    keep=replies.keep_proposal,
    prefill=replies.prefill_review,
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
    route=lambda answer: {"verdict": answer["verdict"]},
    letter=previews.of_proposal,
)
ANSWER_ENQUIRY = TaskForm(
    step="answer_enquiry",
    fields=(
        Field(name="finding", kind="choice", choices=FINDINGS),
        Field(name="answer", kind="textarea", max_length=4000),
    ),
)
FORMS = {form.step: form for form in (FILE, FORWARD, ACCEPT, CORRECT, REVIEW, ANSWER_ENQUIRY, DECIDE)}
