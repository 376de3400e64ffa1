"""The days that follow from a revocation, each by a figure of the law: how long the bar lasts, how long the breach is shown."""

from dataclasses import dataclass
from datetime import date

from workflow_app.law.citations import Citation
from workflow_app.law.parameters import Dated, parameter, value_of
from workflow_app.law.periods import Unit, due
from workflow_app.people.calendars import current_calendar

BAR, SHOWN = "repair.false_material_bar", "repair.false_material_publish"


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """What a revocation of a day leads to. `basis` says what the bar rests on and how sure that is."""

    bar_begins_on: date
    bar_ends_on: date
    breach_shown_until: date
    basis: Citation


def consequences(*, on: date) -> Consequences:
    """Return the days of a revocation that is decided on a day."""
    found = value_of(BAR, on=on)
    return Consequences(
        bar_begins_on=on, bar_ends_on=_end(found, on), breach_shown_until=_end(value_of(SHOWN, on=on), on),
        basis=found.citation,
    )  # fmt: skip


def unverified(*, on: date) -> list[str]:
    """Return the names of the figures that nobody has verified: somebody has to look them up before a letter states them."""
    return [parameter(key).title for key in (BAR, SHOWN) if not value_of(key, on=on).verified]


def _end(figure: Dated, on: date) -> date:
    found = due(start=on, count=figure.value, unit=Unit(figure.unit), roll=figure.roll, calendar=current_calendar()).due
    if found is None:  # nothing stops these periods
        raise RuntimeError(f"{figure.key} has no end")
    return found
