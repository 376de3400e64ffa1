"""Whether a PDF may be taken in: read by a child under limits, never by the process that serves pages."""

import sys
import tempfile
import threading
from enum import StrEnum
from pathlib import Path

from workflow_app.foundation.child import run_limited
from workflow_app.foundation.database import forbid_transaction
from workflow_app.letters import pdf_child

CPU_SECONDS = 10
WALL_SECONDS = 20
MEMORY = 1024 * 1024 * 1024
_slots = threading.BoundedSemaphore(2)  # of this process: many uploads at once must not take all processors


class PdfFault(StrEnum):
    """Why a PDF is not taken in."""

    ACTIVE = "pdf_active"  # it would run, send or start something, or carries files that might
    LOCKED = "pdf_locked"  # nobody can read it without its password
    BROKEN = "pdf_broken"  # no reader shows a page of it, or it takes more than a paper can deserve


FAULTS = {pdf_child.ACTIVE: PdfFault.ACTIVE, pdf_child.LOCKED: PdfFault.LOCKED}


def pdf_fault(content: bytes) -> PdfFault | None:
    """Return what is wrong with a PDF, or None. A pattern in its compressed bytes means nothing: its objects are read."""
    forbid_transaction()
    with tempfile.TemporaryDirectory(prefix="pdf-check-") as name:
        folder = Path(name)
        (folder / "in").write_bytes(content)
        with _slots:
            code = run_limited(
                [sys.executable, "-I", str(Path(pdf_child.__file__)), "in"],
                folder=folder, memory=MEMORY, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS, file_bytes=0,
            )  # fmt: skip
    return None if code == pdf_child.GOOD else FAULTS.get(code or pdf_child.BROKEN, PdfFault.BROKEN)
