"""The publication of a record in time: which class the tables give it, whether it is public, and when that ends by itself."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from workflow_app.foundation.labels import label
from workflow_app.law.classification import Classing, How, class_of
from workflow_app.law.endings import Ending, ending_of
from workflow_app.law.facts import AuthoritySystem, RecordFacts, SubjectType
from workflow_app.law.publicity import kept_off_on

BY_TABLE = (How.FRAME, How.SECTOR)


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What the law says of a record's publication on a day: `public` by the rules of the record's own system."""

    credit_class: str | None
    class_basis: str
    public: bool
    ending: Ending


class Publications:
    """Answers for many records on one day; equal questions are computed once."""

    def __init__(self, *, on: date) -> None:
        self._on = on
        self._endings: dict[Hashable, Ending] = {}

    def of(self, facts: RecordFacts) -> Publication:
        """Return the publication of a record. A class is taken from a table where nobody has determined one, never guessed."""
        classing = class_of(facts, on=self._on)
        credit_class, basis = facts.credit_class, ""
        if credit_class is None:
            credit_class, basis = class_by_table(classing)
        natural = facts.subject_type == SubjectType.NATURAL_PERSON
        return Publication(
            credit_class=credit_class,
            class_basis=basis,
            public=not natural and kept_off_on(facts, on=self._on, classing=classing) is None,
            ending=self._ending(facts, classing),
        )

    def _ending(self, facts: RecordFacts, classing: Classing) -> Ending:
        market = facts.authority_system == AuthoritySystem.MARKET_REGULATION
        there = (facts.publication_date, facts.kinds) if market else None
        key = (facts.determination_date, classing, there)
        if key not in self._endings:
            self._endings[key] = ending_of(facts, classing=classing, on=self._on)
        return self._endings[key]


@lru_cache(maxsize=1)
def publications(*, on: date) -> Publications:
    """Return the answers of a day, shared: what is asked while a file is judged is asked again when it is published."""
    return Publications(on=on)


def class_by_table(classing: Classing) -> tuple[str | None, str]:
    """Return the class that a table gives a record, and by which; None where no table answers."""
    if classing.known is None or classing.how not in BY_TABLE:
        return None, ""
    return classing.known.value, label(f"class_basis.{classing.how.value}")


def is_by_table(class_basis: str) -> bool:
    """Tell whether a record's class was taken from a table, not determined by anybody."""
    return class_basis in {label(f"class_basis.{how.value}") for how in BY_TABLE}


def has_performed(*, fully_performed: bool | None, corrected: bool | None) -> bool:
    """Tell whether publication may end by itself: performed, and nobody says that the conduct goes on."""
    return fully_performed is True and corrected is not False
