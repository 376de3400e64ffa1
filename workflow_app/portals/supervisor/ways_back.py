"""Where an act on cases leads back to: the list it came from, with its filter, or the one case."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from workflow_app.foundation.labels import label
from workflow_app.portals.supervisor.filters import arguments_of, selection_of


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """The page to go back to, its name, and what a form must carry to find it again."""

    address: str
    words: str
    carried: dict[str, Any]


def way_back() -> WayBack:
    """Return the way back of the request. Raises NotFound for a list that does not exist."""
    numbers = request.values.getlist("cases")
    if request.values.get("from") == "case" and len(numbers) == 1:
        address = url_for("officer.case", number=numbers[0])
        return WayBack(address=address, words=label("supervising.back_to_case"), carried={"from": "case"})
    carried = arguments_of(selection_of(request.values))
    return WayBack(
        address=url_for("supervisor.cases", **carried), words=label("supervising.back_to_list"), carried=carried
    )
