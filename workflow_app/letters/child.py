"""The child process that sets letters: it lives long, under limits, and is renewed from time to time."""

import atexit
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from workflow_app.foundation.child import limited
from workflow_app.foundation.errors import ExternalFault
from workflow_app.letters.glyphs import FONTS
from workflow_app.letters.own_fonts import own_fonts
from workflow_app.letters.wire import read_message, write_message

PACKAGE = Path(__file__).parents[1]
MEMORY = 512 * 1024 * 1024  # a letter of 60 pages peaks at 410 MB of address space
FILE = 64 * 1024 * 1024  # of any file it writes; a copy of the largest font takes 31 MB
WALL_SECONDS = 30.0
LETTERS_PER_CHILD = 300  # WeasyPrint grows by about 20 MB in 360 letters
PREFIX = "letter-press-"

# The package's own __init__ assembles the whole application; the child needs one room of it.
_BOOT = (
    "import sys, types; p = types.ModuleType('workflow_app'); p.__path__ = [sys.argv.pop(1)]; "
    "sys.modules['workflow_app'] = p; from workflow_app.letters.press import main; main()"
)


class PressDown(ExternalFault):
    """The child died or ran out of its limits while it set a letter."""

    code = "letter_press_down"


@cache
def _own() -> str:
    """The agency's own fonts as the press hears of them; looked for once in the life of a process."""
    return json.dumps(own_fonts().order(), ensure_ascii=False)


class PressChild:
    """One press. Not for two threads at once; `Presses` hands it out."""

    def __init__(self) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        command = [sys.executable, "-c", _BOOT, str(PACKAGE), str(FONTS), str(self.scratch), _own()]
        environment = {"PATH": os.defpath, "TMPDIR": str(self.scratch), "HOME": str(self.scratch), "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed words
            limited(command, memory=MEMORY, file_bytes=FILE),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=self.scratch,
            close_fds=True,
        )
        self.done = 0

    def ask(self, job: dict[str, Any], timeout: float | None = None) -> tuple[dict[str, Any], bytes]:
        """Send a job and return the answer. Raises PressDown when it dies or takes more than `timeout` seconds."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise PressDown(reason="no pipes")
        watch = threading.Timer(timeout or WALL_SECONDS, self.process.kill)
        watch.start()
        try:
            write_message(stdin, job)  # type: ignore[arg-type]
            answer = read_message(stdout)  # type: ignore[arg-type]
        except (OSError, EOFError, ValueError):
            self.close()
            raise PressDown(returncode=self.process.returncode) from None
        finally:
            watch.cancel()
        self.done += 1
        if answer[0].get("end"):  # it says itself that it is not to be used again
            self.close()
        return answer

    def close(self) -> None:
        """End the child and remove what it left in the temporary folder."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with _quiet():
                    pipe.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


class Presses:
    """The presses of this process: at most `limit`, started when needed, renewed after a number of letters."""

    def __init__(self, limit: int = 2) -> None:
        self.pid = os.getpid()
        self.idle: queue.LifoQueue[PressChild | None] = queue.LifoQueue()
        for _ in range(limit):
            self.idle.put(None)

    def ask(self, job: dict[str, Any], timeout: float | None = None) -> tuple[dict[str, Any], bytes]:
        """Let a press do a job, waiting for a free one."""
        child = self.idle.get()
        try:
            if child is None or child.process.poll() is not None or child.done >= LETTERS_PER_CHILD:
                if child is not None:
                    child.close()
                child = PressChild()
            return child.ask(job, timeout)
        except PressDown:
            child = None
            raise
        finally:
            self.idle.put(child)

    def close(self) -> None:
        """End all presses that are not at work; after a fork they are somebody else's."""
        if self.pid != os.getpid():
            return
        while not self.idle.empty():
            child = self.idle.get_nowait()
            if child is not None:
                child.close()


_presses: Presses | None = None
_lock = threading.Lock()


def presses() -> Presses:
    """Return the presses of this process; after a fork the child gets its own."""
    global _presses
    with _lock:
        if _presses is None or _presses.pid != os.getpid():
            sweep_scratch()
            _presses = Presses()
            atexit.register(_presses.close)
        return _presses


def sweep_scratch() -> int:
    """Remove the folders of presses whose process has ended without tidying up; return how many."""
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


@contextmanager
def _quiet() -> Iterator[None]:
    try:
        yield
    except OSError:
        return
