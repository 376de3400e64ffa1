"""Making the pages of an issued letter, once: set by the press, sealed, stored by digest, then written on the row."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app

from workflow_app.audit import log
from workflow_app.foundation.clock import Clock
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.errors import AppError, ExternalFault, RuleViolation
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.storage import Storage
from workflow_app.jobs.queue import enqueue, job
from workflow_app.letters.child import presses
from workflow_app.letters.delivery import deliver_to_inbox
from workflow_app.letters.letter import Letter, LetterState, letter_by_id
from workflow_app.letters.seal import SealOrder, SealPlace, SealProvider, provider_for
from workflow_app.letters.template import kept
from workflow_app.letters.verification import qr_svg
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department

ATTEMPTS = 5  # failures after which the letter shows as failed; the job engine may go on trying


class RenderFailed(ExternalFault):
    """The pages could not be made this time."""

    code = "letter_render_failed"


@dataclass(frozen=True, kw_only=True)
class Order:
    """Everything the pages of an issued letter are made from: what the press is asked, and who seals in which words."""

    question: dict[str, Any]
    provider: SealProvider
    seal: SealOrder


@dataclass(frozen=True, kw_only=True)
class Made:
    """The finished file of a letter, how it is sealed, and the digest of the certificate that signed it."""

    pdf: bytes
    pages: int
    seal: str
    certificate: str


def set_letter(
    *, digest: str, sources: dict[str, str], content: dict[str, Any], assets: dict[str, str], sheet: dict[str, Any]
) -> tuple[bytes, int]:
    """Return PDF bytes and number of pages. The same arguments give the same bytes, in every process.

    Raises RenderFailed with the press's reason: a missing glyph with the character named, too many pages, a dead press.
    """
    pdf, facts = pressed({"digest": digest, "sources": sources, "content": content, "assets": assets, "sheet": sheet})
    return pdf, int(facts["pages"])


def pressed(question: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """Return what the press makes of a question: PDF bytes and its facts (`pages`, `seal`). Raises RenderFailed."""
    answer, pdf = presses().ask(question)
    if not answer.get("ok"):
        raise RenderFailed(None, reason=str(answer.get("code")), **dict(answer.get("facts") or {}))
    return pdf, answer


def order_of(letter: Letter, *, at: datetime) -> Order:
    """Return the order for a letter's pages: frozen content, kept template, seal and code. Raises SealMissing."""
    department = db.session.get_one(Department, letter.department_id).code
    provider = provider_for(organ=letter.organ_name, department=department, at=at)
    mark = provider.mark(letter.organ_name)
    sources = kept(letter.template_digest)
    assets = {"qr.svg": qr_svg(letter.context["verify_address"])} | ({"seal.svg": mark} if mark else {})
    sheet = {
        "format": letter.context["format"],
        "seal": provider.title if mark else None,
        "seal_place": mark is None,  # a letter that will be signed carries no painted seal
        "qr": True,
        "draft": False,
    }
    return Order(
        question={
            "digest": letter.template_digest,
            "sources": sources,
            "content": letter.context,
            "assets": assets,
            "sheet": sheet,
        },
        provider=provider,
        seal=SealOrder(
            organ=letter.organ_name,
            department=department,
            letter=f"{letter.title} {letter.number}",
            at=at,
            place=None,
        ),
    )


def sealed_pdf(order: Order) -> Made:
    """Return the pages of a letter, sealed. Raises RenderFailed, or what the provider cannot do now."""
    pdf, facts = pressed(order.question)
    found = facts.get("seal")
    place = SealPlace(page=int(found["page"]), box=tuple(map(float, found["box"]))) if found else None  # type: ignore[arg-type]
    failpoint("letter.set")
    sealed = order.provider.seal(pdf, replace(order.seal, place=place))
    return Made(pdf=sealed.pdf, pages=int(facts["pages"]), seal=order.provider.kind, certificate=sealed.certificate)


@job("letters")
def render_letter(letter_id: int) -> None:
    """Make, store and register the pages of a letter, unless they are there. Raises RenderFailed to be retried."""
    letter = letter_by_id(letter_id)
    if letter.file_digest is not None:
        return
    clock: Clock = current_app.extensions["clock"]
    try:
        order = order_of(letter, at=clock.now())
        db.session.rollback()  # no transaction stays open while the press works
        made = sealed_pdf(order)
        failpoint("letter.rendered")
        digest = storage().put(made.pdf)
        failpoint("letter.stored")
    except (AppError, OSError) as fault:
        db.session.rollback()
        _note_fault(letter_id, fault, now=clock.now())
        raise RenderFailed(None, letter=letter_id, reason=str(fault)[:250]) from fault
    _register(letter_id, digest=digest, made=made, now=clock.now())
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


def _register(letter_id: int, *, digest: str, made: Made, now: datetime) -> None:
    with transaction():
        letter = _locked(letter_id)
        if letter.file_digest is not None:
            return  # another worker was first; its bytes stand
        letter.file_digest, letter.page_count, letter.rendered_at, letter.last_fault = digest, made.pages, now, ""
        letter.seal, letter.seal_certificate = made.seal, made.certificate
        if letter.state in (LetterState.ISSUED, LetterState.FAILED):
            letter.state = LetterState.RENDERED
        deliver_to_inbox(letter, now=now)


def _note_fault(letter_id: int, fault: Exception, *, now: datetime) -> None:
    with transaction():
        letter = _locked(letter_id)
        if letter.file_digest is not None:
            return
        letter.attempts += 1
        letter.last_fault = str(fault)[:300]
        if letter.attempts >= ATTEMPTS and letter.state == LetterState.ISSUED:
            letter.state = LetterState.FAILED
            log.record(
                actor=Actor.system(), action="letter.failed", object_type="letter", object_id=str(letter.id),
                case_no=letter.case_no, details={"letter": letter.number, "fault": letter.last_fault}, now=now,
            )  # fmt: skip


def _locked(letter_id: int) -> Letter:
    found = db.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise RuleViolation("letter_not_found", letter=letter_id)
    return found
