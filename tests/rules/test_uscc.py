"""Credit codes: the vectors of the rulebook (§8.2), an independent library, and everything people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as independent

from workflow_app.law.uscc import ALPHABET, check, check_digit


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "91620000M000100Y4M", "91110000600037341L", "12100000000018032A", "11620100MBW381091D"],
)
def test_genuine_codes(code: str) -> None:
    found = check(code)
    assert (found.valid, found.reason, found.normalised) == (True, "ok", code)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91350100M000100Y4Z", "bad_character"),  # Z is not in the set
        ("91350100M000100Y44", "bad_check_digit"),
        ("91350100M000100Y4", "bad_length"),
        ("91350100M000100Y433", "bad_length"),
        ("", "bad_length"),
        ("91350100I000100Y43", "bad_character"),
        ("91350100M000100O43", "bad_character"),
        ("91350100M000100S43", "bad_character"),
        ("91350100M000100V43", "bad_character"),
        ("9135-100M000100Y43", "bad_character"),
        ("9135010AM000100Y43", "bad_region"),
        ("91990100M000100Y43", "bad_region"),
        ("91000000M000100Y43", "bad_region"),
        ("91350100M000100①43", "bad_character"),
        ("٩1350100M000100Y43", "bad_character"),
        ("中华人民共和国中华人民共和国统一代码", "bad_character"),
    ],
)
def test_what_is_wrong_first(code: str, reason: str) -> None:
    found = check(code)
    assert (found.valid, found.reason) == (False, reason)


@pytest.mark.parametrize(
    "typed",
    [
        "91350100m000100y43",
        "  91350100M000100Y43\n",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "９１３５０１００ｍ０００１００ｙ４３",
        "91350100 M000100Y 43",
        "\u300091350100M000100Y43\u00a0",
    ],
)
def test_codes_as_people_type_them(typed: str) -> None:
    found = check(typed)
    assert (found.valid, found.normalised) == (True, "91350100M000100Y43")


@given(
    st.text(ALPHABET, min_size=9, max_size=9), st.integers(110000, 659999), st.sampled_from(["91", "92", "93", "11"])
)
def test_check_digits_agree_with_an_independent_library(rest: str, region: int, kind: str) -> None:
    first_17 = f"{kind}{region}{rest}"
    assert check_digit(first_17) == independent.calc_check_digit(first_17)
    assert check(first_17 + check_digit(first_17)).reason in ("ok", "bad_region")


@given(st.text(ALPHABET, min_size=9, max_size=9), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_changed_character_is_always_noticed(rest: str, place: int, char: str) -> None:
    first_17 = f"91620102{rest}"
    code = first_17 + check_digit(first_17)
    changed = code[:place] + char + code[place + 1 :]
    assert check(changed).valid is (changed == code)


@given(st.text(max_size=30))
def test_no_text_breaks_the_check(text: str) -> None:
    found = check(text)
    assert found.valid is (found.reason == "ok")
