"""The picture of a seal: a ring with the name of the organ and a star, drawn from the letter fonts; always the same bytes."""

import math
from functools import lru_cache
from threading import Lock

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.letters.glyphs import FONTS

RED = "#e60012"
SAMPLE = "样章"  # no seal at all
TRIAL = "测试"  # a signature, but by a certificate that only says of itself whose it is

_drawing = Lock()  # letters are made by several threads; an opened font may be read by one at a time


def sample_seal(organ: str) -> str:
    """Return the sample seal (样章) of an organ as SVG."""
    return drawn_seal(organ, SAMPLE)


def drawn_seal(organ: str, framed: str) -> str:
    """Return the seal of an organ as SVG, with two framed characters that say what it is, or none for a real one."""
    with _drawing:
        return _drawn(organ, framed)


@lru_cache(128)
def _drawn(organ: str, framed: str) -> str:
    """Draw a seal as outlines: as text its characters would be mixed into what is copied from the letter."""
    count = len(organ)
    span, size = min(260, 24 * count), min(23.0, 350 / max(count, 1))
    parts = [f'<circle cx="100" cy="100" r="95" fill="none" stroke="{RED}" stroke-width="5.5"/>', _star()]
    for index, character in enumerate(organ):
        angle = -span / 2 + (span * index / (count - 1) if count > 1 else span / 2)
        place = f"rotate({angle:.2f} 100 100) translate({100 - size / 2:.2f} {13 + 0.88 * size:.2f})"
        parts.append(_glyph(character, f"{place} scale({size / 1000:.5f} {-size / 1000:.5f})"))
    # framed, above the lines of the signature, which stay readable
    if framed:
        parts.append(f'<rect x="61" y="55" width="78" height="32" fill="none" stroke="{RED}" stroke-width="3"/>')
    parts += [_glyph(c, f"translate({66 + 34 * i} 81) scale(.034 -.034)") for i, c in enumerate(framed)]
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
