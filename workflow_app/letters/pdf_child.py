"""What a PDF would do when somebody opens it, found by reading its objects rather than its bytes. Runs as a child under
limits, so nothing else of the house may be imported here: `python -I pdf_child.py FILE`, the verdict is the exit code."""

import sys
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pikepdf

GOOD, ACTIVE, LOCKED, BROKEN = 0, 20, 21, 22
ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/GoToE"}
)
KEYS = frozenset({"/JS", "/XFA"})
SUBTYPES = frozenset({"/RichMedia", "/Movie", "/Sound", "/3D"})
ATTACHED = frozenset({".xml", ".xbrl"})  # receipts of banks and invoices carry their own figures (电子凭证会计数据)


def verdict(path: str) -> int:
    """Return whether a file may be kept: GOOD, ACTIVE, LOCKED by a password one must know, or BROKEN."""
    try:
        with pikepdf.open(path) as document:
            if not len(document.pages):
                return BROKEN
            return ACTIVE if any(map(_acts, _dictionaries(document))) else GOOD
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, IndexError, KeyError, RuntimeError):
        return BROKEN


def _dictionaries(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of a document, those of streams too. What is referred to is an object of its own in the list."""
    waiting: list[Any] = [document.trailer, *document.objects]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Array):
            inside = list(found)
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            inside = [value for _, value in found.items()]
        else:
            continue
        waiting += [o for o in inside if isinstance(o, pikepdf.Object) and not o.is_indirect]


def _acts(found: Any) -> bool:
    keys = set(found.keys())
    if keys & KEYS or str(found.get("/S", "")) in ACTIONS or str(found.get("/Subtype", "")) in SUBTYPES:
        return True
    if "/EF" not in keys:
        return False
    names = [str(found[key]) for key in ("/UF", "/F") if key in keys]
    return not names or any(PurePosixPath(name.lower()).suffix not in ATTACHED for name in names)


if __name__ == "__main__":
    raise SystemExit(verdict(sys.argv[1]))
