"""Reading a penalty file row by row, whatever its format: .xlsx, or .csv in UTF-8 or GB18030. Nothing is judged here."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl import load_workbook

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.records.import_columns import is_mark_row, map_headers, missing_columns

Raw = dict[str, object]
MAX_UNPACKED = 1024 * 1024 * 1024
PROBE = 256 * 1024


def read_rows(path: Path) -> Iterator[tuple[int, Raw]]:
    """Yield each row that holds anything, with its number in the file (header rows counted).

    Raises InvalidInput on `file` for a format, encoding or header that cannot be read.
    """
    rows = _xlsx(path) if _is_xlsx(path) else _csv(path)
    try:
        mapping = map_headers(next(rows)[1])
    except StopIteration:
        raise _fault("empty") from None
    missing = missing_columns(mapping)
    if missing:
        raise _fault("missing_columns", names="、".join(missing))
    for position, (number, cells) in enumerate(rows):
        if position == 0 and is_mark_row(cells):
            continue
        raw = {code: cells[i] for i, code in mapping.items() if i < len(cells)}
        if any(value not in (None, "") for value in raw.values()):
            yield number, raw


def _fault(code: str, **facts: str) -> InvalidInput:
    return InvalidInput({"file": label(f"import_error.{code}", **facts)})


def _is_xlsx(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        return True
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _fault("old_xls")
    return False


def _xlsx(path: Path) -> Iterator[tuple[int, list[object]]]:
    with path.open("rb") as file:  # kept under its digest, the file has no suffix the library could judge by
        try:
            with zipfile.ZipFile(file) as archive:
                if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                    raise _fault("too_large")
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise _fault("broken_xlsx") from error
        try:
            for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
                yield number, list(cells)
        finally:
            book.close()


def _csv(path: Path) -> Iterator[tuple[int, list[object]]]:
    encoding = _encoding(path)
    csv.field_size_limit(1_000_000)
    with path.open(encoding=encoding, newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file), 1):
                yield number, list(cells)
        except (csv.Error, UnicodeDecodeError) as error:
            raise _fault("broken_csv") from error


def _encoding(path: Path) -> str:
    """UTF-8 where the whole file is, else GB18030; a file that is neither is refused."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with open(path, encoding=encoding, newline="") as file:
                while file.read(PROBE):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise _fault("encoding")
