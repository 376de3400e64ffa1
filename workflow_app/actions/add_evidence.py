"""Handing in a file: checked by its content, size and number before a row points at it, and taking it off a draft again."""

from datetime import datetime
from pathlib import PurePosixPath

import magic
import sqlalchemy as sa
from flask import current_app

from workflow_app.actions._party import party_of
from workflow_app.audit import log
from workflow_app.cases.case import Case, case_by_number, locked_case
from workflow_app.cases.drafts import begun_draft, draft_of, filing_place
from workflow_app.cases.evidence import FINDING, Draft, Evidence
from workflow_app.cases.kinds import all_kinds
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db, transaction, transactional
from workflow_app.foundation.errors import InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.letters.pdf_check import pdf_fault
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, require
from workflow_app.records.credit_record import CreditRecord

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 20
MAX_FILES_EVER = 40  # those taken off a draft again counted: their bytes are kept for a time
PURPOSES = ("performance_proof", "authority", "identity", "commitment", "correction", "other")
IN_A_CASE = (*PURPOSES, "statement")
ALLOWED = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
MAX_PIXELS = 60_000_000


def add_evidence(
    *,
    purpose: str,
    filename: str,
    content: bytes,
    actor: Actor,
    now: datetime,
    record_id: int | None = None,
    case_number: str | None = None,
    kind_key: str | None = None,
) -> Evidence:
    """Keep a file beside a draft application (`record_id`, with its `kind_key` where that is not what a party applies for)
    or in an open case (`case_number`) and return its row.

    What an officer adds is a finding of the office, whatever `purpose` says. The file is looked at and stored before the
    transaction: nobody waits for that, and a file without a row harms nobody.
    Raises InvalidInput on the field `file` saying what is wrong with it, RuleViolation where the case is closed.
    """
    subject = _subject(record_id, case_number, actor)
    case = subject if isinstance(subject, Case) else None
    draft = draft_of(actor.account_id, filing_place(record_id or 0, kind_key))
    if case is not None or draft is not None:
        _check_count(case, draft.id if draft else None)
    db.session.rollback()  # nothing stays open while the file is looked at
    if actor.role is Role.OFFICER:
        purpose = FINDING
    elif purpose not in (IN_A_CASE if case is not None else PURPOSES) and not _of_a_kind(purpose):
        raise InvalidInput({"purpose": label("field_error.unknown_choice")})
    media_type = check_file(filename, content)
    digest = current_app.extensions["storage"].put(content)
    with transaction():
        return _keep(
            _place(record_id, case_number, kind_key, actor, now), purpose=purpose, name=shown_name(filename), digest=digest,
            media_type=media_type, size=len(content), actor=actor, now=now,
        )  # fmt: skip


def _of_a_kind(purpose: str) -> bool:
    return any(purpose in kind.purposes for kind in all_kinds())


def _keep(
    place: tuple[Case | None, int | None, int],
    *,
    purpose: str,
    name: str,
    digest: str,
    media_type: str,
    size: int,
    actor: Actor,
    now: datetime,
) -> Evidence:
    case, draft_id, organisation_id = place
    _check_count(case, draft_id)
    evidence = Evidence(
        case_id=case.id if case else None,
        draft_id=draft_id,
        organisation_id=organisation_id,
        purpose=purpose,
        display_name=name,
        media_type=media_type,
        size=size,
        digest=digest,
        added_by_id=actor.account_id,
        added_at=now,
    )
    db.session.add(evidence)
    db.session.flush()
    if case is not None:
        own = purpose == FINDING
        key = "finding_added" if own else "evidence_added"
        tell(case.id, key, actor=actor, now=now, kind="message", public=not own, name=evidence.display_name)
    _audit("evidence.added", evidence, case.number if case else None, actor=actor, now=now)
    return evidence


@transactional
def remove_evidence(*, evidence_id: int, actor: Actor, now: datetime) -> None:
    """Take a file off one's own draft. What belongs to a filed case stays for ever."""
    evidence = db.session.get(Evidence, evidence_id)
    if evidence is None:
        raise NotFound("evidence_not_found")
    if evidence.case_id is not None:
        require(actor, Permission.CASE_FILE, db.session.get_one(Case, evidence.case_id))
        raise RuleViolation("evidence_filed")
    draft = db.session.get(Draft, evidence.draft_id) if evidence.draft_id else None
    if draft is None or draft.account_id != actor.account_id:  # nobody takes a file off another person's draft
        raise NotFound("evidence_not_found")
    if evidence.removed_at is None:
        evidence.removed_at = now
        _audit("evidence.removed", evidence, None, actor=actor, now=now)


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
    if media_type == "application/pdf" and (fault := pdf_fault(content)) is not None:
        raise refuse(fault)
    if media_type == "image/png" and len(content) > 24:
        width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        if width * height > MAX_PIXELS:
            raise refuse("too_many_pixels")
    return media_type


def shown_name(filename: str) -> str:
    """Return a file name that is safe to show: no folders, no control or reordering characters, at most 120 characters."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in name if c.isprintable() and ord(c) not in range(0x200B, 0x2070)).strip(". ")
    if len(kept) > 120:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[: 118 - len(suffix)]}…{dot}{suffix}"
    return kept or label("file.unnamed")


def _subject(
    record_id: int | None, case_number: str | None, actor: Actor, *, lock: bool = False
) -> Case | CreditRecord:
    """Return the open case, or for a draft the record, that the file is for. Raises by the permission table.

    `lock`: the case stays as it is until the transaction ends, so no paper gets into one that is being closed.
    """
    if case_number is not None:
        case = locked_case(case_number) if lock else case_by_number(case_number)
        require(actor, Permission.EVIDENCE_ADD, case)
        if case.closed_at is not None:
            raise RuleViolation("case_closed", number=case.number)
        return case
    record = db.session.get(CreditRecord, record_id)
    if record is None:
        raise NotFound("record_not_found")
    require(actor, Permission.CASE_FILE, record)
    return record


def _place(
    record_id: int | None, case_number: str | None, kind_key: str | None, actor: Actor, now: datetime
) -> tuple[Case | None, int | None, int]:
    subject = _subject(record_id, case_number, actor, lock=True)
    if isinstance(subject, Case):
        return subject, None, subject.organisation_id
    if actor.account_id is None:  # drafts belong to somebody
        raise NotFound("record_not_found")
    organisation_id = party_of(subject, actor=actor, now=now).id
    place = filing_place(record_id or 0, kind_key)
    draft = begun_draft(actor.account_id, place, now=now)
    return None, draft.id, organisation_id


def _check_count(case: Case | None, draft_id: int | None) -> None:
    place = Evidence.case_id == case.id if case else Evidence.draft_id == draft_id
    shown = sa.func.count().filter(Evidence.removed_at.is_(None))
    there, ever = db.session.execute(sa.select(shown, sa.func.count()).select_from(Evidence).where(place)).one()
    if there >= MAX_FILES:
        raise InvalidInput({"file": label("file_error.too_many", count=MAX_FILES)})
    if ever >= MAX_FILES_EVER:
        raise InvalidInput({"file": label("file_error.too_many_ever", count=MAX_FILES_EVER)})


def _audit(action: str, evidence: Evidence, case_no: str | None, *, actor: Actor, now: datetime) -> None:
    details = {"digest": evidence.digest, "name": evidence.display_name, "purpose": evidence.purpose}
    log.record(
        actor=actor,
        action=action,
        object_type="evidence",
        object_id=str(evidence.id),
        case_no=case_no,
        details=details,
        now=now,
    )
