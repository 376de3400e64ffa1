"""The public notices of a day for staff, on a page and as a file to be put up or printed elsewhere."""

import tempfile
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, send_file
from werkzeug.wrappers import Response

from workflow_app.actions.announce_letter import public_name
from workflow_app.actions.note_export import note_export
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.spreadsheet import XLSX, write_table
from workflow_app.letters.letter import Letter
from workflow_app.letters.public_notices import PublicNotice
from workflow_app.people.permissions import Permission, scope_filter
from workflow_app.people.typed_days import read_day
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor

COLUMNS = (
    ("addressee", 36),
    ("code", 20),
    ("title", 28),
    ("number", 30),
    ("collect", 60),
    ("published", 12),
    ("expires", 12),
)
MOST = 2_000


@bp.get("/service/notices")
@guarded(Permission.LETTER_READ)
def day_notices() -> str | tuple[str, int]:
    """What was published on a day, today unless another is asked for."""
    day, wrong = _day()
    page = render_template(
        "portals/officer/serving_notices.html", day=day, wrong=wrong, rows=[] if wrong else _published(day)
    )
    return (page, 422) if wrong else page


@bp.post("/service/notices/export")
@guarded(Permission.LETTER_READ)
def export_notices() -> Response:
    """The same as a table to take away, noted as an export."""
    day, wrong = _day()
    if wrong:
        raise InvalidInput({"on": wrong})
    rows = [
        [*public_name(n.letter), n.letter.title, n.letter.number, n.paper.context["collect"] if n.paper else "",
         n.published_on, n.expires_on]
        for n in _published(day)
    ]  # fmt: skip
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it has been sent
    heads, widths = [label(f"notice_column.{key}") for key, _ in COLUMNS], [width for _, width in COLUMNS]
    count = write_table(file, label("notice_column.sheet"), heads, rows, widths=widths)
    chosen = {"list": "public_notices", "on": day.isoformat()}
    note_export(chosen=chosen, rows=count, actor=current_actor(), now=now(), permission=Permission.LETTER_READ)
    file.seek(0)
    name = label("notice_column.file", day=day.strftime("%Y%m%d"))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


def _day() -> tuple[date, str]:
    wrong: dict[str, str] = {}
    day = read_day({"on": request.values.get("on", "")}, "on", wrong)
    return day or legal_day(now()), wrong.get("on", "")


def _published(day: date) -> list[PublicNotice]:
    scope: Any = scope_filter(current_actor(), department=Letter.department_id, organisation=sa.literal(0))
    query = sa.select(PublicNotice).join(Letter, Letter.id == PublicNotice.letter_id).where(scope)
    query = query.where(PublicNotice.published_on == day, PublicNotice.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(PublicNotice.id).limit(MOST)).unique())
