"""Text that people type: what is refused because it cannot be seen or changes the order of what is seen, and one form
for what looks alike. Names are never folded; only codes may be (NFKC), by whoever knows that it is a code."""

import unicodedata

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label

LINES = "\n\r\t"
JOINERS = "\u200d\ufe0e\ufe0f"  # they hold emoji together; in prose harmless, in names never
# Cf: invisible and reordering marks; Cc: control; Cs: half characters; Co: private use; Zl, Zp: line marks of Unicode.
REFUSED = frozenset({"Cf", "Cc", "Cs", "Co", "Zl", "Zp"})
BLANK = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"


def clean_text(text: str, *, multiline: bool = False) -> str:
    """Return text in NFC without blanks around it; only blanks is empty.

    Raises ValueError(`private_use`) for characters without a shape of their own and ValueError(`invisible`) for those
    that cannot be seen or that reorder others.
    """
    kept = LINES + JOINERS if multiline else ""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\ufeff", ""))
    if not text.strip(" \t\r\n\u3000\u200b"):
        return ""
    for char in text:
        if char in kept:
            continue
        category = unicodedata.category(char)
        if category == "Co":
            raise ValueError("private_use")
        if category in REFUSED or char in BLANK or char in JOINERS:
            raise ValueError("invisible")
    return text.strip().strip("\u3000").strip()


def typed_text(field: str, text: str, *, limit: int, required: bool = True, multiline: bool = True) -> str:
    """Return what a person typed into a field as `clean_text` has it. Raises InvalidInput on that field: characters that
    are refused, nothing where something is required, more than `limit` characters."""
    try:
        kept = clean_text(text, multiline=multiline)
    except ValueError as error:
        raise InvalidInput({field: label(f"field_error.{error}")}) from None
    if required and not kept:
        raise InvalidInput({field: label("field_error.required")})
    if len(kept) > limit:
        raise InvalidInput({field: label("field_error.too_long", max=limit)})
    return kept


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula; blanks before the sign do not stop it."""
    return unicodedata.normalize("NFKC", text.lstrip()[:1]) in ("=", "+", "-", "@")


def plain_cell(text: str) -> str:
    """Return a text for a cell of a spreadsheet that a person will open: one that would be a formula is quoted."""
    return f"'{text}" if is_formula(text) else text


def fold_code(text: str) -> str:
    """Return a code as registers write it: full-width characters made plain, upper case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
