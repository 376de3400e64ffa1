"""An agency's own fonts (方正小标宋, 仿宋_GB2312): files dropped into a folder take the place of the open ones in the next letters.

The files stay as they are. The press gets copies with the vertical metrics of the open fonts, so that the grid of 22 lines holds.
"""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(os.environ.get("LETTER_OWN_FONTS", Path(__file__).parents[2] / "instance" / "letter-fonts"))
SUFFIXES = (".ttf", ".otf")
ASCENT, DESCENT = 880, -120  # of 1000 units, as in fonts/normalize_metrics.py
# What the style sheets ask for first, and the families that answer it. Names as in the files, without spaces and case.
ROLES: Mapping[str, tuple[str, ...]] = {
    "Own FangSong": (
        "仿宋_gb2312",
        "fangsong_gb2312",
        "仿宋",
        "fangsong",
        "方正仿宋_gbk",
        "fzfangsong-z02",
        "fzfangsong-z02s",
    ),
    "Own XiaoBiaoSong": ("方正小标宋简体", "方正小标宋_gbk", "fzxiaobiaosong-b05", "fzxiaobiaosong-b05s", "小标宋"),
    "Own Hei": ("黑体", "simhei", "方正黑体_gbk", "fzhei-b01", "fzhei-b01s"),
    "Own Kai": ("楷体_gb2312", "kaiti_gb2312", "楷体", "kaiti", "方正楷体_gbk", "fzkai-z03", "fzkai-z03s"),
}


@dataclass(frozen=True)
class OwnFonts:
    """What was found: the folder of the copies, the family that stands for each role, the files no role knows."""

    folder: Path | None = None
    families: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()  # every name of the families in use
    strange: tuple[str, ...] = ()

    def order(self) -> dict[str, object]:
        """Return what the press has to know, as JSON values."""
        return {"folder": str(self.folder or ""), "families": dict(self.families), "names": list(self.names)}


def own_fonts(folder: Path | None = None) -> OwnFonts:
    """Return the agency's fonts, prepared. A file that is no font, or one that no letter uses, is named, never an error:
    letters then come in the open fonts."""
    source = folder or FOLDER
    files = sorted(p for p in source.iterdir() if p.suffix.lower() in SUFFIXES) if source.is_dir() else []
    if not files:
        return OwnFonts()
    target = Path(tempfile.gettempdir()) / f"letter-own-fonts-{os.getuid()}"
    target.mkdir(mode=0o700, exist_ok=True)
    # one folder for each set of files: a font that was taken out must not stay behind
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    target /= hashlib.sha256("".join(sorted(digests.values())).encode()).hexdigest()[:24]
    target.mkdir(exist_ok=True)
    families: dict[str, str] = {}
    names: list[str] = []
    strange = []
    for path, digest in digests.items():
        found = _prepare(path, target / f"{digest}{path.suffix.lower()}")
        role = _role(found)
        if role is None or role in families:
            strange.append(path.name)
            (target / f"{digest}{path.suffix.lower()}").unlink(missing_ok=True)
            continue
        families[role] = found[0]
        names += found
    return OwnFonts(target, families, tuple(dict.fromkeys(names)), tuple(strange))


def _role(families: list[str]) -> str | None:
    known = {name.lower().replace(" ", "") for name in families}
    return next((role for role, names in ROLES.items() if known & set(names)), None)


def _prepare(path: Path, target: Path) -> list[str]:
    """Write the copy of a font, unless it is there; return the names of its family. No font, no names."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
            names = [str(row) for number in (1, 16) for row in font["name"].names if row.nameID == number]
            if not target.exists():
                scale = font["head"].unitsPerEm / 1000
                ascent, descent = round(ASCENT * scale), round(DESCENT * scale)
                head, metrics = font["hhea"], font["OS/2"]
                head.ascent, head.descent, head.lineGap = ascent, descent, 0
                metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = ascent, descent, 0
                metrics.usWinAscent, metrics.usWinDescent = ascent, -descent
                draft = target.with_suffix(f".{os.getpid()}")
                font.save(draft)
                draft.replace(target)
    except (TTLibError, OSError, KeyError, AssertionError, ValueError):
        return []
    return list(dict.fromkeys(names))
