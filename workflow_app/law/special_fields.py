"""Which special field (特殊领域) a record belongs to: by sector, act and fine, each criterion with its basis (rulebook §2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from workflow_app.law.citations import Citation, Confidence, weakest
from workflow_app.law.facts import SpecialField
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, read


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line: records of some sectors whose act has a word in it and whose fine is at least so many yuan; None where the
    criterion does not ask."""

    sectors: tuple[str, ...]
    field: SpecialField
    word: str | None
    from_yuan: int | None
    citation: Citation
    sources: tuple[str, ...]

    def fits(self, violation: str, fine: Decimal | None) -> bool:
        """Tell whether a record of one of the sectors is of the field."""
        if self.word is not None and self.word not in violation:
            return False
        return self.from_yuan is None or (fine is not None and fine >= self.from_yuan)


def special_field_of(*, sector: str, violation: str, fine: Decimal | None) -> SpecialField | None:
    """Return the field that a record's sector, act and fine (in yuan) point to; it lengthens nothing under 36号令."""
    return next((c.field for c in _by_sector().get(sector, ()) if c.fits(violation, fine)), None)


def field_confidence(*, sector: str, field: str | None) -> Confidence:
    """Return how sure it is that a record of a sector is of a field, or of none (None).

    A field no criterion on file gives the sector is unsure; that a record is of none is as sure as the sector's criteria.
    """
    mine = _by_sector().get(sector, ())
    if field is None:
        return weakest(c.citation.confidence for c in mine)
    return next((c.citation.confidence for c in mine if c.field == field), Confidence.UNSURE)


@cache
def all_criteria() -> Sequence[Criterion]:
    """Return every criterion in order. Raises ConfigurationFault for data it cannot trust."""
    fields = read(DATA / "special_fields.yaml")
    found = tuple(_criterion(part) for part in fields.parts("criteria"))
    fields.done()
    return found


@cache
def _by_sector() -> Mapping[str, Sequence[Criterion]]:
    found: dict[str, list[Criterion]] = {}
    for criterion in all_criteria():
        for sector in criterion.sectors:
            found.setdefault(sector, []).append(criterion)
    return found


def _criterion(part: Fields) -> Criterion:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    found = Criterion(
        sectors=part.texts("sectors"),
        field=part.choice("field", SpecialField),
        word=part.text_or_null("word"),
        from_yuan=part.number_or_null("from_yuan"),
        citation=Citation(part.text("basis"), confidence),
        sources=sources,
    )
    part.done()
    return found
