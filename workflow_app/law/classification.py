"""What class a record has (轻微、一般、严重): determined, else by a sector's standard, else by the frame, else open.

No amount is ever guessed: where neither table answers, the class stays open and a person determines it (rulebook §1.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from workflow_app.law.citations import Citation, Confidence, weakest
from workflow_app.law.facts import CreditClass, InfoType, Penalty, PenaltyKind, RecordFacts
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read
from workflow_app.law.summary import is_doubtful, is_summary

SUMMARY = "summary_procedure"
LISTS = frozenset({InfoType.SERIOUS_LIST.value, InfoType.ABNORMAL_LIST.value})
BESIDE_PENALTIES = LISTS | {SUMMARY}


class How(StrEnum):
    """Where a class comes from."""

    DETERMINED = "determined"
    GRAVEST = "gravest"
    FRAME = "frame"
    SECTOR = "sector"
    OPEN = "open"


@dataclass(frozen=True)
class FrameEntry:
    """What the national frame says of one kind of penalty, of the summary procedure, or of an entry in a list."""

    credit_class: CreditClass
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SectorEntry:
    """One line of a sector's published standard. Amounts in yuan, `below_yuan` excluded."""

    sector: str
    kind: PenaltyKind
    from_yuan: int
    below_yuan: int | None
    valid_from: date
    valid_to: date | None
    credit_class: CreditClass
    citation: Citation
    sources: tuple[str, ...]

    def fits(self, sector: str, penalty: Penalty, day: date) -> bool:
        """Tell whether this line answers for a penalty on a day."""
        amount = penalty.amount_yuan
        if (self.sector, self.kind) != (sector, penalty.kind) or day < self.valid_from:
            return False
        if self.valid_to is not None and day > self.valid_to:
            return False
        if self.from_yuan == 0 and self.below_yuan is None:
            return True
        return amount is not None and self.from_yuan <= amount and (self.below_yuan is None or amount < self.below_yuan)

    def overlaps(self, other: "SectorEntry") -> bool:
        """Tell whether another line could answer for the same penalty on the same day."""
        if (self.sector, self.kind) != (other.sector, other.kind):
            return False
        in_time = self.valid_from <= (other.valid_to or date.max) and other.valid_from <= (self.valid_to or date.max)
        mine, theirs = _upper(self), _upper(other)
        return in_time and self.from_yuan < theirs and other.from_yuan < mine


@dataclass(frozen=True, kw_only=True)
class Standards:
    """The two tables: the national frame and the sectors' standards."""

    frame: Mapping[str, FrameEntry]
    sectors: tuple[SectorEntry, ...]


@dataclass(frozen=True, kw_only=True)
class Classing:
    """The class of a record, or the classes it may still have, light before grave."""

    possible: tuple[CreditClass, ...]
    how: How
    confidence: Confidence

    @property
    def known(self) -> CreditClass | None:
        """The class, None while it is open."""
        return self.possible[0] if len(self.possible) == 1 else None


def class_of(facts: RecordFacts, *, on: date, standards: Standards | None = None) -> Classing:
    """Return the class of a record by the tables of a day.

    The gravest penalty decides (several penalties: the longest period). A determined class stands, except that the
    determination for one penalty does not lighten another that the frame names serious (rulebook §12.2 no. 8). The summary
    procedure decides only where the decision can have been a summary one; where its own words contradict the mark, no table
    is asked and a person determines the class.
    """
    tables = standards or standards_on_file()
    if facts.is_entry:  # what it is decides, no penalty (rulebook §1.2)
        entry = tables.frame[facts.info_type]
        return Classing(possible=(entry.credit_class,), how=How.FRAME, confidence=entry.confidence)
    if is_summary(facts):
        summary = tables.frame[SUMMARY]
        return Classing(possible=(summary.credit_class,), how=How.FRAME, confidence=summary.confidence)
    serious = [e for e in map(tables.frame.get, sorted(facts.kinds)) if e and e.credit_class is CreditClass.SERIOUS]
    if facts.credit_class is not None and (not serious or facts.credit_class == CreditClass.SERIOUS):
        given = CreditClass(facts.credit_class)
        return Classing(possible=(given,), how=How.DETERMINED, confidence=Confidence.VERIFIED)
    if is_doubtful(facts) and facts.credit_class is None:
        return _open(facts, None, tables)
    if serious:
        how = How.GRAVEST if facts.credit_class else How.FRAME
        return Classing(possible=(CreditClass.SERIOUS,), how=how, confidence=serious[0].confidence)
    return _by_tables(facts, on, tables)


def _by_tables(facts: RecordFacts, on: date, tables: Standards) -> Classing:
    found: list[tuple[CreditClass, How, Confidence]] = []
    is_open = False
    for penalty in facts.penalties:
        line = next((e for e in tables.sectors if facts.sector and e.fits(facts.sector, penalty, on)), None)
        entry = tables.frame.get(penalty.kind)
        if line is not None:
            found.append((line.credit_class, How.SECTOR, line.citation.confidence))
        elif entry is not None:
            found.append((entry.credit_class, How.FRAME, entry.confidence))
        else:
            is_open = True
    gravest = max(found, key=lambda f: f[0].gravity, default=None)
    if gravest is not None and (not is_open or gravest[0] is CreditClass.SERIOUS):
        return Classing(possible=(gravest[0],), how=gravest[1], confidence=gravest[2])
    return _open(facts, gravest[0] if gravest else None, tables)


def _open(facts: RecordFacts, gravest: CreditClass | None, tables: Standards) -> Classing:
    possible = _left_open(facts, gravest)
    asked = (entry.confidence for key, entry in tables.frame.items() if key not in LISTS)
    return Classing(possible=possible, how=How.OPEN, confidence=weakest(asked))


def _left_open(facts: RecordFacts, gravest: CreditClass | None) -> tuple[CreditClass, ...]:
    """A minor record is public only where its publication was found necessary; without that the class is not minor."""
    may_be_minor = facts.publication_found_necessary and gravest in (None, CreditClass.MINOR)
    return tuple(c for c in CreditClass if c is not CreditClass.MINOR or may_be_minor)


@cache
def standards_on_file() -> Standards:
    """Return the tables that came with the product."""
    return load_standards(DATA / "classification.yaml")


def load_standards(path: Path) -> Standards:
    """Read the tables. Raises ConfigurationFault for a line without source or two that answer one question."""
    fields = read(path)
    frame = {key: _frame_entry(part) for key, part in fields.part("frame").items()}
    sectors = tuple(_sector_entry(part) for part in fields.parts("sectors"))
    fields.done()
    unknown = set(frame) - {kind.value for kind in PenaltyKind} - BESIDE_PENALTIES
    if unknown or not set(frame) >= BESIDE_PENALTIES:
        raise fault("law_data_key_unknown", where=fields.where, keys=sorted(unknown or BESIDE_PENALTIES - set(frame)))
    for n, entry in enumerate(sectors):
        if any(entry.overlaps(other) for other in sectors[:n]):
            raise fault("law_values_overlap", where=fields.where, on=entry.valid_from.isoformat())
    return Standards(frame=frame, sectors=sectors)


def _upper(entry: SectorEntry) -> Decimal:
    return Decimal("Infinity") if entry.below_yuan is None else Decimal(entry.below_yuan)


def _frame_entry(part: Fields) -> FrameEntry:
    credit_class = part.choice("class", CreditClass)
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    part.done()
    return FrameEntry(credit_class, confidence, sources)


def _sector_entry(part: Fields) -> SectorEntry:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    if not sources:
        raise fault("law_data_source_missing", where=part.where)
    entry = SectorEntry(
        sector=part.text("sector"),
        kind=part.choice("kind", PenaltyKind),
        from_yuan=part.number("from_yuan"),
        below_yuan=part.number_or_null("below_yuan"),
        valid_from=part.day("from"),
        valid_to=part.day_or_null("to"),
        credit_class=part.choice("class", CreditClass),
        citation=Citation(part.text("basis"), confidence),
        sources=sources,
    )
    part.done()
    return entry
