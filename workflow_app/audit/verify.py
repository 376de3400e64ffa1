"""Checking the chain: every link, every payload that is still there, and that nothing was cut off at the end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import sqlalchemy as sa

from workflow_app.audit.log import START, AuditEvent, AuditHead, AuditPayload, link_hash, payload_digest
from workflow_app.foundation.database import db

SLICE = 5_000


class Finding(IntEnum):
    """What a check found; the number is the exit code of the command (reliability, section 5)."""

    GOOD = 0
    HASH_MISMATCH = 2
    GAP = 3
    TAIL_SHORT = 4
    PAYLOAD_DIFFERS = 6


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The result: how many links were checked, and the first bad one."""

    finding: Finding
    checked: int
    seq: int | None = None
    case_no: str | None = None


def verify() -> Verification:
    """Check the whole chain in slices; stops at the first bad link."""
    expected, previous, checked = 1, START, 0
    while True:
        rows = db.session.execute(
            sa.select(AuditEvent.__table__).where(AuditEvent.seq >= expected).order_by(AuditEvent.seq).limit(SLICE)
        ).all()
        if not rows:
            return _tail(checked, previous)
        payloads = _payloads(expected, rows[-1].seq)
        for row in rows:
            link = dict(row._mapping)
            finding = _check(link, expected, previous, payloads.get(row.seq))
            if finding is not Finding.GOOD:
                return Verification(finding=finding, checked=checked, seq=expected, case_no=row.case_no)
            expected, previous, checked = expected + 1, row.hash, checked + 1


def _check(link: dict[str, object], expected: int, previous: str, payload: tuple[str, str] | None) -> Finding:
    if link["seq"] != expected:
        return Finding.GAP
    if link["prev_hash"] != previous or link_hash(link) != link["hash"]:
        return Finding.HASH_MISMATCH
    if payload is not None and payload_digest(*payload) != link["payload_digest"]:
        return Finding.PAYLOAD_DIFFERS
    return Finding.GOOD


def _payloads(first: int, last: int) -> dict[int, tuple[str, str]]:
    query = sa.select(AuditPayload.seq, AuditPayload.salt, AuditPayload.content)
    rows = db.session.execute(query.where(AuditPayload.seq.between(first, last)))
    return {row.seq: (row.salt, row.content) for row in rows}


def _tail(checked: int, previous: str) -> Verification:
    head = db.session.get(AuditHead, 1)
    seq, last = (0, START) if head is None else (head.seq, head.hash)
    good = seq == checked and last == previous
    return Verification(finding=Finding.GOOD if good else Finding.TAIL_SHORT, checked=checked, seq=None if good else checked)
