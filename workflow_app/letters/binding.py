"""Several letters as one file to print: their stored pages one after another."""

from collections.abc import Iterable
from io import BytesIO

import pikepdf

from workflow_app.letters.letter import Letter
from workflow_app.letters.render import letter_file


def bound(letters: Iterable[Letter]) -> bytes:
    """Return the pages of several letters as one PDF. It is for paper: the files themselves stay the letters, and only they
    can be verified. Raises RuleViolation while the pages of one are not made."""
    out = BytesIO()
    with pikepdf.Pdf.new() as whole:
        for letter in letters:
            with pikepdf.Pdf.open(BytesIO(letter_file(letter))) as part:
                add_pages(whole, part)
        whole.save(out)
    return out.getvalue()


def add_pages(whole: pikepdf.Pdf, part: pikepdf.Pdf) -> None:
    """Add the pages of a file. The picture of its signature stays as a stamp: the signature does not hold in another file."""
    for page in part.pages:
        for note in page.get("/Annots", []):
            if note.get("/Subtype") == pikepdf.Name.Widget:
                for key in ("/FT", "/V", "/T", "/Parent", "/Ff"):
                    if key in note:
                        del note[key]
                note.Subtype, note.Contents = pikepdf.Name.Stamp, "印章"
        whole.pages.append(page)
