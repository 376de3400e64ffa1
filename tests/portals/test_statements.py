"""Lists cost the same number of statements however much stands on them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import world as w
from tests.portals.clients import client_of, open_doors
from workflow_app.foundation.database import db

MISSING = {
    "outcome": "correct",
    "basis_article": "第八条",
    "missing_items": [{"name": "委托书", "requirement": "盖章"}],
}


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements a block sends to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def open_cases(world: w.World, count: int) -> None:
    """File on so many records; every second one is asked for papers, so that its clocks have stops."""
    for number in [w.file(world, w.make_record(world)) for _ in range(count)][::2]:
        w.answer(number, world.officer, MISSING)


def cost(client: FlaskClient, path: str) -> int:
    """The questions a page asks of a session that knows nothing yet."""
    db.session.remove()
    with counted() as statements:
        assert client.get(path).status_code == 200
    return len([s for s in statements if s.lstrip().upper().startswith("SELECT")])


@pytest.mark.parametrize("path", ["/my/records", "/my/cases"])
def test_more_open_cases_ask_no_more_questions(app: Flask, path: str) -> None:
    world = w.make_world()
    open_doors()
    open_cases(world, 2)
    client = client_of(app, "qiye")
    two = cost(client, path)
    open_cases(world, 8)
    assert cost(client, path) == two
    assert two <= 17  # the bars on repairs of the subjects are one
