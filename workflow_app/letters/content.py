"""Freezing what a letter says: every mandatory item there, every value plain, every character printable."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.catalogue import Item, LetterKind
from workflow_app.letters.glyphs import unprintable
from workflow_app.letters.lengths import MAX_SET_LINES, is_too_long, set_lines

LINES_OF_PAGE = 22


def freeze(kind: LetterKind, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a letter as JSON values, dates as ISO text, keys the letter does not know left out.

    Raises RuleViolation: `letter_incomplete` naming the missing items in Chinese, `letter_basis_unverified` naming the
    articles nobody has verified, `letter_unprintable` naming the characters no font has, `letter_item_too_long` and
    `letter_too_long` where it is more than a letter can carry.
    """
    known = plain(kind, context)
    missing = missing_items(kind, known)
    if missing:
        raise RuleViolation("letter_incomplete", missing=missing, letter=kind.title, items="、".join(missing))
    bases = unverified_bases(known)
    if bases:
        raise RuleViolation("letter_basis_unverified", bases=bases, letter=kind.title, items="；".join(bases))
    strange = sorted({found for text in texts(known) for found in unprintable(text)})
    if strange:
        raise RuleViolation("letter_unprintable", characters=strange, letter=kind.title, items="、".join(strange))
    long = long_items(kind, known)
    if long:
        raise RuleViolation("letter_item_too_long", letter=kind.title, items="、".join(long))
    if set_lines(known) > MAX_SET_LINES:
        raise RuleViolation("letter_too_long", limit=MAX_SET_LINES // LINES_OF_PAGE)
    return {item.key: None for item in kind.items} | known


def long_items(kind: LetterKind, context: Mapping[str, Any]) -> list[str]:
    """Return the Chinese names of the items with a passage that no letter can carry."""
    titles = {item.key: item.title for item in kind.items}
    return [titles.get(key, key) for key, value in context.items() if is_too_long(value)]


def plain(kind: LetterKind, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values a kind of letter knows as JSON values, normalised, with its defaults for what was left out."""
    return {key: _plain(value) for key, value in {**kind.optional, **context}.items() if key in kind.keys}


def missing_items(kind: LetterKind, context: Mapping[str, Any]) -> list[str]:
    """Return the Chinese names of the mandatory items that are absent, empty or not of their kind."""
    return [name for item in kind.items if is_due(item, context) for name in lacks(item, context.get(item.key))]


def unverified_bases(context: Mapping[str, Any]) -> list[str]:
    """Return the articles that may not print: neither verified against the text of the law nor a clerk's own word."""
    rows = context.get("legal_bases") or []
    return [str(row.get("text", "")) for row in rows if not (row.get("verified") or row.get("filled_by_clerk"))]


def is_due(item: Item, context: Mapping[str, Any]) -> bool:
    """Tell whether a letter owes an item: always, or where the ground that asks for it applies."""
    if item.when is None:
        return True
    key, value = item.when
    return value in (context.get(key) or []) or not _empty(context.get(item.key))


def lacks(item: Item, value: Any) -> list[str]:
    """Return the names of what is missing in an item."""
    if item.kind == "flag":
        return [] if isinstance(value, bool) else [item.title]
    if _empty(value) or not _fits(item, value):
        return [item.title]
    if item.kind == "rows":
        return [
            f"{item.title}（第{number}项）{title}"
            for number, row in enumerate(value, 1)
            for key, title in item.of.items()
            if not _said(item, key, row.get(key))
        ]
    if item.kind == "group":
        return [f"{item.title}：{title}" for key, title in item.of.items() if not _said(item, key, value.get(key))]
    return []


def _said(item: Item, key: str, part: Any) -> bool:
    if key not in item.lists:
        return isinstance(part, str) and not _empty(part)
    return isinstance(part, list) and bool(part) and not any(_empty(p) or not isinstance(p, str) for p in part)


def _fits(item: Item, value: Any) -> bool:
    match item.kind:
        case "text":
            return isinstance(value, str)
        case "date":
            return isinstance(value, str) and _is_day(value)
        case "list":
            return isinstance(value, list) and all(isinstance(v, str) and not _empty(v) for v in value)
        case "rows":
            return isinstance(value, list) and all(isinstance(row, dict) for row in value)
        case _:
            return isinstance(value, dict)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _empty(value: Any) -> bool:
    if isinstance(value, str):
        # NBSP, ideographic space and the zero-width marks fill nothing
        return not value.strip(" \t\r\n\u00a0\u3000\u200b\ufeff")
    return value is None or value in ([], {})


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, datetime):
        return legal_day(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"a letter cannot say a {type(value).__name__}")


def texts(value: Any) -> list[str]:
    """Return all texts in a content."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in texts(part)]
