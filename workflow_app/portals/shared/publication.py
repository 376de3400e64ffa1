"""The ledger of a record's publication period, laid out for a page: how the first day for an application came about."""

from datetime import date

from workflow_app.foundation.labels import label
from workflow_app.law.eligibility import Eligibility
from workflow_app.portals.shared.ledger_view import LedgerView, view_of
from workflow_app.records.credit_record import CreditRecord


def publication_ledger(record: CreditRecord, eligibility: Eligibility, *, today: date) -> LedgerView | None:
    """Return the shortest period by the ruleset that decides, or else the longest; None where no path is chosen."""
    path = eligibility.chosen
    if path is None:
        return None
    shortest = path.ledger is not None
    return view_of(
        path.ledger or path.longest_ledger,
        id=f"ledger-record-{record.id}",
        title=label("ledger.shortest" if shortest else "ledger.longest"),
        today=today,
        provisional=False,
        opens_on=eligibility.open_from if shortest and not record.is_entry else None,
    )
