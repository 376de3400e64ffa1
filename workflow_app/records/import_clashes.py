"""Rows that clash with earlier ones of the same file: the same record again, one decision for several, one name for two codes.

Only digests are remembered, so that a file of a hundred thousand rows costs a few megabytes.
"""

from __future__ import annotations

import hashlib

from workflow_app.records.import_cells import document_key
from workflow_app.records.import_rules import Judged, Treatment


def _digest(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big")


class Clashes:
    """What the accepted rows so far have used: decisions, records and names."""

    def __init__(self) -> None:
        self._records: set[int] = set()
        self._decisions: set[int] = set()
        self._names: dict[int, int] = {}

    def judge(self, row: Judged) -> None:
        """Add what a row clashes with to its issues, and remember it where it is accepted."""
        values = row.values
        key = document_key(values["CF_WSH"])
        subject = values["CF_XDR_SHXYM"] or values["CF_XDR_MC"]
        record, decision = _digest(values["CF_CFJGDM"], key, subject), _digest(values["CF_CFJGDM"], key)
        complete = bool(key and subject and values["CF_CFJGDM"])
        if complete and record in self._records:
            row.find("CF_WSH", "DUPLICATE_RECORD", Treatment.REJECT)
        elif complete and decision in self._decisions:
            row.find("CF_WSH", "DUPLICATE_DOCUMENT_NUMBER", Treatment.WARN)
        code, name = values["CF_XDR_SHXYM"], _digest(values["CF_XDR_MC"])
        if code and not row.is_rejected and self._names.get(name, _digest(code)) != _digest(code):
            row.find("CF_XDR_MC", "SAME_NAME_OTHER_CODE", Treatment.WARN)
        if row.is_rejected:
            return
        self._records.add(record)
        self._decisions.add(decision)
        if code:
            self._names.setdefault(name, _digest(code))
