"""The kinds of letters are data: complete, unique, numbered by the standard."""

import re

import pytest

from tests.letters.samples import OWN, sample
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.letters.catalogue import LETTERS, SAMPLE, TEMPLATES, letter_kind, load_letters

REMEDIES = {
    **{"L01": False, "L02": False, "L03": True, "L04": False, "L06": False, "L07": True, "L08": True, "L11": False},
    **{"L09": False, "L10": True, "L10N": False},
    **{"L12": False, "L13": True, "L13B": False, "L14": False, "L15": True, "L15B": False},
}
NOTICES = ("L01", "L02", "L03", "L04", "L06", "L09", "L10N", "L11", "L12", "L13", "L13B", "L14", "L15B")
FORMATS = dict.fromkeys(NOTICES, "notice") | dict.fromkeys(("L07", "L08", "L10", "L15"), "decision")


@pytest.mark.parametrize("code", REMEDIES)
def test_a_kind_tells_of_remedies_as_the_rulebook_says(code: str) -> None:
    assert LETTERS[code].remedy is REMEDIES[code]


@pytest.mark.parametrize("code", FORMATS)
def test_decisions_have_a_red_head_and_notices_the_letter_format(code: str) -> None:
    assert LETTERS[code].format == FORMATS[code]


def test_no_two_kinds_share_a_number_series() -> None:
    words = [kind.kind_word for kind in LETTERS.values()]
    assert len(words) == len(set(words))


def test_a_number_is_organ_kind_year_in_brackets_and_a_serial_without_zeros() -> None:
    assert LETTERS["L07"].number(organ_code="甘建", year=2026, serial=12) == "甘建信修决〔2026〕12号"


@pytest.mark.parametrize("code", sorted(OWN))
def test_the_sample_carries_exactly_what_the_kind_knows(code: str) -> None:
    assert set(sample(code)) <= set(LETTERS[code].keys)


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_every_mandatory_item_is_used_by_the_template(code: str) -> None:
    kind = LETTERS[code]
    shared = "".join(p.read_text("utf-8") for p in (TEMPLATES / "_shared").glob("*.html"))
    text = (kind.folder / "letter.html").read_text("utf-8") + shared
    unused = [item.key for item in kind.items if not re.search(rf"\b{item.key}\b", text)]
    assert unused == []


def test_every_kind_has_a_sample() -> None:
    assert [kind.code for kind in LETTERS.values() if not (kind.folder / SAMPLE).is_file()] == []


def test_the_documentation_shows_pictures_that_are_there() -> None:
    docs = TEMPLATES.parents[1] / "docs"
    shown = re.findall(r"!\[([^]]+)]\(pictures/letters/(\w+)\.png\)", (docs / "letters.md").read_text("utf-8"))
    assert {code: title for title, code in shown} == {code: LETTERS[code].title for _, code in shown}
    assert {code for _, code in shown} == {path.stem for path in (docs / "pictures" / "letters").glob("*.png")}
    assert len(shown) >= 19


def test_an_unknown_code_is_a_fault_of_the_installation() -> None:
    with pytest.raises(ConfigurationFault, match="letter_unknown"):
        letter_kind("L99")


def test_a_kind_without_a_template_stops_the_start(tmp_path) -> None:
    folder = tmp_path / "repair" / "L01_x"
    folder.mkdir(parents=True)
    (tmp_path / "_shared").mkdir()
    (tmp_path / "_shared" / "common.yaml").write_text("items: {}\nremedy_items: {}\noptional: {}\n")
    (folder / "meta.yaml").write_text(
        "{code: L01, title: x, kind_word: x, format: notice, remedy: false, version: 1, items: {}}"
    )
    with pytest.raises(ConfigurationFault, match="letter_template_missing"):
        load_letters(tmp_path)
