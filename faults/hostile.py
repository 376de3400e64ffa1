"""No input harms: every address by every role and by nobody, with what a hostile person would send. No answer is an error
of the house, none is waited for in vain, and what was refused has changed nothing."""

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa

from faults.hostile_requests import Attack, Request
from tests.authz.images import PostgresImage
from tests.authz.town import Town, build

WAIT_SECONDS = 20.0  # nobody waits longer for a page
BUSY_SECONDS = 5.0  # of processor time for one request
READING = ("GET", "HEAD", "OPTIONS")
ENTRANCES = ("sign_in.",)
KEPT_ON_CONFLICT = {"draft"}  # who was too late keeps what they had typed


class _Hang(BaseException):
    """Ends a request that takes too long; no handler of the application catches it."""


@dataclass
class Found:
    """What came out: how many requests, and the bad ones of each kind in words."""

    tried: int = 0
    http_500: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    side_effects: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        """Whether something was tried and nothing was bad."""
        return bool(self.tried) and not (self.http_500 or self.hangs or self.side_effects)

    def document(self) -> dict[str, int]:
        """The figures of the contract."""
        bad = {name: len(getattr(self, name)) for name in ("http_500", "hangs", "side_effects")}
        return {"tried": self.tried} | bad


def attack(town: Town, *, count: int, seed: int, found: Found | None = None) -> Found:
    """Send so many requests to a town, which is as before after each; return what was found."""
    found = found or Found()
    for number, request in enumerate(islice(Attack(town, seed).requests(), count), 1):
        try_one(town, request, found)
        found.tried += 1
        if number % 1_000 == 0:
            sys.stderr.write(f"{number} of {count} requests, {found.document()}\n")
    return found


def try_one(town: Town, request: Request, found: Found) -> None:
    """Send one request and note what is bad about its answer, the time it took and what it changed."""
    before, begun = town.image.mark(), time.process_time()
    status = 500
    try:
        with _limit(WAIT_SECONDS):
            answer = town.client(request.column).open(request.path, method=request.method, **request.options)
            status = answer.status_code
            answer.close()
    except _Hang:
        status = 0
    except Exception as error:
        found.http_500.append(f"{request}: {error!r}"[:600])
    else:
        if status >= 500 and not (status == 503 and request.path == "/readyz"):
            found.http_500.append(f"{status} {request}")
    if not status or time.process_time() - begun > BUSY_SECONDS:
        found.hangs.append(str(request))
    found.answers[status] += 1
    if town.image.mark() != before:
        _look(town, request, status, found)


def _look(town: Town, request: Request, status: int, found: Found) -> None:
    """Something was written. Compare where nothing may have changed, and put the town back."""
    state = town.state()
    changed = {name for name in state if state[name] != town.original[name]}
    allowed = KEPT_ON_CONFLICT if status == 409 else set()
    if (status >= 400 or request.method in READING) and changed - allowed:
        found.side_effects.append(f"{status} {sorted(changed)} {request}")
    if changed or request.endpoint.startswith(ENTRANCES):
        town.restore()


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Raise _Hang in the main thread when a block takes too long; elsewhere the block is only measured."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise _Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main(arguments: list[str]) -> int:
    """Attack; exit 0 when no answer is an error, none is waited for in vain and nothing refused has changed anything."""
    parser = argparse.ArgumentParser(prog="hostile", description=__doc__)
    parser.add_argument(
        "--requests", type=int, default=20_000, help="on SQLite; a quarter on PostgreSQL, which is slow to put back"
    )
    parser.add_argument(
        "--db", choices=("sqlite", "postgresql", "both"), help="both where TEST_DATABASE_URL names a server"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON document on the last line")
    parser.add_argument("--quick", action="store_true", help="300 requests on SQLite")
    parser.add_argument("--verbose", action="store_true", help="the application's own words on every error")
    options = parser.parse_args(arguments)
    count = 300 if options.quick else options.requests
    counts = {"sqlite": count, "postgresql": max(1, count // 4)}
    server = os.environ.get("TEST_DATABASE_URL", "")
    wanted = options.db or ("both" if server and not options.quick else "sqlite")
    if wanted != "sqlite" and not server:
        parser.error("TEST_DATABASE_URL names no server")
    logging.disable(logging.WARNING if options.verbose else logging.CRITICAL)
    found = Found()
    try:
        names = list(counts) if wanted == "both" else [wanted]
        for name in names:
            sys.stderr.write(f"{counts[name]} requests on {name}\n")
            ON[name](partial(attack, count=counts[name], seed=options.seed, found=found))
    finally:
        logging.disable(logging.NOTSET)
    for kind in ("http_500", "hangs", "side_effects"):
        sys.stderr.writelines(f"{kind}: {line}\n" for line in getattr(found, kind)[:50])
    sys.stderr.write(f"answers: {dict(sorted(found.answers.items()))}\n")
    sys.stdout.write(json.dumps(found.document()) + "\n" if options.json else f"{found.document()}\n")
    return 0 if found.is_good and found.tried >= sum(counts[name] for name in names) else 1


def _on_sqlite(use: Callable[[Town], Any]) -> None:
    with tempfile.TemporaryDirectory(prefix="casework-hostile-") as folder:
        use(build(Path(folder)))


def _on_postgresql(use: Callable[[Town], Any]) -> None:
    url = sa.make_url(os.environ["TEST_DATABASE_URL"]).set(database=f"hostile_{os.getpid()}")
    with tempfile.TemporaryDirectory(prefix="casework-hostile-") as folder:
        address = url.render_as_string(hide_password=False)
        server = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {url.database}")
        try:
            use(build(Path(folder), address))
        finally:
            PostgresImage(address).drop()


ON: dict[str, Callable[[Callable[[Town], Any]], None]] = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}
