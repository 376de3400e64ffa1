"""The dates of a letter's service laid out for a page, for officer and party alike: when it counts as served, and until when
it may be contested, each with how it came about."""

from dataclasses import dataclass
from datetime import date

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Confidence
from workflow_app.law.ledger import Ledger
from workflow_app.law.serving import REMEDIES
from workflow_app.letters.serving import LetterService
from workflow_app.portals.shared.ledger_view import LedgerView, view_of


@dataclass(frozen=True, kw_only=True)
class ServedDay:
    """One date with its ledger. `unsure`: the rules among those it rests on that nobody has read in the source."""

    key: str
    title: str
    on: date
    provisional: bool
    view: LedgerView
    unsure: tuple[str, ...]


def ledgers_of(service: LetterService, *, today: date) -> tuple[ServedDay, ...]:
    """Return the day of service and the last days of the remedies; nothing while the letter is not served."""
    if service.served_on is None or not service.ledger:
        return ()
    days = [_day("served", service.ledger, provisional=service.provisional, today=today)]
    for key in REMEDIES:
        if key in service.remedies:
            found = service.remedies[key]
            days.append(_day(key, found["ledger"], provisional=found["provisional"], today=today))
    return tuple(day for day in days if day is not None)


def _day(key: str, ledger: dict[str, object], *, provisional: bool, today: date) -> ServedDay | None:
    title = label(f"service_day.{key}")
    view = view_of(ledger, id=f"ledger-{key}", title=title, today=today, provisional=provisional)
    if view.due is None:
        return None
    unsure = tuple(
        rule.text for rule in Ledger.from_json(dict(ledger)).rules if rule.confidence is not Confidence.VERIFIED
    )
    return ServedDay(key=key, title=title, on=view.due, provisional=provisional, view=view, unsure=unsure)
