"""Rectification (督促整改, rulebook §6): the plug. Diagram `bpmn/rectification.bpmn`; opened by the recognising department alone
on a record whose performance period has passed, verified by two officers. What fails is an event on the record."""

from workflow_app.cases.kinds import Opening, ProcessKind
from workflow_app.processes.rectification import endings, rules, stays, steps, terms
from workflow_app.processes.rectification.candidates import CANDIDATES
from workflow_app.processes.rectification.forms import FORMS
from workflow_app.processes.rectification.milestones import MILESTONES
from workflow_app.processes.rectification.reactions import REACTIONS

PROCESS = ProcessKind(
    key="rectification",
    prefix="GSZG",
    process_id="rectification",
    forms=FORMS,
    steps={
        "escalate_overdue": steps.escalate_overdue,
        "drop": steps.drop,
        "give_notice": steps.give_notice,
        "note_report": steps.note_report,
        "note_silence": steps.note_silence,
        "ask_second": steps.ask_second,
        "extend": terms.extend,
        "refuse_extension": terms.refuse_extension,
        "stay": stays.stay,
        "resume": stays.resume,
        "settle_done": endings.settle_done,
        "settle_failed": endings.settle_failed,
        "settle_impossible": endings.settle_impossible,
        "end_with_record": endings.end_with_record,
    },
    routing={"outcome": "", "verdict": "", "conclusion": ""},
    timers=("rectification.notice", "rectification.default", "rectification.verify"),
    extendable=("rectification.default",),
    stays=stays.GROUNDS,
    opening=Opening(suits=rules.suits, candidates=CANDIDATES, foreign="rectification_not_competent"),
    party_steps=frozenset({"perform"}),
    purposes=tuple(f"rectified_{n}" for n in range(1, rules.MOST + 1)),
    waits_for_dispute=False,
    letters=("L17", "L18", "L19", "L11R"),
    milestones=MILESTONES,
    reactions=REACTIONS,
)

__all__ = ["PROCESS"]
