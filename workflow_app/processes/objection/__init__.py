"""Objection (异议): the plug. Diagram `bpmn/objection.bpmn`; the rules are pure, the steps leave rows and letters."""

from workflow_app.cases.kinds import ProcessKind
from workflow_app.processes.objection import endings, intake, rules, verification
from workflow_app.processes.objection.forms import FORMS
from workflow_app.processes.objection.milestones import MILESTONES
from workflow_app.processes.objection.reactions import REACTIONS

PROCESS = ProcessKind(
    key="objection",
    prefix="GSYY",
    process_id="objection",
    forms=FORMS,
    steps={
        "flag_record": intake.flag_record,
        "deliver_to_department": intake.deliver_to_department,
        "escalate_overdue": intake.escalate_overdue,
        "request_correction": intake.request_correction,
        "note_correction_lapsed": intake.note_correction_lapsed,
        "refuse": intake.refuse,
        "confirm_acceptance": intake.confirm_acceptance,
        "ask_provider": verification.ask_provider,
        "note_answer": verification.note_answer,
        "stop_for_expert": verification.stop_for_expert,
        "resume_after_expert": verification.resume_after_expert,
        "extend": verification.extend,
        "reply": endings.reply,
        "order_platforms": endings.order_platforms,
        "settle_record": endings.settle_record,
        "record_withdrawal": endings.record_withdrawal,
        "end_with_record": endings.end_with_record,
    },
    routing={"outcome": "", "verdict": "", "road": "", "shielded": False, "ordered": False},
    timers=(
        *(
            "objection.forward",
            "objection.accept",
            "objection.correct",
            "objection.platform_check",
            "objection.transfer",
        ),
        *("objection.provider_verify", "objection.total", "objection.execute"),
    ),
    extendable=("objection.total",),
    party_steps=frozenset({"correct"}),
    letters=("L12", "L13", "L13B", "L14", "L15", "L15B", "L16"),
    withdrawal="withdrawn",
    milestones=MILESTONES,
    offered=lambda record: record.status not in rules.FINAL,
    purposes=("dispute_proof", "authority", "identity", "other"),
    reactions=REACTIONS,
)

__all__ = ["PROCESS"]
