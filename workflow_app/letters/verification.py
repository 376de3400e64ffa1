"""Telling whether a letter is genuine: a short code on the page, the QR code with it, the digest of the file."""

import hashlib
import io
from dataclasses import dataclass

import segno
import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.foundation.paper_codes import new_paper_code, normalise_paper_code
from workflow_app.letters.letter import Letter


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What anybody may be told about a letter: no parties, no facts. `state` is in_force, superseded or void."""

    genuine: bool
    letter: dict[str, str] | None = None
    state: str | None = None


def new_verify_code() -> str:
    """Return a fresh code for a letter."""
    return new_paper_code()


def normalise_code(text: str) -> str:
    """Return a code as it is stored, however somebody typed it from the paper; an empty text for what is no code."""
    return normalise_paper_code(text)


def verify_address(code: str, *, base: str) -> str:
    """Return the address the QR code leads to."""
    return f"{base.rstrip('/')}/verify/{code}"


def qr_svg(text: str) -> str:
    """Return a QR code as SVG; the same text gives the same bytes."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, border=2, scale=4, svgclass=None, lineclass=None
    )
    return out.getvalue().decode()


def verify_file(content: bytes) -> Verdict:
    """Tell whether bytes are exactly a letter that was issued here, and whether it is still in force."""
    return verify_digest(hashlib.sha256(content).hexdigest())


def verify_digest(digest: str) -> Verdict:
    """Tell whether the file with this SHA-256 is a letter that was issued here; the file itself need not be sent."""
    known = digest.lower()
    return _verdict(db.session.scalar(sa.select(Letter).where(Letter.file_digest == known).limit(1)))


def is_known_certificate(digest: str) -> bool:
    """Tell whether a letter was sealed here with the certificate of this SHA-256."""
    return bool(digest) and db.session.scalar(sa.select(sa.exists().where(Letter.seal_certificate == digest))) is True


def verify_code(code: str) -> Verdict:
    """Tell what stands behind the code on a letter."""
    known = normalise_code(code)
    return _verdict(db.session.scalar(sa.select(Letter).where(Letter.verify_code == known)) if known else None)


def _verdict(letter: Letter | None) -> Verdict:
    if letter is None:
        return Verdict(genuine=False)
    facts = {
        "number": letter.number,
        "title": letter.title,
        "organ": letter.organ_name,
        "issued_on": str(letter.context["issued_on"]),
    }
    if letter.superseded_by_id is not None:
        later = db.session.get(Letter, letter.superseded_by_id)
        facts["superseded_by"] = later.number if later else ""
    return Verdict(genuine=True, letter=facts, state=letter.force)
