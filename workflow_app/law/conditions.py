"""Conditions of repair as values: name, state, what is seen, and the basis. The judgement itself is in eligibility."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read


class State(StrEnum):
    """How a condition stands. Unknown is not unmet: nobody has seen either."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition: `text` names it, `detail` says in a Chinese sentence what is seen, `basis` is the law."""

    key: str
    state: State
    text: str
    detail: str
    basis: Citation

    def to_json(self) -> dict[str, Any]:
        """Return the condition as plain values."""
        return {
            "key": self.key,
            "state": self.state.value,
            "text": self.text,
            "detail": self.detail,
            "basis": self.basis.to_json(),
        }


@dataclass(frozen=True)
class ConditionTexts:
    """The names of the conditions and the basis of every ground."""

    titles: Mapping[str, str]
    grounds: Mapping[str, Citation]
    sources: Mapping[str, tuple[str, ...]]


def condition(
    key: str, state: State, ground: str, *, basis: Citation | None = None, words: str = "", **facts: Any
) -> Condition:
    """Return a condition with the words of a ground (`words` where they differ) and its basis, or another one."""
    texts = condition_texts()
    cited = basis or texts.grounds[ground]
    detail = label(f"law.ground.{words or ground}", **facts)
    return Condition(key=key, state=state, text=texts.titles[key], detail=detail, basis=cited)


def chinese_day(day: date) -> str:
    """Return a day as official Chinese writes it."""
    return label("law.date", year=day.year, month=day.month, day=day.day)


@cache
def condition_texts() -> ConditionTexts:
    """Return the conditions on file. Raises ConfigurationFault for data it cannot trust."""
    fields = read(DATA / "conditions.yaml")
    titles = {key: _title(part) for key, part in fields.part("conditions").items()}
    grounds: dict[str, Citation] = {}
    sources: dict[str, tuple[str, ...]] = {}
    for key, part in fields.part("grounds").items():
        basis = part.text("basis")
        confidence, sources[key] = part.evidence()
        known_sources(sources[key], part.where)
        part.done()
        grounds[key] = Citation(basis, confidence)
    fields.done()
    if not titles:
        raise fault("law_data_field_missing", where=fields.where, key="conditions")
    return ConditionTexts(titles, grounds, sources)


def _title(part: Fields) -> str:
    title = part.text("title")
    part.done()
    return title
