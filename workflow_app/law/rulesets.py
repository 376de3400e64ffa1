"""Which ruleset governs a record: the versions by day and the transition between them (rulebook §2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from workflow_app.foundation.errors import AppError
from workflow_app.law.citations import Citation
from workflow_app.law.facts import AuthoritySystem, CreditClass
from workflow_app.law.ruleset import Ruleset
from workflow_app.law.ruleset_data import load_rulesets
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read


class NoRuleset(AppError):
    """No ruleset on file was in force on the day of the question."""

    code = "no_ruleset"


class Situation(StrEnum):
    """The four rows of the transition table."""

    DETERMINED_AFTER = "determined_after"
    APPLIED_AFTER = "applied_after"
    PENDING = "pending"
    DECIDED_BEFORE = "decided_before"


class Side(StrEnum):
    """The ruleset before or after a cut-over."""

    OLD = "old"
    NEW = "new"


class ProcedureSide(StrEnum):
    """Which ruleset's clocks and letters a case follows."""

    OLD = "old"
    NEW = "new"
    OLD_FOR_RUNNING_CLOCKS = "old_for_running_clocks"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a row of the transition table lets decide: several sides mean the one more favourable to the subject."""

    title: str
    longest: tuple[Side, ...]
    shortest: tuple[Side, ...]
    procedure: ProcedureSide


@dataclass(frozen=True, kw_only=True)
class Transition:
    """The transition table as data."""

    citation: Citation
    cutovers: tuple[tuple[AuthoritySystem, str, str], ...]
    rows: Mapping[Situation, Row]


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """The rulesets for one record and application, old before new. `procedure` is the one whose new steps apply."""

    situation: Situation
    row: Row
    longest: tuple[Ruleset, ...]
    shortest: tuple[Ruleset, ...]
    procedure: Ruleset
    citation: Citation


@cache
def all_rulesets() -> Mapping[str, Ruleset]:
    """Return every ruleset by its id."""
    return load_rulesets(DATA / "rulesets")


def resolve_ruleset(
    *, system: AuthoritySystem, determined_on: date, applied_on: date, judged_on: date | None = None
) -> Resolution:
    """Return the rulesets that decide about periods, conditions and procedure.

    `judged_on` is the day of the judgement, the day of application where nothing else is said. A ruleset that is not in
    force on that day decides nothing yet: a case still open when it takes effect is judged again (row `pending`).
    Raises NoRuleset for a day before the rules on file.
    """
    judged = judged_on or applied_on
    found = next((c for c in reversed(transition().cutovers) if c[0] == system and _started(c[1], judged)), None)
    if found is None:
        raise NoRuleset(on=judged.isoformat())
    old, new = all_rulesets()[found[1]], all_rulesets()[found[2]]
    situation = _situation(new.valid_from, determined_on, applied_on, judged)
    row, by_side = transition().rows[situation], {Side.OLD: old, Side.NEW: new}
    return Resolution(
        situation=situation,
        row=row,
        longest=tuple(by_side[side] for side in row.longest),
        shortest=tuple(by_side[side] for side in row.shortest),
        procedure=old if row.procedure is ProcedureSide.OLD else new,
        citation=transition().citation,
    )


def has_cutover(system: AuthoritySystem, *, after: date, until: date) -> bool:
    """Tell whether new rules took effect after one day and by another."""
    begins = (all_rulesets()[new].valid_from for cut, _, new in transition().cutovers if cut == system)
    return any(after < day <= until for day in begins)


def longest_months(system: AuthoritySystem, credit_class: CreditClass | None) -> int:
    """Return the longest period of a class under a system's newest rules, in months; of the gravest where it is open."""
    newest = next(all_rulesets()[new] for cut, _, new in reversed(transition().cutovers) if cut == system)
    return newest.term(credit_class or CreditClass.SERIOUS).longest.months


def _started(ruleset: str, day: date) -> bool:
    return all_rulesets()[ruleset].valid_from <= day


def _situation(cut: date, determined_on: date, applied_on: date, judged_on: date) -> Situation:
    if determined_on >= cut:
        return Situation.DETERMINED_AFTER
    if applied_on >= cut:
        return Situation.APPLIED_AFTER
    return Situation.PENDING if judged_on >= cut else Situation.DECIDED_BEFORE


@cache
def transition() -> Transition:
    """Return the transition table. Raises ConfigurationFault for data it cannot trust."""
    fields = read(DATA / "transition.yaml")
    confidence, sources = fields.evidence()
    known_sources(sources, fields.where)
    citation = Citation(fields.text("basis"), confidence)
    cutovers = tuple(_cutover(part) for part in fields.parts("cutovers"))
    rows = {Situation(key): _row(part) for key, part in fields.part("rows").items()}
    fields.done()
    if set(rows) != set(Situation):
        raise fault("law_data_field_missing", where=fields.where, key="rows")
    return Transition(citation=citation, cutovers=cutovers, rows=rows)


def _cutover(part: Fields) -> tuple[AuthoritySystem, str, str]:
    system, old, new = part.choice("system", AuthoritySystem), part.text("old"), part.text("new")
    part.done()
    rules = all_rulesets()
    if old not in rules or new not in rules or {rules[old].system, rules[new].system} != {system}:
        raise fault("law_data_field_wrong", where=part.where, key="old, new", value=f"{old}, {new}")
    ended = rules[old].valid_to
    if ended is None or (rules[new].valid_from - ended).days != 1:
        raise fault("law_values_overlap", where=part.where, on=rules[new].valid_from.isoformat())
    return system, old, new


def _row(part: Fields) -> Row:
    row = Row(
        title=part.text("title"),
        longest=tuple(Side(side) for side in part.texts("longest")),
        shortest=tuple(Side(side) for side in part.texts("shortest")),
        procedure=part.choice("procedure", ProcedureSide),
    )
    part.done()
    return row
