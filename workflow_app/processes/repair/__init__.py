"""Credit repair (信用修复): the plug. Diagram `bpmn/repair.bpmn`; the rules are pure, the steps leave rows and letters."""

from workflow_app.cases.kinds import EnquiryRoad, ProcessKind
from workflow_app.cases.milestones import Promised
from workflow_app.processes.repair import enquiry, stays, steps
from workflow_app.processes.repair.forms import FORMS
from workflow_app.processes.repair.milestones import MILESTONES
from workflow_app.processes.repair.reactions import REACTIONS

PROCESS = ProcessKind(
    key="repair",
    prefix="GSXF",
    process_id="repair",
    forms=FORMS,
    steps={
        "deliver_to_department": steps.deliver_to_department,
        "escalate_overdue": steps.escalate_overdue,
        "confirm_acceptance": steps.confirm_acceptance,
        "request_correction": steps.request_correction,
        "note_correction_lapsed": steps.note_correction_lapsed,
        "refuse": steps.refuse,
        "issue_grant": steps.issue_grant,
        "issue_denial": steps.issue_denial,
        "queue_write_back": steps.queue_write_back,
        "give_feedback": steps.give_feedback,
        "record_withdrawal": steps.record_withdrawal,
        "end_with_record": steps.end_with_record,
        "send_enquiry": enquiry.send,
        "chase_enquiry": enquiry.chase,
        "take_enquiry_answer": enquiry.take_answer,
        "end_enquiry": enquiry.end,
        "extend": steps.extend,
        "stay": stays.stay,
        "resume": stays.resume,
    },
    filed=steps.filed,
    routing={"outcome": "", "verdict": ""},
    timers=("repair.forward", "repair.accept", "repair.correct", "repair.decide", "repair.enquiry", "repair.sync"),
    case_clocks=("repair.feedback",),
    extendable=("repair.decide",),
    stays=stays.GROUNDS,
    served_clocks={"L04": "repair.correct"},
    party_steps=frozenset({"correct"}),
    letters=("L02", "L03", "L04", "L05", "L06", "L07", "L08", "L11"),
    withdrawal="withdrawn",
    enquiry=EnquiryRoad(
        during=frozenset({"review"}), asked="enquiry_asked", withdrawn="enquiry_withdrawn", clock="repair.enquiry"
    ),
    milestones=MILESTONES,
    applied_for=True,
    promised=Promised(accept="repair.accept", answer="repair.feedback", execute="repair.sync"),
    commitments=tuple(f"repair.commitment.{n}" for n in range(1, 5)),
    breaches=tuple(f"repair.breach.{n}" for n in range(1, 5)),
    reactions=REACTIONS,
)

__all__ = ["PROCESS"]
