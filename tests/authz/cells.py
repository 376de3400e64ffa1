"""The cells of the matrix: reading the hand-written file, asking the application, comparing."""

from dataclasses import dataclass
from pathlib import Path

import yaml
from werkzeug.test import TestResponse

from tests.authz.town import SUBJECT_NAME, Town

FILE = Path(__file__).parent / "matrix.yaml"
READING = ("GET", "HEAD")
ENTRANCES = ("/login", "/logout", "/password", "/password/sessions", "/identity/register", "/password/code")


@dataclass(frozen=True)
class Rule:
    """One line of the matrix: an address with names in braces, a method, and a letter for every column."""

    method: str
    address: str
    letters: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return f"{self.method} {self.address}"

    def path(self, names: dict[str, object]) -> str:
        return self.address.format(**names)


def rules() -> list[Rule]:
    """Return the lines of the matrix."""
    document = yaml.safe_load(FILE.read_text("utf-8"))
    columns = document["columns"]
    found = []
    for method, address, *letters in document["rules"]:
        assert len(letters) == len(columns), address
        found.append(Rule(method, address, tuple(zip(columns, letters, strict=True))))
    return found


def ask(town: Town, rule: Rule, column: str) -> TestResponse:
    """Send the request of a cell: a form without any content, so that what is allowed changes as little as possible."""
    return town.client(column).open(rule.path(town.names), method=rule.method)


def fault(town: Town, rule: Rule, column: str, letter: str) -> str:
    """Return what is wrong with a cell, or nothing. The town is as before afterwards."""
    answer = ask(town, rule, column)
    changed = town.state() != town.original
    if changed or rule.address in ENTRANCES:
        town.restore()
    wrong = _status(rule, answer, letter)
    if wrong:
        return f"{column}: {letter} expected, {wrong}"
    if letter not in "AaC" and changed:  # who was too late keeps what they had typed
        return f"{column}: refused, and yet something changed"
    if rule.method in READING and changed:
        return f"{column}: a look changed something"
    if letter in "NLF" and SUBJECT_NAME in answer.text:
        return f"{column}: the page of a refusal names the subject"
    return ""


def _status(rule: Rule, answer: TestResponse, letter: str) -> str:
    status, to_sign_in = answer.status_code, (answer.location or "").startswith("/login")
    said = f"{status}{' to sign in' if to_sign_in else ''}"
    match letter:
        case "F":
            good = status == 403
        case "N":
            good = status == 404
        case "C":
            good = status == 409
        case "L":
            good = (status == 302 and to_sign_in) if rule.method in READING else status == 401
        case "a":
            good = status in (200, 302, 303, 400, 404, 409, 422, 503)
        case _:
            good = status in (200, 302, 303, 400, 409, 422) and not (to_sign_in and rule.address != "/logout")
    return "" if good else said
