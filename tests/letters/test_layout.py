"""What is seen on the page, measured in the finished file: the grid, the edges, head, signature, 版记, page numbers."""

import io
import json
import re
import subprocess
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from tests.letters.making import set_sample
from tests.letters.pdf_reading import LEFT, LINE, TOP, Word, body_lines, flat, words_of
from tests.letters.samples import sample
from workflow_app.letters.catalogue import LETTERS

CODES = sorted(LETTERS)
ON_GRID = [code for code in CODES if LETTERS[code].format != "record"]
LONG_ORGAN = "临夏回族自治州生态环境局积石山保安族东乡族撒拉族自治县分局"
LONG_NAME = ("甘肃䶮㛃鎔祎翀玥喆堃（中外合资）新能源汽车零部件研发制造与供应链管理服务" * 4)[:120]


@pytest.fixture(scope="module")
def letter() -> Callable[..., bytes]:
    made: dict[str, bytes] = {}

    def of(code: str, **changes: Any) -> bytes:
        key = f"{code}{changes}"
        return made[key] if key in made else made.setdefault(key, set_sample(code, **changes))

    return of


@pytest.fixture(scope="module")
def long(letter: Callable[..., bytes]) -> bytes:
    return letter("L07", record_facts="经查，该单位未按照工程设计图纸施工。" * 60)


def _find(pdf: bytes, text: str) -> Word:
    return next(w for w in words_of(pdf) if text in w.text)


def test_a_full_page_has_twenty_two_lines_on_the_grid(long: bytes) -> None:
    lines = body_lines(long, 2)
    assert len(lines) == 22
    assert [round((y - TOP) / LINE - 0.5, 1) for y in lines] == pytest.approx(range(22), abs=0.15)


@pytest.mark.parametrize("code", ON_GRID)
def test_the_first_page_is_back_on_the_grid_below_the_title(code: str, letter: Callable[..., bytes]) -> None:
    pdf = letter(code)
    tail = LETTERS[code].title[-3:]
    large = (w.middle for w in words_of(pdf) if w.page == 1 and w.text.endswith(tail) and w.bottom - w.top > 6.5)
    title = max(large)  # the last line of the title is above the text
    rows = [(y - TOP) / LINE - 0.5 for y in body_lines(pdf, 1) if y >= title + LINE]
    assert [row - round(row) for row in rows] == pytest.approx([0] * len(rows), abs=0.15)


def test_a_line_holds_twenty_eight_characters(long: bytes) -> None:
    full = max((w for w in words_of(long) if w.page == 2), key=lambda w: len(w.text))
    assert 26 <= len(full.text) <= 29
    assert (full.left, full.right) == (pytest.approx(LEFT, abs=0.6), pytest.approx(LEFT + 156, abs=0.6))


def test_lines_are_justified_to_the_same_edge(long: bytes) -> None:
    edges = [w.right for w in words_of(long) if w.page == 2 and w.left < LEFT + 1 and len(w.text) > 20]
    assert len(edges) > 10
    assert max(edges) - min(edges) < 0.8


def test_the_red_head_stands_thirty_five_millimetres_below_the_type_area(letter: Callable[..., bytes]) -> None:
    head = next(w for w in words_of(letter("L07")) if w.text.endswith("厅文件"))
    assert head.top == pytest.approx(TOP + 35, abs=2.5)
    assert (head.left + head.right) / 2 == pytest.approx(LEFT + 78, abs=1.5)


def test_the_notice_head_stands_thirty_millimetres_below_the_edge(letter: Callable[..., bytes]) -> None:
    assert words_of(letter("L02"))[0].top == pytest.approx(30, abs=2.5)


def test_page_numbers_stand_outside_seven_millimetres_below(long: bytes) -> None:
    numbers = {w.page: w for w in words_of(long) if w.top > TOP + 226 and re.fullmatch(r"\d+", w.text)}
    assert sorted(numbers) == list(range(1, max(numbers) + 1))
    assert [numbers[p].text for p in sorted(numbers)] == [str(p) for p in sorted(numbers)]
    assert numbers[1].left > LEFT + 130
    assert numbers[2].left < LEFT + 20
    assert numbers[2].top == pytest.approx(TOP + 225.6 + 7, abs=1.0)


def test_a_notice_shows_no_number_on_its_first_page(letter: Callable[..., bytes]) -> None:
    below = {w.page for w in words_of(letter("L03")) if w.top > TOP + 226}
    assert below == {2}


def test_the_colophon_ends_the_last_page_of_a_decision(long: bytes) -> None:
    printed = _find(long, "印发")
    assert printed.page == max(w.page for w in words_of(long))
    assert printed.bottom == pytest.approx(TOP + 225, abs=3.5)


def test_copies_are_named_in_the_colophon(letter: Callable[..., bytes]) -> None:
    assert "抄送：甘肃省发展和改革委员会。" in flat(letter("L07", copies_to=["甘肃省发展和改革委员会"]))


def test_the_date_stands_four_characters_in_with_the_organ_centred_over_it(letter: Callable[..., bytes]) -> None:
    pdf = letter("L02")
    date = [w for w in words_of(pdf) if w.text == "2026年11月24日"][-1]
    organ = [w for w in words_of(pdf) if w.text == "甘肃省住房和城乡建设厅"][-1]
    assert LEFT + 156 - date.right == pytest.approx(4 * 5.57, abs=1.0) or organ.right > date.right
    assert (date.left + date.right) / 2 == pytest.approx((organ.left + organ.right) / 2, abs=0.5)
    assert date.middle - organ.middle == pytest.approx(LINE, abs=0.1)


@pytest.mark.parametrize("count", range(6, 16))
def test_the_signature_never_stands_alone(count: int, letter: Callable[..., bytes]) -> None:
    pdf = letter("L08", reasons=["经审查，该单位提交的材料不足以证明。" * count])
    last = [w for w in words_of(pdf) if w.page == max(w.page for w in words_of(pdf))]
    before = [w for w in last if w.middle < next(s for s in last if s.text == "2026年11月24日").middle - 1.5 * LINE]
    assert sum(len(w.text) for w in before) > 5


@pytest.mark.parametrize("code", CODES)
def test_very_long_names_stay_inside_the_type_area(code: str, letter: Callable[..., bytes]) -> None:
    pdf = letter(code, organ_name=LONG_ORGAN, addressee_name=LONG_NAME, responsible_department=LONG_ORGAN)
    left, width = (26, 162) if LETTERS[code].format == "record" else (LEFT, 156)
    assert min(w.left for w in words_of(pdf)) > left - 1
    assert max(w.right for w in words_of(pdf)) < left + width + 1
    assert LONG_NAME in flat(pdf)


def test_a_long_organ_breaks_where_its_own_name_ends(letter: Callable[..., bytes]) -> None:
    texts = [w.text for w in words_of(letter("L02", organ_name=LONG_ORGAN))]
    assert texts.count("临夏回族自治州生态环境局") == 3  # head, title, signature


@pytest.mark.parametrize("code", CODES)
def test_every_font_is_embedded_and_known(code: str, letter: Callable[..., bytes]) -> None:
    listed = subprocess.run(["pdffonts", "-"], input=letter(code), capture_output=True, check=True).stdout.decode()
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows
    assert all(re.match(r"[A-Z]{6}\+(Fandol|Noto-S|Hana)", row[0]) and row[-5:-2] == ["yes"] * 3 for row in rows)


@pytest.mark.parametrize("code", CODES)
def test_the_file_is_tagged_archival_pdf_with_its_data(code: str, letter: Callable[..., bytes]) -> None:
    with pikepdf.open(io.BytesIO(letter(code))) as pdf:
        with pdf.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "zh-CN"
        assert list(pdf.attachments) == ["data.json"]
        told = pdf.attachments["data.json"].get_file().read_bytes()
        data = json.loads(told)
        said = sample(code)
        assert {key: data[key] for key in ("verify_code", "case_no") if key in data} == {
            "verify_code": "7K3M-9QWE-2HXT",
            **({"case_no": said["case_no"]} if "case_no" in said else {}),
        }


def test_the_file_is_whole(letter: Callable[..., bytes], tmp_path: Any) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter("L07"))
    assert (
        "No syntax or stream encoding errors"
        in subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=True).stdout
    )


def test_the_code_on_the_page_leads_to_the_verification(letter: Callable[..., bytes]) -> None:
    last = subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-f", "3", "-l", "3", "-"],
        input=letter("L07"),
        capture_output=True,
        check=True,
    ).stdout
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(last)))
    assert [code.text for code in found] == ["http://127.0.0.1:8000/verify/7K3M-9QWE-2HXT"]


def test_the_sample_seal_is_drawn_not_written(letter: Callable[..., bytes]) -> None:
    assert "样章" not in flat(letter("L07"))
