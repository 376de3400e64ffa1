"""Service of letters (送达, rulebook §10.5): the ways, what each has to prove, the day on which a letter counts as served, and
the periods for reconsideration and litigation that run from it (§9.3). Each day comes with its ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache

from workflow_app.law.calendars import Calendar
from workflow_app.law.citations import Citation, Confidence, weakest
from workflow_app.law.general_rules import general_rule
from workflow_app.law.ledger import Ledger, LedgerLine
from workflow_app.law.parameters import value_of
from workflow_app.law.periods import Due, Unit, due
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read

REMEDIES = ("reconsideration", "litigation")
ITEMS = (
    *("receiver", "receiver_identity", "place", "reason", "tracking"),
    *("witness_or_proof", "confirmation"),
)


class Way(StrEnum):
    """How a letter is brought to its addressee."""

    DIRECT = "direct"
    LEFT = "left"
    ELECTRONIC = "electronic"
    POST = "post"
    ENTRUSTED = "entrusted"
    ANNOUNCED = "announced"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What may come of an attempt: whether the letter is served by it, what has to be written down, and which way suggests
    itself where it is not."""

    served: bool
    needs: tuple[str, ...]
    next: Way | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The rule of one way: in words which day counts, what it rests on, what may come of it."""

    way: Way
    title: str
    day: str
    citation: Citation
    parameter: str | None
    results: Mapping[str, Result] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Deemed:
    """The day a letter counts as served. `confidence` is that of the least sure rule it rests on."""

    on: date
    provisional: bool
    ledger: Ledger
    confidence: Confidence


def deemed_service(way: Way, *, event_on: date, calendar: Calendar) -> Deemed:
    """Return the day on which a letter counts as served that was handed over, left, received or published on a day.

    Raises ConfigurationFault where the law of that day has no period for the way.
    """
    rule, alike = rule_of(way), general_rule("served_alike").citation
    if rule.parameter is None:
        line = LedgerLine(day=event_on, counted=False, kind="start", why=rule.day)
        ledger = Ledger(start=event_on, due=event_on, lines=(line,), rules=(rule.citation, alike))
        return Deemed(on=event_on, provisional=False, ledger=ledger, confidence=_sure(ledger))
    law = value_of(rule.parameter, on=event_on)
    found = due(
        start=event_on, count=law.value, unit=Unit(law.unit), roll=law.roll, calendar=calendar,
        basis=(law.citation, alike),
    )  # fmt: skip
    return Deemed(on=_end(found), provisional=found.provisional, ledger=found.ledger, confidence=_sure(found.ledger))


def remedy_days(*, served_on: date, calendar: Calendar) -> dict[str, Due]:
    """Return the last days for reconsideration and for litigation of a letter that was served on a day."""
    found: dict[str, Due] = {}
    for remedy in REMEDIES:
        law = value_of(f"remedy.{remedy}", on=served_on)
        found[remedy] = due(
            start=served_on, count=law.value, unit=Unit(law.unit), roll=law.roll, calendar=calendar,
            basis=(law.citation, general_rule("remedy_from_service").citation),
        )  # fmt: skip
    return found


def suggest(last: tuple[Way, str] | None, *, consent: bool) -> Way | None:
    """Return the way to try next: after what came of the last one; first in this system where its addressee consented, else
    by hand. None while an answer is awaited."""
    if last is None:
        return Way.ELECTRONIC if consent else Way.DIRECT
    way, result = last
    return rule_of(way).results[result].next


def rule_of(way: Way) -> Rule:
    """Return the rule of a way."""
    return rules()[way]


@cache
def rules() -> Mapping[Way, Rule]:
    """Return the rules of all ways, in the order in which they are tried. Raises ConfigurationFault for data it cannot trust."""
    found = {Way(key): _rule(Way(key), part) for key, part in read(DATA / "serving.yaml").items()}
    if set(found) != set(Way):
        raise fault("law_data_field_missing", where="serving.yaml", key="、".join(sorted(set(Way) - set(found))))
    return found


def _rule(way: Way, part: Fields) -> Rule:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    rule = Rule(
        way=way, title=part.text("title"), day=part.text("day"),
        citation=Citation(f"{part.text('day')}（{part.text('basis')}）", confidence),
        parameter=part.text_or_none("parameter"),
        results={key: _result(fields) for key, fields in part.part("results").items()},
    )  # fmt: skip
    part.done()
    return rule


def _result(fields: Fields) -> Result:
    needs = tuple(fields.texts("needs"))
    strange = set(needs) - set(ITEMS)
    if strange:
        raise fault("law_data_field_wrong", where=fields.where, key="needs", value=repr(sorted(strange)))
    following = fields.text_or_none("next")
    result = Result(served=fields.flag("served"), needs=needs, next=Way(following) if following else None)
    fields.done()
    return result


def _sure(ledger: Ledger) -> Confidence:
    return weakest(rule.confidence for rule in ledger.rules)


def _end(found: Due) -> date:
    if found.due is None:  # nothing stops these periods
        raise fault("law_period_without_end", start=found.ledger.start.isoformat())
    return found.due
