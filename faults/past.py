"""What an act may not do: rewrite what is past, and leave anything behind when it is refused. Pure: it compares pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faults.picture import Picture, Row

LIFE_OF_A_LETTER = {"seal", "state", "file_digest", "page_count", "rendered_at", "attempts", "last_fault", "row_version",
                    "superseded_by_id", "ended_at", "end_reason"}  # fmt: skip
# What is past stays as it was: which rows of a table are, and which of their columns may still change.
PAST: dict[str, tuple[Callable[[Row], bool], set[str]]] = {
    "timeline": (lambda _row: True, set()),
    "history": (lambda _row: True, set()),
    "letters": (lambda _row: True, LIFE_OF_A_LETTER),
    "tasks": (lambda row: row["closed_at"] is not None, set()),
    "deadlines": (lambda row: row["closed_at"] is not None, set()),
    "decisions": (lambda row: row["verdict"] is not None, set()),
    "slips": (lambda row: row["answered_at"] is not None, {"chase_at", "row_version"}),
    "enquiries": (lambda row: bool(row["answered_at"] or row["withdrawn_at"]), set()),
    "stays": (lambda row: row["ended_at"] is not None, set()),
    "record_tasks": (lambda row: row["closed_at"] is not None, set()),
    "extensions": (lambda row: row["settled_at"] is not None, set()),
    "orders": (lambda row: row["state"] == "confirmed", {"attempts", "row_version"}),
    "cases": (lambda row: row["closed_at"] is not None, set()),
}


def rewritten(before: Picture, after: Picture) -> list[str]:
    """Return the rows of the past that an act has changed or taken away, and the entries it put before others."""
    found = []
    for table, (is_past, may_change) in PAST.items():
        now = {row["id"]: row for row in getattr(after, table)}
        for row in filter(is_past, getattr(before, table)):
            later = now.get(row["id"])
            if later is None:
                found.append(f"{table} {row['id']} is gone")
                continue
            changed = {name for name, value in row.items() if later[name] != value} - may_change
            if changed:
                found.append(f"{table} {row['id']} was past and has changed: {_changes(row, later, changed)}")
        last = max((row["id"] for row in getattr(before, table)), default=0)
        early = {row["id"] for row in getattr(after, table)} - {row["id"] for row in getattr(before, table)}
        found += [f"{table} {row_id} was put in before others" for row_id in early if row_id < last]
    return found


def differences(before: Picture, after: Picture) -> list[str]:
    """Return everything that is not as it was."""
    found = []
    for table in before.__dataclass_fields__:
        if getattr(before, table) != getattr(after, table):
            then = {r["id"]: r for r in getattr(before, table)} if table != "waits" else {}
            now = {r["id"]: r for r in getattr(after, table)} if table != "waits" else {}
            changed = sorted(i for i in {*then, *now} if then.get(i) != now.get(i))
            found.append(f"{table} {changed}")
    return found


def _changes(before: Row, after: Row, names: set[str]) -> dict[str, tuple[Any, Any]]:
    return {name: (before[name], after[name]) for name in sorted(names)}
