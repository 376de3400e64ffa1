"""The timeline of a case by what a reader looks for: deadlines, letters, or what went to and fro."""

from collections.abc import Sequence

from workflow_app.cases.timeline import TimelineEntry

FILTERS = ("all", "deadlines", "letters", "exchange")
DEADLINES = {
    *("reminded", "deadline_passed", "escalated", "correction_lapsed"),
    *(
        "stay_requested",
        "stay_refused",
        "stayed",
        "stay_review",
        "resumption_requested",
        "resumption_refused",
        "resumed",
    ),
    *("enquiry_overdue", "extension_requested", "extended", "extension_refused", "urged", "slip_answered", "slip_late"),
}
EXCHANGE = {
    *("filed", "corrected", "evidence_added", "forwarded", "delivered", "withdrawn", "feedback"),
    *("enquiry_asked", "enquiry_answered", "enquiry_withdrawn"),
    *("opened", "finding_added"),
}


def filtered(entries: Sequence[TimelineEntry], chosen: str) -> list[TimelineEntry]:
    """Return the entries of a filter; an unknown filter shows all."""
    match chosen:
        case "deadlines":
            return [e for e in entries if e.kind == "stop" or e.key in DEADLINES]
        case "letters":
            return [e for e in entries if "letter" in e.facts]
        case "exchange":
            return [e for e in entries if e.key in EXCHANGE]
        case _:
            return list(entries)
