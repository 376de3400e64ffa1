"""Rules of the house that a machine can keep: one commit, one clock, sizes, names, nothing of any workplace."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "workflow_app"
MODULES = sorted(PACKAGE.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service", "base"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_says_what_lives_in_it_and_stays_readable(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert len(text.splitlines()) <= 300
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_fit_on_a_screen(path: Path) -> None:
    functions = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)]
    long = [(f.name, _body_lines(f)) for f in functions if _body_lines(f) > 40]
    assert long == []


def _body_lines(function: ast.FunctionDef) -> int:
    """Lines of a function without its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def _calls(pattern: str, *, except_in: set[str]) -> list[str]:
    found = []
    for path in MODULES:
        if _name(path) in except_in:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(pattern, line.split("#")[0]):
                found.append(f"{_name(path)}:{number}")
    return found


def test_one_place_commits() -> None:
    assert _calls(r"session\.commit\(", except_in={"workflow_app/foundation/database.py"}) == []


def test_one_place_reads_the_time() -> None:
    pattern = r"datetime\.now\(|date\.today\(|utcnow\("
    assert _calls(pattern, except_in={"workflow_app/foundation/clock.py"}) == []


def test_no_function_depends_on_a_flag_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    assert [_name(path) for path in MODULES if marks.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=_name)
def test_templates_are_short_and_keep_the_content_policy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 120
    if "letters" not in path.parts:
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\|\s*safe\b", text)


def test_no_file_names_a_registry() -> None:
    """Looked for where packages are named; without git, which a machine that only runs the suite need not have."""
    places = [*ROOT.glob("requirements/*"), *ROOT.glob("frontend/*.json"), ROOT / "pyproject.toml"]
    assert len(places) > 6
    wrong = re.compile(r'"resolved": "http|--index-url|--find-links (?!$)')
    assert [_name(path) for path in places if wrong.search(path.read_text("utf-8"))] == []
