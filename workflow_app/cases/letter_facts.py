"""What every letter of a case says, whatever its kind: who writes, to whom, about which decision, and where one may contest
(rulebook §9.2, §9.3). A kind adds its own and may say something else instead."""

from typing import Any

from workflow_app.cases.case import Case
from workflow_app.foundation.errors import RuleViolation


def letter_facts(case: Case) -> dict[str, Any]:
    """Return the plain values of a case that its letters share; days in ISO form. Raises RuleViolation without a department."""
    record, department = case.record, case.department
    if department is None:
        raise RuleViolation("case_without_department", number=case.number)
    return {
        "organ_name": department.name,
        "addressee_name": case.organisation.name,
        "addressee_code": case.organisation.code,
        "case_no": case.number,
        "record_document_number": record.document_number,
        "record_facts": record.facts,
        "record_decided_on": record.determination_date.isoformat(),
        "determining_department": record.department_name,
        "contact_phone": department.phone,
        "contact_address": department.address,
        "reconsideration_body": department.reconsideration_body,
        "court": department.court,
    }
