"""Where the seal comes from: `SealProvider` is the port. Without a certificate every letter says 样章, or waits, as set."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import current_app

from workflow_app.foundation.errors import ExternalFault
from workflow_app.letters.seal_drawing import SAMPLE, sample_seal
from workflow_app.settings import Settings


class SealMissing(ExternalFault):
    """A department has no certificate that is valid now, and the installation does not let a letter out without."""

    code = "letter_seal_missing"


@dataclass(frozen=True, kw_only=True)
class SealPlace:
    """Where the seal goes: page from 0, box in points from the lower left corner of the page."""

    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class SealOrder:
    """What is to be sealed. `department` is its code (统一社会信用代码); without a place the signature has no picture."""

    organ: str
    department: str
    letter: str  # title and number, the reason that stands in the signature
    at: datetime
    place: SealPlace | None


@dataclass(frozen=True)
class Sealed:
    """The finished file, and the SHA-256 of the certificate that signed it, empty where nothing did."""

    pdf: bytes
    certificate: str


class SealProvider(Protocol):
    """What seals letters: a picture printed with them, a signature put on the finished file, or both."""

    kind: str  # kept on the letter's row: sample, signed, …
    title: str  # what the picture is called where it cannot be seen

    def covers(self, department: str, *, at: datetime) -> bool:
        """Tell whether it can seal for a department at this moment."""

    def mark(self, organ: str) -> str | None:
        """Return the seal of an organ as SVG to print on the letter, or None where the signature brings its own."""

    def seal(self, pdf: bytes, order: SealOrder) -> Sealed:
        """Return the finished file, signed. Called before it is stored, again after a fault. Raises ExternalFault."""


class NullSeal:
    """No seal: prints a sample that nobody can take for one, and signs nothing."""

    kind = "sample"
    title = SAMPLE

    def covers(self, department: str, *, at: datetime) -> bool:  # noqa: ARG002
        """It needs nothing."""
        return True

    def mark(self, organ: str) -> str | None:
        """Return the sample seal (样章)."""
        return sample_seal(organ)

    def seal(self, pdf: bytes, order: SealOrder) -> Sealed:  # noqa: ARG002
        """Return the file as it is."""
        return Sealed(pdf, "")


def seal_provider() -> SealProvider:
    """Return the provider of the current application (`app.extensions["letter_seal"]`), by default the certificates."""
    found: SealProvider | None = current_app.extensions.get("letter_seal")
    if found is None:
        from workflow_app.letters.signing import CertificateSeal  # only who seals pays for the import

        settings: Settings = current_app.extensions["settings"]
        found = current_app.extensions["letter_seal"] = CertificateSeal.of(settings)
    return found


def provider_for(*, organ: str, department: str, at: datetime) -> SealProvider:
    """Return who seals for a department. Raises SealMissing where nobody can and letters have to wait for it."""
    provider = seal_provider()
    if provider.covers(department, at=at):
        return provider
    settings: Settings = current_app.extensions["settings"]
    if settings.seal_missing == "refuse":
        raise SealMissing(None, organ=organ)
    return NullSeal()
