"""A reader without sign-in: what the public wing answered, what the database was asked for it, and how long it took."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from time import process_time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.portals.clients import Browser
from workflow_app.foundation.database import db


def reader(app: Flask) -> FlaskClient:
    """Return somebody who is not signed in."""
    app.test_client_class = Browser
    return app.test_client()


@contextmanager
def statements() -> Iterator[list[str]]:
    """Note what the database is asked, without its values."""
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plain(answer: TestResponse, *typed: str) -> str:
    """Return an answer without what was asked: in its fields, and in the links that show the same page in another size."""
    text = re.sub(r'(<input[^>]* value=")[^"]*"', r'\1"', answer.text)
    text = re.sub(r'<div class="sizes.*?</div>', "", text, flags=re.S)
    for word in typed:
        text = text.replace(word, "…")
    return text


def ratio_of_times(first: Callable[[], Any], second: Callable[[], Any], *, rounds: int = 25) -> float:
    """Return how two requests compare in processor time, by the median and taken in turns: the machine may be busy."""
    times: dict[Callable[[], Any], list[float]] = {first: [], second: []}
    for _ in range(rounds):
        for ask, taken in times.items():
            start = process_time()
            ask()
            taken.append(process_time() - start)
    return median(times[first]) / median(times[second])
