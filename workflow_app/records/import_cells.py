"""Reading single cells: blanks, line breaks, dates as people write them, document numbers. No rule of the law is here."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

BLANKS = " \t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = (
    "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
)
HIDDEN = re.compile(f"[{INVISIBLE}]")
BREAKS = re.compile("[\r\n\u2028\u2029]+|_x000[Dd]_\n?")
EDGE = re.compile(f"^[{BLANKS}]+|[{BLANKS}]+$")
SUSPECT = re.compile(f"^[{BLANKS}]|[{BLANKS}]$|[\r\n\u2028\u2029]|_x000|[{INVISIBLE}]")
EMPTY_WORDS = frozenset({"/", "-", "—", "——", "\\", "无", "暂无", "空", "null", "NULL", "None", "N/A", "#N/A", "nan"})

CANONICAL = re.compile(r"(\d{4})/(\d{2})/(\d{2})", re.ASCII)
DASHED = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:T?00?:00(?::00(?:\.0+)?)?)?", re.ASCII)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
DOTTED = re.compile(r"(\d{4})[.。·](\d{1,2})[.。·](\d{1,2})\.?", re.ASCII)
CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?", re.ASCII)
HANZI = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
SERIAL = re.compile(r"(\d{5})(?:\.0+)?", re.ASCII)
DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
SERIAL_START = date(1899, 12, 30)  # day 1 = 1900-01-01, as spreadsheets count (with a 29 February 1900)
FIRST_SERIAL, LAST_SERIAL = 18_264, 73_415  # 1950-01-01 to 2100-12-31
LONG_TERM = date(2099, 12, 31)


_NARROW = {n: n - 0xFEE0 for n in range(0xFF01, 0xFF5F)}


class ReadDate(NamedTuple):
    """A day and the code of the form it was written in: None for the canonical form; no day where it is none."""

    day: date | None
    form: str | None


def narrow(text: str) -> str:
    """Return full-width letters, digits and signs as plain ones; other look-alikes (²026, ١) stay what they are."""
    return text if text.isascii() else text.translate(_NARROW)


def text_of(value: object) -> str:
    """Return a cell as text; a whole number without its decimal point, a real date in canonical form."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return value.strftime("%Y/%m/%d")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text in standard form and the codes of what was changed: blanks around it, line breaks, hidden characters."""
    if not text or not SUSPECT.search(text):
        return text, ()
    changed = []
    seen = HIDDEN.sub("", text)
    if seen != text:
        changed.append("INVISIBLE_CHARACTER")
    trimmed = EDGE.sub("", seen)
    if trimmed != seen:
        changed.append("STRAY_SPACE")
    joined = BREAKS.sub("", trimmed)
    if joined != trimmed:
        changed.append("LINE_BREAK")
    return joined, tuple(changed)


@lru_cache(maxsize=20_000)
def read_date(text: str) -> ReadDate:
    """Return the day a text names and how it was written. Nothing is guessed: an order other than year first is no date."""
    if match := CANONICAL.fullmatch(text):
        return ReadDate(_day(*match.groups()), None)
    if match := HANZI.fullmatch(text):
        year = int("".join(str(DIGITS[c]) for c in match[1]))
        return ReadDate(_day(year, _number(match[2]), _number(match[3])), "DATE_HANZI")
    plain = re.sub(r"\s", "", narrow(text))
    if (match := SERIAL.fullmatch(plain)) and FIRST_SERIAL <= int(match[1]) <= LAST_SERIAL:
        return ReadDate(SERIAL_START + timedelta(days=int(match[1])), "DATE_EXCEL_SERIAL")
    forms = ((DOTTED, "DATE_DOTTED"), (CHINESE, "DATE_CHINESE"), (DASHED, "DATE_FORMAT"), (COMPACT, "DATE_FORMAT"))
    for pattern, form in forms:
        if match := pattern.fullmatch(plain):
            return ReadDate(_day(*match.groups()), form)
    return ReadDate(LONG_TERM, "DATE_LONG_TERM") if plain in ("长期", "长期有效", "永久") else ReadDate(None, None)


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _number(hanzi: str) -> int:
    """一 to 三十一; 0 for what is no such number."""
    if "十" not in hanzi:
        return DIGITS[hanzi] if len(hanzi) == 1 else 0
    tens, ones = hanzi.split("十", 1)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


@lru_cache(maxsize=1_000)
def document_key(number: str) -> str:
    """Return a document number without what people type differently: width, blanks, brackets, 第, 号, leading zeros."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).upper()
    plain = re.sub(r"[\[(【〔{〈<]((?:19|20)\d\d)年?[\])】〕}〉>]", r"-\1-", plain)
    plain = re.sub(r"[\[\]()【】〔〕{}〈〉<>]", "", plain)
    plain = re.sub(r"第(?=\d)", "", plain)
    plain = re.sub(r"(?<=\d)号$", "", plain)
    return re.sub(r"(?<!\d)0+(?=\d)", "", plain)
