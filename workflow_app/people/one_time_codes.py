"""One-time codes on paper that give something to whoever types them: what the database keeps of them. What a code is for,
and until when, says the row that holds its digest."""

from workflow_app.foundation.paper_codes import normalise_paper_code
from workflow_app.people.sessions import digest_of


def digest_of_code(typed: str) -> str:
    """Return what the database keeps of a code, however it was typed; what is no code matches nothing."""
    return digest_of(f"code:{normalise_paper_code(typed)}")
