"""What the law lets an interview (约谈) lead to, and when one may be held: a list of measures that holds no penalty, and the
hours of the office. Both are data with their basis; figures of days are parameters of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache

from workflow_app.law.citations import Citation
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read


@dataclass(frozen=True, kw_only=True)
class Hours:
    """One part of the office day, in local time (Asia/Shanghai)."""

    begins: time
    ends: time
    citation: Citation

    def holds(self, begins: time, ends: time) -> bool:
        """Tell whether something from one time to another lies inside."""
        return self.begins <= begins < ends <= self.ends


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """One measure that may follow where an interview led to nothing."""

    key: str
    title: str
    citation: Citation


def office_hours() -> tuple[Hours, ...]:
    """Return the parts of the office day in their order."""
    return _data()[0]


def allowed_measures() -> Mapping[str, Consequence]:
    """Return the closed list of measures by key."""
    return _data()[1]


@cache
def _data() -> tuple[tuple[Hours, ...], Mapping[str, Consequence]]:
    fields = read(DATA / "interview.yaml")
    hours = tuple(_hours(part) for part in fields.parts("hours"))
    measures = {key: _measure(key, part) for key, part in fields.part("measures").items()}
    fields.done()
    return hours, measures


def _hours(part: Fields) -> Hours:
    begins, ends = _time(part, "from"), _time(part, "to")
    if begins >= ends:
        raise fault("law_data_field_wrong", where=part.where, key="to", value=str(ends))
    found = Hours(begins=begins, ends=ends, citation=_citation(part))
    part.done()
    return found


def _measure(key: str, part: Fields) -> Consequence:
    found = Consequence(key=key, title=part.text("title"), citation=_citation(part))
    part.done()
    return found


def _citation(part: Fields) -> Citation:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    return Citation(part.text("basis"), confidence)


def _time(part: Fields, key: str) -> time:
    text = part.text(key)
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise fault("law_data_field_wrong", where=part.where, key=key, value=text) from None
