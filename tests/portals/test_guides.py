"""The guides speak in the words of our pages, lead to pages that exist, and carry no figure of the law of their own."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from workflow_app.cli_guides import FOLDER
from workflow_app.portals.public.guides import ROLES, Guide, guides, markdown

ROOT = Path(__file__).parents[2]
NAMES_OF_OTHERS = {"信用中国"}
FIGURE = re.compile(r"\d+ ?(个工作日|工作日|天|个月|年)")


def texts(guide: Guide) -> list[str]:
    return [text for task in guide.tasks for text in (*task.steps, *(part for pair in task.troubles for part in pair))]


@pytest.fixture(scope="module")
def words() -> str:
    """Everything our pages may say."""
    pages = [p for p in (ROOT / "templates").rglob("*.html") if "letters" not in p.parts]
    labels = list((ROOT / "workflow_app").rglob("zh_CN.yaml"))
    return "\n".join(path.read_text("utf-8") for path in (*pages, *labels))


@pytest.mark.parametrize("role", ROLES)
def test_what_stands_in_quotes_stands_on_a_page(role: str, words: str) -> None:
    quoted = {found for text in texts(guides()[role]) for found in re.findall("“([^”]+)”", text)}
    assert len(quoted) > 10
    assert {q for q in quoted - NAMES_OF_OTHERS if q not in words} == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_task_begins_on_a_page_that_exists(app: Flask, role: str) -> None:
    adapter, wrong = app.url_map.bind("localhost"), []
    for task in guides()[role].tasks:
        try:
            adapter.match(task.address.partition("?")[0], method="GET")
        except (NotFound, MethodNotAllowed):
            wrong.append(task.address)
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_periods_are_named_and_their_figures_come_from_the_law(app: Flask, role: str) -> None:
    assert [text for text in texts(guides()[role]) if FIGURE.search(text)] == []
    answer = app.test_client().get(f"/help/{role}")
    assert answer.status_code == 200 and guides()[role].title in answer.text
    assert any(task.keys for task in guides()[role].tasks) and "个工作日" in answer.text and "待核原文" in answer.text


def test_nobody_else_has_a_guide(app: Flask) -> None:
    assert app.test_client().get("/help/auditor").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_the_documentation_is_what_the_pages_say(role: str) -> None:
    text = (FOLDER / f"{role}.md").read_text("utf-8")
    assert text == markdown(guides()[role]), "run: flask guides document"
