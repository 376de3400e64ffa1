"""What the signature in a file says of it: whether the file is as it was signed, by whom, and whether we know the certificate.

Reads what strangers bring, so it belongs to the command line; pages compare digests only.
"""

import hashlib
import io
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True, kw_only=True)
class Signature:
    """`intact`: the file is byte for byte what was signed. `valid`: and the key of the certificate signed it.
    `known`: and letters were sealed with that certificate here. `signed_at` is what the signer said."""

    intact: bool
    valid: bool
    known: bool
    signer: str = ""
    certificate: str = ""
    signed_at: str = ""


MARK = b"/ByteRange"  # stands uncompressed in every signature
BROKEN = Signature(intact=False, valid=False, known=False)


def signature_of(content: bytes, *, is_known: Callable[[str], bool]) -> Signature | None:
    """Return what the signature of a file is worth, None where it has none. `is_known` is asked for its certificate's digest."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # a damaged file is an answer here, not an accident
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        found = PdfFileReader(io.BytesIO(content)).embedded_signatures
        if not found:
            return BROKEN if MARK in content else None
        context = ValidationContext(trust_roots=[s.signer_cert for s in found], allow_fetching=False)
        with ThreadPoolExecutor(
            max_workers=1
        ) as apart:  # the library runs a loop of its own, and the caller may be in one
            status = apart.submit(validate_pdf_signature, found[-1], context).result()
        return _told(status, alone=len(found) == 1, is_known=is_known)
    except Exception:  # the parser meets bytes nobody vouches for; whatever it trips over, nothing is proven
        return BROKEN if MARK in content else None


def _told(status: PdfSignatureStatus, *, alone: bool, is_known: Callable[[str], bool]) -> Signature:
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    untouched = status.modification_level in (None, ModificationLevel.NONE)
    intact = bool(alone and status.intact and whole and untouched)
    worn = hashlib.sha256(status.signing_cert.dump()).hexdigest()
    moment = status.signer_reported_dt
    return Signature(
        intact=intact,
        valid=bool(intact and status.valid),
        known=bool(intact and status.valid and is_known(worn)),
        signer=str(status.signing_cert.subject.native.get("common_name", "")),
        certificate=worn,
        signed_at=moment.isoformat() if moment else "",
    )
