"""Several letters as one file to print: their stored pages one after another, each with its own seal page unchanged."""

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
                whole.pages.extend(part.pages)
        whole.save(out)
    return out.getvalue()
