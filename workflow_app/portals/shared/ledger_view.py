"""A ledger of the law laid out for reading: weeks of a calendar, a list of days, citations. It computes no date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from workflow_app.foundation.labels import label
from workflow_app.law.ledger import Ledger, LedgerLine

LONG = 14  # days that pass the same way for longer than this are left out of the calendar, not of the list
MARKED = ("holiday", "makeup", "stopped")
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One day of the calendar: `look` names its classes, `words` what is counted on it, `corner` its mark."""

    day: date
    look: str
    words: str
    corner: str


@dataclass(frozen=True, kw_only=True)
class Weeks:
    """A run of weeks without a gap, Monday first; None stands for a day outside the period."""

    caption: str
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the list: a day or a run of days, what the count has reached and why. `lasts`: no end yet."""

    day: date
    until: date | None
    count: str
    why: str
    look: str
    is_today: bool
    lasts: bool


@dataclass(frozen=True, kw_only=True)
class LedgerView:
    """Everything a page needs to show how a date came about. `skips`: whether days were left out of the count."""

    id: str
    title: str
    due: date | None
    provisional: bool
    skips: bool
    months: tuple[Weeks, ...]
    rows: tuple[Row, ...]
    ledger: Ledger
    opens_on: date | None


def view_of(
    ledger: Ledger | Mapping[str, Any],
    *,
    id: str,  # noqa: A002
    title: str,
    today: date,
    provisional: bool,
    opens_on: date | None = None,
) -> LedgerView:
    """Return a ledger (or its stored JSON) laid out for a page that is read on a day.

    `opens_on` is the day after the period from which something may be done, for periods that are waited out.
    """
    book = ledger if isinstance(ledger, Ledger) else Ledger.from_json(dict(ledger))
    return LedgerView(
        id=id,
        title=title,
        due=book.due,
        provisional=provisional,
        skips=any(line.kind in ("working", "makeup", "weekend", "holiday") for line in book.lines),
        months=tuple(_runs(book, today)),
        rows=tuple(_row(line, book, today) for line in _readable(book)),
        ledger=book,
        opens_on=opens_on,
    )


def _readable(book: Ledger) -> list[LedgerLine]:
    """Draw together days that pass the same way uncounted, and let the due day stand alone."""
    lines: list[LedgerLine] = []
    for line in book.lines:
        before = lines[-1] if lines else None
        if before and not line.counted and _alike(before, line):
            lines[-1] = replace(before, until=line.last)
        elif line.until and line.last == book.due:
            lines.append(replace(line, until=line.last - DAY, why=label("ledger.every_day")))
            lines.append(replace(line, day=line.last, until=None))
        else:
            lines.append(line)
    return lines


def _alike(before: LedgerLine, line: LedgerLine) -> bool:
    same = (before.kind, before.counted, before.why) == (line.kind, line.counted, line.why)
    return same and line.kind != "start" and before.last + DAY == line.day


def _row(line: LedgerLine, book: Ledger, today: date) -> Row:
    if line.kind == "start":
        count = label("ledger.day_zero")
    elif line.number is not None and line.until is None:
        count = label("ledger.day", number=line.number)
    else:
        count = label("ledger.counted" if line.counted else "ledger.not_counted")
    quiet = not line.counted and line.kind != "start"
    return Row(
        day=line.day,
        until=line.until if line.until != line.day else None,
        count=count,
        why=line.why,
        look="due-day" if line.last == book.due else "skip-day" if quiet else "",
        is_today=line.day <= today <= line.last,
        lasts=line.kind == "stopped" and book.due is None and line is book.lines[-1],
    )


def _runs(book: Ledger, today: date) -> Iterator[Weeks]:
    """Yield the weeks of the period, cut where nothing happens for long."""
    by_day = {day: line for line in book.lines for day in _days(line)}
    shown = sorted({day - DAY * day.weekday() for line in book.lines for day in _marked(line)})
    run: list[date] = []
    for monday in shown:
        if run and monday - run[-1] > DAY * 7:
            yield _weeks(run, by_day, book, today)
            run = []
        run.append(monday)
    if run:
        yield _weeks(run, by_day, book, today)


def _marked(line: LedgerLine) -> Iterator[date]:
    """The days whose weeks are drawn: all of a short line, the two ends of a long one."""
    days = list(_days(line))
    yield from days if len(days) <= LONG else (days[0], days[-1])


def _days(line: LedgerLine) -> Iterator[date]:
    for n in range((line.last - line.day).days + 1):
        yield line.day + DAY * n


def _weeks(mondays: list[date], by_day: Mapping[date, LedgerLine], book: Ledger, today: date) -> Weeks:
    weeks = tuple(
        tuple(_cell(monday + DAY * i, by_day.get(monday + DAY * i), book, today) for i in range(7))
        for monday in mondays
    )
    days = [cell.day for week in weeks for cell in week if cell]
    return Weeks(caption=_caption(days[0], days[-1]), weeks=weeks)


def _cell(day: date, line: LedgerLine | None, book: Ledger, today: date) -> Cell | None:
    if line is None:
        return None
    looks = ["in" if line.counted else "held" if line.kind == "stopped" else "out"]
    words, corner = "", label(f"ledger.corner.{line.kind}") if line.kind in MARKED else ""
    if line.number is not None and line.until is None:
        words = label("ledger.day_short", number=line.number)
    if day == book.start:
        looks, words, corner = ["zero"], label("ledger.start"), ""
    if line.kind == "makeup" and line.counted:
        looks.append("makeup")
    if day == book.due:
        looks, corner = ["due"], label("ledger.due_corner")
    if day == today:
        looks.append("here")
        corner = corner or label("ledger.today_corner")
    return Cell(day=day, look=" ".join(looks), words=words, corner=corner)


def _caption(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return label("ledger.month", year=first.year, month=first.month)
    end = {"month": last.month, "end": last.year}
    key = "ledger.months" if first.year == last.year else "ledger.years"
    return label(key, year=first.year, first=first.month, **end)
