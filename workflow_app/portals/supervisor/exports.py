"""The cases of a selection as a file: exactly the lines of its pages, in their order, and a row of the audit log."""

import tempfile
from collections.abc import Iterator
from datetime import date

from flask import request, send_file
from werkzeug.wrappers import Response

from workflow_app.actions.note_export import note_export
from workflow_app.cases.kinds import kind_of
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.labels import label
from workflow_app.foundation.spreadsheet import XLSX, Cell, write_table
from workflow_app.people.permissions import Permission
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.portals.supervisor import bp
from workflow_app.portals.supervisor.filters import arguments_of, selection_of
from workflow_app.supervision.sight import sight
from workflow_app.supervision.stuck import Reason
from workflow_app.supervision.worklist import Line, every_line

COLUMNS: tuple[tuple[str, int], ...] = (
    *(("number", 18), ("subject", 36), ("kind", 10), ("step", 14), ("department", 28), ("officer", 12)),
    *(("received", 12), ("due", 12), ("guess", 8), ("left", 12), ("state", 16), ("stuck", 36), ("slip", 24)),
)


@bp.post("/export")
@guarded(Permission.SUPERVISE_EXPORT)
def export() -> Response:
    """Write the file row by row to a temporary one, note the export, send it."""
    actor, instant, selection = current_actor(), now(), selection_of(request.form)
    seen = sight(instant)
    heads, widths = [label(f"export.{name}") for name, _ in COLUMNS], [width for _, width in COLUMNS]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    try:
        rows = write_table(
            file, label("export.title"), heads, _rows(every_line(actor, selection, sight=seen)), widths=widths
        )
        note_export(chosen=arguments_of(selection), rows=rows, actor=actor, now=instant)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = label("export.file", day=seen.today.strftime("%Y%m%d"))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


def _rows(lines: Iterator[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        yield [
            line.number,
            line.subject_name,
            kind_of(line.kind).title,
            line.step,
            line.department_name or label("supervision.no_department"),
            line.officer_name or label("supervision.no_officer"),
            legal_day(line.received_at),
            line.due_on,
            label("export.guessed") if line.provisional else "",
            line.days,
            state_words(line),
            "；".join(reason_words(reason) for reason in line.reasons),
            label("export.slip_by", day=_day(line.slip_by)) if line.slip_by else "",
        ]


def state_words(line: Line) -> str:
    """Return how a line's date stands, in words: for a file, where no colour says it."""
    if line.waits_for_party:
        return label("export.waits")
    return label(f"export.light.{line.light.value}", days=abs(line.days or 0))


def reason_words(reason: Reason) -> str:
    """Return why a case is stuck, in words."""
    return label(f"stuck.{reason.key}", **reason.facts)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
