"""The visible arithmetic of a date: each day counted or not and why, and every rule it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workflow_app.law.citations import Citation

MAX_LINES = 400
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One day, or with `until` a run of days that pass the same way.

    `number` is what the count has reached on the (last) day, None where nothing was counted or not in days.
    `kind`: start, working, makeup, weekend, holiday, calendar, stopped. An open stop has no `until`: it still lasts.
    """

    day: date
    until: date | None = None
    number: int | None = None
    counted: bool
    kind: str
    why: str

    @property
    def last(self) -> date:
        """The last day of the line."""
        return self.until or self.day

    def to_json(self) -> dict[str, Any]:
        """Return the line as plain values."""
        return {
            "day": self.day.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "number": self.number,
            "counted": self.counted,
            "kind": self.kind,
            "why": self.why,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "LedgerLine":
        """Return the line that `to_json` wrote."""
        until = data["until"]
        return cls(
            day=date.fromisoformat(data["day"]),
            until=date.fromisoformat(until) if until else None,
            number=data["number"],
            counted=data["counted"],
            kind=data["kind"],
            why=data["why"],
        )


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """How a date came about. The lines leave no day out between start and due; `due` is None while a stop lasts."""

    start: date
    due: date | None
    lines: tuple[LedgerLine, ...]
    rules: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the ledger as plain values, the form in which a deadline keeps it."""
        return {
            "start": self.start.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "lines": [line.to_json() for line in self.lines],
            "rules": [rule.to_json() for rule in self.rules],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Ledger":
        """Return the ledger that `to_json` wrote."""
        return cls(
            start=date.fromisoformat(data["start"]),
            due=date.fromisoformat(data["due"]) if data["due"] else None,
            lines=tuple(LedgerLine.from_json(line) for line in data["lines"]),
            rules=tuple(Citation.from_json(rule) for rule in data["rules"]),
        )


def compressed(lines: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """Return the lines as they are, or, where they are too many to read, with equal neighbours drawn together."""
    given = tuple(lines)
    if len(given) <= MAX_LINES:
        return given
    runs: list[LedgerLine] = []
    for line in given:
        before = runs[-1] if runs else None
        if before and _alike(before, line):
            runs[-1] = replace(before, until=line.last, number=line.number)
        else:
            runs.append(line)
    return tuple(runs)


def _alike(before: LedgerLine, line: LedgerLine) -> bool:
    same = (before.kind, before.counted, before.why) == (line.kind, line.counted, line.why)
    return same and before.kind != "start" and before.last + DAY == line.day
