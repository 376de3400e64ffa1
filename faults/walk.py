"""`python -m faults walk`: seeded random walks of every kind of process over the real actions, everything checked at each step.

In one process, on a database of its own; outside the house stand a platform and a press with moods. A sequence that finds
something can be walked again alone: the same --seed with --first N --sequences 1.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from faults import at_rest
from faults.databases import databases
from faults.flows import Flows
from faults.walk_sequence import Place, Sequence, Walked
from faults.walk_town import FOUNDED, found_town
from faults.weather import FickleCredit, PaperPress
from workflow_app.cases.kinds import all_kinds
from workflow_app.factory import create_app
from workflow_app.foundation.database import db
from workflow_app.letters import render
from workflow_app.settings import Settings

QUICK, FULL, SEED = 25, 500, 20261124
MOST_REPORTED = 50
PROGRESS_S = 5.0


@dataclass(kw_only=True)
class Run:
    """What a run found. `flows` is by kind: arrows visited, arrows drawn."""

    tried: int = 0
    steps: int = 0
    refused: int = 0
    seconds: float = 0.0
    stuck: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    flows: dict[str, list[int]] = field(default_factory=dict)
    unvisited: list[str] = field(default_factory=list)

    def take_in(self, walked: Walked) -> None:
        """Add what came of a sequence, and tell of one that found something with all its deeds."""
        self.tried += 1
        self.steps += walked.steps
        self.refused += walked.refused
        stuck = [f"sequence {walked.number}: {case}" for case in walked.stuck]
        self.stuck += stuck
        self.violations += walked.violations
        if stuck or walked.violations:
            _tell([*walked.violations, *stuck, *walked.trace])

    def holds(self, asked: int) -> bool:
        """Tell whether the claim is proven."""
        whole = bool(self.flows) and all(visited == drawn for visited, drawn in self.flows.values())
        return self.tried >= asked and not self.stuck and not self.violations and whole


@contextmanager
def place_at(url: str, folder: Path) -> Iterator[Place]:
    """Yield a place on an empty database of its own, whose tables are made here."""
    settings = Settings(
        database_url=url, data_dir=folder, secret_key="walk", environment="test", fixed_now=FOUNDED, demo=False
    )
    app = create_app(settings)
    with app.app_context():
        _hurry()
        db.create_all()
        try:
            with place_in(app) as place:
                yield place
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def place_in(app: Flask) -> Iterator[Place]:
    """Yield a place in an application with empty tables and its context pushed: a town is founded, press and platform are
    replaced by moody ones, and the engine is listened to."""
    flows, press, credit = Flows(), PaperPress(), FickleCredit()
    platform, presses = app.extensions["platform"], vars(render)["presses"]
    app.extensions["platform"], vars(render)["presses"] = credit, lambda: press
    try:
        with flows.watching():
            kinds = tuple(kind.key for kind in all_kinds())
            yield Place(app=app, town=found_town(), flows=flows, credit=credit, press=press, kinds=kinds)
    finally:
        app.extensions["platform"], vars(render)["presses"] = platform, presses


def walk(
    place: Place, sequences: int, *, first: int = 1, seed: int = SEED, most: int = MOST_REPORTED, further: int = 1
) -> Run:
    """Walk a number of sequences, and up to `further` times as many curious ones a kind while there are arrows nobody has gone
    along; stop early after so many that found something. Then look at the whole database."""
    run, begun, told = Run(), time.monotonic(), time.monotonic()
    kinds = tuple(kind for kind in all_kinds() if kind.key in place.kinds)
    for number in range(first, first + sequences * (1 + further * len(kinds))):
        curious = number >= first + sequences
        whole = not any(place.flows.unvisited(kind) for kind in kinds)
        if (curious and whole) or len(run.stuck) + len(run.violations) >= most:
            break
        run.take_in(Sequence(place, number, seed, curious=curious).walk())
        if time.monotonic() - told > PROGRESS_S:
            told = time.monotonic()
            _tell([_progress(place, run, sequences, told - begun)])
    if not run.violations and not run.stuck:
        run.violations += [f"at rest: {fault}" for fault in at_rest.broken()]
        db.session.rollback()
    run.seconds = round(time.monotonic() - begun, 1)
    run.flows = place.flows.answer(kinds)
    run.unvisited = sorted(arrow for kind in kinds for arrow in place.flows.unvisited(kind))
    return run


def _progress(place: Place, run: Run, sequences: int, seconds: float) -> str:
    flows = place.flows.answer(tuple(kind for kind in all_kinds() if kind.key in place.kinds))
    seen = ", ".join(f"{kind} {visited} of {drawn}" for kind, (visited, drawn) in flows.items())
    found = f"{len(run.violations)} violations, {len(run.stuck)} stuck"
    return f"{run.tried} of {sequences} sequences, {run.tried / seconds:.1f} a second; flows {seen}; {found}"


def _hurry() -> None:
    """What a walk asks does not hang on the disk: on SQLite nothing waits for it."""
    if db.engine.dialect.name != "sqlite":
        return
    db.engine.dispose()

    @sa.event.listens_for(db.engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep warnings, and orders that need a person, off the progress: on a walk they are daily bread."""
    orders = logging.getLogger("workflow_app.records.write_back_job")
    level = orders.level
    logging.disable(logging.WARNING)
    orders.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        orders.setLevel(level)


def _tell(lines: list[str]) -> None:
    for line in lines:
        sys.stderr.write(f"walk: {line}\n")
    sys.stderr.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the claim holds, 1 when not, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m faults walk")
    parser.add_argument("--sequences", type=_count, default=None, help=f"how many; {FULL} unless told otherwise")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} sequences unless told otherwise")
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--first", type=_count, default=1, help="the number of the first sequence")
    parser.add_argument("--json", action="store_true", help="one JSON document on the last line")
    options = parser.parse_args(arguments)
    asked = options.sequences or (QUICK if options.quick else FULL)
    with _quiet(), tempfile.TemporaryDirectory(prefix="casework-walk-") as name:
        folder = Path(name)
        with databases(options.db, folder, fresh=True) as address, place_at(address("walk"), folder) as place:
            run = walk(place, asked, first=options.first, seed=options.seed)
    _tell([f"not visited: {arrow}" for arrow in run.unvisited])
    answer = {
        "tried": run.tried,
        "stuck": len(run.stuck),
        "violations": run.violations[:MOST_REPORTED],
        "flows": run.flows,
        "steps": run.steps,
        "refused": run.refused,
        "seconds": run.seconds,
        "seed": options.seed,
    }
    text = json.dumps(answer, ensure_ascii=False) if options.json else "\n".join(f"{k}: {v}" for k, v in answer.items())
    sys.stdout.write(text + "\n")
    return 0 if run.holds(asked) else 1


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


if __name__ == "__main__":
    raise SystemExit(main())
