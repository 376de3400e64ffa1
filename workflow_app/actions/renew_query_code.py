"""A new query code for a case whose party has lost the old one, which opens nothing from then on."""

from datetime import datetime

from workflow_app.audit import log
from workflow_app.cases.case import case_by_number
from workflow_app.cases.query_codes import give_query_code, new_query_code
from workflow_app.foundation.database import transaction
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require


def renew_query_code(*, case_number: str, actor: Actor, now: datetime) -> str:
    """Return the new code; it is kept nowhere and can be shown this once. Raises NotFound and NotPermitted."""
    code = new_query_code()
    with transaction():
        case = case_by_number(case_number)
        require(actor, Permission.CASE_QUERY_CODE, case)
        give_query_code(case, code, now=now)
        log.record(
            actor=actor,
            action="case.query_code_renewed",
            object_type="case",
            object_id=case.number,
            case_no=case.number,
            now=now,
        )
    return code
