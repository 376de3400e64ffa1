"""What a letter costs from the queue to the disk: the real worker claims, sets, stores and commits issued letters, against
WeasyPrint alone in a pool of the same size on the same letters. The two take turns, so that a busy machine is busy for both.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.bare import Bare
from tests import world as w
from tests.letters.samples import sample
from workflow_app.foundation.database import db, transaction
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.render import order_of
from workflow_app.people.departments import Department

CODES = ("L07", "L02", "L08", "L04")
LETTERS, QUICK_LETTERS, ROUNDS, WARM = 200, 24, 2, 12
LEAST_RATIO, MOST_MB = 0.85, 1600.0
PRESSES = 2
LONGEST_S = 3600.0


def measure(*, quick: bool, options: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the answer of `bench letters` and the claims that do not hold."""
    parser = argparse.ArgumentParser(prog="bench letters")
    parser.add_argument(
        "--letters", type=int, default=QUICK_LETTERS if quick else LETTERS, help="letters of each round"
    )
    many = parser.parse_args(options).letters
    with tempfile.TemporaryDirectory(prefix="casework-bench-letters-") as name:
        answer = _run(Path(name), many)
    broken = []
    if answer["letters"] < many * ROUNDS:
        broken.append(f"{answer['letters']} letters made of {many * ROUNDS}")
    if answer["pipeline_vs_weasyprint"] < LEAST_RATIO:
        broken.append(f"{answer['pipeline_vs_weasyprint']} of WeasyPrint alone, promised {LEAST_RATIO}")
    if answer["rss_mb"] > MOST_MB:
        broken.append(f"{answer['rss_mb']} MB, promised {MOST_MB}")
    return answer, broken


def _run(folder: Path, many: int) -> dict[str, Any]:
    environment = {"DATA_DIR": str(folder), "APP_ENV": "development", "SECRET_KEY": "bench"}
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(environment)
    from workflow_app.factory import create_app

    command = [sys.executable, "-m", "flask", "--app", "workflow_app.wsgi", "db", "upgrade"]
    app = _prepared(create_app, command)
    bare = Bare(folder, PRESSES)
    worker = subprocess.Popen([sys.executable, "-m", "workflow_app.jobs.worker"], stderr=subprocess.DEVNULL)
    watch = _Memory(worker.pid)
    watch.start()
    ours = theirs = 0.0
    made = 0
    try:
        world = _world(app)
        warm = _issue(app, world, WARM)
        _drain(app, warm)
        bare.set(_questions(app, warm))
        for _ in range(ROUNDS):
            start = time.perf_counter()
            ids = _issue(app, world, many)  # issuing is not what is measured: the clock starts when all wait
            issued = time.perf_counter() - start
            before = _made(app, ids)
            start = time.perf_counter()
            made += _drain(app, ids)
            ours += (time.perf_counter() - start) / max(1, many - before)
            questions = _questions(app, ids)
            start = time.perf_counter()
            bare.set(questions)
            theirs += (time.perf_counter() - start) / many
            print(f"{many} letters issued in {issued:.1f} s; {ROUNDS / ours:.1f} a second", file=sys.stderr)
    finally:
        watch.over.set()
        worker.terminate()
        worker.wait(60)
        bare.close()
    return {
        "pipeline_vs_weasyprint": round(theirs / ours, 3),
        "letters_per_s": round(ROUNDS / ours, 2),
        "rss_mb": round(watch.peak, 1),
        "weasyprint_per_s": round(ROUNDS / theirs, 2),
        "letters": made,
    }


def _prepared(create_app: Any, command: list[str]) -> Flask:
    from workflow_app.jobs.queue import migrate_jobs

    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    app: Flask = create_app()
    migrate_jobs(app.extensions["settings"].database_url)
    return app


def _world(app: Flask) -> w.World:
    with app.app_context():
        made = w.make_world()
        db.session.remove()
    return made


def _issue(app: Flask, world: w.World, many: int) -> list[int]:
    """Issue letters in one transaction, so that the worker sees them all at once."""
    with app.app_context():
        now = app.extensions["clock"].now()
        with transaction():
            department = db.session.get_one(Department, world.department_id)
            ids = [
                issue_letter(
                    code=CODES[n % len(CODES)], case_id=None, case_no=f"GSXF-2026-{n:06d}", department=department,
                    addressee_name=f"甘肃示例{n}号建筑工程有限公司", addressee_code=w.SUBJECT,
                    context=sample(CODES[n % len(CODES)]), actor=world.officer, now=now,
                ).id
                for n in range(many)
            ]  # fmt: skip
        db.session.remove()
    return ids


def _questions(app: Flask, ids: list[int]) -> list[dict[str, Any]]:
    with app.app_context():
        now = app.extensions["clock"].now()
        found = [order_of(letter_by_id(letter_id), at=now).question for letter_id in ids]
        db.session.remove()
    return found


def _made(app: Flask, ids: list[int]) -> int:
    with app.app_context():
        query = sa.select(sa.func.count()).where(Letter.id.between(ids[0], ids[-1]), Letter.file_digest.is_not(None))
        found = db.session.scalar(query) or 0
        db.session.remove()
    return found


def _drain(app: Flask, ids: list[int]) -> int:
    """Wait until the letters are made, saying how far it is; return how many are."""
    limit, said = time.monotonic() + LONGEST_S, 0
    while (done := _made(app, ids)) < len(ids) and time.monotonic() < limit:
        if done >= said + 500:
            said = done
            print(f"{done} of {len(ids)} letters", file=sys.stderr)
        time.sleep(0.1)
    return done


class _Memory(threading.Thread):
    """The most memory that the worker and its presses held together, in MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0.0, threading.Event()

    def run(self) -> None:
        """Look twice a second."""
        while not self.over.wait(0.5):
            self.peak = max(self.peak, sum(map(_rss, [self.pid, *_children(self.pid)])))


def _children(pid: int) -> list[int]:
    try:
        found = [
            int(p) for task in Path(f"/proc/{pid}/task").iterdir() for p in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return found + [g for child in found for g in _children(child)]


def _rss(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, IndexError):
        return 0.0
