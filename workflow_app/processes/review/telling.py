"""How a review tells its party: by letters with their entries and messages."""

from workflow_app.cases.kinds import StepContext
from workflow_app.cases.timeline import tell
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.processes.review import letters


def issue(context: StepContext, code: str) -> Letter:
    """Issue a letter of the lead department to the party. Raises RuleViolation without a department."""
    case = context.case
    if case.department is None:
        raise RuleViolation("case_without_department", number=case.number)
    return issue_letter(
        code=code,
        case_id=case.id,
        case_no=case.number,
        department=case.department,
        addressee_name=case.organisation.name,
        addressee_code=case.organisation.code,
        organisation_id=case.organisation_id,
        context=letters.build(code, context),
        actor=context.actor,
        now=context.now,
    )


def tell_letter(context: StepContext, key: str, letter: Letter) -> None:
    """Put a letter on the timeline and into the party's inbox."""
    case = context.case
    tell(case.id, f"review_{key}", actor=context.actor, now=context.now, letter=letter.number, code=letter.code)
    notify(
        f"review_{key}", now=context.now, organisation_id=case.organisation_id, case_number=case.number,
        letter=letter.number,
    )  # fmt: skip
