"""Small records for the tests of the law, in the form of record.schema.json."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from workflow_app.law.calendars import seed_calendar
from workflow_app.law.eligibility import Eligibility, RecordFacts, assess

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "tests" / "data" / "record.schema.json").read_text("utf-8"))


def record(**changes: Any) -> dict[str, Any]:
    """The schema's example (a general fine of 2026-08-25) with changes; a dict is merged into the part it names.

    The obligations are performed eight days after the decision, unless the change says otherwise.
    """
    made: dict[str, Any] = json.loads(json.dumps(SCHEMA["examples"][0]))
    if "determination_date" in changes:
        performed = date.fromisoformat(changes["determination_date"]) + timedelta(days=8)
        made["obligations"]["performed_on"] = performed.isoformat()
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(made[key], dict):
            made[key] |= value
        else:
            made[key] = value
    return made


def kinds(*names: str) -> list[dict[str, Any]]:
    """Penalties of these kinds."""
    return [{"kind": name} for name in names]


def ask(on: str, **changes: Any) -> Eligibility:
    """The law's answer on a changed record."""
    facts = RecordFacts.from_json(record(**changes))
    return assess(facts, on=date.fromisoformat(on), calendar=seed_calendar())


def verdict(on: str, **changes: Any) -> str:
    """The verdict alone."""
    return ask(on, **changes).verdict.value


def dated(on: str, **changes: Any) -> tuple[str, str | None, str | None]:
    """Verdict, earliest day and ruleset."""
    found = ask(on, **changes)
    earliest = found.earliest_date.isoformat() if found.earliest_date else None
    return found.verdict.value, earliest, found.ruleset
