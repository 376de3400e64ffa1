"""An agency's own 仿宋_GB2312 and 方正小标宋, dropped into a folder, print its letters; what is no font stops nothing."""

import json
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from tests.letters.making import question
from tests.letters.pdf_reading import LINE, TOP, body_lines
from workflow_app.letters import child
from workflow_app.letters.glyphs import FONTS
from workflow_app.letters.own_fonts import OwnFonts, own_fonts


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as an agency would leave it: two fonts under their trade names with metrics of their own, and a stray file."""
    folder = tmp_path_factory.mktemp("own")
    for source, name in (
        ("FandolFang-Regular.otf", "FangSong_GB2312"),
        ("FandolSong-Regular.otf", "FZXiaoBiaoSong-B05S"),
    ):
        with TTFont(FONTS / source, lazy=True, recalcBBoxes=False) as font:
            for row in font["name"].names:
                if row.nameID in (1, 3, 4, 6, 16):
                    row.string = name
            font["name"].names = [row for row in font["name"].names if row.nameID in (1, 2, 3, 4, 5, 6)]
            font["hhea"].ascent = 1300
            font.save(folder / f"{name}.otf")
    (folder / "readme.ttf").write_text("no font")
    return folder


@pytest.fixture(scope="module")
def found(dropped: Path) -> OwnFonts:
    return own_fonts(dropped)


def test_the_fonts_are_known_by_their_names(found: OwnFonts) -> None:
    assert dict(found.families) == {"Own FangSong": "FangSong_GB2312", "Own XiaoBiaoSong": "FZXiaoBiaoSong-B05S"}
    assert found.strange == ("readme.ttf",)


def test_an_empty_or_missing_folder_changes_nothing(tmp_path: Path) -> None:
    assert own_fonts(tmp_path).families == own_fonts(tmp_path / "none").families == {}


def test_a_letter_is_printed_in_them_and_keeps_its_grid(found: OwnFonts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_own", lambda: json.dumps(found.order()))
    press = child.PressChild()
    try:
        answer, pdf = press.ask(question("L07", record_facts="经查，该单位未按照工程设计图纸施工。" * 60))
    finally:
        press.close()
    assert answer["ok"], answer
    fonts = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert all(f"+{name}" in fonts for name in found.names)
    assert "+FandolFang" not in fonts
    lines = body_lines(pdf, 2)
    assert [round((y - TOP) / LINE - 0.5, 1) for y in lines] == pytest.approx(range(22), abs=0.15)
