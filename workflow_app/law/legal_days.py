"""Single days that a rule speaks of, such as the first day of a law, each with its basis. Periods are parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from workflow_app.law.citations import Citation
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read


@dataclass(frozen=True, kw_only=True)
class LegalDay:
    """One day of the law: what it is and what it rests on."""

    key: str
    title: str
    day: date
    citation: Citation
    sources: tuple[str, ...]


def legal_date(key: str) -> date:
    """Return a day of the law. Raises ConfigurationFault for a key nobody wrote."""
    try:
        return legal_days()[key].day
    except KeyError:
        raise fault("law_day_unknown", key=key) from None


@cache
def legal_days() -> Mapping[str, LegalDay]:
    """Return every day on file by its key. Raises ConfigurationFault for data it cannot trust."""
    return {key: _legal_day(key, part) for key, part in read(DATA / "days.yaml").items()}


def _legal_day(key: str, part: Fields) -> LegalDay:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    found = LegalDay(
        key=key,
        title=part.text("title"),
        day=part.day("day"),
        citation=Citation(part.text("basis"), confidence),
        sources=sources,
    )
    part.done()
    return found
