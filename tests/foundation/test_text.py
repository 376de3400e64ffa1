"""Text that people type, and text that a spreadsheet must not run."""

import pytest

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.text import plain_cell, typed_text


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A", "\t=1", "\r=1", " \n@A", "\u3000=1"]
)
def test_what_would_be_a_formula_is_quoted(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "甘肃", "1-2", "a=b", "（2026）甘01号", "—"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert plain_cell(text) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "请填写"), (" \u3000", "请填写"), ("长" * 6, "最多 5"), ("a\u202eb", "看不见"), ("\ue000", "")],
)
def test_a_wrong_text_is_refused_on_its_field(text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        typed_text("note", text, limit=5)
    assert list(refused.value.fields) == ["note"] and words in refused.value.fields["note"]


def test_a_text_that_may_be_missing() -> None:
    assert typed_text("note", "  ", limit=5, required=False) == "" and typed_text("note", " 好 ", limit=5) == "好"
