"""How the department decided the same kind of violation in the past year: counts for comparison, never a score."""

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from workflow_app.cases.case import Case
from workflow_app.cases.views import CaseView
from workflow_app.foundation.database import db
from workflow_app.portals.shared.moment import now
from workflow_app.records.credit_record import CreditRecord

YEAR = timedelta(days=365)
UNCOUNTED = ("withdrawn", "ended")  # nobody decided these


def precedents(view: CaseView) -> Mapping[str, int]:
    """Return how many cases of the same violation and class ended in which way within a year, by outcome."""
    record = view.case.record
    same = sa.and_(
        Case.department_id == view.case.department_id,
        Case.closed_at >= now() - YEAR,
        Case.kind == view.case.kind,
        Case.outcome.not_in(UNCOUNTED),
        CreditRecord.violation_type == record.violation_type,
        CreditRecord.credit_class == record.credit_class,
    )
    joined = sa.select(Case.outcome, sa.func.count()).join(CreditRecord, CreditRecord.id == Case.record_id)
    rows = db.session.execute(joined.where(same).group_by(Case.outcome).order_by(sa.func.count().desc())).all()
    return {str(outcome): count for outcome, count in rows}
