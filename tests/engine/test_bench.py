"""The measurement measures what it says: all contenders go the same road, and the answer has the promised shape."""

from pathlib import Path

import pytest

from bench import engine
from bench.contenders import ROAD, Contender, Ours, PlainSql, Stock
from bench.reachable import largest_state
from workflow_app.engine.definition import Definition


@pytest.mark.parametrize("who", ["plain", "ours", "stock"])
def test_every_contender_goes_the_whole_road(repair: Definition, who: str) -> None:
    made: dict[str, Contender] = {"plain": PlainSql(), "ours": Ours(repair), "stock": Stock(repair)}
    contender = made[who]
    state: bytes | None = contender.begin()
    for number in range(len(ROAD)):
        assert state is not None
        state = contender.step(state, number)
    assert state is None


def test_the_answer_has_the_promised_shape(tmp_path: Path) -> None:
    figures = engine.run(f"sqlite:///{tmp_path / 'bench.sqlite3'}", 1)
    promised = {"vs_stock", "ms_over_plain_sql", "vs_plain_sql", "cases_per_s", "state_bytes", "fsync_ms"}
    assert promised <= figures.keys()
    assert figures["vs_stock"] > 1 > figures["vs_plain_sql"]


def test_no_reachable_state_is_large(repair: Definition) -> None:
    assert largest_state(repair) <= 2000
