"""The forms of objections: their fields, and the checks behind those that need no rows."""

import re

from workflow_app.cases.kinds import Answer, Field, FormContext, TaskForm
from workflow_app.foundation.errors import InvalidInput, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.departments import department_by_code
from workflow_app.people.permissions import forbid_same_person
from workflow_app.processes.objection import previews, replies, rules, shields
from workflow_app.processes.objection.endings import order_due
from workflow_app.processes.objection.replies import as_step
from workflow_app.processes.objection.telling import last_proposal

PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}")
SENT_BACK = "returned"


def _check_filing(context: FormContext, answer: Answer) -> Answer:
    """Raise InvalidInput for a phone nobody can call, RuleViolation for a record that is nowhere any more."""
    record = context.case.record
    phone = re.sub(r"^(\+?86|0086)", "", str(answer["applicant_phone"]).replace(" ", ""))
    if not PHONE.fullmatch(phone):
        raise InvalidInput({"applicant_phone": label("field_error.phone")})
    about_platforms = rules.is_about_platforms(str(answer["dispute_ground"]), status=record.status)
    if record.status in rules.FINAL and not about_platforms:
        raise RuleViolation("objection_record_ended", status=record.status)
    if record.dispute_case_no is not None:
        raise RuleViolation("dispute_open", number=record.dispute_case_no)
    return answer | {"applicant_phone": phone}


def _check_forward(context: FormContext, answer: Answer) -> Answer:
    replies.department_in_work(answer, on=context.today)
    return answer


def _check_accept(context: FormContext, answer: Answer) -> Answer:
    asked = bool(context.case.details.get("correction_requested"))
    if answer["outcome"] == "correct":
        rules.check_correction(already_requested=asked)
        if any(not item.get("name") or not item.get("requirement") for item in answer["missing_items"]):
            raise InvalidInput({"missing_items": label("field_error.item_name")})
    elif answer["outcome"] == "refused":
        competent = replies.is_competent(context.case, on=context.today)
        rules.check_refusal(answer["ground"], correction_open=asked, competent=competent)
        if answer["ground"] == "wrong_authority" and not answer.get("competent_body"):
            raise InvalidInput({"competent_body": label("field_error.required")})
    first = answer["outcome"] == "accepted" and shields.is_shielded_first(context.case, on=context.today)
    return answer | {"shielded": first}


def _check_transfer(context: FormContext, answer: Answer) -> Answer:
    if answer["road"] == "expert" and context.case.details.get("expert_paper"):
        raise RuleViolation("objection_expert_once")
    if answer["road"] != "ask":
        return answer
    replies.department_in_work(answer, on=context.today)
    asked = department_by_code(str(answer["department_code"]))
    if asked is not None and asked.id == context.case.department_id:
        raise InvalidInput({"department_code": label("field_error.objection_own_department")})
    if any(not row.get("point") for row in answer["points"]):
        raise InvalidInput({"points": label("field_error.required")})
    return answer


def _check_examine(context: FormContext, answer: Answer) -> Answer:
    record, conclusion = context.case.record, answer["conclusion"]
    ground = str(context.case.details["dispute_ground"])
    rules.check_conclusion(conclusion, ground=ground, status=record.status, is_entry=record.is_entry)
    if conclusion not in rules.CHANGES:
        return answer | {"corrections": {}}
    there = {name: getattr(record, name) for name in rules.FIELDS}
    only_empty = conclusion == rules.Conclusion.SUPPLEMENTED
    changes = rules.read_changes(answer["corrections"], there, only_empty=only_empty)
    kept = {n: {"before": rules.plain(there[n]), "after": rules.plain(v)} for n, v in changes.items()}
    return answer | {"corrections": kept}


def _check_decide(context: FormContext, answer: Answer) -> Answer:
    decision = last_proposal(context.case.id)
    forbid_same_person(decision.proposed_by_id, context.actor)
    if answer["verdict"] == SENT_BACK:
        if not answer.get("note"):
            raise InvalidInput({"note": label("field_error.required")})
        return answer | {"ordered": False}
    case = context.case
    ground = str(case.details["dispute_ground"])
    rules.check_conclusion(decision.proposal, ground=ground, status=case.record.status, is_entry=case.record.is_entry)
    due = order_due(as_step(context, answer), decision.proposal)
    return answer | {"verdict": "settled", "ordered": due is not None or bool(case.details.get("shielded"))}


FILE = TaskForm(
    step="file",
    fields=(
        Field(name="applicant_name", max_length=60),
        Field(name="applicant_phone", max_length=20),
        Field(name="dispute_ground", kind="choice", choices=rules.GROUNDS),
        Field(name="revoking_paper", max_length=200, when=("dispute_ground", rules.WITH_PAPER)),
        Field(name="dispute", kind="textarea"),
        Field(name="request", kind="textarea", max_length=1000),
        Field(name="truthful", kind="checkbox"),
    ),
    check=_check_filing,
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
        Field(name="ground", kind="choice", choices=rules.REFUSALS, when=REFUSED),
        Field(name="competent_body", max_length=120, required=False, when=REFUSED),
        Field(name="reasons", kind="textarea", when=REFUSED),
        Field(name="basis_article", max_length=300, when=("outcome", ("correct", "refused"))),
    ),
    check=_check_accept,
    route=lambda answer: {"outcome": answer["outcome"], "shielded": answer["shielded"]},
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
CHECK = TaskForm(
    step="check_platform",
    fields=(
        Field(name="platform_finding", kind="choice", choices=("same", "differs")),
        Field(name="platform_words", kind="textarea", max_length=1000),
    ),
    keep=replies.keep_platform_check,
)
ASK, EXPERT = ("road", ("ask",)), ("road", ("expert",))
TRANSFER = TaskForm(
    step="transfer",
    fields=(
        Field(name="road", kind="choice", choices=("ask", "own", "expert")),
        Field(name="department_code", kind="department", max_length=18, when=ASK),
        Field(name="points", kind="items", max_length=500, when=ASK),
        Field(name="reply_how", max_length=300, when=ASK),
        Field(name="basis_article", max_length=300, when=ASK),
        Field(name="own_words", kind="textarea", max_length=1000, when=("road", ("own",))),
        Field(name="expert_paper", max_length=120, when=EXPERT),
        Field(name="expert_reason", kind="textarea", max_length=500, when=EXPERT),
    ),
    check=_check_transfer,
    keep=replies.keep_transfer,
    route=lambda answer: {"road": answer["road"]},
    prefill=replies.prefill_transfer,
    letter=previews.of_transfer,
)
EXPERT_RESULT = TaskForm(
    step="await_expert",
    fields=(
        Field(name="result_paper", max_length=120),
        Field(name="result", kind="textarea", max_length=2000),
    ),
    keep=replies.keep_expert_result,
)
VERIFY = TaskForm(
    step="verify",
    fields=(
        Field(name="provider_finding", kind="choice", choices=("right", "wrong", "unable")),
        Field(name="found", kind="textarea", max_length=4000),
        Field(name="original_paper", max_length=300),
    ),
)
EXAMINE = TaskForm(
    step="examine",
    fields=(
        Field(name="conclusion", kind="choice", choices=rules.CONCLUSIONS),
        Field(
            name="corrections", kind="conditions", required=False, max_length=2000,
            when=("conclusion", tuple(sorted(rules.CHANGES))),
        ),
        Field(name="reasons", kind="textarea", max_length=4000),
        Field(name="basis_article", max_length=300),
    ),
    check=_check_examine,
    keep=replies.keep_proposal,
    letter=previews.of_proposal,
)  # fmt: skip
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
FORMS = {
    form.step: form
    for form in (FILE, FORWARD, ACCEPT, CORRECT, CHECK, TRANSFER, EXPERT_RESULT, VERIFY, EXAMINE, DECIDE)
}
