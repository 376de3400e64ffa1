"""The last day on which a record is public by itself, in both systems: what is still open widens it, nothing is guessed.

An open class, an amount the law does not name and a start day nobody has verified each leave several last days possible.
A record is off the page for certain after the latest of them (rulebook §1.3, §3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflow_app.law.citations import Confidence, weakest
from workflow_app.law.classification import Classing
from workflow_app.law.day_count import add_months
from workflow_app.law.facts import CreditClass, RecordFacts
from workflow_app.law.parameters import Measure, value_of
from workflow_app.law.ruleset import AtLongest, Ruleset, StartFrom
from workflow_app.law.rulesets import resolve_ruleset

LIMIT = "disclosure.max"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How the publication of a record ends.

    `last_on`: the day after which it is off the page whatever is open. `earliest_on`: the same if the period ran from the
    determination; the two differ only where a ruleset's start day is not verified or not known, and in between a person
    determines it. `ruleset` gave `last_on`: its id, or the key of the absolute limit, named by `basis`.
    """

    earliest_on: date
    last_on: date
    ruleset: str
    basis: str
    confidence: Confidence
    stops_unperformed: bool

    def is_over(self, day: date) -> bool:
        """Tell whether a record is off the page on a day, for who has performed."""
        return day > self.last_on

    def needs_start(self, day: date) -> bool:
        """Tell whether it hangs on the day from which the period runs whether the record is off the page on a day."""
        return self.earliest_on < day <= self.last_on


def ending_of(facts: RecordFacts, *, classing: Classing, on: date) -> Ending:
    """Return how a record's publication ends by the rules of a day; several rulesets: the shorter of the longest periods.

    Raises NoRuleset for a day before the rules on file.
    """
    resolution = resolve_ruleset(system=facts.system, determined_on=facts.determination_date, applied_on=on)
    limit = _limit(facts, on)
    endings = [_ending(facts, resolution.longest, c, limit) for c in classing.possible]
    last = max(endings, key=lambda ending: ending.last_on)
    return Ending(
        earliest_on=max(ending.earliest_on for ending in endings),
        last_on=last.last_on,
        ruleset=last.ruleset,
        basis=last.basis,
        confidence=weakest((last.confidence, classing.confidence)),
        stops_unperformed=last.stops_unperformed,
    )


def _limit(facts: RecordFacts, on: date) -> Ending:
    """The absolute limit of disclosure, whatever the rulesets say (rulebook §4.4)."""
    dated = value_of(LIMIT, on=on)
    assert dated.unit is Measure.YEARS
    end = add_months(facts.determination_date, dated.value * 12)
    return Ending(
        earliest_on=end,
        last_on=end,
        ruleset=LIMIT,
        basis=dated.basis,
        confidence=dated.confidence,
        stops_unperformed=False,
    )


def _ending(facts: RecordFacts, rulesets: Sequence[Ruleset], credit_class: CreditClass, limit: Ending) -> Ending:
    """Return the ending in one class: the first of the rulesets' and the limit's, the newest ruleset's where two agree."""
    found = [limit, *(_by_ruleset(facts, ruleset, credit_class) for ruleset in rulesets)]
    first = min(reversed(found), key=lambda ending: ending.last_on)
    return Ending(
        earliest_on=min(ending.earliest_on for ending in found),
        last_on=first.last_on,
        ruleset=first.ruleset,
        basis=first.basis,
        confidence=first.confidence,
        stops_unperformed=first.stops_unperformed,
    )


def _by_ruleset(facts: RecordFacts, ruleset: Ruleset, credit_class: CreditClass) -> Ending:
    """Return the ending by one ruleset; it never comes where nobody knows the day from which it counts."""
    term = max(ruleset.terms_for(credit_class, facts.kinds), key=lambda t: t.longest.months)
    first, last = _starts(facts, StartFrom(ruleset.start.value))
    return Ending(
        earliest_on=add_months(first, term.longest.months),
        last_on=add_months(last, term.longest.months) if last else date.max,
        ruleset=ruleset.id,
        basis=ruleset.name,
        confidence=weakest((term.confidence, ruleset.start.confidence)),
        stops_unperformed=ruleset.at_longest[1] is AtLongest.AUTOMATIC_STOP,
    )


def _starts(facts: RecordFacts, start: StartFrom) -> tuple[date, date | None]:
    """Return the first and the last day from which the period may run, None for one nobody knows."""
    determined, published = facts.determination_date, facts.publication_date
    if start is StartFrom.DETERMINATION:
        return determined, determined
    if published is None:
        return determined, None
    return (
        (published, published)
        if start is StartFrom.PUBLICATION
        else (min(determined, published), max(determined, published))
    )
