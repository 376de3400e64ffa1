"""The processes of a run: web under gunicorn, workers, the platform; each in its own group so that it dies whole."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faults.driver import Driver, Place

ROOT = Path(__file__).parent.parent
STARTS_WITHIN_S = 60.0
LIBC = ctypes.CDLL(None)


def free_port() -> int:
    """Return a loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether an address answers at all."""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status < 500)
    except OSError:
        return False


def wait_until_answers(url: str) -> None:
    """Wait for an address to answer. Raises TimeoutError."""
    limit = time.monotonic() + STARTS_WITHIN_S
    while not answers(url):
        if time.monotonic() > limit:
            raise TimeoutError(url)
        time.sleep(0.1)


@dataclass
class Site:
    """All processes of one run. A process is started with a witness file when a failpoint is armed in it."""

    place: Place
    driver: Driver
    workers: int = 2
    careless: bool = False
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    started: int = 0

    def start(self) -> None:
        """Start the platform, then everything else, and wait until web and platform answer."""
        port = self.place.platform_url.rsplit(":", 1)[1]
        data = str(self.place.folder / "platform")
        repeats = ["--port", port, "--data", data, "--key", "crash-key", "--control", "--repeats"]
        self._spawn("platform", [sys.executable, "-m", "platform_sim", *repeats])
        wait_until_answers(f"{self.place.platform_url}/healthz")
        self.start_web()
        for number in range(0 if self.careless else self.workers):
            self.start_worker(f"worker{number}")
        wait_until_answers(f"{self.place.web_url}/healthz")

    def start_web(self, **armed: str) -> None:
        """Start the web process."""
        app = self.driver.careless_app if self.careless else self.driver.web_app
        address = self.place.web_url.removeprefix("http://")
        kind = ["-k", "gthread", "-w", "1", "--threads", "8", "--timeout", "60", "--graceful-timeout", "5"]
        command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "warning", "-b", address]
        self._spawn("web", [*command, *kind, app], **armed)

    def start_worker(self, name: str, **armed: str) -> None:
        """Start one worker, under an executor id nobody had before."""
        self.started += 1
        identity = f"{name}-{os.getpid()}-{self.started}"
        command = [sys.executable, "-m", "workflow_app.jobs.worker", "--app", self.driver.worker_app]
        self._spawn(name, [*command, "--id", identity], **armed)

    def kill(self, name: str) -> None:
        """SIGKILL a process with its children, and collect it."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_child(self, name: str) -> bool:
        """SIGKILL one child of a process; its parent replaces it. False where it has none."""
        listing = Path(f"/proc/{self.running[name].pid}/task/{self.running[name].pid}/children")
        children = listing.read_text().split() if listing.exists() else []
        if not children:
            return False
        os.kill(int(children[0]), signal.SIGKILL)
        return True

    def worker_names(self) -> list[str]:
        """Return the names of the workers."""
        return [f"worker{n}" for n in range(0 if self.careless else self.workers)]

    def stop(self) -> None:
        """Kill everything that still runs."""
        for name in list(self.running):
            self.kill(name)

    def platform(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the platform's control, or with a body tell it something."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.place.platform_url}/control/{path}", data=data)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    def _spawn(self, name: str, command: list[str], **armed: str) -> None:
        env = os.environ | self.place.environ | armed
        with (self.place.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )


def _die_with_parent() -> None:
    """Have the kernel kill this process when the harness dies, or an interrupted run would go on by itself."""
    LIBC.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
