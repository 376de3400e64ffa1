"""Making the pages of an issued letter, once: set by the press, sealed, stored by digest, then written on the row."""

from datetime import datetime
from typing import Any

from flask import current_app

from workflow_app.foundation.clock import Clock
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AppError, ExternalFault, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.storage import Storage
from workflow_app.jobs.queue import enqueue, job
from workflow_app.letters.child import presses
from workflow_app.letters.delivery import deliver_to_inbox
from workflow_app.letters.letter import Letter, LetterState, letter_by_id
from workflow_app.letters.seal import seal_provider
from workflow_app.letters.template import kept
from workflow_app.letters.verification import qr_svg

ATTEMPTS = 5  # failures after which the letter shows as failed; the job engine may go on trying


class RenderFailed(ExternalFault):
    """The pages could not be made this time."""

    code = "letter_render_failed"


def set_letter(
    *, digest: str, sources: dict[str, str], content: dict[str, Any], assets: dict[str, str], sheet: dict[str, Any]
) -> tuple[bytes, int]:
    """Return PDF bytes and number of pages. The same arguments give the same bytes, in every process.

    Raises RenderFailed with the press's reason: a missing glyph with the character named, too many pages, a dead press.
    """
    question = {"digest": digest, "sources": sources, "content": content, "assets": assets, "sheet": sheet}
    answer, pdf = presses().ask(question)
    if not answer.get("ok"):
        raise RenderFailed(None, reason=str(answer.get("code")), **dict(answer.get("facts") or {}))
    return pdf, int(answer["pages"])


def order_of(letter: Letter) -> dict[str, Any]:
    """Return everything the pages of an issued letter are made from: frozen content, kept template, seal and code."""
    mark = seal_provider().mark(letter.organ_name)
    return {
        "digest": letter.template_digest,
        "sources": kept(letter.template_digest),
        "content": letter.context,
        "assets": {"qr.svg": qr_svg(letter.context["verify_address"])} | ({"seal.svg": mark} if mark else {}),
        "sheet": {
            "format": letter.context["format"],
            "seal": seal_provider().title if mark else None,
            "qr": True,
            "draft": False,
        },
    }


def sealed_pdf(order: dict[str, Any]) -> tuple[bytes, int]:
    """Return the pages of a letter, sealed, and their number. Raises RenderFailed."""
    pdf, pages = set_letter(**order)
    return seal_provider().seal(pdf, organ=order["content"]["organ_name"]), pages


@job("letters")
def render_letter(letter_id: int) -> None:
    """Make, store and register the pages of a letter, unless they are there. Raises RenderFailed to be retried."""
    letter = letter_by_id(letter_id)
    if letter.file_digest is not None:
        return
    clock: Clock = current_app.extensions["clock"]
    order = order_of(letter)
    db.session.rollback()  # no transaction stays open while the press works
    try:
        pdf, pages = sealed_pdf(order)
        failpoint("letter.rendered")
        digest = storage().put(pdf)
        failpoint("letter.stored")
    except (AppError, OSError) as fault:
        _note_fault(letter_id, fault)
        raise RenderFailed(None, letter=letter_id, reason=str(fault)[:250]) from fault
    _register(letter_id, digest=digest, pages=pages, now=clock.now())
    failpoint("letter.registered")


def retry_render(letter: Letter) -> None:
    """Order the pages again, in the caller's transaction. Raises RuleViolation where nothing is to be made."""
    if letter.file_digest is not None:
        raise RuleViolation("letter_already_rendered", number=letter.number)
    if letter.state == LetterState.FAILED:
        letter.state = LetterState.ISSUED
    enqueue("letters", "render_letter", f"letter:{letter.id}:{letter.attempts}", letter.id)


def storage() -> Storage:
    """Return the file store of the current application."""
    found: Storage = current_app.extensions["storage"]
    return found


def letter_file(letter: Letter) -> bytes:
    """Return the stored pages. Raises RuleViolation while they are not made, FileAltered or NotFound when damaged."""
    if letter.file_digest is None:
        raise RuleViolation("letter_not_rendered", number=letter.number)
    return storage().get(letter.file_digest)


def _register(letter_id: int, *, digest: str, pages: int, now: datetime) -> None:
    with transaction():
        letter = _locked(letter_id)
        if letter.file_digest is not None:
            return  # another worker was first; its bytes stand
        letter.file_digest, letter.page_count, letter.rendered_at, letter.last_fault = digest, pages, now, ""
        if letter.state in (LetterState.ISSUED, LetterState.FAILED):
            letter.state = LetterState.RENDERED
        if deliver_to_inbox(letter, now=now) is not None:  # whether that is service, the law says, in a job of its own
            enqueue("sweeps", "serve_electronically", f"served:{letter.id}", letter.id)


def _note_fault(letter_id: int, fault: Exception) -> None:
    with transaction():
        letter = _locked(letter_id)
        if letter.file_digest is not None:
            return
        letter.attempts += 1
        letter.last_fault = str(fault)[:300]
        if letter.attempts >= ATTEMPTS and letter.state == LetterState.ISSUED:
            letter.state = LetterState.FAILED


def _locked(letter_id: int) -> Letter:
    found = db.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise RuleViolation("letter_not_found", letter=letter_id)
    return found
