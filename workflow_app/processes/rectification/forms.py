"""The forms of a rectification: opening, the notice and its approval, the party's report, the verification by two."""

from datetime import date

from workflow_app.cases.kinds import Answer, Field, FormContext, TaskForm
from workflow_app.cases.proposals import last_decision
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import forbid_same_person
from workflow_app.processes.rectification import previews, replies, rules
from workflow_app.processes.rectification.replies import obligations_of

SENT_BACK = "returned"
NOTIFY, DROP = ("outcome", ("notify",)), ("outcome", ("drop",))


def _check_file(context: FormContext, answer: Answer) -> Answer:
    given = date.fromisoformat(answer["performance_ended_on"]) if answer["performance_ended_on"] else None
    ended = rules.check_period(given, context.case.record, on=context.today)
    return answer | {"performance_ended_on": ended.isoformat()}


def _check_prepare(context: FormContext, answer: Answer) -> Answer:
    rules.check_open(context.case.record)
    if answer["outcome"] == "drop":
        return answer
    rows = rules.check_obligations(answer["obligations"], term_basis=answer["term_basis"], on=context.today)
    said = "\n".join(row[part] for row in rows for part in rules.PARTS)
    rules.check_words({"obligations": said, "term_basis": answer["term_basis"]})
    return answer | {"obligations": rows}


def _check_approve(context: FormContext, answer: Answer) -> Answer:
    """Another person approves; a notice whose days have passed meanwhile goes back."""
    proposal = last_decision(context.case.id)
    forbid_same_person(proposal.proposed_by_id, context.actor)
    if answer["verdict"] == SENT_BACK:
        _want_note(answer)
        return answer
    rules.check_open(context.case.record)
    if proposal.proposal == "notify":
        rows, basis = proposal.details["obligations"], str(proposal.details["term_basis"])
        try:
            rules.check_obligations(rows, term_basis=basis, on=context.today)
        except InvalidInput as error:
            raise InvalidInput({"verdict": next(iter(error.fields.values()))}) from None
    return answer


def _check_perform(context: FormContext, answer: Answer) -> Answer:
    return answer | {"reports": rules.check_reports(answer["reports"], obligations_of(context.case))}


def _check_verify(context: FormContext, answer: Answer) -> Answer:
    record, conclusion = context.case.record, answer["conclusion"]
    rules.check_open(record)
    found = rules.check_findings(answer["findings"], obligations_of(context.case), conclusion=conclusion)
    rules.check_words({"findings": "\n".join(row["remark"] for row in found), "reasons": answer["reasons"]})
    if answer["way"] == "on_site":
        answer = answer | {"on_site_officers": rules.check_on_site(answer["on_site_officers"], on=context.today)}
    if conclusion == rules.Conclusion.DONE:
        day = date.fromisoformat(answer["performed_on"])
        if not record.determination_date <= day <= context.today:
            raise InvalidInput({"performed_on": label("field_error.rectification_performed_on")})
    return answer | {"findings": found}


def _check_confirm(context: FormContext, answer: Answer) -> Answer:
    """The second officer agrees or sends it back; that it is another person is `not_by` (rulebook §6: at least two)."""
    proposal = last_decision(context.case.id)
    if answer["verdict"] == SENT_BACK:
        _want_note(answer)
    else:
        rules.check_open(context.case.record)
    return answer | {"conclusion": proposal.proposal}


def _want_note(answer: Answer) -> None:
    if not answer.get("note"):
        raise InvalidInput({"note": label("field_error.required")})


FILE = TaskForm(
    step="file",
    fields=(
        Field(name="performance_ended_on", kind="date", required=False),
        Field(name="unperformed", kind="textarea", max_length=1000),
    ),
    check=_check_file,
)
PREPARE = TaskForm(
    step="prepare",
    fields=(
        Field(name="outcome", kind="choice", choices=("notify", "drop")),
        Field(name="obligations", kind="items", max_length=500, when=NOTIFY),
        Field(name="term_basis", required=False, max_length=200, when=NOTIFY),
        Field(name="basis_article", max_length=300, when=NOTIFY),
        Field(name="reasons", kind="textarea", max_length=1000, when=DROP),
    ),
    check=_check_prepare,
    keep=replies.keep_plan,
    route=lambda answer: {"outcome": answer["outcome"]},
    prefill=replies.prefill_plan,
    letter=previews.of_plan,
)
VERDICT = (
    Field(name="verdict", kind="choice", choices=("approved", SENT_BACK)),
    Field(name="note", kind="textarea", required=False, max_length=1000),
)
APPROVE = TaskForm(
    step="approve_notice",
    fields=VERDICT,
    check=_check_approve,
    keep=replies.keep_approval,
    route=lambda answer: {"verdict": answer["verdict"]},
    letter=previews.of_plan,
)
PERFORM = TaskForm(
    step="perform",
    fields=(
        Field(name="reports", kind="conditions", max_length=1000),
        Field(name="explanation", kind="textarea", required=False, max_length=2000),
        Field(name="truthful", kind="checkbox"),
    ),
    check=_check_perform,
    keep=replies.keep_report,
)
VERIFY = TaskForm(
    step="verify",
    fields=(
        Field(name="way", kind="choice", choices=rules.WAYS),
        Field(name="on_site_officers", max_length=100, when=("way", ("on_site",))),
        Field(name="third_party_paper", max_length=200, when=("way", ("third_party",))),
        Field(name="findings", kind="conditions", max_length=500),
        Field(name="conclusion", kind="choice", choices=tuple(rules.Conclusion)),
        Field(name="performed_on", kind="date", when=("conclusion", ("DONE",))),
        Field(name="reasons", kind="textarea", max_length=2000),
        Field(name="basis_article", max_length=300),
    ),
    check=_check_verify,
    keep=replies.keep_verification,
    prefill=replies.prefill_verification,
    letter=previews.of_conclusion,
)
CONFIRM = TaskForm(
    step="confirm",
    fields=VERDICT,
    check=_check_confirm,
    keep=replies.keep_confirmation,
    not_by=lambda case: last_decision(case.id).proposed_by_id,
    route=lambda answer: {"verdict": answer["verdict"], "conclusion": answer["conclusion"]},
    letter=previews.of_conclusion,
)
FORMS = {form.step: form for form in (FILE, PREPARE, APPROVE, PERFORM, VERIFY, CONFIRM)}
