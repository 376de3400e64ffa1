"""Which characters the letter fonts can print, so that a form can say so while somebody types."""

import os
import re
import unicodedata
from functools import cache
from pathlib import Path

from workflow_app.foundation.errors import ConfigurationFault

FONTS = Path(os.environ.get("LETTER_FONTS", Path(__file__).parents[2] / "fontset"))

# Controls, direction marks, zero-width marks, variation selectors, private use, noncharacters, pictographs: invisible,
# reordering what is read, or another thing on the next machine. Tab and line break are layout, not content.
_REFUSED = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\ue000-\uf8ff\U0001f000-\U0001faff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def unprintable(text: str) -> list[str]:
    """Return the characters no letter can carry, each once, as `𰻞（U+30EDE）`; invisible ones by code only."""
    found = dict.fromkeys(c for c in unicodedata.normalize("NFC", text) if c not in "\n\t" and not _printable(c))
    return [f"U+{ord(c):04X}" if _REFUSED.match(c) else f"{c}（U+{ord(c):04X}）" for c in found]


def replaced(text: str) -> str:
    """Return a text with 〓, the printer's mark for a missing type, in place of each character that cannot print."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(c if c in "\n\t" or _printable(c) else "〓" for c in normal)


def _printable(character: str) -> bool:
    return not _REFUSED.match(character) and ord(character) in covered()


@cache
def covered() -> frozenset[int]:
    """Return the code points the body's font chain covers. Read once per process, in about half a second."""
    from fontTools.ttLib import TTFont  # only who checks a text pays for the import

    points: set[int] = set()
    for name in BODY_CHAIN:
        path = FONTS / name
        if not path.exists():
            raise ConfigurationFault("letter_font_missing", font=name, folder=str(FONTS))
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


# 仿宋 first; then the serif whose weight matches it, for the standard characters it lacks; then the extensions B to F.
BODY_CHAIN = ("FandolFang-Regular.otf", "NotoSerifSC_300Light.ttf", "HanaMinA.ttf", "HanaMinB.ttf")
