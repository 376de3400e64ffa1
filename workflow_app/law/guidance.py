"""What anybody is told about repair, objection and interview: each sentence with its basis and how sure we are of it, each
period by the name of its parameter, so that a public page never carries a figure of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation
from workflow_app.law.parameters import Dated, parameter, value_of
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, read

GROUPS = ("what", "responsible", "who", "materials", "results", "fee")


@dataclass(frozen=True)
class Saying:
    """One sentence and what it rests on."""

    text: str
    citation: Citation


@dataclass(frozen=True, kw_only=True)
class Period:
    """One period of a topic as the law of a day has it."""

    title: str
    law: Dated

    @property
    def words(self) -> str:
        """The length in Chinese, for example 10 个工作日."""
        return f"{self.law.value} {label(f'law.unit.{self.law.unit}')}"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One kind of matter. `keys` are its parameters in the order of the procedure, `headline` the one to know first."""

    key: str
    title: str
    headline: str
    keys: tuple[str, ...]
    sayings: Mapping[str, tuple[Saying, ...]]

    def periods(self, *, on: date) -> tuple[Period, ...]:
        """Return all periods as the law of a day has them."""
        return tuple(period_of(key, on=on) for key in self.keys)


def period_of(key: str, *, on: date) -> Period:
    """Return one period as the law of a day has it. Raises ConfigurationFault for an unknown key or day."""
    return Period(title=parameter(key).title, law=value_of(key, on=on))


@cache
def topics() -> Mapping[str, Topic]:
    """Return every topic by its key."""
    return load_guidance(DATA / "guidance.yaml")


def load_guidance(path: Path) -> dict[str, Topic]:
    """Read the guidance. Raises ConfigurationFault naming file and key for anything but the one spelling, for a parameter
    that does not exist and for a source nobody knows."""
    return {key: _topic(key, part) for key, part in read(path).items()}


def _topic(key: str, part: Fields) -> Topic:
    keys, headline = tuple(part.texts("periods")), part.text("headline")
    for named in (*keys, headline):
        parameter(named)
    topic = Topic(
        key=key,
        title=part.text("title"),
        headline=headline,
        keys=keys,
        sayings={group: tuple(_saying(p) for p in part.parts(group)) for group in GROUPS},
    )
    part.done()
    return topic


def _saying(part: Fields) -> Saying:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    saying = Saying(part.text("text"), Citation(part.text("basis"), confidence))
    part.done()
    return saying
