"""What a step through the diagram costs, between the library's own way and no engine at all, written durably.

All contenders take turns in one run on one database, so that each round sees the same machine. Times are milliseconds of
wall clock for one whole step with its commit; ratios are those of the median step, taken within a round, because a single
stalled fsync would otherwise weigh more than all engines together. Throughput is given beside them.
"""

from __future__ import annotations

import gc
import importlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.clusters import another_database, durable_postgresql
from bench.contenders import ROAD, Contender, Ours, PlainSql, Stock, repair
from bench.reachable import largest_state
from bench.stores import Store, read_case, store_at, write_first, write_step

CASES_A_ROUND = 5
REVIEW = 3  # the step of the road that begins in review
LEAST = {"sqlite": {"vs_stock": 4.0}, "postgresql": {"vs_stock": 2.5}}
LEAST_ALL = {"action_steps_per_s": 100.0}
MOST_ALL = {"ms_over_plain_sql": 1.0, "state_bytes": 500, "state_bytes_max": 2000, "action_statements": 20}


@dataclass
class Lap:
    """What one contender did in one round."""

    steps_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0
    review_bytes: int = 0

    @property
    def cases_per_s(self) -> float:
        """Whole cases a second, commits included."""
        return CASES_A_ROUND / self.seconds


def run(database_url: str, rounds: int) -> dict[str, Any]:
    """Measure on an empty database and return the figures of `bench engine` for it, without those of whole actions."""
    definition, store = repair(), store_at(database_url)
    contenders: list[Contender] = [PlainSql(), Ours(definition), Stock(definition)]
    laps: dict[str, list[Lap]] = {c.name: [] for c in contenders}
    numbers = iter(range(1, 10**9))
    for contender in contenders:
        _lap(store, contender, numbers)
    for n in range(rounds):
        for contender in contenders if n % 2 else contenders[::-1]:
            laps[contender.name].append(_lap(store, contender, numbers))
        print(f"round {n + 1} of {rounds}", file=sys.stderr)
    store.close()
    return _figures(laps) | {"state_bytes_max": largest_state(definition), "fsync_ms": _fsync_ms()}


def _lap(store: Store, contender: Contender, numbers: Iterator[int]) -> Lap:
    gc.collect()
    lap = Lap()
    begun = time.perf_counter()
    for _ in range(CASES_A_ROUND):
        case_id = next(numbers)
        task_id = case_id * 100
        write_first(store, case_id, task_id, ROAD[0][0], contender.begin())
        for number in range(len(ROAD)):
            start = time.perf_counter()
            version, state = read_case(store, case_id)
            if number == REVIEW:
                lap.review_bytes = len(state or b"")
            status = ROAD[number + 1][0] if number + 1 < len(ROAD) else "done"
            write_step(store, case_id, task_id + number, version, status, contender.step(state, number))
            lap.steps_ms.append((time.perf_counter() - start) * 1000)
    lap.seconds = time.perf_counter() - begun
    return lap


def _figures(laps: dict[str, list[Lap]]) -> dict[str, Any]:
    ours, stock, plain = laps["ours"], laps["stock"], laps["plain_sql"]
    median = {name: statistics.median(ms for lap in own for ms in lap.steps_ms) for name, own in laps.items()}
    return {
        "vs_stock": _times(stock, ours),
        "ms_over_plain_sql": round(median["ours"] - median["plain_sql"], 3),
        "vs_plain_sql": _times(plain, ours),
        "cases_per_s": round(statistics.median(lap.cases_per_s for lap in ours), 1),
        "cases_vs_stock": round(_cases(ours) / _cases(stock), 2),
        "state_bytes": max(lap.review_bytes for lap in ours),
        "stock_state_bytes": max(lap.review_bytes for lap in stock),
        "step_ms": {name: round(ms, 3) for name, ms in median.items()},
    }


def _times(theirs: list[Lap], ours: list[Lap]) -> float:
    """How many times our median step goes into theirs, round by round."""
    rounds = zip(theirs, ours, strict=True)
    return round(statistics.median(statistics.median(a.steps_ms) / statistics.median(b.steps_ms) for a, b in rounds), 2)


def _cases(laps: list[Lap]) -> float:
    return len(laps) * CASES_A_ROUND / sum(lap.seconds for lap in laps)


def _fsync_ms(times: int = 100) -> float:
    """Median time of one fsync of four kilobytes where the databases of this run lie."""
    taken = []
    with tempfile.TemporaryFile() as file:
        for _ in range(times):
            file.write(random.randbytes(4096))
            file.flush()
            start = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(taken), 3)


@contextmanager
def databases() -> Iterator[dict[str, tuple[str, str]]]:
    """Yield, for each kind, the addresses of two empty durable databases: one for the engine, one for whole actions."""
    with tempfile.TemporaryDirectory(prefix="casework-bench-") as folder, durable_postgresql() as server:
        files = [f"sqlite:///{Path(folder) / name}.sqlite3" for name in ("engine", "actions")]
        yield {"sqlite": (files[0], files[1]), "postgresql": (server, another_database(server, "actions"))}


def measure(*, quick: bool, options: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the answer of `bench engine` and the claims that do not hold."""
    if options:
        raise SystemExit(f"unknown options: {' '.join(options)}")
    answer: dict[str, Any] = {}
    with databases() as addresses:
        for kind, (for_engine, for_actions) in addresses.items():
            print(f"{kind}: engine", file=sys.stderr)
            answer[kind] = run(for_engine, 6 if quick else 40)
            print(f"{kind}: actions", file=sys.stderr)
            answer[kind] |= _actions(for_actions, 40 if quick else 400)
    return answer, [fault for kind, figures in answer.items() for fault in _broken(kind, figures)]


def _actions(database_url: str, steps: int) -> dict[str, Any]:
    figures: dict[str, Any] = importlib.import_module("bench.actions").run(database_url, steps)
    return figures


def _broken(kind: str, figures: dict[str, Any]) -> list[str]:
    least = [(k, v) for k, v in (LEAST[kind] | LEAST_ALL).items() if figures[k] < v]
    most = [(k, v) for k, v in MOST_ALL.items() if figures[k] > v]
    return [
        f"{kind}: {k} is {figures[k]}, promised {word} {v}"
        for word, wrong in (("at least", least), ("at most", most))
        for k, v in wrong
    ]
