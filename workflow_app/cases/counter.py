"""Filing at the counter (窗口代录): what a clerk notes of whoever hands the papers in. It is kept with the case; nothing of
it decides the case, and a paper that is missing is asked for later, never a reason to turn somebody away (§12.2 no. 17)."""

from collections.abc import Mapping
from typing import Any

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text

CAPACITIES = ("legal_representative", "agent", "successor", "administrator")
# Capacities that are proved by a paper: the letter of authority, the registration of the merger, the court's appointment.
PROVED = frozenset({"agent", "successor", "administrator"})
MAX_NAME = 60
MAX_PAPERS = 500


def read_counter(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the clerk's note from a form. Raises InvalidInput naming every wrong field."""
    wrong: dict[str, str] = {}
    name, capacity = _name(values, wrong), str(values.get("capacity", ""))
    if capacity not in CAPACITIES:
        wrong["capacity"] = label("field_error.choose")
    if not values.get("identity_seen"):
        wrong["identity_seen"] = label("field_error.identity_seen")
    papers = str(values.get("papers", "") or "0").strip()
    if not papers.isdecimal() or int(papers) > MAX_PAPERS:
        wrong["papers"] = label("field_error.count", max=MAX_PAPERS)
    if wrong:
        raise InvalidInput(wrong)
    proved = capacity not in PROVED or bool(values.get("authority_seen"))
    return {"handed_by": name, "capacity": capacity, "papers": int(papers), "authority_seen": proved}


def _name(values: Mapping[str, Any], wrong: dict[str, str]) -> str:
    try:
        return typed_text("handed_by", str(values.get("handed_by", "")), limit=MAX_NAME, multiline=False)
    except InvalidInput as error:
        wrong |= error.fields
        return ""
