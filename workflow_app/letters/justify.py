"""Justification of Chinese lines: the renderer stretches only spaces, and a line shortened by a rule stays ragged.

Replaces one private function of WeasyPrint 70, which is pinned; a test measures the right edge.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.line_break import create_layout

LIMIT = 6.0  # ems of slack a line may take: a case number that does not break leaves up to five
_original = inline.justify_line


def install() -> None:
    """Let WeasyPrint use this justification from now on, in this process."""
    inline.justify_line = justify_line


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Spread the slack of a line over its characters where it is mostly Chinese, else as the renderer would."""
    texts = list(_texts(line))
    count = sum(len(t.text) for t in texts)
    ideographs = sum(c >= "\u2e80" or c in "“”‘’—…·" for t in texts for c in t.text)
    mostly = ideographs * 2 > count or not inline.count_expandable_spaces(line)
    if count > 1 and ideographs >= 2 and mostly and line.style["direction"] == "ltr":
        if extra_width <= LIMIT * line.style["font_size"]:
            _spread(context, line, extra_width / (count - 1), 0)
        return
    _original(context, line, extra_width)


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _texts(child)


def _spread(context: Any, box: Any, extra: float, shift: float) -> float:
    if isinstance(box, boxes.TextBox):
        return _spread_text(context, box, extra, shift)
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += shift
        start = shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _spread(context, child, extra, shift)
        box.width += shift - start
        return shift
    box.translate(shift, 0)
    return shift


def _spread_text(context: Any, box: Any, extra: float, shift: float) -> float:
    box.position_x += shift
    count = len(box.text)
    if not count:
        return shift
    style = box.style.copy()
    spacing = style["letter_spacing"]
    style["letter_spacing"] = (0 if spacing == "normal" else spacing) + extra
    box.style, box.justification_spacing = style, 0
    layout = create_layout(box.text, style, context, max_width=None, justification_spacing=0)
    layout.deactivate()
    box.pango_layout = layout
    box.width += extra * count
    return shift + extra * count
