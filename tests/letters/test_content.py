"""Each mandatory item of rulebook §9.2, taken away: the letter is refused and the item named in Chinese."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.letters.samples import sample
from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters.catalogue import LETTERS
from workflow_app.letters.content import freeze

EMPTY: list[Any] = [None, "", "  ", "\u3000\u3000", "\u200b", [], {}]


def _items() -> Iterator[Any]:
    for code, kind in LETTERS.items():
        for item in kind.items:
            yield pytest.param(code, item, id=f"{code}-{item.key}")


def _parts() -> Iterator[Any]:
    for code, kind in LETTERS.items():
        for item in kind.items:
            for part, title in item.of.items():
                yield pytest.param(code, item, part, title, id=f"{code}-{item.key}-{part}")


def _complete(code: str, key: str) -> dict[str, Any]:
    """A content in which the item is owed: L03 owes some only for the ground that asks for them."""
    when = next(item.when for item in LETTERS[code].items if item.key == key)
    return sample(code, **{when[0]: [when[1]]}) if when else sample(code)


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_a_complete_content_is_frozen(code: str) -> None:
    assert freeze(LETTERS[code], sample(code))["organ_name"] == sample(code)["organ_name"]


@pytest.mark.parametrize(("code", "item"), _items())
def test_a_missing_item_is_named(code: str, item: Any) -> None:
    content = _complete(code, item.key)
    content.pop(item.key, None)
    with pytest.raises(RuleViolation) as refusal:
        freeze(LETTERS[code], content)
    assert (refusal.value.code, refusal.value.facts["missing"]) == ("letter_incomplete", [item.title])


@pytest.mark.parametrize("blank", EMPTY, ids=repr)
@pytest.mark.parametrize(("code", "item"), _items())
def test_a_blank_item_is_missing(code: str, item: Any, blank: Any) -> None:
    with pytest.raises(RuleViolation) as refusal:
        freeze(LETTERS[code], _complete(code, item.key) | {item.key: blank})
    assert item.title in refusal.value.facts["missing"]


@pytest.mark.parametrize(("code", "item", "part", "title"), _parts())
def test_a_blank_part_of_an_item_is_named(code: str, item: Any, part: str, title: str) -> None:
    content = sample(code)
    holder = content[item.key][0] if item.kind == "rows" else content[item.key]
    holder[part] = ""
    with pytest.raises(RuleViolation) as refusal:
        freeze(LETTERS[code], content)
    assert [name for name in refusal.value.facts["missing"] if title in name and item.title in name]


def test_all_missing_items_are_named_at_once() -> None:
    with pytest.raises(RuleViolation) as refusal:
        freeze(LETTERS["L02"], sample("L02", due_on=None, contact_phone=""))
    assert refusal.value.facts["missing"] == ["联系电话", "办结期限"]


@pytest.mark.parametrize("wrong", ["2026-02-29", "下周", "2026/11/24"])
def test_what_is_no_day_does_not_pass_as_a_date(wrong: str) -> None:
    with pytest.raises(RuleViolation, match="letter_incomplete"):
        freeze(LETTERS["L02"], sample("L02", due_on=wrong))


def test_a_date_is_the_same_as_object_or_as_text() -> None:
    kind = LETTERS["L02"]
    assert freeze(kind, sample("L02", due_on="2026-12-03")) == freeze(kind, sample("L02", due_on=date(2026, 12, 3)))


def test_what_the_ground_does_not_ask_for_may_be_left_out() -> None:
    content = sample("L03", ground_kinds=["other"], earliest_date=None)
    assert freeze(LETTERS["L03"], content)["earliest_date"] is None


def test_an_article_nobody_verified_does_not_print() -> None:
    bases = [{"text": "《某办法》第三条", "verified": False}, {"text": "《某法》第一条", "verified": True}]
    with pytest.raises(RuleViolation) as refusal:
        freeze(LETTERS["L07"], sample("L07", legal_bases=bases))
    assert (refusal.value.code, refusal.value.facts["bases"]) == ("letter_basis_unverified", ["《某办法》第三条"])


def test_an_article_in_the_clerks_own_word_prints() -> None:
    bases = [{"text": "《某办法》第三条", "verified": False, "filled_by_clerk": True}]
    assert freeze(LETTERS["L07"], sample("L07", legal_bases=bases))["legal_bases"] == bases


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("示例\U00031350公司", "\U00031350（U+31350）"),
        ("示例😀公司", "U+1F600"),
        ("示例\ue001公司", "U+E001"),
        ("abc\u202etxt.exe", "U+202E"),
        ("零\u200b宽", "U+200B"),
        ("བོད", "བ（U+0F56）"),
        ("a\x00b", "U+0000"),
        ("葛\U000e0100城", "U+E0100"),
    ],
)
def test_a_character_no_font_has_is_named_wherever_it_stands(text: str, named: str) -> None:
    rows = [{"name": "罚款缴纳凭证", "requirement": text}]
    with pytest.raises(RuleViolation) as refusal:
        freeze(LETTERS["L04"], sample("L04", missing_items=rows))
    assert refusal.value.code == "letter_unprintable"
    assert named in refusal.value.facts["characters"]


@pytest.mark.parametrize("name", ["䶮㛃𬭳鎔喆堃祎昇珺玥", "𠮷𡈼𪚥", "㐀㐁", "犇骉麤龘"])
def test_names_with_rare_characters_pass(name: str) -> None:
    assert freeze(LETTERS["L02"], sample("L02", addressee_name=name))["addressee_name"] == name


def test_a_key_the_letter_does_not_know_is_left_out() -> None:
    assert "internal_note" not in freeze(LETTERS["L02"], sample("L02", internal_note="内部意见"))


def test_a_value_that_is_not_plain_is_a_fault_of_the_program() -> None:
    with pytest.raises(TypeError):
        freeze(LETTERS["L02"], sample("L02", due_on=object()))
