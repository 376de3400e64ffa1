"""Putting down that somebody took a list of cases away as a file: which cases, and how many."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow_app.audit import log
from workflow_app.foundation.database import transactional
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require


@transactional
def note_export(
    *,
    chosen: Mapping[str, Any],
    rows: int,
    actor: Actor,
    now: datetime,
    permission: Permission = Permission.SUPERVISE_EXPORT,
) -> None:
    """Note an export by its filter and its number of rows. Raises NotPermitted."""
    require(actor, permission)
    details = {"filter": dict(chosen), "rows": rows}
    log.record(
        actor=actor, action="supervision.exported", object_type="export", object_id="cases", details=details, now=now
    )
