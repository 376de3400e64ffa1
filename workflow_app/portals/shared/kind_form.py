"""The form of a kind that is filed on a record beside the application, for its party and for the clerk at the counter."""

from collections.abc import Callable
from typing import Any

from flask import request

from workflow_app.actions.add_evidence import MAX_FILES, add_evidence
from workflow_app.actions.file_application import FILING, evidence_on_draft
from workflow_app.cases.kinds import ProcessKind, all_kinds
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


def offered_kind(key: str) -> ProcessKind:
    """Return a kind that may be filed beside the application. Raises NotFound for every other."""
    found = next((kind for kind in all_kinds() if kind.key == key and kind.offered is not None), None)
    if found is None:
        raise NotFound("kind_not_found")
    return found


def typed_form(kind: ProcessKind) -> dict[str, Any]:
    """Return what was typed, by the fields of the kind's form."""
    read: dict[str, Callable[[str], Any]] = {"checkbox": lambda name: bool(request.form.get(name))}
    fields = kind.form_for(FILING).fields
    return {f.name: read.get(f.kind, lambda name: request.form.get(name, ""))(f.name) for f in fields}


def take_file(record_id: int, kind: ProcessKind) -> dict[str, str]:
    """Take the file of the request beside the draft; return what was refused and why, or nothing."""
    upload = request.files.get("file")
    try:
        add_evidence(
            record_id=record_id,
            kind_key=kind.key,
            purpose=request.form.get("purpose", ""),
            filename=upload.filename or "" if upload else "",
            content=upload.read() if upload else b"",
            actor=current_actor(),
            now=now(),
        )
    except InvalidInput as error:
        return {"name": (upload.filename or "") if upload else "", "reason": next(iter(error.fields.values()))}
    return {}


def file_box(record_id: int, kind: ProcessKind, address: str) -> dict[str, Any]:
    """Return what the box of files needs."""
    return {
        "files": evidence_on_draft(record_id, current_actor(), kind.key),
        "files_address": address,
        "purposes": kind.purposes,
        "max_files": MAX_FILES,
    }
