"""Putting down that the reader of a page looked at a case or at one of its papers."""

from workflow_app.actions.note_access import note_access, note_look
from workflow_app.cases.case import case_by_number
from workflow_app.people.authority_papers import AuthorityPaper
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


def look_at(number: str, what: str, object_id: int | None = None) -> None:
    """Note a look at a case within the reader's scope. Raises NotFound and NotPermitted by the permission table."""
    actor, case = current_actor(), case_by_number(number)
    require(actor, Permission.CASE_VIEW, case)
    note_access(case_id=case.id, what=what, object_id=object_id, actor=actor, now=now())


def look_at_paper(paper: AuthorityPaper, what: str) -> None:
    """Note a look at a paper that proves who somebody is, which belongs to no case: its first page, or the file taken away."""
    note_look(what=what, object_type="authority_paper", object_id=paper.id, actor=current_actor(), now=now())
