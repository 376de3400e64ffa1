"""What the public is told: every sentence with its basis and honest about it, every period out of the parameters."""

import re
from datetime import date
from pathlib import Path

import pytest

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.law.citations import Confidence
from workflow_app.law.guidance import GROUPS, load_guidance, period_of, topics
from workflow_app.law.parameters import parameter, value_of

TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parents[2]
FIGURE = re.compile(
    r"[0-9]+\s*(?:个?工作日|个月|天|日内|年|倍)|[〇一二三四五六七八九十百两]+(?:个工作日|个月|日内|年内)"
)


def test_the_three_matters_are_told_in_full() -> None:
    assert set(topics()) == {"repair", "objection", "interview"}
    for topic in topics().values():
        assert set(topic.sayings) == set(GROUPS)
        assert all(topic.sayings[group] for group in GROUPS), topic.key
        assert len(topic.sayings["materials"]) >= 2, "the home page shows two"


def test_periods_are_those_of_the_law_of_the_day() -> None:
    for topic in topics().values():
        for key, period in zip(topic.keys, topic.periods(on=TODAY), strict=True):
            law = value_of(key, on=TODAY)
            assert period.law == law
            assert period.words.startswith(f"{law.value} ")
            assert period.title == parameter(key).title
    assert period_of("repair.feedback", on=TODAY).words == "10 个工作日"
    assert period_of("remedy.reconsideration", on=TODAY).words == "60 日"


def test_no_sentence_carries_a_figure_of_its_own() -> None:
    told = [s.text for topic in topics().values() for group in GROUPS for s in topic.sayings[group]]
    assert [text for text in told if FIGURE.search(text)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "templates/portals/public").glob("*.html")), ids=lambda p: p.name)
def test_no_public_page_carries_a_figure_of_its_own(path: Path) -> None:
    assert FIGURE.findall(path.read_text("utf-8")) == []


def test_what_is_not_verified_stays_marked() -> None:
    marks = {s.citation.confidence for t in topics().values() for group in GROUPS for s in t.sayings[group]}
    assert marks >= {Confidence.VERIFIED, Confidence.WEAK, Confidence.DEFAULT}
    default = [s for t in topics().values() for group in GROUPS for s in t.sayings[group]
               if "本系统口径" in s.citation.text]  # fmt: skip
    assert {s.citation.confidence for s in default} == {Confidence.DEFAULT}


SAYING = "{text: x, basis: y, confidence: D, sources: []}"
WHOLE = "a:\n  title: t\n  headline: repair.accept\n  periods: [repair.accept]\n" + "".join(
    f"  {group}: [{SAYING}]\n" for group in GROUPS
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[repair.accept]", "[repair.nothing]"),
        ("headline: repair.accept", "headline: 10"),
        ("sources: []}]\n  fee", "sources: [S99]}]\n  fee"),
        ("confidence: D, sources: []}]\n  fee", "confidence: V, sources: []}]\n  fee"),
        ("  fee:", "  fees:"),
        ("basis: y", "basis: ''"),
    ],
)
def test_guidance_is_spelled_in_one_way(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "guidance.yaml"
    path.write_text(WHOLE, "utf-8")
    assert load_guidance(path)["a"].title == "t"
    path.write_text(WHOLE.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigurationFault):
        load_guidance(path)
