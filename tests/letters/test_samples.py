"""One sample of every letter, and what the rulebook asks of each: files that any reader opens, the same bytes everywhere."""

import io
import json
import subprocess
from pathlib import Path

import pikepdf
import pytest
import yaml
from PIL import Image, ImageChops

from tests.letters.making import question, set_sample
from tests.letters.pdf_reading import LEFT, LINE, TOP, Word, body_lines, flat, words_of
from workflow_app.letters.catalogue import LETTERS
from workflow_app.letters.child import PressChild
from workflow_app.letters.samples import CODE, MAIN_CODES, sample_letter, write_samples

MANDATORY = yaml.safe_load((Path(__file__).parent / "mandatory.yaml").read_text("utf-8"))
CODES = sorted(LETTERS)


@pytest.mark.parametrize("code", sorted(MANDATORY))
def test_a_kind_owes_what_the_rulebook_lists(code: str) -> None:
    assert set(MANDATORY[code]) - {item.key for item in LETTERS[code].items} == set()


def test_the_letters_of_repair_and_objection_are_all_there() -> None:
    assert [code for code in MAIN_CODES[:16] if code not in LETTERS] == []
    assert [code for code in MAIN_CODES[:16] if code not in MANDATORY] == []


@pytest.mark.parametrize("code", CODES)
def test_a_sample_is_a_whole_file_with_structure(code: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(set_sample(code))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in checked.stdout
    with pikepdf.open(path) as pdf:
        assert pdf.Root.MarkInfo.Marked and pdf.Root.StructTreeRoot.K
        assert pdf.docinfo["/Title"] == "".join(_title(code))
        assert all(
            [float(v) for v in page.MediaBox] == pytest.approx([0, 0, 595.28, 841.89], abs=0.1) for page in pdf.pages
        )


def _title(code: str) -> tuple[str, str]:
    content = question(code)["content"]
    return content["organ_name"], content["title"]


def test_samples_are_written_flat_one_file_a_kind_and_take_no_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    few = {code: LETTERS[code] for code in ("L02", "L11")}
    monkeypatch.setattr("workflow_app.letters.samples.LETTERS", few)
    written = write_samples(tmp_path / "out", base="http://example.test")
    assert [path.name for path in written] == [
        "L02_信用修复申请受理通知书.pdf",
        "L11_信用修复办理终止（中止）通知书.pdf",
    ]
    assert CODE in flat(written[0].read_bytes())


@pytest.mark.parametrize("code", ["L01", "L07", "L15"])
def test_another_process_gives_the_same_bytes(code: str) -> None:
    press = PressChild()
    try:
        answer, pdf = press.ask(question(code))
    finally:
        press.close()
    assert answer["ok"]
    assert pdf == set_sample(code)


def test_a_letter_that_stands_for_two_says_which() -> None:
    ended, stopped = (sample_letter("L11", base="", ended=value).pdf for value in (True, False))
    assert "信用修复办理终止通知书" in flat(ended)
    assert "信用修复办理中止通知书" in flat(stopped)


def _find(pdf: bytes, text: str) -> Word:
    return next(w for w in words_of(pdf) if text in w.text)


def test_the_seal_stands_over_signature_and_day() -> None:
    """Red pixels of the last page: as wide as a seal of 42 mm, centred on the signature, the day inside it (7.3.5)."""
    pdf = set_sample("L02")
    page = max(w.page for w in words_of(pdf))
    signed = [w for w in words_of(pdf) if w.page == page and w.text == "2026年11月24日"][-1]
    command = ["pdftoppm", "-r", "50.8", "-png", "-f", str(page), "-l", str(page), "-"]  # 2 pixels a millimetre
    shot = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    with Image.open(io.BytesIO(shot)).convert("RGB") as picture:
        red, green, _ = picture.split()
        left, top, right, bottom = (
            v / 2 for v in ImageChops.subtract(red, green).point(lambda v: 255 * (v > 60)).getbbox()
        )
    assert (right - left, bottom - top) == (pytest.approx(41, abs=1.5), pytest.approx(41, abs=1.5))
    assert (left + right) / 2 == pytest.approx((signed.left + signed.right) / 2, abs=1)
    assert top < signed.top - LINE < signed.bottom < bottom, "signature and day both stand under the seal"
    text_above = max(w.bottom for w in words_of(pdf) if w.page == page and w.bottom < signed.top - LINE)
    assert top - text_above < LINE, "its top within a line of the text"


def test_an_attachment_has_its_own_page_head_and_title_and_the_letter_names_it() -> None:
    pdf = set_sample("L01")
    mark = next(w for w in words_of(pdf) if w.text == "附件")
    title = next(w for w in words_of(pdf) if w.text == "信用承诺书样式" and w.page == mark.page)
    named = next(w for w in words_of(pdf) if w.text == "附件：信用承诺书样式")
    assert mark.page == named.page + 1 == max(w.page for w in words_of(pdf))
    assert (mark.left, mark.middle) == (pytest.approx(LEFT, abs=0.6), pytest.approx(TOP + LINE / 2, abs=1))
    assert ((title.left + title.right) / 2, title.middle) == (
        pytest.approx(LEFT + 78, abs=1),
        pytest.approx(TOP + 2.5 * LINE, abs=1.2),
    )
    assert named.left == pytest.approx(LEFT + 2 * 5.57, abs=0.8)


def test_copies_stand_without_rules_at_the_foot_of_a_notice() -> None:
    pdf = set_sample("L02", copies_to=["甘肃省发展和改革委员会"])
    word = _find(pdf, "抄送：甘肃省发展和改革委员会。")
    assert word.page == max(w.page for w in words_of(pdf))
    assert word.bottom == pytest.approx(TOP + 225, abs=3.5)
    assert "印发" not in flat(pdf)


def test_a_table_keeps_the_grid_and_repeats_its_head() -> None:
    changes = [
        {"name": f"项目{i}", "before": "38000.00", "after": "一段需要两行才能放下的更正后的内容，说明情况"}
        for i in range(20)
    ]
    pdf = set_sample("L15", changes=changes)
    rows = [(y - TOP) / LINE - 0.5 for y in body_lines(pdf, 2)]
    assert [row - round(row) for row in rows] == pytest.approx([0] * len(rows), abs=0.2)
    heads = [w.page for w in words_of(pdf) if w.text == "更正前"]
    assert len(heads) == len(set(heads)) >= 2


def test_the_data_of_a_sample_is_what_it_says() -> None:
    with pikepdf.open(io.BytesIO(set_sample("L16"))) as pdf:
        data = json.loads(pdf.attachments["data.json"].get_file().read_bytes())
    assert data["changes"][0]["after"] == "18000"
    assert data["title"] == "失信信息更正通知书"
