"""Rows that clash with earlier ones of their file: the same record again, one decision for several, one name for two codes.

Only short digests are remembered, packed with the number of their row, so that a file of a hundred thousand rows costs some
twenty megabytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from workflow_app.records.import_cells import document_key
from workflow_app.records.import_issues import Treatment
from workflow_app.records.import_rules import Judged

ROW_BITS = 24
ROW_MASK = (1 << ROW_BITS) - 1


def _digest(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=7).digest(), "big")


class _Firsts:
    """For each key its first member and row; further members of a key are rare and kept apart."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self._others: dict[tuple[int, int], int] = {}

    def find(self, key: int, member: int) -> tuple[int | None, int | None]:
        """Return the row of the key's first member, and the row of this member of it."""
        packed = self._first.get(key)
        if packed is None:
            return None, None
        first = packed & ROW_MASK
        return first, first if packed >> ROW_BITS == member else self._others.get((key, member))

    def add(self, key: int, member: int, row: int) -> None:
        """Remember a member of a key with its first row."""
        packed = self._first.setdefault(key, member << ROW_BITS | row)
        if packed >> ROW_BITS != member:
            self._others.setdefault((key, member), row)


@dataclass(frozen=True, kw_only=True)
class Named:
    """The columns of a kind of file that say which decision a row is of, and about whom."""

    department: str
    document: str
    subject: str
    code: str
    identity: str = ""


OF_PENALTY = Named(
    department="CF_CFJGDM", document="CF_WSH", subject="CF_XDR_MC", code="CF_XDR_SHXYM", identity="CF_XDR_ZJHM"
)
OF_ENTRY = Named(department="RDJGDM", document="LR_WSH", subject="XDR_MC", code="XDR_SHXYM")


class Clashes:
    """What the accepted rows so far have used: decisions with their subjects, names with their codes."""

    def __init__(self, names: Named = OF_PENALTY) -> None:
        self._at, self._decisions, self._names = names, _Firsts(), _Firsts()

    def judge(self, row: Judged) -> None:
        """Add what a row clashes with to its issues, and remember it where it is accepted.

        A row that was refused is no earlier row: the next one may be its corrected form.
        """
        if row.is_rejected:
            return
        at, texts = self._at, row.texts
        name, code = texts[at.subject], texts[at.code]
        decision = _digest(texts[at.department], document_key(texts[at.document]))
        subject = _digest(code or texts.get(at.identity, "") or name)
        other, same = self._decisions.find(decision, subject)
        if same is not None:
            row.find(at.document, "DUPLICATE_RECORD", Treatment.REJECT, earlier=same)
            return
        if other is not None:
            row.find(at.document, "DUPLICATE_DOCUMENT_NUMBER", Treatment.WARN, earlier=other)
        self._decisions.add(decision, subject, row.number)
        if code:
            self._name(row, _digest(name), subject)

    def _name(self, row: Judged, name: int, subject: int) -> None:
        other, same = self._names.find(name, subject)
        if other is not None and same is None:
            row.find(self._at.subject, "SAME_NAME_OTHER_CODE", Treatment.WARN, earlier=other)
        self._names.add(name, subject, row.number)
