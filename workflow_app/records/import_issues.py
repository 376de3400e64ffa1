"""What can be wrong with a row, and what follows: refuse it, import it with a flag, or bring it into standard form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum
from typing import Any

from workflow_app.foundation.labels import label
from workflow_app.records.import_column_set import Columns
from workflow_app.records.import_columns import PENALTY_COLUMNS
from workflow_app.records.masking import masked

SHOWN = 120


class Treatment(StrEnum):
    """What becomes of a row, the strictest first. A note asks for nothing."""

    REJECT = "reject"
    WARN = "warn"
    NORMALISE = "normalise"
    NOTE = "note"
    CLEAN = "clean"


COMPLAINTS = (Treatment.REJECT, Treatment.WARN, Treatment.NORMALISE)
_STRICTNESS = list(Treatment)


@dataclass(frozen=True)
class Issue:
    """One finding on one cell. `code` is stable and worded as `import_issue.<code>`; values are masked when made."""

    field: str
    code: str
    treatment: Treatment
    facts: Mapping[str, Any] = default(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the issue as plain values, for its row."""
        return {"field": self.field, "code": self.code, "treatment": self.treatment.value, "facts": dict(self.facts)}


def issue(field: str, code: str, treatment: Treatment, *, value: str = "", **facts: Any) -> Issue:
    """Return an issue with the cell's text, cut and masked, among its facts."""
    return Issue(field, code, treatment, {"value": _shown(value), **facts} if value else facts)


def _shown(value: str) -> str:
    text = masked(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def strictest(issues: Iterable[Issue]) -> Treatment:
    """Return what becomes of a row with these issues."""
    return min((i.treatment for i in issues), key=_STRICTNESS.index, default=Treatment.CLEAN)


@dataclass(frozen=True, kw_only=True)
class WordedIssue:
    """An issue as people read it: column, what is wrong, what to do."""

    row: int
    field: str
    column: str
    code: str
    treatment: str
    value: str
    message: str
    remedy: str

    def to_json(self) -> dict[str, Any]:
        """Return the issue in the form of `flask records import --json`."""
        return {name: getattr(self, name) for name in ("row", "field", "code", "treatment", "message", "remedy")}


def worded(row: int, found: Mapping[str, Any], columns: Columns = PENALTY_COLUMNS) -> WordedIssue:
    """Return an issue of a row, as `Issue.to_json` has it, in words."""
    facts, column = dict(found["facts"]), columns.title_of(found["field"])
    value = str(facts.pop("value", ""))
    return WordedIssue(
        row=row,
        field=found["field"],
        column=column,
        code=found["code"],
        treatment=found["treatment"],
        value=value,
        message=label(f"import_issue.{found['code']}.message", column=column, value=value, **facts),
        remedy=label(f"import_issue.{found['code']}.remedy", column=column, value=value, **facts),
    )
