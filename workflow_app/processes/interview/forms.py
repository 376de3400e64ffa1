"""The forms of an interview: opening, the kind, the arrangement, what the party answers, the talk, the follow-up."""

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import Answer, Field, TaskForm
from workflow_app.cases.proposals import last_decision
from workflow_app.processes.interview import checks, previews, replies, rules, scheduling

INTERVIEW, DROP = ("outcome", ("interview",)), ("outcome", ("drop",))
YES_NO = ("no", "yes")
SLOT = (
    Field(name="day", kind="date"),
    Field(name="begins", max_length=5),
    Field(name="ends", max_length=5),
    Field(name="room", max_length=60),
    Field(name="host", kind="person"),
    Field(name="officer_1", kind="person"),
    Field(name="officer_2", kind="person", required=False),
    Field(name="officer_3", kind="person", required=False),
    Field(name="recorder", kind="person"),
)
VERDICT = (
    Field(name="verdict", kind="choice", choices=("approved", checks.SENT_BACK)),
    Field(name="note", kind="textarea", required=False, max_length=1000),
)


def _verdict(answer: Answer) -> Answer:
    return {"verdict": answer["verdict"]}


def _proposer(case: Case) -> int | None:
    """The officer who verified: the second one and who approves are other persons."""
    return last_decision(case.id).proposed_by_id


FILE = TaskForm(
    step="file",
    fields=(
        Field(name="ground", kind="choice", choices=("case", "paper")),
        Field(name="failed_case", max_length=24, when=("ground", ("case",))),
        Field(name="paper_number", max_length=80, when=("ground", ("paper",))),
        Field(name="failure", kind="choice", choices=rules.FAILED),
        Field(name="missing", kind="textarea", max_length=2000),
    ),
    check=checks.file,
)
PROPOSE = TaskForm(
    step="propose",
    fields=(
        Field(name="outcome", kind="choice", choices=("interview", "drop")),
        Field(name="falsified", kind="choice", choices=YES_NO, when=INTERVIEW),
        Field(name="public_interest", kind="choice", choices=YES_NO, when=INTERVIEW),
        Field(name="fact_note", kind="textarea", required=False, max_length=1000, when=INTERVIEW),
        Field(name="reasons", kind="textarea", max_length=2000, when=INTERVIEW),
        Field(name="drop_reasons", kind="textarea", max_length=1000, when=DROP),
    ),
    check=checks.propose,
    keep=replies.keep_proposal,
    route=lambda answer: {"level": answer["level"]},
    prefill=replies.prefill_proposal,
)
APPROVE = TaskForm(step="approve", fields=VERDICT, check=checks.approve, keep=replies.keep_approval, route=_verdict)
APPROVE_WARNING = TaskForm(
    step="approve_warning", fields=VERDICT, check=checks.approve, keep=replies.keep_approval, route=_verdict
)
SCHEDULE = TaskForm(
    step="schedule",
    fields=(
        Field(name="invitee_name", max_length=60),
        Field(name="invitee_title", max_length=60),
        Field(name="mode", kind="choice", choices=("on_site", "video")),
        *SLOT,
        Field(name="materials", kind="textarea", max_length=1000),
        Field(name="basis_article", max_length=300),
        Field(name="contact_person", max_length=60),
    ),
    check=checks.schedule,
    keep=replies.keep_schedule,
    prefill=replies.prefill_schedule,
    letter=previews.of_notice,
)
COMES, SENDS, MOVES = ("choice", ("confirm", "delegate")), ("choice", ("delegate",)), ("choice", ("reschedule",))
REPLY_FIELDS = (
    Field(name="choice", kind="choice", choices=("confirm", "delegate", "reschedule")),
    Field(name="attendee_name", max_length=60, when=COMES),
    Field(name="attendee_title", max_length=60, when=COMES),
    Field(name="attendee_phone", max_length=20, required=False, when=COMES),
    Field(name="delegate_reason", kind="textarea", max_length=500, when=SENDS),
    Field(name="move_reason", kind="textarea", max_length=500, when=MOVES),
    Field(name="wished", max_length=120, required=False, when=MOVES),
)


def _reply(answer: Answer) -> Answer:
    return {"reply": answer["reply"], "met": "again" if answer["reply"] == "reschedule" else ""}


REPLY = TaskForm(step="reply", fields=REPLY_FIELDS, check=checks.reply, keep=replies.keep_reply, route=_reply)
CHANGE_REPLY = TaskForm(
    step="change_reply", fields=REPLY_FIELDS, check=checks.reply, keep=replies.keep_reply, route=_reply
)
PERMIT = TaskForm(
    step="permit_delegate",
    fields=(
        Field(name="verdict", kind="choice", choices=("approved", "refused")),
        Field(name="note", kind="textarea", required=False, max_length=500),
    ),
    check=checks.permit,
    keep=replies.keep_permission,
)
CAME = ("who", ("legal", "principal", "delegate"))
ATTEND = TaskForm(
    step="attend",
    fields=(
        Field(name="who", kind="choice", choices=tuple(rules.Who)),
        Field(name="came_name", max_length=60, when=("who", ("legal", "principal", "delegate", "employee"))),
        Field(
            name="came_title",
            max_length=60,
            required=False,
            when=("who", ("legal", "principal", "delegate", "employee")),
        ),
        Field(name="identity_kind", kind="choice", choices=("id_card", "passport", "other"), when=CAME),
        Field(name="identity_number", max_length=30, when=CAME),
        Field(name="authority_paper", max_length=200, required=False, when=("who", ("delegate",))),
        Field(name="identity_checked", kind="checkbox", required=False, when=CAME),
        Field(name="credentials_shown", kind="checkbox", required=False, when=CAME),
        Field(name="rights_told", kind="checkbox", required=False, when=CAME),
        Field(name="challenge", kind="choice", choices=("none", "raised"), when=CAME),
        Field(name="challenge_note", kind="textarea", max_length=500, required=False, when=CAME),
        Field(name="absence_note", kind="textarea", max_length=1000, required=False),
        Field(name="after", kind="choice", choices=("again", "escalate"), required=False),
    ),
    check=checks.attend,
    keep=replies.keep_attendance,
    route=lambda answer: {"met": answer["met"], "after": answer["then"]},
    prefill=replies.prefill_attendance,
)
REARRANGE = TaskForm(
    step="rearrange",
    fields=(*SLOT, Field(name="move_note", kind="textarea", max_length=500)),
    check=checks.rearrange,
    keep=replies.keep_move,
    prefill=scheduling.prefill_again,
    letter=previews.of_move,
)
REFUSED = ("signature", ("refused",))
TALK = TaskForm(
    step="talk",
    fields=(
        Field(name="talk_reason", kind="textarea", max_length=2000),
        Field(name="talk_problems", kind="textarea", max_length=4000),
        Field(name="talk_statement", kind="textarea", max_length=4000),
        Field(name="talk_agreed", kind="textarea", max_length=4000),
        Field(name="talk_summary", kind="textarea", max_length=2000),
        Field(name="recording", max_length=120, required=False),
        Field(name="signature", kind="choice", choices=("signed", "refused")),
        Field(name="refusal_note", kind="textarea", max_length=500, when=REFUSED),
        Field(name="witness_1", kind="person", when=REFUSED),
        Field(name="witness_2", kind="person", when=REFUSED),
    ),
    check=checks.talk,
    keep=replies.keep_talk,
    prefill=replies.prefill_talk,
    letter=previews.of_record,
)
MINUTES = TaskForm(
    step="minutes",
    fields=(
        Field(name="commitments", kind="items", max_length=500),
        Field(name="requirements", kind="textarea", max_length=1000, required=False),
        Field(name="basis_article", max_length=300),
    ),
    check=checks.minutes,
    keep=replies.keep_minutes,
    prefill=replies.prefill_minutes,
    letter=previews.of_minutes,
)
PLAN = TaskForm(
    step="plan",
    fields=(Field(name="rectify_plan", kind="textarea", max_length=4000), Field(name="truthful", kind="checkbox")),
    keep=replies.keep_plan,
)
PERFORM = TaskForm(
    step="perform",
    fields=(
        Field(name="progress", kind="conditions", max_length=1000),
        Field(name="progress_note", kind="textarea", required=False, max_length=2000),
        Field(name="truthful", kind="checkbox"),
    ),
    check=checks.perform,
    keep=replies.keep_report,
)
VERIFY = TaskForm(
    step="verify",
    fields=(
        Field(name="checked", kind="conditions", max_length=500, required=False),
        Field(name="conclusion", kind="choice", choices=tuple(rules.Conclusion)),
        Field(name="followup", kind="conditions", max_length=60, required=False, when=("conclusion", ("measures",))),
        Field(name="reasons", kind="textarea", max_length=2000),
        Field(name="basis_article", max_length=300),
    ),
    check=checks.verify,
    keep=replies.keep_verification,
    prefill=replies.prefill_verification,
    letter=previews.of_conclusion,
)
CONFIRM = TaskForm(
    step="confirm",
    not_by=_proposer,
    fields=VERDICT,
    check=checks.confirm,
    keep=replies.keep_confirmation,
    route=lambda answer: {"verdict": answer["verdict"], "conclusion": answer["conclusion"]},
    letter=previews.of_conclusion,
)
APPROVE_END = TaskForm(
    step="approve_end", fields=VERDICT, not_by=_proposer, check=checks.approve_end, keep=replies.keep_approval, route=_verdict,
    letter=previews.of_conclusion,
)  # fmt: skip
FORMS = {
    form.step: form
    for form in (
        *(FILE, PROPOSE, APPROVE, APPROVE_WARNING, SCHEDULE, REPLY, CHANGE_REPLY, PERMIT, ATTEND, REARRANGE),
        *(TALK, MINUTES, PLAN, PERFORM, VERIFY, CONFIRM, APPROVE_END),
    )
}
