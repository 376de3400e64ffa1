"""Reading the first sheet of an .xlsx row by row, as texts. The file is opened by a child process under limits only: a
small one may unpack to more than this process can bear."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from workflow_app.foundation.child import limited
from workflow_app.foundation.database import forbid_transaction

CHILD = Path(__file__).with_name("workbook_child.py")
MEMORY = 512 * 1024**2  # of address space; a file of 100,000 penalties takes half of it
CHECK_SECONDS, ROWS_SECONDS = 5, 300  # of processor time
CHECK_WALL = 30.0
MOST_TEXT = 400 * 1024**2  # bytes of text that a file may give: a short text may be named a million times
LONGEST_LINE = 24 * 1024**2
FAULTS = frozenset({"broken", "locked", "too_large", "empty"})


class UnreadableWorkbook(Exception):
    """The file is no workbook that can be read: `code` is `broken`, `locked`, `too_large` or `empty`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def claimed_rows(path: Path) -> int:
    """Return how many rows a file claims, 0 where it does not say, without unpacking it. Raises UnreadableWorkbook."""
    forbid_transaction()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own script
            _command("check", path, cpu_seconds=CHECK_SECONDS),
            env={},
            capture_output=True,
            timeout=CHECK_WALL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableWorkbook("too_large") from None
    return int(_answer(done.stdout, done.returncode)["rows"])


def workbook_rows(
    path: Path, *, values: bool = False, cpu_seconds: int = ROWS_SECONDS, wall: float | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of the first sheet that holds anything, with its number; cells as texts, blank ones as "".

    `values` asks for what formulas gave instead of the formulas, `wall` bounds the whole in seconds. Raises
    UnreadableWorkbook, also after rows that were read.
    """
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own script
        _command("rows", path, "values" if values else "cells", cpu_seconds=cpu_seconds),
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    watch = threading.Timer(wall, child.kill) if wall is not None else None
    if watch is not None:
        watch.start()
    try:
        yield from _rows(child)
    finally:
        if watch is not None:
            watch.cancel()
        child.kill()
        child.wait()
        _pipe(child).close()


def _command(*words: str | Path, cpu_seconds: int) -> list[str]:
    command = [sys.executable, "-I", str(CHILD), *map(str, words)]
    return limited(command, memory=MEMORY, cpu_seconds=cpu_seconds, file_bytes=0)


def _rows(child: subprocess.Popen[bytes]) -> Iterator[tuple[int, list[str]]]:
    left, pipe = MOST_TEXT, _pipe(child)
    while line := pipe.readline(LONGEST_LINE):
        left -= len(line)
        if left < 0 or not line.endswith(b"\n"):
            raise UnreadableWorkbook("too_large")
        if not line.startswith(b"["):
            _answer(line, 0)
            return
        number, cells = json.loads(line)
        yield number, cells
    raise _death(child.wait())


def _pipe(child: subprocess.Popen[bytes]) -> IO[bytes]:
    if child.stdout is None:
        raise UnreadableWorkbook("broken")
    return child.stdout


def _answer(line: bytes, returncode: int) -> dict[str, Any]:
    if not line:
        raise _death(returncode)
    answer: dict[str, Any] = json.loads(line)
    if "fault" in answer:
        raise UnreadableWorkbook(answer["fault"] if answer["fault"] in FAULTS else "broken")
    return answer


def _death(returncode: int) -> UnreadableWorkbook:
    """A child that a limit ended had too much to do; one that fell over met something that is no workbook."""
    return UnreadableWorkbook("too_large" if returncode < 0 else "broken")
