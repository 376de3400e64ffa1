"""Reading single cells: blanks, line breaks, dates as people write them, identity numbers where they must not be."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import NamedTuple

BLANKS = " \t\r\n\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff"
HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BREAKS = re.compile(r"[\r\n]+")
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t")
IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:1[89]|20)\d{9}[\dXx](?![0-9A-Za-z])")
CANONICAL = re.compile(r"(\d{4})([/-])(\d{2})\2(\d{2})")
LOOSE = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?: 00:00:00)?")
DOTTED = re.compile(r"(\d{4})[.．](\d{1,2})[.．](\d{1,2})")
CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
HANZI = re.compile(r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日?")
DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000  # 1954 to 2119, as spreadsheets count days
SERIAL_START = date(1899, 12, 30)


class ReadDate(NamedTuple):
    """A date and the code of the form it was written in; no day where it is none."""

    day: date | None
    form: str | None


def text_of(value: object) -> str:
    """Return a cell as text; a whole number without its decimal point, a real date in canonical form."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y/%m/%d")
    if isinstance(value, date):
        return value.strftime("%Y/%m/%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def clean_text(text: str) -> tuple[str, list[str]]:
    """Return a text in standard form and the codes of what was changed."""
    changed = []
    stripped = text.strip(BLANKS)
    if stripped != text:
        changed.append("STRAY_SPACE")
    if BREAKS.search(stripped):
        stripped = BREAKS.sub("", stripped)
        changed.append("LINE_BREAK")
    if HIDDEN.search(stripped):
        stripped = HIDDEN.sub("", stripped)
        changed.append("INVISIBLE_CHARACTER")
    return stripped, changed


def read_date(text: str) -> ReadDate:
    """Return the day a text names, and how it was written: None for the canonical form."""
    if match := CANONICAL.fullmatch(text):
        return ReadDate(_day(match[1], match[3], match[4]), None)
    if re.fullmatch(r"\d{5}", text) and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return ReadDate(SERIAL_START + timedelta(days=int(text)), "DATE_EXCEL_SERIAL")
    if match := HANZI.fullmatch(text):
        year = int("".join(str(DIGITS[c]) for c in match[1]))
        return ReadDate(_day(year, _number(match[2]), _number(match[3])), "DATE_HANZI")
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    for pattern, form in ((DOTTED, "DATE_DOTTED"), (CHINESE, "DATE_CHINESE"), (LOOSE, "DATE_UNPADDED")):
        if match := pattern.fullmatch(plain):
            return ReadDate(_day(match[1], match[2], match[3]), form)
    return ReadDate(None, None)


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _number(hanzi: str) -> int:
    """一 to 三十一."""
    if "十" not in hanzi:
        return DIGITS.get(hanzi, 0) if len(hanzi) == 1 else 0
    tens, ones = hanzi.split("十", 1)
    return (DIGITS.get(tens, 1) if tens else 1) * 10 + (DIGITS.get(ones, 0) if ones else 0)


def has_identity_number(text: str) -> bool:
    """Tell whether a text contains a well-formed identity number (GB 11643, ISO 7064 mod 11-2)."""
    return any(_is_identity(match[0].upper()) for match in IDENTITY.finditer(text))


def _is_identity(number: str) -> bool:
    total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17]


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a text for a formula."""
    return text.startswith(FORMULA)


def document_key(number: str) -> str:
    """Return a document number without what people type differently: width, spaces, brackets, 第, leading zeros."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", number))
    plain = re.sub(r"[\[(【〔{](\d{4})[\])】〕}]", r"<\1>", plain).replace("第", "")
    plain = re.sub(r"[\[\]()【】〔〕{}]", "", plain)
    return re.sub(r"(?<!\d)0+(\d+)号?$", r"\1号", plain)
