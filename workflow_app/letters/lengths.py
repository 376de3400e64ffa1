"""How much a letter can carry: checked when it is issued, and once more by the press. Figures measured (design: letters, §5)."""

import re
from typing import Any

MAX_TEXT, MAX_LINES, MAX_RUN = 20_000, 200, 400  # characters and line breaks of a passage, characters without a break
LINE = 28  # characters
MAX_SET_LINES = 1_100  # of the whole letter: 50 pages of 22, so that heads and signature stay within 60 pages
_RUN = re.compile(rf"[^\s\u2e80-\U0003ffff]{{{MAX_RUN},}}")


class TextTooLong(ValueError):
    """A passage that would cost minutes or hundreds of pages to set."""


def check_length(value: Any) -> None:
    """Raise TextTooLong where any text in a content is longer than a letter can carry."""
    if isinstance(value, str):
        if len(value) > MAX_TEXT or value.count("\n") > MAX_LINES or _RUN.search(value):
            raise TextTooLong(f"{len(value)} characters, {value.count(chr(10))} line breaks")
        return
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        check_length(part)


def is_too_long(value: Any) -> bool:
    """Tell whether any text in a value is longer than a letter can carry."""
    try:
        check_length(value)
    except TextTooLong:
        return True
    return False


def set_lines(value: Any) -> int:
    """Return about how many lines the texts in a value take on the page."""
    if isinstance(value, str):
        return sum(1 + len(line) // LINE for line in value.split("\n"))
    return sum(map(set_lines, value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()))
