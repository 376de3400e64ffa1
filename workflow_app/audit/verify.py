"""Checking the chain: every link, every payload that is still there, the guards, and that nothing was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from workflow_app.audit.anchors import Anchor
from workflow_app.audit.event import HASHED, START, AuditEvent, AuditHead, AuditPayload, digest_of, payload_digest
from workflow_app.audit.guards import missing_guards
from workflow_app.audit.log import PAYLOAD_REMOVED
from workflow_app.foundation.database import db

SLICE = 10_000


class Finding(StrEnum):
    """What a check found."""

    GOOD = "good"
    HASH_MISMATCH = "hash_mismatch"
    PAYLOAD_DIFFERS = "payload_differs"
    PAYLOAD_MISSING = "payload_missing"  # and no event says that it was removed
    GAP = "gap"
    TAIL_SHORT = "tail_short"
    ANCHOR_SIGNATURE = "anchor_signature"
    ANCHOR_DIFFERS = "anchor_differs"
    GUARD_MISSING = "guard_missing"

    @property
    def exit_code(self) -> int:
        """The exit code of the command (reliability, section 5); 7 is ours: a guard of the tables is gone."""
        return EXIT_CODES[self]


EXIT_CODES = {
    Finding.GOOD: 0,
    Finding.HASH_MISMATCH: 2,
    Finding.PAYLOAD_DIFFERS: 2,
    Finding.PAYLOAD_MISSING: 2,
    Finding.GAP: 3,
    Finding.TAIL_SHORT: 4,
    Finding.ANCHOR_DIFFERS: 4,
    Finding.ANCHOR_SIGNATURE: 5,
    Finding.GUARD_MISSING: 7,
}


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The result: how many links were checked, the first bad one with its case, and the end of the chain."""

    finding: Finding
    checked: int
    seq: int | None = None
    case_no: str | None = None
    at: str | None = None
    last_hash: str = START

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return self.finding is Finding.GOOD


class _Broken(Exception):
    def __init__(self, finding: Finding, seq: int | None, row: Any = None) -> None:
        self.finding, self.seq = finding, seq
        self.case_no: str | None = row.case_no if row is not None else None
        self.at: str | None = row.at if row is not None else None


@dataclass
class _Walk:
    """How far a check has come."""

    expected: int = 1
    previous: str = START
    missing: dict[int, str | None] | None = None

    @property
    def checked(self) -> int:
        return self.expected - 1


def verify(anchors: tuple[Anchor, ...] = ()) -> Verification:
    """Check the whole chain in slices, against anchors where there are any; stops at the first bad link."""
    walk = _Walk()
    try:
        pinned = _pinned(anchors)
        removed: set[int] = set()
        missing: dict[int, Any] = {}
        for rows, payloads in _slices():
            for row in rows:
                _check(row, walk, payloads.get(row.seq))
                if row.seq in pinned and pinned[row.seq] != row.hash:
                    raise _Broken(Finding.ANCHOR_DIFFERS, row.seq, row)
                if row.seq not in payloads:
                    missing[row.seq] = row
                if row.action == PAYLOAD_REMOVED:
                    removed.add(int(row.object_id))
                walk.expected, walk.previous = walk.expected + 1, row.hash
        lost = sorted(set(missing) - removed)
        if lost:
            raise _Broken(Finding.PAYLOAD_MISSING, lost[0], missing[lost[0]])
        _check_tail(walk, pinned)
        _check_guards()
    except _Broken as broken:
        return Verification(
            finding=broken.finding, checked=walk.checked, seq=broken.seq, case_no=broken.case_no, at=broken.at
        )
    return Verification(finding=Finding.GOOD, checked=walk.checked, last_hash=walk.previous)


def _pinned(anchors: tuple[Anchor, ...]) -> dict[int, str]:
    for anchor in anchors:
        if not anchor.is_genuine:
            raise _Broken(Finding.ANCHOR_SIGNATURE, anchor.seq)
    return {anchor.seq: anchor.hash for anchor in anchors}


def _slices() -> Iterator[tuple[list[Any], dict[int, tuple[str, str]]]]:
    """Read links with their payloads in the order of the chain, as plain driver values: instants stay as stored."""
    table, after = AuditEvent.__table__, 0
    at = _instant(table.c.at)
    columns = [at if c.name == "at" else c for c in table.c]
    payload = sa.select(AuditPayload.seq, AuditPayload.salt, AuditPayload.content).order_by(AuditPayload.seq)
    while True:
        query = sa.select(*columns).where(table.c.seq > after).order_by(table.c.seq).limit(SLICE)
        rows = list(db.session.execute(query).all())
        if not rows:
            return
        there = db.session.execute(payload.where(AuditPayload.seq > after, AuditPayload.seq <= rows[-1].seq))
        after = rows[-1].seq
        yield rows, {seq: (salt, content) for seq, salt, content in there}


def _instant(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a column's instant as text the way the digest has it, made by the database: much faster than by us."""
    if db.engine.dialect.name == "sqlite":
        text = sa.func.replace(sa.type_coerce(column, sa.String), " ", "T")
        return (text + "Z").label("at")
    utc = sa.func.timezone("UTC", sa.type_coerce(column, sa.DateTime(timezone=True)))
    return sa.func.to_char(utc, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"').label("at")


def _check(row: Any, walk: _Walk, payload: tuple[str, str] | None) -> None:
    if row.seq != walk.expected:
        raise _Broken(Finding.GAP, walk.expected, row)
    values = list(row[: len(HASHED)])
    if row.prev_hash != walk.previous or digest_of(values) != row.hash:
        raise _Broken(Finding.HASH_MISMATCH, row.seq, row)
    if payload is not None and payload_digest(*payload) != row.payload_digest:
        raise _Broken(Finding.PAYLOAD_DIFFERS, row.seq, row)


def _check_tail(walk: _Walk, pinned: dict[int, str]) -> None:
    head = db.session.get(AuditHead, 1)
    seq, last = (0, START) if head is None else (head.seq, head.hash)
    if seq != walk.checked or last != walk.previous or max(pinned, default=0) > walk.checked:
        raise _Broken(Finding.TAIL_SHORT, walk.expected)
    stray = sa.select(sa.func.count()).select_from(AuditPayload).where(AuditPayload.seq > walk.checked)
    if db.session.scalar(stray):
        raise _Broken(Finding.TAIL_SHORT, walk.expected)


def _check_guards() -> None:
    if missing_guards(db.session.connection()):
        raise _Broken(Finding.GUARD_MISSING, None)
