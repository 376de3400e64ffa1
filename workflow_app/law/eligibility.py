"""May a record be repaired on a day, and if not, what is missing and from when (rulebook §1.4, §2.1).

The verdict is the first that fits, in the order of `VERDICTS`; each hangs on one condition. Papers are not judged here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from workflow_app.law import early_stop, grounds
from workflow_app.law.calendars import Calendar
from workflow_app.law.classification import class_of
from workflow_app.law.conditions import Condition, State
from workflow_app.law.facts import AuthoritySystem, CreditClass, InfoType, RecordFacts
from workflow_app.law.grounds import Reading
from workflow_app.law.paths import RulesetPath, paths_of
from workflow_app.law.rulesets import resolve_ruleset

__all__ = ["Condition", "Eligibility", "RecordFacts", "RulesetPath", "State", "Verdict", "assess"]


class Verdict(StrEnum):
    """The answers of `record.schema.json`."""

    WRONG_AUTHORITY = "wrong_authority"
    NOT_NEEDED = "not_needed"
    NOT_REPAIRABLE = "not_repairable"
    NEEDS_CLASSIFICATION = "needs_classification"
    TOO_EARLY = "too_early"
    ELIGIBLE = "eligible"


VERDICTS: tuple[tuple[str, Verdict], ...] = (
    ("COMPETENT_AUTHORITY", Verdict.WRONG_AUTHORITY),
    ("PUBLICLY_SHOWN", Verdict.NOT_NEEDED),
    ("OBLIGATION_FULLY_PERFORMED", Verdict.NOT_REPAIRABLE),
    ("CONDUCT_CORRECTED", Verdict.NOT_REPAIRABLE),
    ("NOT_GROUND_OF_LISTING", Verdict.NOT_REPAIRABLE),
    ("EARLY_STOP_ALLOWED", Verdict.NOT_REPAIRABLE),
    ("NOT_BARRED", Verdict.NOT_REPAIRABLE),
    ("CLASS_DETERMINED", Verdict.NEEDS_CLASSIFICATION),
    ("MIN_PERIOD_REACHED", Verdict.TOO_EARLY),
)
CHECKS: tuple[Callable[[Reading], Condition | None], ...] = (
    grounds.publicly_shown,
    grounds.fully_performed,
    grounds.corrected,
    grounds.not_ground_of_listing,
    grounds.not_barred,
    lambda reading: early_stop.early_stop_allowed(reading.facts, reading.resolution),
    lambda reading: early_stop.list_period_reached(reading.facts, reading.resolution, reading.day),
    grounds.own_rules_of_list,
    grounds.class_determined,
    grounds.period_reached,
    grounds.commitment,
    grounds.other_legal,
)
TIMED = (Verdict.ELIGIBLE, Verdict.TOO_EARLY)


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """The answer. `earliest_date` and `ruleset` are given for eligible and too_early only, as the schema has it.

    `automatic_stop_on` is the last day of publication for who has performed: the shortest of the longest periods; None
    while it hangs on an open class, and for an entry among the abnormal, which stands until it is put right. An unknown
    condition does not change the verdict: unknown is not no. For an entry in a list, whose own rules say when it may leave,
    `earliest_date` is None. `barred_until` is the last day of a bar that has not ended.
    """

    verdict: Verdict
    earliest_date: date | None
    ruleset: str | None
    credit_class: CreditClass | None
    conditions: tuple[Condition, ...]
    paths: tuple[RulesetPath, ...]
    automatic_stop_on: date | None
    provisional: bool = False
    barred_until: date | None = None

    @property
    def chosen(self) -> RulesetPath | None:
        """The computation that decides about time, whatever the verdict."""
        return next((path for path in self.paths if path.chosen), None)

    @property
    def open_from(self) -> date | None:
        """The first day on which an application may be accepted as far as time and a bar are concerned; None while it hangs
        on an open class or on an unknown performance."""
        if self.chosen is None or self.chosen.earliest is None:
            return None
        return (
            max(self.chosen.earliest, self.barred_until + timedelta(days=1))
            if self.barred_until
            else self.chosen.earliest
        )

    def to_json(self) -> dict[str, Any]:
        """Return the answer in the form of `$defs/result`, with conditions and paths."""
        return {
            "verdict": self.verdict.value,
            "earliest_date": self.earliest_date.isoformat() if self.earliest_date else None,
            "ruleset": self.ruleset,
            "credit_class": self.credit_class.value if self.credit_class else None,
            "automatic_stop_on": self.automatic_stop_on.isoformat() if self.automatic_stop_on else None,
            "conditions": [condition.to_json() for condition in self.conditions],
            "paths": [path.to_json() for path in self.paths],
        }


def assess(facts: RecordFacts, *, on: date, calendar: Calendar, judged_on: date | None = None) -> Eligibility:
    """Assess a record for an application made on a day.

    `judged_on` is a later day on which the open application is judged again after a change of the rules. Raises
    NoRuleset for a day before the rules on file and PeriodOutOfRange for dates at the end of the calendar.
    """
    competent = grounds.competent_authority(facts, on)
    if competent.state is State.UNMET:
        return _elsewhere(facts, competent, on)
    day = judged_on or on
    resolution = resolve_ruleset(
        system=AuthoritySystem.GENERAL, determined_on=facts.determination_date, applied_on=on, judged_on=day
    )
    classing = class_of(facts, on=day)
    paths = paths_of(facts, classing, resolution, calendar)
    reading = Reading(facts=facts, day=day, resolution=resolution, classing=classing, paths=paths)
    found = [competent, *(condition for check in CHECKS if (condition := check(reading)) is not None)]
    verdict = _verdict(found)
    timed = paths.chosen if verdict in TIMED else None
    return Eligibility(
        verdict=verdict,
        earliest_date=timed.earliest if timed and not facts.is_entry else None,
        ruleset=timed.ruleset if timed else None,
        credit_class=classing.known,
        conditions=tuple(found),
        paths=paths.all,
        automatic_stop_on=None if facts.info_type == InfoType.ABNORMAL_LIST else paths.stops_on,
        barred_until=facts.barred_until if facts.barred_until and facts.barred_until >= day else None,
    )


def _verdict(conditions: list[Condition]) -> Verdict:
    unmet = {condition.key for condition in conditions if condition.state is State.UNMET}
    return next((verdict for key, verdict in VERDICTS if key in unmet), Verdict.ELIGIBLE)


def _elsewhere(facts: RecordFacts, competent: Condition, on: date) -> Eligibility:
    """The answer for who must apply elsewhere: no periods, but what that system's rules ask beside time is said."""
    there = grounds.market_resolution(facts, on)
    found = (
        (early_stop.early_stop_allowed(facts, there), early_stop.list_period_reached(facts, there, on)) if there else ()
    )
    more = [condition for condition in found if condition is not None]
    return Eligibility(
        verdict=Verdict.WRONG_AUTHORITY,
        earliest_date=None,
        ruleset=None,
        credit_class=None,
        conditions=(competent, *more),
        paths=(),
        automatic_stop_on=None,
    )
