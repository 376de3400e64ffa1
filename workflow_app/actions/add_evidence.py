"""Handing in a file: checked by its content, size and number before a row points at it."""

import re
from datetime import datetime
from pathlib import PurePosixPath

import magic
import sqlalchemy as sa
from flask import current_app

from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.drafts import draft_of, keep_draft
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.organisations import Organisation
from workflow_app.people.permissions import Permission, require
from workflow_app.records.credit_record import CreditRecord

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 20
PURPOSES = ("performance_proof", "authority", "identity", "commitment", "correction", "other")
ALLOWED = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
DANGEROUS_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|Encrypt)(?![A-Za-z0-9])")
PDF_STREAM = re.compile(
    rb"\bstream\r?\n.*?endstream", re.DOTALL
)  # pictures and packed text: any three bytes turn up there
PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
MAX_PIXELS = 60_000_000


@transactional
def add_evidence(
    *,
    purpose: str,
    filename: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    record_id: int | None = None,
    case_number: str | None = None,
) -> Evidence:
    """Keep a file beside a draft application (`record_id`) or in an open case (`case_number`) and return its row.

    Raises InvalidInput on the field `file` saying what is wrong with it, RuleViolation where the case is closed.
    """
    case, draft_id, organisation_id = _place(record_id, case_number, actor, now)
    media_type = check_file(filename, content)
    if purpose not in PURPOSES:
        raise InvalidInput({"purpose": label("field_error.unknown_choice")})
    _check_count(case, draft_id)
    digest = current_app.extensions["storage"].put(content)
    evidence = Evidence(
        case_id=case.id if case else None,
        draft_id=draft_id,
        organisation_id=organisation_id,
        purpose=purpose,
        display_name=shown_name(filename),
        media_type=media_type,
        size=len(content),
        digest=digest,
        added_by_id=actor.account_id,
        added_at=now,
    )
    db.session.add(evidence)
    db.session.flush()
    if case is not None:
        tell(case.id, "evidence_added", actor=actor, now=now, kind="message", name=evidence.display_name)
    number = case.number if case else None
    details = {"digest": digest, "name": evidence.display_name, "purpose": purpose}
    log.record(
        actor=actor,
        action="evidence.added",
        object_type="evidence",
        object_id=str(evidence.id),
        case_no=number,
        details=details,
        now=now,
    )
    return evidence


@transactional
def remove_evidence(*, evidence_id: int, actor: Actor, now: datetime) -> None:
    """Take a file off a draft. What belongs to a filed case stays for ever."""
    evidence = db.session.get(Evidence, evidence_id)
    if evidence is None or evidence.organisation_id != actor.organisation_id:
        raise NotFound("evidence_not_found")
    if evidence.case_id is not None:
        raise RuleViolation("evidence_filed")
    evidence.removed_at = now


def check_file(filename: str, content: bytes) -> str:
    """Return the media type of an acceptable file. Raises InvalidInput on the field `file` with the reason."""

    def refuse(reason: str) -> InvalidInput:
        return InvalidInput({"file": label(f"file_error.{reason}", size=MAX_BYTES // 1024 // 1024)})

    if not content:
        raise refuse("empty")
    if len(content) > MAX_BYTES:
        raise refuse("too_large")
    media_type = magic.from_buffer(content[:8192], mime=True)
    suffixes = PurePosixPath(filename.replace("\\", "/").lower()).suffixes
    if media_type not in ALLOWED or not suffixes or suffixes[-1] not in ALLOWED[media_type]:
        raise refuse("type")
    if any(s in (".exe", ".php", ".html", ".js", ".svg", ".bat") for s in suffixes):
        raise refuse("type")
    if media_type == "application/pdf" and _acts(content):
        raise refuse("pdf_active")
    if media_type == "image/png" and len(content) > 24:
        width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        if width * height > MAX_PIXELS:
            raise refuse("too_many_pixels")
    return media_type


def _acts(pdf: bytes) -> bool:
    """Tell whether a PDF names something that acts when it is opened, outside its streams, however the name is escaped.

    What hides inside packed objects is not seen; officers look at images that a child process makes, never at the file.
    """
    plain = PDF_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), PDF_STREAM.sub(b"", pdf))
    return DANGEROUS_PDF.search(plain) is not None


def shown_name(filename: str) -> str:
    """Return a file name that is safe to show: no folders, no control or reordering characters, at most 120 characters."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in name if c.isprintable() and ord(c) not in range(0x200B, 0x2070)).strip(". ")
    if len(kept) > 120:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[: 118 - len(suffix)]}…{dot}{suffix}"
    return kept or label("file.unnamed")


def _place(
    record_id: int | None, case_number: str | None, actor: Actor, now: datetime
) -> tuple[Case | None, int | None, int]:
    if case_number is not None:
        case = db.session.scalar(sa.select(Case).where(Case.number == case_number))
        if case is None:
            raise NotFound("case_not_found")
        require(actor, Permission.EVIDENCE_ADD, case)
        if case.closed_at is not None:
            raise RuleViolation("case_closed", number=case.number)
        return case, None, case.organisation_id
    record = db.session.get(CreditRecord, record_id)
    if record is None or actor.account_id is None:
        raise NotFound("record_not_found")
    require(actor, Permission.CASE_FILE, record)
    organisation_id = db.session.scalar(sa.select(Organisation.id).where(Organisation.code == record.subject_code))
    if organisation_id is None:
        raise NotFound("record_not_found")
    place = f"apply:{record_id}"
    draft = draft_of(actor.account_id, place) or keep_draft(actor.account_id, place, {}, now=now)
    db.session.flush()
    return None, draft.id, organisation_id


def _check_count(case: Case | None, draft_id: int | None) -> None:
    place = Evidence.case_id == case.id if case else Evidence.draft_id == draft_id
    query = sa.select(sa.func.count()).select_from(Evidence).where(place, Evidence.removed_at.is_(None))
    if (db.session.scalar(query) or 0) >= MAX_FILES:
        raise InvalidInput({"file": label("file_error.too_many", count=MAX_FILES)})
