"""The clients of a run: each works on its own cases, repeats an unanswered act with its key, and keeps a journal."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field

from faults.driver import Driver, Place, Refused, Unanswered
from faults.journal import Journal

THINK_S = 0.3


@dataclass
class Clients:
    """A number of clients in threads. `in_flight` tells how many wait for an answer now."""

    driver: Driver
    place: Place
    journal: Journal
    number: int = 8
    think_s: float = THINK_S
    run: str = "r"
    waiting: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(self.number)]

    def start(self) -> None:
        """Begin."""
        for thread in self.threads:
            thread.start()

    def finish(self, within_s: float = 60.0) -> None:
        """Let every client have its last act answered, then end."""
        self.stop.set()
        limit = time.monotonic() + within_s
        for thread in self.threads:
            thread.join(max(0.1, limit - time.monotonic()))

    def _work(self, number: int) -> None:
        luck = random.Random(f"{self.run}-{number}")
        session = self.driver.session(self.place, number)
        acts = 0
        while not self.stop.wait(luck.uniform(0, 2 * self.think_s)):
            acts += 1
            try:
                self._act(session, luck, f"{self.run}-{number}-{acts}")
            except Exception as fault:  # a client must not end quietly: the run would prove nothing
                with self.lock:
                    self.faults.append(f"client {number}: {type(fault).__name__}: {fault}"[:300])
                self.stop.wait(1)

    def _act(self, session: object, luck: random.Random, key: str) -> None:
        self.journal.asked(key)
        limit = time.monotonic() + 120
        with self.lock:
            self.waiting += 1
        try:
            while time.monotonic() < limit:
                try:
                    act = session.step(luck, key)  # type: ignore[attr-defined]
                except Unanswered:
                    time.sleep(0.2)
                    continue
                self.journal.acknowledged(act)
                with self.lock:
                    self.acknowledged += 1
                return
        except Refused:
            self.journal.refused(key)
        finally:
            with self.lock:
                self.waiting -= 1
