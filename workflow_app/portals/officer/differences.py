"""What two texts have in common and where they part, for showing one beside the other."""

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text: `how` is same, added or removed, seen from the first text."""

    how: str
    text: str


def pieces(mine: str, theirs: str) -> tuple[Piece, ...]:
    """Return the second text as the first one changed: what it keeps, adds and leaves out, in reading order."""
    found: list[Piece] = []
    matcher = SequenceMatcher(a=mine, b=theirs, autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(how="same", text=mine[a1:a2]))
            continue
        if b2 > b1:
            found.append(Piece(how="added", text=theirs[b1:b2]))
        if a2 > a1:
            found.append(Piece(how="removed", text=mine[a1:a2]))
    return tuple(found)
