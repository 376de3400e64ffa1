"""The figures that depend on the words: where names break, how dates and numerals read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.letters.grid import MARK_MAX, figures, width
from workflow_app.letters.titles import balanced, title_lines
from workflow_app.letters.typesetting import clause, day, numeral, sentence


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("甘肃省住房和城乡建设厅", ["甘肃省住房和城乡建设厅"]),
        (
            "临夏回族自治州生态环境局积石山保安族东乡族撒拉族自治县分局",
            ["临夏回族自治州生态环境局", "积石山保安族东乡族撒拉族自治县分局"],
        ),
        ("积石山保安族东乡族撒拉族自治县市场监督管理局", ["积石山保安族东乡族撒拉族自治县", "市场监督管理局"]),
    ],
)
def test_a_name_breaks_where_a_region_or_an_organ_ends(name: str, lines: list[str]) -> None:
    assert balanced(name, 19) == lines


@given(st.text(alphabet="甘肃省市县局厅和的公司", min_size=1, max_size=120))
def test_no_line_is_longer_than_the_limit_and_nothing_is_lost(name: str) -> None:
    lines = balanced(name, MARK_MAX)
    assert "".join(lines) == name
    assert all(0 < len(line) <= MARK_MAX for line in lines)


def test_a_short_title_stands_in_one_line() -> None:
    assert title_lines("兰州市税务局", "受理通知书") == ["兰州市税务局受理通知书"]


def test_the_signature_never_leaves_the_type_area() -> None:
    wide = figures(organ="甘" * 20, title="通知书", signed_on="2026年11月24日", sheet="notice")
    assert wide["signature_right"] >= 0
    assert wide["signature_right"] + width("甘" * 20) <= 442.2


@pytest.mark.parametrize(
    ("given_", "read"), [("2026-01-04", "2026年1月4日"), ("自决定之日起三日内", "自决定之日起三日内")]
)
def test_a_day_reads_as_in_official_papers(given_: str, read: str) -> None:
    assert day(given_) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [("理由", "理由。"), ("理由。", "理由。"), ("（理由。）", "（理由。）"), ("（理由）", "（理由）。")],
)
def test_a_sentence_ends_once(text: str, read: str) -> None:
    assert sentence(text) == read


def test_a_clause_gives_up_its_full_stop() -> None:
    assert clause("第八条。") == "第八条"


@pytest.mark.parametrize(("number", "read"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (36, "三十六")])
def test_headings_count_in_chinese(number: int, read: str) -> None:
    assert numeral(number) == read
