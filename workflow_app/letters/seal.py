"""Where the seal comes from. A signing service plugs in as `SealProvider`; without one every letter says 样章."""

import math
from functools import lru_cache
from threading import Lock
from typing import Protocol

from flask import current_app

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.letters.glyphs import FONTS

RED = "#e60012"


class SealProvider(Protocol):
    """What seals letters: a picture printed with them, a signature put on the finished file, or both."""

    title: str  # what the picture is called where it cannot be seen

    def mark(self, organ: str) -> str | None:
        """Return the seal of an organ as SVG to print on the letter, or None where the signature brings its own."""

    def seal(self, pdf: bytes, *, organ: str) -> bytes:
        """Return the finished file signed; called once, before the file is stored."""


class NullSeal:
    """No seal: prints a sample that nobody can take for one, and signs nothing."""

    title = "样章"

    def mark(self, organ: str) -> str | None:
        """Return the sample seal (样章)."""
        return sample_seal(organ)

    def seal(self, pdf: bytes, *, organ: str) -> bytes:  # noqa: ARG002
        """Return the file as it is."""
        return pdf


def seal_provider() -> SealProvider:
    """Return the provider of the current application (`app.extensions["letter_seal"]`), by default the sample."""
    found: SealProvider = current_app.extensions.setdefault("letter_seal", NullSeal())
    return found


_drawing = Lock()  # letters are made by several threads; an opened font may be read by one at a time


def sample_seal(organ: str) -> str:
    """Return the sample seal of an organ as a drawing."""
    with _drawing:
        return _drawn(organ)


@lru_cache(128)
def _drawn(organ: str) -> str:
    """Draw the sample seal as outlines: as text its characters would be mixed into what is copied from the letter."""
    count = len(organ)
    span, size = min(260, 24 * count), min(23.0, 350 / max(count, 1))
    parts = [f'<circle cx="100" cy="100" r="95" fill="none" stroke="{RED}" stroke-width="5.5"/>', _star()]
    for index, character in enumerate(organ):
        angle = -span / 2 + (span * index / (count - 1) if count > 1 else span / 2)
        place = f"rotate({angle:.2f} 100 100) translate({100 - size / 2:.2f} {13 + 0.88 * size:.2f})"
        parts.append(_glyph(character, f"{place} scale({size / 1000:.5f} {-size / 1000:.5f})"))
    # framed, above the lines of the signature, which stay readable
    parts.append(f'<rect x="61" y="55" width="78" height="32" fill="none" stroke="{RED}" stroke-width="3"/>')
    parts += [_glyph(c, f"translate({66 + 34 * i} 81) scale(.034 -.034)") for i, c in enumerate("样章")]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200">'
        f'<g fill="{RED}">{"".join(parts)}</g></svg>'
    )


def _star() -> str:
    corners = [(36 * k, 13 if k % 2 == 0 else 4.97) for k in range(10)]
    points = [(100 + r * math.sin(math.radians(a)), 174 - r * math.cos(math.radians(a))) for a, r in corners]
    return f'<polygon points="{" ".join(f"{x:.2f},{y:.2f}" for x, y in points)}"/>'


@lru_cache(1)
def _fonts() -> list[tuple[dict[int, str], object, object]]:
    from fontTools.ttLib import TTFont

    opened = [TTFont(FONTS / n, lazy=True) for n in ("FandolSong-Regular.otf", "NotoSerifSC_600SemiBold.ttf")]
    return [(font.getBestCmap(), font.getGlyphSet(), font) for font in opened]


def _glyph(character: str, transform: str) -> str:
    from fontTools.pens.svgPathPen import SVGPathPen

    for codes, glyphs, _font in _fonts():
        if ord(character) in codes:
            pen = SVGPathPen(glyphs, ntos=lambda v: str(round(v)))
            glyphs[codes[ord(character)]].draw(pen)  # type: ignore[index]
            return f'<path transform="{transform}" d="{pen.getCommands()}"/>'
    raise ConfigurationFault("letter_seal_glyph", character=character)
