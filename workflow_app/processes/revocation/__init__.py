"""Revocation of a repair (撤销信用修复, rulebook §1.8): the plug. Diagram `bpmn/revocation.bpmn`; opened by the department that
repaired, heard, proposed, decided by another person."""

from workflow_app.cases.kinds import Opening, ProcessKind
from workflow_app.processes.revocation import rules, steps
from workflow_app.processes.revocation.forms import FORMS
from workflow_app.processes.revocation.milestones import MILESTONES
from workflow_app.processes.revocation.reactions import REACTIONS

PROCESS = ProcessKind(
    key="revocation",
    prefix="GSCX",
    process_id="revocation",
    forms=FORMS,
    steps={
        "escalate_overdue": steps.escalate_overdue,
        "drop": steps.drop,
        "give_notice": steps.give_notice,
        "note_silence": steps.note_silence,
        "issue_revocation": steps.issue_revocation,
        "keep_repair": steps.keep_repair,
        "queue_write_back": steps.queue_write_back,
        "give_feedback": steps.give_feedback,
        "end_with_record": steps.end_with_record,
    },
    routing={"outcome": "", "verdict": ""},
    timers=("revocation.notify", "revocation.hearing", "revocation.decide", "revocation.sync"),
    opening=Opening(suits=rules.suits),
    served_clocks={"L09": "revocation.hearing"},
    party_steps=frozenset({"state_case"}),
    letters=("L09", "L10", "L10N"),
    milestones=MILESTONES,
    reactions=REACTIONS,
)

__all__ = ["PROCESS"]
