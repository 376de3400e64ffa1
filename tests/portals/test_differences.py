"""Two texts beside one another: right for whatever they are, and quick even where they were made to be slow."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.portals.officer.differences import Piece, pieces

RANDOM = random.Random(3)


def first(found: tuple[Piece, ...]) -> str:
    return "".join(p.text for p in found if p.how != "added")


def second(found: tuple[Piece, ...]) -> str:
    return "".join(p.text for p in found if p.how != "removed")


@given(mine=st.text("甲乙丙。\n", max_size=40), theirs=st.text("甲乙丙。\n", max_size=40))
def test_both_texts_can_be_read_from_the_pieces(mine: str, theirs: str) -> None:
    found = pieces(mine, theirs)
    assert (first(found), second(found)) == (mine, theirs)
    assert all(p.text for p in found)
    assert all(a.how != b.how for a, b in pairwise(found))


def test_a_word_that_changed_is_told_by_itself() -> None:
    found = pieces("当事人已缴清罚款。", "当事人尚未缴清罚款。")
    assert [(p.how, p.text) for p in found] == [
        ("same", "当事人"), ("added", "尚未"), ("removed", "已"), ("same", "缴清罚款。"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("".join(RANDOM.choices("甲乙", k=5_000)), "".join(RANDOM.choices("甲乙", k=5_000))),
        ("".join(RANDOM.choices(["甲。", "乙。"], k=3_000)), "".join(RANDOM.choices(["甲。", "乙。"], k=3_000))),
        ("甲" * 250_000, "乙" + "甲" * 250_000),
        ("甲乙" * 100_000, "乙甲" * 100_000),
    ],
    ids=["characters", "sentences", "one longer", "turned"],
)
def test_texts_made_to_be_slow_are_not(mine: str, theirs: str) -> None:
    begun = time.process_time()
    found = pieces(mine, theirs)
    assert time.process_time() - begun < 2
    assert (first(found), second(found)) == (mine, theirs)


def test_long_texts_that_are_much_alike_are_told_by_sentences() -> None:
    sentences = [f"{'甲' * 30}{n}。" for n in range(100)]
    changed = [*sentences[:50], "新的一句。", *sentences[51:]]
    found = [(p.how, p.text) for p in pieces("".join(["头。", *sentences]), "".join(["新头。", *changed]))]
    assert ("added", "新的一句") in found
    assert ("removed", sentences[50].rstrip("。")) in found
