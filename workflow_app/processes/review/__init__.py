"""Review (复核) of what an objection concluded, by the lead department (rulebook §4.3): the plug. Diagram `bpmn/review.bpmn`."""

from workflow_app.cases.kinds import ProcessKind
from workflow_app.processes.review import endings, intake
from workflow_app.processes.review.forms import FORMS
from workflow_app.processes.review.milestones import MILESTONES
from workflow_app.processes.review.reactions import REACTIONS
from workflow_app.processes.review.subject import is_offered

PROCESS = ProcessKind(
    key="review",
    prefix="GSFH",
    process_id="review",
    forms=FORMS,
    steps={
        "receive": intake.receive,
        "escalate_overdue": intake.escalate_overdue,
        "extend": intake.extend,
        "reply": endings.reply,
        "order_platforms": endings.order_platforms,
        "settle_record": endings.settle_record,
        "record_withdrawal": endings.record_withdrawal,
        "end_with_record": endings.end_with_record,
    },
    routing={"verdict": "", "ordered": False},
    timers=("objection.review_decide", "objection.execute"),
    filed=intake.lay_before_lead,
    extendable=("objection.review_decide",),
    letters=("L15R", "L15B"),
    withdrawal="withdrawn",
    milestones=MILESTONES,
    offered=is_offered,
    follows="objection",
    purposes=("review_proof", "authority", "identity", "other"),
    reactions=REACTIONS,
)

__all__ = ["PROCESS"]
