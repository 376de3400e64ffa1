"""How long one waits, as the law of the day has it: the classes with their periods, and an example worked out for today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.classification import SUMMARY, FrameEntry, standards_on_file
from workflow_app.law.eligibility import assess
from workflow_app.law.facts import AuthoritySystem, CreditClass, Penalty, PenaltyKind, RecordFacts
from workflow_app.law.ruleset import Publicity, Ruleset, Span
from workflow_app.law.rulesets import resolve_ruleset
from workflow_app.law.units import Unit
from workflow_app.people.calendars import current_calendar

DAY = timedelta(days=1)
STRIP = 5  # days of the example's calendar, from yesterday on
HERE = "116200"  # an authority of this province, as the head of its code


@dataclass(frozen=True, kw_only=True)
class ClassRow:
    """One class: what leads to it, and its two periods as parts of the longest of all, in percent."""

    title: str
    kinds: tuple[str, ...]
    kinds_confidence: Confidence
    if_necessary: bool
    shortest: str | None
    longest: str
    wait: float
    whole: float
    citation: Citation


@dataclass(frozen=True, kw_only=True)
class Example:
    """A general record that opens in a few days. `strip` is days, each with what it is: out, here, first or after."""

    determined: date
    opens: date
    stops: date
    today: date
    shortest: str
    strip: tuple[tuple[date, str], ...]


def current_ruleset(on: date) -> Ruleset:
    """Return the regulation that governs a record determined and applied for on a day."""
    return resolve_ruleset(system=AuthoritySystem.GENERAL, determined_on=on, applied_on=on).procedure


def class_rows(on: date) -> tuple[ClassRow, ...]:
    """Return the classes, light before grave."""
    rules, frame = current_ruleset(on), standards_on_file().frame
    scale = max(_months(term.longest) for term in rules.terms.values())
    return tuple(_row(rules, credit_class, frame, scale) for credit_class in CreditClass)


def scale_words(on: date) -> tuple[str, ...]:
    """Return the marks of the scale: every year up to the longest period there is."""
    years = max(_months(term.longest) for term in current_ruleset(on).terms.values()) // 12
    return ("0", *(f"{n}{label('law.unit.years')}" for n in range(1, years + 1)))


def _row(rules: Ruleset, credit_class: CreditClass, frame: Mapping[str, FrameEntry], scale: int) -> ClassRow:
    entries = [(key, entry) for key, entry in frame.items() if entry.credit_class is credit_class]
    order = list(Confidence)
    term = rules.term(credit_class)
    return ClassRow(
        title=term.title,
        kinds=tuple(label(f"law.never.{key}" if key == SUMMARY else f"law.kind.{key}") for key, _ in entries),
        kinds_confidence=max((entry.confidence for _, entry in entries), key=order.index),
        if_necessary=term.public is Publicity.IF_NECESSARY,
        shortest=term.shortest.words if term.shortest else None,
        longest=term.longest.words,
        wait=round(100 * (_months(term.shortest) if term.shortest else 0) / scale, 1),
        whole=round(100 * _months(term.longest) / scale, 1),
        citation=rules.cite(term.confidence),
    )


def example(today: date) -> Example | None:
    """Return an example whose wait ends in two or three days, None where the rules of the day have no such record."""
    span = current_ruleset(today).term(CreditClass.GENERAL).shortest
    if span is None:
        return None
    for back in range(32 * _months(span), 27 * _months(span), -1):
        found = _assessed(today - DAY * back, today)
        if found and today + DAY * 2 <= found[0] <= today + DAY * 3:
            opens, stops = found
            return Example(
                determined=today - DAY * back,
                opens=opens,
                stops=stops,
                today=today,
                shortest=span.words,
                strip=tuple((day, _look(day, opens, today)) for day in (today - DAY + DAY * n for n in range(STRIP))),
            )
    return None


def _assessed(determined: date, today: date) -> tuple[date, date] | None:
    facts = RecordFacts(
        authority_code=HERE,
        subject_type="legal_entity",
        determination_date=determined,
        published=True,
        procedure="ordinary",
        penalties=(Penalty(kind=PenaltyKind.FINE),),
        credit_class=CreditClass.GENERAL,
        fully_performed=True,
        corrected=True,
    )
    answer = assess(facts, on=today, calendar=current_calendar())
    if answer.earliest_date is None or answer.automatic_stop_on is None:
        return None
    return answer.earliest_date, answer.automatic_stop_on


def _look(day: date, opens: date, today: date) -> str:
    if day == today:
        return "here"
    return "out" if day < opens else "first" if day == opens else "after"


def _months(span: Span) -> int:
    return span.count * 12 if span.unit is Unit.YEARS else span.count
