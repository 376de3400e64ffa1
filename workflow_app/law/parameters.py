"""The figures of the law, each with dated values, a basis, a confidence and its sources. None stands in code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read
from workflow_app.law.units import Roll


class Measure(StrEnum):
    """What a parameter counts: the four units of a period, plain numbers and money."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    YEARS = "years"
    TIMES = "times"
    PERSONS = "persons"
    YUAN = "yuan"
    YES_NO = "yes_no"  # 1 or 0


class Selector(StrEnum):
    """Which day selects the version of a parameter."""

    CLOCK_START = "clock_start"
    DECISION = "decision"
    SERVICE = "service"
    EVENT = "event"


@dataclass(frozen=True, kw_only=True)
class Dated:
    """One value of a parameter from a day on, to a day or open, with everything that must stand beside it."""

    key: str
    value: int
    unit: Measure
    roll: Roll
    valid_from: date
    valid_to: date | None
    basis: str
    confidence: Confidence
    source: str
    note: str

    @property
    def verified(self) -> bool:
        """Whether the figure was seen in its source."""
        return self.confidence.verified

    @property
    def citation(self) -> Citation:
        """The basis as a ledger or a condition shows it."""
        return Citation(self.basis, self.confidence)

    def holds_on(self, day: date) -> bool:
        """Tell whether this is the value of a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One figure of the law through time."""

    key: str
    title: str
    selected_by: Selector
    values: tuple[Dated, ...]

    def on(self, day: date) -> Dated:
        """Return the value of a day. Raises ConfigurationFault where the law has none for it."""
        for dated in self.values:
            if dated.holds_on(day):
                return dated
        raise fault("law_parameter_no_value", key=self.key, on=day.isoformat())


def value_of(key: str, *, on: date) -> Dated:
    """Return a parameter's value as the law of a day has it. Raises ConfigurationFault for an unknown key or day."""
    return parameter(key).on(on)


def parameter(key: str) -> Parameter:
    """Return a parameter. Raises ConfigurationFault for an unknown key."""
    try:
        return _by_key()[key]
    except KeyError:
        raise fault("law_parameter_unknown", key=key) from None


def all_parameters() -> tuple[Parameter, ...]:
    """Return every parameter in the order of its key."""
    return tuple(_by_key()[key] for key in sorted(_by_key()))


@cache
def _by_key() -> Mapping[str, Parameter]:
    return load_parameters(sorted((DATA / "parameters").glob("*.yaml")))


def load_parameters(paths: Iterable[Path]) -> dict[str, Parameter]:
    """Read parameter files. Raises ConfigurationFault naming file and key for anything but the one spelling."""
    found: dict[str, Parameter] = {}
    for path in paths:
        for key, fields in read(path).items():
            if key in found:
                raise fault("law_data_key_twice", where=path.name, keys=[key])
            found[key] = _parameter(key, fields)
    return found


def _parameter(key: str, fields: Fields) -> Parameter:
    title, selected_by = fields.text("title"), fields.choice("selected_by", Selector)
    unit, roll = fields.choice("unit", Measure), fields.choice("roll", Roll)
    values = tuple(_dated(key, unit, roll, part) for part in fields.parts("values"))
    fields.done()
    if not values:
        raise fault("law_data_field_missing", where=fields.where, key="values")
    for before, after in pairwise(values):
        if before.valid_to is None or before.valid_to >= after.valid_from:
            raise fault("law_values_overlap", where=fields.where, on=after.valid_from.isoformat())
    return Parameter(key=key, title=title, selected_by=selected_by, values=values)


def _dated(key: str, unit: Measure, roll: Roll, part: Fields) -> Dated:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    dated = Dated(
        key=key,
        value=part.number("value"),
        unit=unit,
        roll=roll,
        valid_from=part.day("from"),
        valid_to=part.day_or_null("to"),
        basis=part.text("basis"),
        confidence=confidence,
        source=" ".join(sources),
        note=part.text_or_none("note") or "",
    )
    part.done()
    if dated.valid_to is not None and dated.valid_to < dated.valid_from:
        raise fault("law_values_overlap", where=part.where, on=dated.valid_from.isoformat())
    return dated
