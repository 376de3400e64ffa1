"""The publication period of a record under each ruleset that may govern it, and which of them opens the way first."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workflow_app.foundation.labels import label
from workflow_app.law.calendars import Calendar
from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.classification import Classing
from workflow_app.law.facts import CreditClass, RecordFacts
from workflow_app.law.general_rules import general_rule
from workflow_app.law.ledger import Ledger
from workflow_app.law.periods import Due, due
from workflow_app.law.ruleset import Ruleset, Span
from workflow_app.law.rulesets import Resolution
from workflow_app.law.units import Roll

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RulesetPath:
    """A record under one ruleset and, where the ruleset knows classes, one class.

    `min_end` is the last day of the shortest period (None where there is none), `earliest` the first day on which an
    application may be accepted (None where it hangs on an unknown performance), `max_end` the last day of publication.
    """

    ruleset: str
    credit_class: CreditClass | None
    span: Span | None
    min_end: date | None
    earliest: date | None
    max_end: date
    chosen: bool
    why: str
    basis: Citation
    ledger: Ledger | None
    longest_ledger: Ledger

    def to_json(self) -> dict[str, Any]:
        """Return the path as plain values, without its ledgers."""
        return {
            "ruleset": self.ruleset,
            "class": self.credit_class.value if self.credit_class else None,
            "min_end": self.min_end.isoformat() if self.min_end else None,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "max_end": self.max_end.isoformat(),
            "chosen": self.chosen,
            "why": self.why,
            "basis": self.basis.to_json(),
        }


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Every computation for a record. `chosen` is None while the class decides and nobody has determined it.

    `stops_on` is the last day of publication if it is the same for every class still possible, `stopped_after` the day
    after which the record is off the page whatever its class.
    """

    all: tuple[RulesetPath, ...]
    chosen: RulesetPath | None
    stops_on: date | None
    stopped_after: date


def paths_of(facts: RecordFacts, classing: Classing, resolution: Resolution, calendar: Calendar) -> Paths:
    """Compute a record under every ruleset and class still possible, and choose what favours the subject most."""
    found = [
        _path(facts, ruleset, credit_class, calendar)
        for ruleset in _governing(facts, resolution)
        for credit_class in (classing.possible if ruleset.knows_classes else (None,))
    ]
    by_class = [_best(found, credit_class) for credit_class in classing.possible]
    decided = len({path.earliest for path in by_class}) == 1
    chosen = _class_free(found, by_class) if decided else None
    ends = [min(p.max_end for p in found if p.credit_class in (None, c)) for c in classing.possible]
    told = tuple(_told(path, chosen, found, classing, resolution) for path in found)
    return Paths(
        all=told,
        chosen=next((p for p in told if p.chosen), None),
        stops_on=ends[0] if len(set(ends)) == 1 else None,
        stopped_after=max(ends),
    )


def _governing(facts: RecordFacts, resolution: Resolution) -> tuple[Ruleset, ...]:
    """The rulesets that say something of when a record may be repaired: none without classes does of an entry in a list, which
    had to be ended by its own rules alone (rulebook §1.11, §2)."""
    known = tuple(ruleset for ruleset in resolution.shortest if ruleset.knows_classes)
    return known if facts.is_entry and known else tuple(resolution.shortest)


def _path(facts: RecordFacts, ruleset: Ruleset, credit_class: CreditClass | None, calendar: Calendar) -> RulesetPath:
    term = ruleset.term(credit_class or CreditClass.GENERAL)
    span, confidence = ruleset.shortest(credit_class or CreditClass.GENERAL, facts)
    shortest = _period(facts, ruleset, span, confidence, calendar) if span else None
    longest = _period(facts, ruleset, term.longest, term.confidence, calendar)
    min_end = shortest.due if shortest else None
    assert longest.due is not None
    return RulesetPath(
        ruleset=ruleset.id,
        credit_class=credit_class,
        span=span,
        min_end=min_end,
        earliest=min_end + DAY * int(ruleset.apply_after.value) if min_end else _performed_on(facts),
        max_end=longest.due,
        chosen=False,
        why="",
        basis=ruleset.cite(confidence),
        ledger=shortest.ledger if shortest else None,
        longest_ledger=longest.ledger,
    )


def _period(facts: RecordFacts, ruleset: Ruleset, span: Span, confidence: Confidence, calendar: Calendar) -> Due:
    """A publication period runs from the determination and never rolls (rulebook §1.3)."""
    return due(
        start=facts.determination_date,
        count=span.count,
        unit=span.unit,
        roll=Roll(ruleset.roll.value),
        calendar=calendar,
        basis=(ruleset.cite(confidence), *(general_rule(key).citation for key in ("no_roll", "apply_after"))),
    )


def _performed_on(facts: RecordFacts) -> date | None:
    """The day of the last performance; where nothing had to be done, the day of the decision."""
    if facts.performed_on is not None or not facts.fully_performed:
        return facts.performed_on
    return facts.determination_date


def _best(found: list[RulesetPath], credit_class: CreditClass) -> RulesetPath:
    """The path that opens first for a class, the newest where two open on one day."""
    mine = [path for path in found if path.credit_class in (None, credit_class)]
    return min(reversed(mine), key=lambda path: path.earliest or date.min)


def _class_free(found: list[RulesetPath], by_class: list[RulesetPath]) -> RulesetPath:
    """Where several classes lead to one day, the path that needs none of them; else the only one there is."""
    if len(by_class) == 1:
        return by_class[0]
    free = (p for p in found if p.credit_class is None and p.earliest == by_class[0].earliest)
    return next(free, by_class[0])


def _told(
    path: RulesetPath,
    chosen: RulesetPath | None,
    found: list[RulesetPath],
    classing: Classing,
    resolution: Resolution,
) -> RulesetPath:
    key, facts = "worse", {}
    if classing.known is None and path.credit_class is not None:
        key, facts = "if_class", {"class_name": label(f"law.class.{path.credit_class}")}
    elif len(found) == 1:
        key, facts = "only", {"situation": resolution.row.title}
    elif classing.known is None:
        key = "class_free" if path is chosen else "worse"
    elif all(other.earliest == path.earliest for other in found):
        key = "same"
    elif path is chosen:
        key = "better"
    return replace(path, chosen=path is chosen, why=label(f"law.path.{key}", **facts))
