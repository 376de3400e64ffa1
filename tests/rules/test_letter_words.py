"""Words that may not stand in letters of rectification and interviews: the list is sourced data, and is found as people type."""

import pytest

from workflow_app.law.letter_words import fields_with_penal_words, penal_words, penal_words_in


def test_every_word_says_what_it_rests_on() -> None:
    words = [entry.word for entry in penal_words()]
    assert {"处以", "责令停产"} <= set(words)
    assert len(set(words)) == len(words)
    unread = [entry.citation.text for entry in penal_words() if not entry.citation.confidence.verified]
    assert all(unread) and not any("条" in text.replace("条号待核", "") for text in unread), (
        "no article nobody has read"
    )


@pytest.mark.parametrize("text", ["逾期的，处以罚款", "处 以", "责令\n停产"])
def test_a_word_is_found_however_it_is_broken(text: str) -> None:
    assert penal_words_in(text)


@pytest.mark.parametrize("text", ["缴纳罚款38000元", "停止违法行为，恢复原状", "上缴没收的违法所得"])
def test_duties_that_were_decided_may_be_named(text: str) -> None:
    assert penal_words_in(text) == ()


def test_each_text_is_told_by_its_name() -> None:
    assert fields_with_penal_words({"a": "恢复原状", "b": "处以罚款"}) == {"b": ("处以",)}
