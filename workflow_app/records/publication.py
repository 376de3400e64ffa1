"""The publication of a record in time: which class the tables give it, whether it is public, and when that ends by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from workflow_app.foundation.labels import label
from workflow_app.law.calendars import Calendar
from workflow_app.law.classification import How, class_of
from workflow_app.law.eligibility import assess
from workflow_app.law.facts import AuthoritySystem, CreditClass, RecordFacts, SpecialField, SubjectType

BY_TABLE = (How.FRAME, How.SECTOR)
WORK_SAFETY_FROM = Decimal(100_000)  # yuan; NDRC-58-2023, answers of the portal (rulebook §2)


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What the law says of a record's publication on a day. `stops_on` is the last day, None while it hangs on the class
    or where another system's rules apply."""

    credit_class: str | None
    class_basis: str
    public: bool
    stops_on: date | None


class Publications:
    """Answers for many records on one day; equal questions are computed once."""

    def __init__(self, *, on: date, calendar: Calendar) -> None:
        self._on, self._calendar = on, calendar
        self._stops: dict[tuple[object, ...], date | None] = {}

    def of(self, facts: RecordFacts) -> Publication:
        """Return the publication of a record. A class is taken from a table where nobody has determined one, never guessed."""
        classing = class_of(facts, on=self._on)
        credit_class, basis = facts.credit_class, ""
        if credit_class is None and classing.known is not None and classing.how in BY_TABLE:
            credit_class, basis = classing.known.value, label(f"class_basis.{classing.how.value}")
        minor = classing.known is CreditClass.MINOR and not facts.publication_found_necessary
        return Publication(
            credit_class=credit_class,
            class_basis=basis,
            public=facts.subject_type != SubjectType.NATURAL_PERSON and not minor,
            stops_on=self._stop(facts, classing.known),
        )

    def _stop(self, facts: RecordFacts, known: CreditClass | None) -> date | None:
        if known is None or facts.authority_system != AuthoritySystem.GENERAL:
            return None
        key = (facts.determination_date, known, facts.special_field, facts.procedure, facts.region)
        if key not in self._stops:
            told = replace(facts, credit_class=known, published=True)
            self._stops[key] = assess(told, on=self._on, calendar=self._calendar).automatic_stop_on
        return self._stops[key]


def special_field_of(*, sector: str, violation: str, fine: Decimal | None) -> str | None:
    """Return the special field of NDRC-58-2023 that a record's sector and act point to; it lengthens nothing under the
    order that followed."""
    if sector == "消防":
        return SpecialField.FIRE.value
    if sector == "应急" and fine is not None and fine >= WORK_SAFETY_FROM:
        return SpecialField.WORK_SAFETY.value
    if sector in ("药监", "市场监管"):
        words = (("药品", SpecialField.DRUG), ("食品", SpecialField.FOOD), ("特种设备", SpecialField.SPECIAL_EQUIPMENT))
        return next((field.value for word, field in words if word in violation), None)
    return None


def has_performed(*, fully_performed: bool | None, corrected: bool | None) -> bool:
    """Tell whether publication may end by itself: performed, and nobody says that the conduct goes on."""
    return fully_performed is True and corrected is not False
