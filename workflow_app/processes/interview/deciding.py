"""Which kind of interview it is: the facts as the house knows them and an officer has found them, and what the table says.

The table is `bpmn/interview_kind.dmn`; what it was given and what it answered is kept on the case, with every reason.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from workflow_app.cases.appointments import Appointment, State
from workflow_app.cases.case import Case
from workflow_app.engine.tables import table
from workflow_app.foundation.clock import start_of_day
from workflow_app.foundation.database import db
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import add_months
from workflow_app.processes.interview.rules import Level, level_of

TABLE, WINDOW = "interview_kind", "interview.repeat_window"
LISTS = "serious_list"
FOUND = ("falsified", "public_interest")  # what only a person can find


def facts_of(case: Case, *, on: date, found: dict[str, bool] | None = None) -> dict[str, Any]:
    """Return the facts of the table. `found` is what the officer says of those that no record shows."""
    record, said = case.record, case.details
    past = said.get("past") or []
    known: dict[str, Any] = {
        "severity": record.credit_class or "",
        "refused": said.get("failure") == "REFUSE",
        "listed": bool(record.on_serious_list) or record.record_type == LISTS,
        "prior_interviews": interviewed_before(case, on=on),
        "reminder_failed": "failed" in (past if isinstance(past, list) else []),
        "reminder_missed": "missed" in (past if isinstance(past, list) else []),
        "failed_before": int(str(said.get("failed_before") or 0)),
    }
    return known | {name: bool((found or {}).get(name)) for name in FOUND}


def decide(facts: dict[str, Any]) -> tuple[Level, list[dict[str, str]]]:
    """Return the kind, and the rules that fit with their reasons; what led to another kind than the result is left out."""
    findings = table(TABLE).decide(facts)
    level = level_of(str(finding.answer["kind"]) for finding in findings)
    rows = [{"rule": f.rule, "reason": f.reason} for f in findings if f.answer["kind"] == level]
    return level, rows


def interviewed_before(case: Case, *, on: date) -> int:
    """Count the interviews held with the subject in the months before a day, in whatever case, this one's own not counted."""
    since = add_months(on, -value_of(WINDOW, on=on).value)
    query = (
        sa.select(sa.func.count(Appointment.id))
        .join(Case, Case.id == Appointment.case_id)
        .where(
            Case.organisation_id == case.organisation_id,
            Case.id != case.id,
            Appointment.state == State.HELD,
            Appointment.starts_at >= start_of_day(since),
            Appointment.starts_at < start_of_day(on),
        )
    )
    return db.session.scalar(query) or 0
