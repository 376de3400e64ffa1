"""Workbooks are opened by a child under limits: good ones come in as texts, bad ones are one word, none harms the parent."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.foundation.workbooks import BROKEN, EMPTY, LOCKED, MAIN, packed, sheet, types
from workflow_app.foundation import workbook, workbook_child
from workflow_app.foundation.workbook import UnreadableWorkbook, claimed_rows, workbook_rows

MB = 1024 * 1024
STYLES = f'<styleSheet xmlns="{MAIN}">{{}}</styleSheet>'
TEXTS = f'<sst xmlns="{MAIN}">{{}}</sst>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "stored"


def fault_of(path: Path) -> str:
    with pytest.raises(UnreadableWorkbook) as wrong:
        list(workbook_rows(path))
    return wrong.value.code


def said(capture: pytest.CaptureFixture[bytes], *words: str) -> list[object]:
    """What the child says, asked in this process."""
    workbook_child.main(list(words))
    return [json.loads(line) for line in capture.readouterr().out.splitlines()]


def test_rows_come_in_as_texts_by_number_without_a_zip_file_opened_here(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = (
        '<c r="B2"><v>12.0</v></c><c r="C2"><v>1.5</v></c><c r="D2"><f>1+1</f><v>2</v></c><c r="F2" t="b"><v>1</v></c>'
    )
    path.write_bytes(packed(sheet=sheet(cells, row="2", head='<dimension ref="A1:F2"/>')))
    monkeypatch.delattr(zipfile.ZipFile, "open")
    assert claimed_rows(path) == 2
    assert list(workbook_rows(path)) == [(2, ["", "12", "1.5", "=1+1", "", "True"])]
    assert list(workbook_rows(path, values=True)) == [(2, ["", "12", "1.5", "2", "", "True"])]


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_is_wrong_inside_is_one_word(
    path: Path, name: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path.write_bytes(BROKEN[name])
    assert said(capsysbinary, "rows", str(path), "cells")[-1] == {"fault": "broken"}


@pytest.mark.parametrize(
    ("content", "code"), [(LOCKED, "locked"), (EMPTY, "empty"), (BROKEN["corrupt deflate"], "broken")]
)
def test_the_parent_hears_of_it(path: Path, content: bytes, code: str) -> None:
    path.write_bytes(content)
    assert fault_of(path) == code


@pytest.mark.parametrize(
    "parts",
    [
        {"styles": STYLES.format("<a/>" * (21 * MB // 4))},
        {"styles": STYLES.format("<a/>" * (21 * MB // 4)), "types": types().replace("styles+xml", "worksheet+xml")},
        {"texts": TEXTS.format("<si/>" * (51 * MB // 5))},
        {"texts": TEXTS.format("<si/>" * (21 * MB // 5)), "types": types().replace("sharedStrings+xml", "other+xml")},
    ],
    ids=["styles", "styles called a sheet", "texts", "texts of another type"],
)
def test_a_part_that_is_held_in_memory_has_a_size(
    path: Path, parts: dict[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path.write_bytes(packed(**parts))
    assert path.stat().st_size < MB
    assert said(capsysbinary, "check", str(path)) == [{"fault": "too_large"}]


def test_texts_are_known_by_their_type_and_sheets_may_be_long(
    path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    row = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    long = sheet().replace("<row ", row * (22 * MB // len(row)) + "<row ")
    path.write_bytes(packed(texts=TEXTS.format("<si><t>x</t></si>" * (22 * MB // 17)), sheet=long))
    assert said(capsysbinary, "check", str(path)) == [{"rows": 0}]


def test_what_needs_too_much_memory_ends_the_child_and_nobody_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MEMORY", 80 * MB)
    path.write_bytes(packed(sheet=sheet("<c/>" * (8 * MB // 4))))
    assert fault_of(path) == "too_large"


def test_what_takes_too_long_is_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(packed(sheet=sheet("<c/>" * (30 * MB // 4))))
    with pytest.raises(UnreadableWorkbook, match="too_large"):
        list(workbook_rows(path, cpu_seconds=1))
    with pytest.raises(UnreadableWorkbook, match="too_large"):
        list(workbook_rows(path, wall=0.5))


def test_a_short_text_named_a_million_times_is_not_a_long_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_TEXT", 2 * MB)
    texts = TEXTS.format(f"<si><t>{'长' * 30_000}</t></si>")
    path.write_bytes(packed(texts=texts, sheet=sheet('<c t="s"><v>0</v></c>' * 37)))
    assert fault_of(path) == "too_large"


def test_a_text_ends_where_spreadsheets_end(path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    path.write_bytes(packed(sheet=sheet(f'<c t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>')))
    assert said(capsysbinary, "rows", str(path), "cells")[0] == [1, ["x" * 32_767]]
