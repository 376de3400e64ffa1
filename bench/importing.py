"""What importing a large file costs: the real command in a process of its own, on a durable SQLite, while others write.

The child's peak memory is the kernel's figure for it. A second writer knocks all the time and tells how long it waited.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.penalties import DEPARTMENTS, write_penalties

ROWS, QUICK_ROWS = 100_000, 5_000
LONGEST_S, MOST_MB, LONGEST_WAIT_MS = 120.0, 200.0, 1_000.0
KNOCK = 0.02  # seconds between two writes of the other writer


def run(rows: int) -> dict[str, Any]:
    """Import a new file of so many rows into an empty database and return the figures."""
    with tempfile.TemporaryDirectory(prefix="casework-bench-import-") as name:
        folder = Path(name)
        file = folder / "penalties.csv"
        write_penalties(file, rows)
        _flask(folder, "departments", "import", str(DEPARTMENTS))
        knocking = Knocking(folder / "casework.sqlite3")
        knocking.start()
        start = time.perf_counter()
        answer, peak = _flask(folder, "records", "import", str(file), "--json")
        seconds = time.perf_counter() - start
        knocking.end()
    found = json.loads(answer)
    return {
        "rows_per_s": round(rows / seconds),
        "rss_mb": round(peak / 1024, 1),
        "rows": found["rows"],
        "created": found["created"],
        "seconds": round(seconds, 1),
        "longest_wait_ms": round(knocking.longest * 1000),
        "knocks": knocking.count,
    }


def measure(*, quick: bool, options: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the answer of `bench import` and the claims that do not hold."""
    parser = argparse.ArgumentParser(prog="bench import")
    parser.add_argument("--rows", type=int, default=QUICK_ROWS if quick else ROWS)
    rows = parser.parse_args(options).rows
    answer = run(rows)
    broken = []
    if answer["created"] != rows:
        broken.append(f"{answer['created']} records of {rows} rows")
    if rows >= ROWS and answer["seconds"] > LONGEST_S * rows / ROWS:
        broken.append(f"{answer['seconds']} s for {rows} rows, promised {LONGEST_S} for {ROWS}")
    if answer["rss_mb"] > MOST_MB:
        broken.append(f"{answer['rss_mb']} MB, promised {MOST_MB}")
    if answer["longest_wait_ms"] > LONGEST_WAIT_MS:
        broken.append(f"another writer waited {answer['longest_wait_ms']} ms, promised {LONGEST_WAIT_MS}")
    return answer, broken


def _flask(folder: Path, *words: str) -> tuple[str, int]:
    """Run a command on the folder's database; return its last line and the child's peak memory in KB."""
    environment = os.environ | {"DATA_DIR": str(folder), "APP_ENV": "development"}
    environment.pop("DATABASE_URL", None)
    output = folder / "answer"
    with output.open("wb") as out:
        command = [sys.executable, "-m", "flask", "--app", "workflow_app.wsgi", *words]
        child = subprocess.Popen(command, stdout=out, env=environment)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)  # reaped here, for the figures of this child alone
    if child.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}")
    lines = output.read_text("utf-8").splitlines()
    return lines[-1] if lines else "", used.ru_maxrss


class Knocking(threading.Thread):
    """Another writer: a small transaction again and again, and the longest time that one took to get the lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path, self._over = path, threading.Event()
        self.longest, self.count = 0.0, 0

    def run(self) -> None:
        """Write until told to stop."""
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE knock (id INTEGER PRIMARY KEY)")
        while not self._over.wait(KNOCK):
            start = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            self.longest = max(self.longest, time.perf_counter() - start)
            connection.execute("INSERT INTO knock DEFAULT VALUES")
            connection.execute("COMMIT")
            self.count += 1
        connection.close()

    def end(self) -> None:
        """Stop and wait for the last write."""
        self._over.set()
        self.join()
