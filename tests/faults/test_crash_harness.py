"""The kill harness in short, on the product itself: nothing wrong on either database, and the careless variant caught."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.processes import DATABASES

ROOT = Path(__file__).parents[2]
POINTS = "task.after_commit,letter.stored"  # a reply lost in the web process, a letter half registered by a worker
MORE = {"sqlite": (), "postgresql": ("--alone",)}


@pytest.fixture
def folders() -> Iterator[dict[str, Path]]:
    """A folder for each database; not pytest's own, which a database server running as another user may not enter."""
    made = {kind: Path(tempfile.mkdtemp(prefix="crash-")) for kind in DATABASES}
    yield made
    for folder in made.values():
        shutil.rmtree(folder, ignore_errors=True)


def _start(kind: str, folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "faults", "crash", "--kills", "2", "--points", POINTS, "--db", kind]
    command += ["--json", "--clients", "4", "--folder", str(folder), *MORE[kind]]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def test_two_kills_on_each_database(folders: dict[str, Path]) -> None:
    runs = {kind: _start(kind, folder) for kind, folder in folders.items()}  # together: most of it is waiting
    said = {kind: run.communicate(timeout=180)[0] for kind, run in runs.items()}
    answers: dict[str, dict[str, Any]] = {kind: json.loads(text) for kind, text in said.items()}
    for kind, answer in answers.items():
        counted = {name: answer[name] for name in ("tried", "lost", "doubled", "truncated", "stuck", "broken")}
        assert counted == dict.fromkeys(counted, 0) | {"tried": 2}, (kind, answer)
        assert answer["acknowledged"] > 0
        assert answer["fired"] == dict.fromkeys(POINTS.split(","), 1)
        assert runs[kind].returncode == 0
    naive = answers["sqlite"]["naive"]
    assert naive["lost"] + naive["doubled"] > 0
