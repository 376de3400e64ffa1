"""Writing a table as an .xlsx file row by row, so that a long one needs no memory; what looks like a formula stays text."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from workflow_app.foundation.text import plain_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_TEXT = 32_767  # what a cell holds
Cell = str | int | float | date | None


def write_table(
    target: IO[bytes], title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int] = ()
) -> int:
    """Write one sheet with a head to a file and return how many rows it has. Widths are in characters."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.append([_readable(head) for head in heads])
    count = 0
    for row in rows:
        sheet.append([_readable(cell) if isinstance(cell, str) else cell for cell in row])
        count += 1
    book.save(target)
    return count


def _readable(text: str) -> str:
    """A text without the characters no sheet can hold, at most as long as a cell is."""
    return plain_cell(ILLEGAL_CHARACTERS_RE.sub("", text)[: MAX_TEXT - 1])
