"""Rows that clash with earlier ones of their file: the same record again, one decision for several, one name for two codes.

Only short digests are remembered, so that a file of a hundred thousand rows costs a few tens of megabytes.
"""

from __future__ import annotations

import hashlib

from workflow_app.records.import_cells import document_key
from workflow_app.records.import_issues import Treatment
from workflow_app.records.import_rules import Judged


def _digest(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big")


class Clashes:
    """What the accepted rows so far have used, each with the number of its first row."""

    def __init__(self) -> None:
        self._records: dict[int, int] = {}
        self._decisions: dict[int, int] = {}
        self._names: dict[int, int] = {}
        self._subjects: set[int] = set()

    def judge(self, row: Judged) -> None:
        """Add what a row clashes with to its issues, and remember it where it is accepted.

        A row that was refused is no earlier row: the next one may be its corrected form.
        """
        if row.is_rejected:
            return
        name, code = row.texts["CF_XDR_MC"], row.texts["CF_XDR_SHXYM"]
        department, key = row.texts["CF_CFJGDM"], document_key(row.texts["CF_WSH"])
        record = _digest(department, key, code or row.texts["CF_XDR_ZJHM"] or name)
        decision, named, subject = _digest(department, key), _digest(name), _digest(name, code)
        if earlier := self._records.get(record):
            row.find("CF_WSH", "DUPLICATE_RECORD", Treatment.REJECT, earlier=earlier)
            return
        if earlier := self._decisions.get(decision):
            row.find("CF_WSH", "DUPLICATE_DOCUMENT_NUMBER", Treatment.WARN, earlier=earlier)
        if code and subject not in self._subjects and (earlier := self._names.get(named)):
            row.find("CF_XDR_MC", "SAME_NAME_OTHER_CODE", Treatment.WARN, earlier=earlier)
        self._records[record] = row.number
        self._decisions.setdefault(decision, row.number)
        if code:
            self._names.setdefault(named, row.number)
            self._subjects.add(subject)
