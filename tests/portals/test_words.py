"""How pages say dates, amounts and sizes (look.md §4), and the text size that is kept."""

from datetime import UTC, date, datetime
from string import Formatter

import pytest
from flask import Flask

from workflow_app.foundation import labels
from workflow_app.foundation.errors import AppError, ConfigurationFault
from workflow_app.foundation.labels import label
from workflow_app.portals.shared import words
from workflow_app.portals.shared.errors import message_of


def test_dates_are_written_in_full_and_machine_readable(app: Flask) -> None:
    assert str(words.day("2026-11-04")) == '<time datetime="2026-11-04">2026年11月4日</time>'
    assert "年" not in words.short_day(date(2026, 11, 4))
    assert "2027年1月8日" in words.short_day(date(2027, 1, 8))
    assert words.weekday(date(2026, 11, 26)) == "周四"


def test_instants_are_told_in_the_time_of_the_place(app: Flask) -> None:
    late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert "11月24日 00:30" in words.moment(late)
    assert "2026年11月24日 00:30" in words.full_moment(late.isoformat())


@pytest.mark.parametrize(
    ("amount", "said"),
    [(6000, "6,000 元"), (120000, "12 万元"), (14600, "1.46 万元"), (180000, "18 万元"), (None, "—")],
)
def test_amounts_in_titles(amount: int | None, said: str) -> None:
    assert words.wan(amount) == said


def test_amounts_in_facts_have_cents() -> None:
    assert words.yuan(14600) == "14,600.00 元"


def test_facts_of_an_entry_are_escaped_and_dates_worded(app: Flask) -> None:
    said = words.worded("timeline.forwarded", {"department": "<b>甲</b>", "reason": "2026-11-24"})
    assert "&lt;b&gt;" in said
    assert "2026年11月24日" in said


def test_a_fault_about_a_key_is_worded_like_any_other(app: Flask) -> None:
    assert message_of(ConfigurationFault("label_missing", key="step.repair.nowhere")) == label(
        "error.configuration_fault"
    )


def test_the_size_of_text_is_kept_in_a_cookie(app: Flask) -> None:
    client = app.test_client()
    assert 'data-size="large"' in client.get("/?size=large").text
    assert 'data-size="large"' in client.get("/help").text
    assert "data-size" not in client.get("/help?size=normal").text
    assert "data-size" not in client.get("/?size=%22%3E%3Cscript%3E").text


def test_every_error_is_worded_whatever_its_facts_are_called() -> None:
    texts = {key: text for key, text in labels._labels().items() if key.startswith("error.")}
    assert len(texts) > 100
    for key, text in texts.items():
        facts = {name: "甲" for _, name, _, _ in Formatter().parse(text) if name} | {"key": "letter:1", "facts": "x"}
        assert "{" not in label(key, **facts)
        assert "{" not in words.worded(key, facts)
        assert message_of(AppError(key.removeprefix("error."), **facts)) == label(key, **facts)
