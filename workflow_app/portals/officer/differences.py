"""What two texts have in common and where they part, for showing one beside the other."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

MAX_PAIRS = 100_000  # equal parts of the two to be weighed against one another: about a tenth of a second
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text: `how` is same, added or removed, seen from the first text."""

    how: str
    text: str


def pieces(mine: str, theirs: str) -> tuple[Piece, ...]:
    """Return the second text as the first one changed: what it keeps, adds and leaves out, in reading order.

    Told by characters; where too many are alike by sentences, else as a whole between the common beginning and end: the
    time this takes stays small whatever the texts are.
    """
    begin = _common(mine, theirs)
    end = _common(mine[begin:][::-1], theirs[begin:][::-1])
    a, b = mine[begin : len(mine) - end], theirs[begin : len(theirs) - end]
    parted = next((found for found in ((a, b), _sentences(a, b)) if _pairs(*found) <= MAX_PAIRS), ((a,), (b,)))
    same_end = mine[len(mine) - end :]
    return _joined([Piece(how="same", text=mine[:begin]), *_between(*parted), Piece(how="same", text=same_end)])


def _common(a: str, b: str) -> int:
    return sum(1 for _ in takewhile(lambda two: two[0] == two[1], zip(a, b, strict=False)))


def _sentences(a: str, b: str) -> tuple[Sequence[str], Sequence[str]]:
    return SENTENCE.findall(a), SENTENCE.findall(b)


def _pairs(a: Sequence[str], b: Sequence[str]) -> int:
    times = Counter(a)
    return sum(times[part] * count for part, count in Counter(b).items())


def _between(a: Sequence[str], b: Sequence[str]) -> list[Piece]:
    found: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(how="same", text="".join(a[a1:a2])))
            continue
        found.append(Piece(how="added", text="".join(b[b1:b2])))
        found.append(Piece(how="removed", text="".join(a[a1:a2])))
    return found


def _joined(found: Sequence[Piece]) -> tuple[Piece, ...]:
    """Leave out what is empty, and make one of neighbours that are alike."""
    kept: list[Piece] = []
    for piece in found:
        if kept and kept[-1].how == piece.how:
            kept[-1] = Piece(how=piece.how, text=kept[-1].text + piece.text)
        elif piece.text:
            kept.append(piece)
    return tuple(kept)
