"""Admonition interview (信用约谈, rulebook §5): the plug. Diagram `bpmn/interview.bpmn`, table `bpmn/interview_kind.dmn`.

Begun by a rectification that failed, or by the recognising department on one; a reminder, and a warning where that led to
nothing."""

from workflow_app.cases.kinds import Opening, ProcessKind
from workflow_app.processes.interview import rules, steps
from workflow_app.processes.interview.forms import FORMS
from workflow_app.processes.interview.milestones import MILESTONES
from workflow_app.processes.interview.reactions import BEGUN_BY, REACTIONS

PROCESS = ProcessKind(
    key="interview",
    prefix="GSYT",
    process_id="interview",
    forms=FORMS,
    steps={
        "escalate_overdue": steps.escalate_overdue,
        "drop": steps.drop,
        "give_notice": steps.give_notice,
        "give_new_date": steps.give_new_date,
        "note_absence": steps.note_absence,
        "file_record": steps.file_record,
        "issue_minutes": steps.issue_minutes,
        "note_no_plan": steps.note_no_plan,
        "note_silence": steps.note_silence,
        "ask_second": steps.ask_second,
        "escalate": steps.escalate,
        "conclude": steps.conclude,
        "extend": steps.extend,
        "end_with_record": steps.end_with_record,
    },
    filed=steps.begin,
    routing={"level": "", "verdict": "", "reply": "", "met": "", "after": "", "conclusion": ""},
    timers=(
        *("interview.start", "interview.hold", "interview.rearrange", "interview.minutes"),
        *("interview.plan", "interview.rectify", "interview.verify"),
    ),
    extendable=("interview.rectify",),
    opening=Opening(suits=rules.suits, foreign="interview_not_competent"),
    party_steps=frozenset({"reply", "change_reply", "plan", "perform"}),
    purposes=("interview_authority", "commitment_proof"),
    letters=("L20", "L20W", "L21", "L22", "L23", "L19Y"),
    milestones=MILESTONES,
    reactions=REACTIONS,
    begun_by=BEGUN_BY,
)

__all__ = ["PROCESS"]
