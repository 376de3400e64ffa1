"""From a frozen content and a kept template to HTML: sandboxed templates, words for dates, and the figures of the grid.

Runs in the press, a child process; imports neither the web framework nor the database.
"""

import re
from datetime import date
from functools import cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from workflow_app.letters import grid
from workflow_app.letters.lengths import check_length

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_FAULTS = re.compile("【待补：[^】<]*】|〓+")
_END = ("。", "！", "？", "；", "：", "…", "。）", "。”")


def day(value: str) -> str:
    """Return an ISO date as 2026年11月24日, anything else as it is: some letters name a day in words."""
    if not _ISO.fullmatch(value):
        return value
    found = date.fromisoformat(value)
    return f"{found.year}年{found.month}月{found.day}日"


def clause(value: str) -> str:
    """Return a passage without its last full stop, to stand inside a sentence."""
    return value.rstrip("。；;. \n")


def sentence(value: str) -> str:
    """Return a passage that ends like a sentence."""
    return value if value.endswith(_END) else f"{value}。"


def numeral(number: int) -> str:
    """Return a number up to 99 as 一 二 三, for headings."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def lines(value: str) -> Markup:
    """Return a passage with its line breaks kept, everything else escaped."""
    check_length(value)
    return Markup("<br>").join(escape(part) for part in value.split("\n"))


@cache
def _environment(digest: str) -> ImmutableSandboxedEnvironment:  # noqa: ARG001 - the key of the cache
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(day=day, clause=clause, sentence=sentence, numeral=numeral, lines=lines)
    return environment


def html_of(*, digest: str, sources: dict[str, str], content: dict[str, Any], sheet: dict[str, Any]) -> str:
    """Return the letter as HTML. `sheet` says what is on the page besides the content: seal, code, draft mark.

    A blank form (`format` is form) has no organ, no number and no signature: none of the figures of a letter.
    """
    check_length(content)
    environment = _environment(digest)
    if environment.loader is None:
        environment.loader = DictLoader(sources)
    figures = _figures(content, sheet) if sheet["format"] != "form" else {}
    html = environment.get_template("letter.html").render(**content, sheet={**figures, **sheet})
    return _with_marks(html) if sheet.get("draft") else html


def _with_marks(html: str) -> str:
    """Mark in a draft what stops its issue, in place: gaps, and types no font has (the words of `preview`)."""
    head, body, rest = html.partition("<body")
    return head + body + _FAULTS.sub(r"<mark>\g<0></mark>", rest)


def _figures(content: dict[str, Any], sheet: dict[str, Any]) -> dict[str, Any]:
    return grid.figures(
        organ=content["organ_name"],
        title=content["title"],
        signed_on=day(content["issued_on"]),
        sheet=sheet["format"],
        party=content["addressee_name"],
    )


def css_of(sources: dict[str, str]) -> str:
    """Return the style of a template set: the shared sheets in the order of their names, then the letter's own."""
    shared = sorted(name for name in sources if name.startswith("_shared/") and name.endswith(".css"))
    return "\n".join(sources[name] for name in [*shared, *(n for n in ("letter.css",) if n in sources)])
