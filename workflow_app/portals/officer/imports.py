"""Importing files: records, penalties or list entries, and the measures on them; what was found row by row, publishing."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.import_measures import import_measures_on_records
from workflow_app.actions.import_records import begin_import, discard_batch, publish_batch
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.foundation.spreadsheet import XLSX, Cell, write_table
from workflow_app.people.permissions import Permission, require, scope_filter
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.import_batches import ImportBatch
from workflow_app.records.import_kinds import KINDS, PENALTIES, kind_of_file
from workflow_app.records.importing import Report, report_of
from workflow_app.records.measure_import import Answer

SHOWN = 300
MEASURES = "measures"  # taken in whole and at once, without a batch
HEADS = ("行号", "列", "处理", "问题", "怎么办")


def register(bp: Blueprint) -> None:
    """Add the pages to the wing of the staff."""
    for rule, view, methods in (
        ("/imports", imports, ["GET"]),
        ("/imports", upload, ["POST"]),
        ("/imports/<int:batch_id>", import_page, ["GET"]),
        ("/imports/<int:batch_id>/progress", import_progress, ["GET"]),
        ("/imports/<int:batch_id>/publish", import_publish, ["POST"]),
        ("/imports/<int:batch_id>/discard", import_discard, ["POST"]),
        ("/imports/<int:batch_id>/report.xlsx", import_report, ["GET"]),
    ):
        bp.add_url_rule(rule, view_func=view, methods=methods)


@guarded(Permission.RECORD_IMPORT)
def imports() -> str:
    """The files imported so far, and the form for another."""
    return _list({})


@guarded(Permission.RECORD_IMPORT)
def upload() -> Response | tuple[str, int]:
    """Take a file in; it is judged in the background."""
    sent, kind = request.files.get("file"), request.form.get("kind", PENALTIES)
    try:
        if kind not in (*KINDS, MEASURES):
            raise InvalidInput({"kind": label("field_error.choose")})
        if sent is None or not sent.filename:
            raise InvalidInput({"file": label("import_error.no_file")})
        if kind == MEASURES:
            content = sent.read()
            return _list({}, answer=import_measures_on_records(
                filename=sent.filename, content=content, actor=current_actor(), now=now()
            )), 200  # fmt: skip
        batch_id = begin_import(
            filename=sent.filename, content=sent.read(), kind=kind, actor=current_actor(), now=now()
        )
    except InvalidInput as error:
        return _list(error.fields), 422
    return redirect(url_for("officer.import_page", batch_id=batch_id))


@guarded(Permission.RECORD_IMPORT)
def import_page(batch_id: int) -> str:
    """One file: how far it is, what was found, what may be done."""
    batch = _batch(batch_id)
    report = Report() if batch.is_working else report_of(batch, most=SHOWN + 1)
    title_of = kind_of_file(batch.kind).columns.title_of
    issues = [found | {"column": title_of(found["field"])} for found in report.issues]
    return render_template("portals/officer/import.html", batch=batch, issues=issues, shown=SHOWN)


@guarded(Permission.RECORD_IMPORT)
def import_progress(batch_id: int) -> Response | str:
    """How far a file is, asked again and again; tells the page to load anew when it is through."""
    batch = _batch(batch_id)
    if batch.is_working:
        return render_template("portals/officer/import_progress.html", batch=batch)
    return Response(headers={"HX-Refresh": "true"})


@guarded(Permission.RECORD_IMPORT)
def import_publish(batch_id: int) -> Response:
    """Publish what was accepted."""
    publish_batch(batch_id=batch_id, actor=current_actor())
    return redirect(url_for("officer.import_page", batch_id=batch_id))


@guarded(Permission.RECORD_IMPORT)
def import_discard(batch_id: int) -> Response:
    """Give a file up."""
    discard_batch(batch_id=batch_id, actor=current_actor(), now=now())
    flash(label("import.discarded"), "ok")
    return redirect(url_for("officer.imports"))


@guarded(Permission.RECORD_IMPORT)
def import_report(batch_id: int) -> Response:
    """Every finding as a table to work through; what looks like a formula stays text."""
    batch = _batch(batch_id)
    title_of = kind_of_file(batch.kind).columns.title_of
    content = BytesIO()
    write_table(content, "核对结果", HEADS, (_cells(found, title_of) for found in report_of(batch).issues))
    content.seek(0)
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"核对结果-{batch.id}.xlsx")


def _cells(found: dict[str, Any], title_of: Callable[[str], str]) -> list[Cell]:
    treatment = label(f"import_treatment.{found['treatment']}")
    return [found["row"], title_of(found["field"]), treatment, found["message"], found["remedy"]]


def _batch(batch_id: int) -> ImportBatch:
    found = db.session.get(ImportBatch, batch_id)
    if found is None:
        raise NotFound("import_not_found")
    require(current_actor(), Permission.RECORD_IMPORT, found)
    return found


def _list(errors: dict[str, str], answer: Answer | None = None) -> str:
    scope = scope_filter(current_actor(), department=ImportBatch.department_id, organisation=sa.null())
    query = sa.select(ImportBatch).where(scope).order_by(ImportBatch.id.desc()).limit(50)
    chosen = request.form.get("kind", PENALTIES)
    batches = list(db.session.scalars(query))
    return render_template(
        "portals/officer/imports.html",
        batches=batches,
        errors=errors,
        kinds=tuple(KINDS),
        chosen=chosen,
        answer=answer,
        shown=SHOWN,
    )
