"""Reading a year's notice of days off (放假安排): its own sentences pasted, or lines or a small table of days."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import clean_text
from workflow_app.foundation.workbook import UnreadableWorkbook, workbook_rows

WORKED = ("班", "调休", "上班", "补班", "true", "makeup")
OFF = ("休", "放假", "假", "false", "holiday")
DAY = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
SPAN = re.compile(r"至|—|–|~|～|到")
SENTENCE = re.compile(r"(?:[一二三四五六七八九十]+、)?\s*([^：:，,\s\d]{1,12})\s*[：:](.+)")
ASIDE = re.compile(r"（[^（）]*）|\([^()]*\)")  # stops at the next opening: every character is looked at once
ASIDES_IN_ASIDES = 3
SAME_MONTH = re.compile(r"(\d{1,2})月(\d{1,2})日\s*(?:至|—|–|-|~|～|到)\s*(\d{1,2})日")
MAX_ROWS, MAX_CELLS, MAX_CELL = 200, 6, 200  # of a table, of its rows, characters of its cells
MAX_TEXT, MAX_FILE = 10_000, 1024 * 1024  # characters pasted, bytes of a table; a notice has some 1,500 characters
SHEET_SECONDS, SHEET_WALL = 5, 15.0
MOST_DAYS_OFF, MOST_MAKEUP = 60, 20


@dataclass(frozen=True)
class Line:
    """One line of a notice: its number as the person sees it, and its cells."""

    number: int
    cells: tuple[str, ...]


def lines_of_text(text: str) -> list[Line]:
    """Return pasted lines: sentences as the notice has them, or name, day or span, 休 or 班 with blanks between.

    Raises InvalidInput on `days` for more text than any notice has.
    """
    if len(text) > MAX_TEXT:
        raise InvalidInput({"days": label("calendar_error.too_long", max=MAX_TEXT)})
    found = []
    for number, raw in enumerate(text.splitlines(), 1):
        sentence = SENTENCE.fullmatch(raw.strip())
        if sentence is not None:
            found += _clauses(number, sentence[1].strip(), sentence[2])
            continue
        cells = tuple(c for c in re.split(r"[\s,，;；、|]+", raw.strip()) if c)
        if cells:
            found.append(Line(number, cells))
    return found


def _clauses(number: int, name: str, body: str) -> list[Line]:
    """Split 「2月15日（周日）至23日放假调休，共9天。2月14日（周六）上班。」 into a line each."""
    lines = []
    for _ in range(ASIDES_IN_ASIDES):
        body = ASIDE.sub("", body)
    for clause in re.split(r"[。；;]", body):
        whole = SAME_MONTH.sub(r"\1月\2日至\1月\3日", clause)
        if DAY.search(whole):
            lines.append(Line(number, (name, whole, "班" if "上班" in whole else "休")))
    return lines


def lines_of_file(filename: str, content: bytes) -> list[Line]:
    """Return the rows of a small .csv or .xlsx. Raises InvalidInput on `file` for anything else."""
    suffix = PurePosixPath(filename.lower()).suffix
    if suffix not in (".csv", ".xlsx") or len(content) > MAX_FILE:
        raise InvalidInput({"file": label("calendar_error.unreadable")})
    try:
        rows = list(islice(_sheet(content) if suffix == ".xlsx" else _table(content), MAX_ROWS))
    except (ValueError, csv.Error, UnreadableWorkbook) as error:
        raise InvalidInput({"file": label("calendar_error.unreadable")}) from error
    cut = [(n, [c.strip()[:MAX_CELL] for c in cells[:MAX_CELLS]]) for n, cells in rows]
    return [Line(n, tuple(c for c in cells if c)) for n, cells in cut if any(cells)]


def read_notice(year: int, lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Return the special days of a year in order, as they are stored. Raises InvalidInput naming lines on `days`."""
    days: dict[date, dict[str, Any]] = {}
    wrong: list[str] = []
    for line in lines:
        try:
            for entry in _entries(year, line):
                if entry["day"] in (d["day"] for d in days.values()):
                    raise ValueError("day_twice")
                days[date.fromisoformat(entry["day"])] = entry
        except ValueError as error:
            code = str(error) if str(error) in ("day_twice", "makeup_on_weekday", "other_year") else "line"
            if line.number > 1 or days or _has_day(line):  # a first line without any day is a heading
                wrong.append(label(f"calendar_error.{code}", line=line.number))
    if not days and not wrong:
        wrong.append(label("calendar_error.nothing"))
    worked = sum(d["is_workday"] for d in days.values())
    if len(days) - worked > MOST_DAYS_OFF or worked > MOST_MAKEUP:
        wrong.append(label("calendar_error.too_many"))
    if wrong:
        raise InvalidInput({"days": "；".join(wrong[:10])})
    return [days[day] for day in sorted(days)]


def _entries(year: int, line: Line) -> Iterator[dict[str, Any]]:
    works = next((cell in WORKED for cell in line.cells if cell in WORKED or cell in OFF), False)
    dates = [_day(year, m) for m in DAY.finditer(" ".join(c for c in line.cells))]
    if not dates:
        raise ValueError("line")
    is_span = len(dates) == 2 and bool(SPAN.search(" ".join(line.cells)))
    spread = _span(*dates) if is_span else dates
    name = next((c for c in line.cells if not DAY.search(c) and c not in (*WORKED, *OFF) and not SPAN.fullmatch(c)), "")
    for day in spread:
        if day.year != year:
            raise ValueError("other_year")
        if works and day.weekday() < 5:
            raise ValueError("makeup_on_weekday")
        yield {"day": day.isoformat(), "is_workday": works, "name": clean_text(name)[:30]}


def _day(year: int, match: re.Match[str]) -> date:
    return date(int(match[1] or year), int(match[2]), int(match[3]))


def _span(first: date, last: date) -> list[date]:
    length = (last - first).days
    if not 0 <= length <= 15:
        raise ValueError("line")
    return [first + timedelta(days=n) for n in range(length + 1)]


def _has_day(line: Line) -> bool:
    return any(DAY.search(cell) for cell in line.cells)


def _table(content: bytes) -> Iterator[tuple[int, list[str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return enumerate(csv.reader(io.StringIO(text)), 1)
    raise ValueError("encoding")


def _sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    with tempfile.NamedTemporaryFile(prefix="notice-") as file:
        file.write(content)
        file.flush()
        yield from workbook_rows(Path(file.name), values=True, cpu_seconds=SHEET_SECONDS, wall=SHEET_WALL)
