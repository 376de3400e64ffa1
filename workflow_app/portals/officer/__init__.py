"""The wing of the staff who work on cases: queue, case, tasks, evidence, letters, records. Imports register here."""

from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint

from workflow_app.portals.shared.nav import staff_context

bp = Blueprint("officer", __name__, url_prefix="/desk")
bp.app_context_processor(staff_context)

from workflow_app.portals.officer import (  # noqa: E402
    advice,
    asked,
    cases,
    counter,
    counter_kinds,
    day_letters,
    enquiries,
    enquiries_asked,
    enrolments,
    evidence,
    extensions,
    letter_endings,
    letters,
    measures,
    messages,
    openings,
    parties,
    previews,
    queue,
    record_notes,
    record_tasks,
    records,
    rescue,
    slips,
    stays,
    subjects,
    tasks,
    write_backs,
)

if find_spec("workflow_app.portals.officer.imports"):
    import_module("workflow_app.portals.officer.imports").register(bp)

__all__ = [
    "advice",
    "asked",
    "bp",
    "cases",
    "counter",
    "counter_kinds",
    "day_letters",
    "enquiries",
    "enquiries_asked",
    "enrolments",
    "evidence",
    "extensions",
    "letter_endings",
    "letters",
    "measures",
    "messages",
    "openings",
    "parties",
    "previews",
    "queue",
    "record_notes",
    "record_tasks",
    "records",
    "rescue",
    "slips",
    "stays",
    "subjects",
    "tasks",
    "write_backs",
]
