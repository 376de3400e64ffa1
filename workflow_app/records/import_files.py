"""Reading a file row by row in constant memory: .xlsx, or .csv in UTF-8, GB18030 or UTF-16. Nothing is judged.

This process never unpacks an .xlsx; a child under limits does (`foundation.workbook`).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.workbook import UnreadableWorkbook, claimed_rows, workbook_rows
from workflow_app.records.import_column_set import SEARCHED, Columns, HeaderFault, is_mark_row
from workflow_app.records.import_columns import PENALTY_COLUMNS

Raw = dict[str, object]
Cells = Sequence[object]
CHUNK = 1024 * 1024
MAX_CELL = 1024 * 1024
MAX_RECORD = 4 * 1024 * 1024  # characters of one row of a .csv, line breaks inside its cells counted
ENCODINGS = ("utf-8-sig", "gb18030")
WORKBOOK_FAULTS = {"broken": "broken_xlsx", "locked": "locked_xlsx", "too_large": "too_large", "empty": "empty"}


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What is known of a file before its rows are read. `rows` is a guess for the progress display."""

    digest: str
    rows: int
    encoding: str | None


def look_at(path: Path) -> FileFacts:
    """Return what a file is. Raises InvalidInput on `file` for a format or encoding that cannot be read."""
    digest, lines, start = hashlib.sha256(), 0, b""
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in ENCODINGS}
    if not path.is_file():
        raise fault("file_gone")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            start = start or chunk[:8]
            digest.update(chunk)
            lines += chunk.count(b"\n")
            if not _is_packed(start):
                _try(decoders, chunk)
    if not start:
        raise fault("empty")
    if _is_packed(start):
        return FileFacts(digest=digest.hexdigest(), rows=_claimed(path), encoding=None)
    _try(decoders, b"", final=True)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoders = {"utf-16": codecs.getincrementaldecoder("utf-16")()}
    if not decoders:
        raise fault("encoding")
    return FileFacts(digest=digest.hexdigest(), rows=max(0, lines - 2), encoding=next(iter(decoders)))


def read_rows(path: Path, facts: FileFacts, columns: Columns = PENALTY_COLUMNS) -> Iterator[tuple[int, Raw]]:
    """Yield each row that holds anything, with its number in the file (header rows and blank records counted).

    Raises InvalidInput on `file` where the header lacks mandatory columns or the file breaks off.
    """
    rows = csv_rows(path, facts.encoding) if facts.encoding else _xlsx(path)
    mapping = _header(rows, columns)
    after_header = True
    for number, cells in rows:
        is_mark, after_header = after_header and is_mark_row(cells), False
        if is_mark:
            continue
        raw = {code: cells[at] for at, code in mapping.items() if at < len(cells)}
        if any(value is not None and str(value).strip() for value in raw.values()):
            yield number, raw


def _header(rows: Iterator[tuple[int, Cells]], columns: Columns) -> dict[int, str]:
    try:
        for number, cells in rows:
            if columns.looks_like_header(cells):
                return columns.checked_headers(cells)
            if number >= SEARCHED:
                break
    except HeaderFault as wrong:
        raise fault(wrong.code, names="、".join(wrong.names)) from None
    raise fault("no_header")


def fault(code: str, **facts: object) -> InvalidInput:
    """Return what is wrong with a whole file, as an error on the field `file`."""
    return InvalidInput({"file": label(f"import_error.{code}", **facts)})


def _is_packed(start: bytes) -> bool:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise fault("old_xls")
    if start.startswith(b"%PDF"):
        raise fault("not_a_table")
    return start.startswith(b"PK\x03\x04")


def _try(decoders: dict[str, codecs.IncrementalDecoder], chunk: bytes, *, final: bool = False) -> None:
    for name in list(decoders):
        try:
            text = decoders[name].decode(chunk, final)
        except UnicodeDecodeError:
            del decoders[name]
        else:
            if "\x00" in text:
                del decoders[name]


def _claimed(path: Path) -> int:
    """Check an .xlsx before anybody unpacks it, and return how many rows it says it has, below its two of headers."""
    try:
        return max(0, claimed_rows(path) - 2)
    except UnreadableWorkbook as wrong:
        raise fault(WORKBOOK_FAULTS[wrong.code]) from wrong


def _xlsx(path: Path) -> Iterator[tuple[int, Cells]]:
    try:
        yield from workbook_rows(path)
    except UnreadableWorkbook as wrong:
        raise fault(WORKBOOK_FAULTS[wrong.code]) from wrong


class _Lines:
    """The lines of a .csv for the reader, which would hold a row of any length: not more than a row may have at a time."""

    def __init__(self, file: TextIO) -> None:
        self._file, self.left = file, MAX_RECORD

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(MAX_RECORD):
            self.left -= len(line)
            if self.left <= 0:
                raise fault("long_row")
            yield line


def csv_rows(path: Path, encoding: str) -> Iterator[tuple[int, Cells]]:
    """Yield each row of a .csv with its number, counted from 1. Raises InvalidInput on `file` where it breaks off, a row is too
    long, or a character is none that a text can hold."""
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=encoding, newline="") as file:
        try:
            start = file.readline(MAX_CELL)
        except UnicodeError as error:
            raise fault("broken_csv") from error
        file.seek(0)
        delimiter = max(",\t;", key=start.count)
        lines = _Lines(file)
        rows = enumerate(csv.reader(lines, delimiter=delimiter), 1)
        while True:
            try:
                number, cells = next(rows)
            except StopIteration:
                return
            except (csv.Error, UnicodeError) as error:
                raise fault("broken_csv") from error
            if any("\x00" in cell for cell in cells):
                raise fault("broken_csv")
            lines.left = MAX_RECORD
            yield number, cells
