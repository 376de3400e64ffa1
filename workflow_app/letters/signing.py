"""Sealing with a department's certificate: a PAdES signature over the whole file, its picture where the seal belongs."""

import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Self

from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.stamp import StaticStampStyle

from workflow_app.foundation.errors import ExternalFault
from workflow_app.letters.certificates import FileKeys, Keys, TokenKeys, fingerprint
from workflow_app.letters.child import presses
from workflow_app.letters.seal import Sealed, SealOrder
from workflow_app.letters.seal_drawing import TRIAL, drawn_seal
from workflow_app.settings import Settings

FIELD = "Seal"
WHOLE_BOX = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID,
    margins=Margins(0, 0, 0, 0), inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
)  # fmt: skip


class SigningFailed(ExternalFault):
    """The signature could not be made this time."""

    code = "letter_signing_failed"


class CertificateSeal:
    """Seals for each department that has a valid certificate here. No key leaves this process or its token."""

    kind = "signed"
    title = "电子印章"

    def __init__(self, keys: Keys, pictures: Path) -> None:
        self.keys, self.pictures = keys, pictures

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the provider as an installation is set: keys of its token where it has one, else of `DATA_DIR/seals`."""
        folder = settings.data_dir / "seals"
        if settings.seal_token:
            token = TokenKeys(settings.seal_token, label=settings.seal_token_label, pin=settings.seal_token_pin)
            return cls(token, folder)
        return cls(FileKeys(folder, settings.seal_passphrase), folder)

    def covers(self, department: str, *, at: datetime) -> bool:
        """Tell whether a department has a certificate that is valid at this moment. Raises SealKeyUnreadable."""
        signer = self.keys.signer(department)
        if signer is None or signer.signing_cert is None:
            return False
        return bool(signer.signing_cert.not_valid_before <= at <= signer.signing_cert.not_valid_after)

    def mark(self, organ: str) -> str | None:  # noqa: ARG002
        """Return nothing to print: the signature brings the picture."""
        return None

    def seal(self, pdf: bytes, order: SealOrder) -> Sealed:
        """Return the file signed so that no later change is allowed (DocMDP 1). The bytes of the letter stay a prefix of it."""
        signer = self.keys.signer(order.department)
        if signer is None:
            raise SigningFailed(None, reason="the certificate is gone")
        place, style = order.place, None
        with tempfile.TemporaryDirectory(prefix="letter-seal-") as folder:
            if place is not None:
                picture = Path(folder, "seal.pdf")
                picture.write_bytes(self._picture(order, signer))
                style = StaticStampStyle(
                    background=ImportedPdfPage(str(picture)), background_layout=WHOLE_BOX,
                    background_opacity=1.0, border_width=0,
                )  # fmt: skip
            try:
                with self.keys.turn:
                    return Sealed(_signed(pdf, order, signer, style), fingerprint(signer))
            except Exception as fault:  # a token or service behind the key may fail in ways of its own
                raise SigningFailed(None, reason=f"{type(fault).__name__}: {fault}"[:200]) from fault

    def _picture(self, order: SealOrder, signer: Signer) -> bytes:
        """Return the seal as a page: the department's own (`<code>.pdf` beside the keys) or one drawn from its name."""
        own = self.pictures / f"{order.department}.pdf"
        if own.exists():
            return own.read_bytes()
        certificate = signer.signing_cert
        is_trial = certificate is None or certificate.self_issued
        return _page(order.organ, TRIAL if is_trial else "")


@lru_cache(128)
def _page(organ: str, framed: str) -> bytes:
    answer, pdf = presses().ask({"seal": drawn_seal(organ, framed)})
    if not answer.get("ok"):
        raise SigningFailed(None, reason=str(answer.get("code")))
    return pdf


def _signed(pdf: bytes, order: SealOrder, signer: Signer, style: StaticStampStyle | None) -> bytes:
    place = order.place
    spec = fields.SigFieldSpec(FIELD)
    if place is not None:
        left, low, right, high = map(round, place.box)
        spec = fields.SigFieldSpec(FIELD, on_page=place.page, box=(left, low, right, high))
    meta = PdfSignatureMetadata(
        field_name=FIELD, name=order.organ, reason=order.letter, md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES, certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    out = io.BytesIO()
    job = PdfSigner(meta, signer, stamp_style=style, new_field_spec=spec)
    with ThreadPoolExecutor(1) as apart:  # it runs an event loop of its own, which a thread with one cannot
        apart.submit(job.sign_pdf, writer, output=out).result()
    return out.getvalue()
