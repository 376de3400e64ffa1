"""The forms of a revocation: what was found, the notice, the party's case, the proposal and its decision."""

from workflow_app.cases.kinds import Answer, Field, FormContext, TaskForm
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.permissions import forbid_same_person
from workflow_app.processes.revocation import figures, previews, replies, rules

SETTLED = {"revoke": "revoked", "uphold": "kept"}
NOTIFY, REVOKE = ("outcome", ("notify",)), ("recommendation", ("revoke",))


def _check_step(context: FormContext, answer: Answer) -> Answer:
    rules.check_still_repaired(context.case.record)
    return answer


def _check_examine(context: FormContext, answer: Answer) -> Answer:
    rules.check_still_repaired(context.case.record)
    unsure = figures.unverified(on=context.today)
    if answer["recommendation"] == "revoke" and unsure and not answer.get("figures_checked"):
        raise InvalidInput({"figures_checked": label("revocation.check_figures", names="、".join(unsure))})
    return answer


def _check_decide(context: FormContext, answer: Answer) -> Answer:
    rules.check_still_repaired(context.case.record)
    proposal = replies.last_decision(context.case.id)
    forbid_same_person(proposal.proposed_by_id, context.actor)
    if answer["verdict"] == "returned" and not answer.get("note"):
        raise InvalidInput({"note": label("field_error.required")})
    return answer | {"verdict": "returned" if answer["verdict"] == "returned" else SETTLED[proposal.proposal]}


FILE = TaskForm(
    step="file",
    fields=(
        Field(name="cause", kind="choice", choices=rules.CAUSES),
        Field(name="origin", kind="choice", choices=("report", "check", "commitment", "platform", "other")),
        Field(name="suspicion", kind="textarea", max_length=2000),
    ),
)
NOTICE = TaskForm(
    step="notify",
    fields=(
        Field(name="outcome", kind="choice", choices=("notify", "drop")),
        Field(name="cause", kind="choice", choices=rules.CAUSES, when=NOTIFY),
        Field(name="found", kind="textarea", max_length=4000, when=NOTIFY),
        Field(name="evidence", kind="textarea", max_length=2000, when=NOTIFY),
        Field(name="basis_article", max_length=300, when=NOTIFY),
        Field(name="reasons", kind="textarea", max_length=1000, when=("outcome", ("drop",))),
    ),
    check=_check_step,
    keep=replies.keep_findings,
    route=lambda answer: {"outcome": answer["outcome"]},
    prefill=replies.prefill_notice,
    letter=previews.of_notice,
)
STATE_CASE = TaskForm(
    step="state_case",
    fields=(
        Field(name="position", kind="choice", choices=("object", "accept")),
        Field(name="defence", kind="textarea", max_length=4000),
    ),
    check=_check_step,
    keep=replies.keep_statement,
)
EXAMINE = TaskForm(
    step="examine",
    fields=(
        Field(name="recommendation", kind="choice", choices=("revoke", "uphold")),
        Field(name="cause", kind="choice", choices=rules.CAUSES, when=REVOKE),
        Field(name="found", kind="textarea", max_length=4000),
        Field(name="evidence", kind="textarea", max_length=2000, when=REVOKE),
        Field(name="response", kind="textarea", max_length=4000),
        Field(name="basis_article", max_length=300),
        Field(name="figures_checked", kind="checkbox", required=False, when=REVOKE),
    ),
    check=_check_examine,
    keep=replies.keep_proposal,
    prefill=replies.prefill_proposal,
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
FORMS = {form.step: form for form in (FILE, NOTICE, STATE_CASE, EXAMINE, DECIDE)}
