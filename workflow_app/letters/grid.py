"""The figures of GB/T 9704-2012 that depend on the words: how large the head is, how wide the signature, what keeps the grid.

Lengths are millimetres and points as named; the type area is 156 by 225 mm, 22 lines of 28 characters.
"""

import math
import unicodedata
from typing import Any

from workflow_app.letters.titles import balanced, title_lines

LINE = 10.227  # mm; 22 lines are 224.99 mm (10.2273 would make 225.0006 and only 21 fit)
CHARACTER = 15.79  # pt
WIDTH = 442.2  # pt, 156 mm
TITLE_LINE = 11.76  # mm, 22 pt type
MARK_MAX = 19  # characters of the red head in a line
SIGNATURE_MAX = 20
MM = 25.4 / 72


def figures(*, organ: str, title: str, signed_on: str, sheet: str, party: str = "") -> dict[str, Any]:
    """Return what the templates need: lines of head, title and signature, their sizes, the pad that keeps the grid.

    `sheet` is the format of the letter; `party` is whom minutes are about: their title names it, their head the kind.
    """
    mark = balanced({"decision": f"{organ}文件", "minutes": f"{organ}{title}"}.get(sheet, organ), MARK_MAX)
    mark_pt, mark_spacing = _mark_size(max(map(len, mark)), largest=34 if sheet == "notice" else 46)
    titles = title_lines(f"关于{party}的" if sheet == "minutes" else organ, title)
    signature = balanced(organ, SIGNATURE_MAX)
    used = _head(sheet, mark_pt * MM * (1.12 * len(mark) + 0.16 * (len(mark) - 1))) + TITLE_LINE * len(titles)
    rows = math.ceil((used + 0.55 * LINE) / LINE)  # at least about half a line between title and addressee
    return {
        "mark_lines": mark,
        "mark_pt": mark_pt,
        "mark_spacing": mark_spacing,
        "title_lines": titles,
        "title_pad": round(rows * LINE - used, 3),
        "signature_lines": signature,
        "signature_right": _signature_right(signature, signed_on),
        "signed_on": signed_on,
    }


def _head(sheet: str, mark: float) -> float:
    """Height of head and rule above the title.

    Documents and minutes: 35 mm, head, two lines, number, 4 mm, rule, two lines. Letter format: head from 7 mm
    above the type area, 4 mm, rules, number, two lines.
    """
    if sheet == "notice":
        return -7 + mark + 4 + 1.95 + 4.94 - 2.3 + LINE + 2 * LINE - 2.3
    return 35 + mark + 2 * LINE - 2.3 + LINE + 1.7 + 1.1 + 2 * LINE


def _mark_size(count: int, *, largest: int) -> tuple[float, float]:
    size = min(largest, WIDTH * 0.98 / count)
    spacing = max(0.0, min(8.0, (WIDTH * 0.94 - count * size) / count))
    return round(size, 1), round(spacing, 2)


def _signature_right(signature: list[str], signed_on: str) -> float:
    """Right indent of the signature: the date four characters in, the organ centred over it, all within the area."""
    organ, signed = max(width(line) for line in signature), width(signed_on)
    return round(max(0.0, 4 * CHARACTER - max(0.0, organ - signed) / 2), 2)


def width(text: str) -> float:
    """Width of a text in points at body size: full for ideographs, half for Latin letters and digits."""
    return sum(CHARACTER if unicodedata.east_asian_width(c) in "WF" or ord(c) > 0x2000 else CHARACTER / 2 for c in text)
