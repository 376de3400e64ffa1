"""Reading a finished letter back: words with their places, per page, in millimetres from the upper left corner."""

import re
import subprocess
from dataclasses import dataclass
from functools import cache

MM = 25.4 / 72
TOP, LEFT, LINE = 37.0, 28.0, 10.227


@dataclass(frozen=True)
class Word:
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def text_of(pdf: bytes, *, layout: bool = False) -> str:
    """The text as laid out on the page, or in the order in which it was written: a table then reads cell by cell."""
    command = ["pdftotext", "-layout" if layout else "-raw", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def flat(pdf: bytes) -> str:
    """The text without white space and page numbers: a passage of a letter breaks anywhere."""
    return re.sub(r"—\d+—", "", re.sub(r"\s+", "", text_of(pdf)))


@cache
def words_of(pdf: bytes) -> tuple[Word, ...]:
    xml = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    found, page = [], 0
    pattern = r'<page |<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
    for match in re.finditer(pattern, xml):
        if match[0] == "<page ":
            page += 1
        else:
            box = [float(match[i]) * MM for i in range(1, 5)]
            found.append(Word(page, *box, match[5]))
    return tuple(found)


def body_lines(pdf: bytes, page: int) -> list[float]:
    """The middles of the lines of body type inside the type area of a page, top to bottom."""
    inside = [w for w in words_of(pdf) if w.page == page and w.top > TOP - 1 and w.bottom < TOP + 226]
    lines: list[float] = []
    for word in sorted(inside, key=lambda w: w.middle):
        if not lines or word.middle - lines[-1] > 2:
            lines.append(word.middle)
    return lines
