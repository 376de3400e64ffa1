"""A selection of open cases in an address or a form, and back: one spelling for pages, bulk acts and files."""

from typing import Any

from werkzeug.datastructures import MultiDict

from workflow_app.foundation.errors import NotFound
from workflow_app.portals.shared.security import LARGEST_ID
from workflow_app.supervision.selection import Bucket, Selection

MAX_SEARCH = 100
NAMES = ("bucket", "department", "kind", "step", "officer", "search")


def selection_of(values: MultiDict[str, str]) -> Selection:
    """Return the selection that an address or a form names. Raises NotFound for a bucket that does not exist."""
    try:
        bucket = Bucket(values.get("bucket") or Bucket.OPEN)
    except ValueError:
        raise NotFound from None
    return Selection(
        bucket=bucket,
        department_id=_id(values.get("department")),
        kind=values.get("kind", "")[:20] or None,
        step=values.get("step", "")[:30] or None,
        officer_id=_id(values.get("officer")),
        search=values.get("search", "").strip()[:MAX_SEARCH],
    )


def arguments_of(selection: Selection, **more: Any) -> dict[str, Any]:
    """Return a selection as arguments of an address, what is not limited left out."""
    found = {
        "bucket": selection.bucket.value,
        "department": selection.department_id,
        "kind": selection.kind,
        "step": selection.step,
        "officer": selection.officer_id,
        "search": selection.search or None,
    } | more
    return {name: value for name, value in found.items() if value is not None}


def _id(text: str | None) -> int | None:
    """A number that can be an id (0 stands for none); anything else limits nothing."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 10:
        return None
    return int(text) if int(text) <= LARGEST_ID else None
