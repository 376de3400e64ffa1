"""The columns of one kind of file as a value: headers and their variants, what each cell must be, how a header row is found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from workflow_app.records.import_cells import EMPTY_WORDS, text_of

LONGEST = 20_000
MARKS = ("必填", "选填", "扩展", "填写", "不公开")
SEARCHED = 10
LEAST = 5  # known columns that make a row a header


class HeaderFault(ValueError):
    """The header cannot be used: `code` is missing_columns or double_columns, `names` the columns."""

    def __init__(self, code: str, names: Iterable[str]) -> None:
        super().__init__(code)
        self.code, self.names = code, tuple(names)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of a kind of file.

    `certain` ones must be read for certain where they say anything, `private` ones are never shown or kept in clear,
    `may_say_none` may hold 无 as a text.
    """

    headers: Mapping[str, tuple[str, ...]]
    mandatory: tuple[str, ...]
    dates: tuple[str, ...]
    codes: tuple[str, ...]
    lengths: Mapping[str, int]
    amounts: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    may_say_none: tuple[str, ...] = ()
    certain: tuple[str, ...] = ()
    least: int = LEAST

    @cached_property
    def _code_of(self) -> Mapping[str, str]:
        return {_plain(name): code for code, names in self.headers.items() for name in (code, *names)}

    def title_of(self, code: str) -> str:
        """Return the header under which officers know a column."""
        return self.headers[code][0]

    def map_headers(self, cells: Sequence[object]) -> dict[int, str]:
        """Return which cell holds which column; headers may vary in width, blanks and order, unknown ones are left out."""
        known = self._code_of
        return {n: known[_plain(cell)] for n, cell in enumerate(cells) if _plain(cell) in known}

    def looks_like_header(self, cells: Sequence[object]) -> bool:
        """Tell whether a row names columns: many files have a title above."""
        return len(self.map_headers(cells)) >= self.least

    def checked_headers(self, cells: Sequence[object]) -> dict[int, str]:
        """Return `map_headers` of a header row. Raises HeaderFault where mandatory columns are missing or one stands twice."""
        mapping = self.map_headers(cells)
        found = list(mapping.values())
        if missing := [self.title_of(code) for code in self.mandatory if code not in found]:
            raise HeaderFault("missing_columns", missing)
        if double := sorted({self.title_of(code) for code in found if found.count(code) > 1}):
            raise HeaderFault("double_columns", double)
        return mapping

    def is_empty(self, code: str, text: str) -> bool:
        """Tell whether a cell says nothing: blank, or a word that people put where there is nothing to say."""
        return not text or (text in EMPTY_WORDS and code not in self.may_say_none)


def is_mark_row(cells: Sequence[object]) -> bool:
    """Tell whether a row is the second header row, which only says what must be filled."""
    words = [text_of(cell) for cell in cells if text_of(cell).strip()]
    return bool(words) and all(len(w) < 20 and any(mark in w for mark in MARKS) for w in words)


def _plain(header: object) -> str:
    return re.sub(r"[\s*\ufeff]", "", unicodedata.normalize("NFKC", text_of(header))).upper()
