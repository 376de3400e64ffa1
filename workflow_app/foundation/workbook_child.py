"""What the child process does that opens an .xlsx for `workbook`: a script of its own, which imports nothing of the house.

`check FILE` says in one JSON line how many rows the file claims. `rows FILE cells|values` writes each row of the first
sheet that holds anything as `[number, [texts]]`, then `{"end": true}`. What is wrong with a file is `{"fault": code}`.
"""

import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

WHOLE = 512 * 1024**2  # bytes of all parts unpacked: some 150,000 penalties
PART = 20 * 1024**2  # of a part that the reader holds in memory as a tree
TEXTS = 50 * 1024**2  # of the shared texts, which it holds as texts
TYPES = 1024**2
PARTS = 2_000
LAST_ROW, LAST_COLUMN = 1_048_576, 200  # where spreadsheets end; beyond what any table of ours has
LONGEST = 32_767  # characters of a cell, as spreadsheets have it
HEAD = 64 * 1024  # of a sheet, in which it claims its size
CLAIM = re.compile(rb'<(?:\w+:)?dimension\s+ref="[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}(\d{1,7})"')
CONTENT_TYPES = "[Content_Types].xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
TEXTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
LOCKED_BITS = 0x41
SHEETS = "xl/worksheets/"


class Fault(Exception):
    """The file cannot be read; the word is `broken`, `locked`, `too_large` or `empty`."""


def check(path: Path) -> int:
    """Look at the parts of a file before any is unpacked; return how many rows the largest sheet claims. Raises Fault."""
    with ZipFile(path) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & LOCKED_BITS for part in parts):
            raise Fault("locked")
        if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
            raise Fault("broken")
        if len(parts) > PARTS or sum(part.file_size for part in parts) > WHOLE:
            raise Fault("too_large")
        types = _types(archive)
        for part in parts:
            if part.file_size > _limit(part, types.get(part.filename, set())):
                raise Fault("too_large")
        sheets = [part for part in parts if part.filename.startswith(SHEETS) and part.filename.endswith(".xml")]
        return _claimed(archive, max(sheets, key=lambda part: part.file_size)) if sheets else 0


def _types(archive: ZipFile) -> dict[str, set[str]]:
    """Return the content types that the file gives to each part by name: a file may give several, or lie."""
    from defusedxml.ElementTree import fromstring

    if CONTENT_TYPES not in archive.namelist():
        return {}
    table = archive.getinfo(CONTENT_TYPES)
    if table.file_size > TYPES:
        raise Fault("too_large")
    found: dict[str, set[str]] = {}
    for entry in fromstring(archive.read(table)):
        found.setdefault(entry.get("PartName", "").removeprefix("/"), set()).add(entry.get("ContentType", ""))
    return found


def _limit(part: ZipInfo, types: set[str]) -> int:
    """Sheets are read as they come; whatever else is called a sheet is held in memory all the same."""
    if types == {SHEET_TYPE} and part.filename.startswith(SHEETS):
        return WHOLE
    return TEXTS if TEXTS_TYPE in types else PART


def _claimed(archive: ZipFile, sheet: ZipInfo) -> int:
    with archive.open(sheet) as file:
        found = CLAIM.search(file.read(HEAD))
    return int(found[1]) if found else 0


def rows(path: Path, *, values: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of the first sheet that hold anything, with their numbers. Raises Fault."""
    from openpyxl import load_workbook

    check(path)
    with path.open("rb") as file:  # a stored file has no suffix by which the library would know it
        book = load_workbook(file, read_only=True, data_only=values, keep_links=False)
        if not book.worksheets:
            raise Fault("empty")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its size may be wrong
        found = sheet.iter_rows(max_row=LAST_ROW + 1, values_only=True)
        for number, cells in enumerate(found, 1):
            if number > LAST_ROW:
                raise Fault("broken")
            texts = [_text(cell) for cell in cells[:LAST_COLUMN]]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield number, texts


def _text(cell: Any) -> str:
    """Return a cell as text: a whole number without its decimal point, a day as 2026/08/25, a formula as it is written."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell[:LONGEST]
    if isinstance(cell, date):
        return cell.strftime("%Y/%m/%d")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, int):
        return str(cell)
    return str(getattr(cell, "text", cell) or "")[:LONGEST]


def _say(answer: object) -> None:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")  # half characters become question marks


def main(words: list[str]) -> None:
    """Answer one question. Whatever goes wrong is a fault of the file: the parent must hear of it."""
    try:
        if words[0] == "check":
            _say({"rows": check(Path(words[1]))})
            return
        for row in rows(Path(words[1]), values=words[2] == "values"):
            _say(row)
        _say({"end": True})
    except Fault as fault:
        _say({"fault": str(fault)})
    except MemoryError:
        _say({"fault": "too_large"})
    except Exception as error:
        exhausted = getattr(error, "code", None) == 1  # what the parser of XML says where memory ends
        _say({"fault": "too_large" if exhausted else "broken"})


if __name__ == "__main__":
    main(sys.argv[1:])
