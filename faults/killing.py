"""Carrying out the kills of a plan on a running site, and knowing of each whether it met work in hand."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from faults.clients import Clients
from faults.kill_plan import Kill
from faults.processes import Site, wait_until_answers

MEETS_WITHIN_S = 8.0
REACHES_WITHIN_S = 60.0  # a letter takes its time on a busy machine


@dataclass
class Killer:
    """Kills and restarts. `fired` counts per failpoint, `sides` learns which process comes past it."""

    site: Site
    clients: Clients
    fired: Counter[str] = field(default_factory=Counter)
    sides: dict[str, str] = field(default_factory=dict)
    serial: int = 0

    def carry_out(self, kill: Kill) -> tuple[bool, bool]:
        """Carry out one kill; return whether somebody died and whether there was work in flight."""
        self.serial += 1
        wait_until_answers(f"{self.site.place.web_url}/healthz")
        self._revive_workers()
        if kill.what == "failpoint":
            reached = self._at_failpoint(kill)
            return reached, reached
        time.sleep(kill.pause_s)
        meets_web = kill.what != "worker" and self._meets(lambda: self.clients.waiting > 0)
        meets_worker = kill.what in ("worker", "both") and self._meets(lambda: self._in_hand() > 0)
        self._kill(kill.what)
        return True, meets_web or meets_worker

    def _kill(self, what: str) -> None:
        names = self.site.worker_names()
        victim = names[self.serial % len(names)] if names else ""
        if what == "web_child" and self.site.kill_child("web"):
            return
        if what != "worker":
            self.site.kill("web")
        if what in ("worker", "both") and victim:
            self.site.kill(victim)
            self.site.start_worker(victim)
        if what != "worker":
            self.site.start_web()

    def _at_failpoint(self, kill: Kill) -> bool:
        """Arm a failpoint in the processes that may pass it and wait until one has died there."""
        witness = self.site.place.folder / f"witness-{self.serial}"
        witness.unlink(missing_ok=True)
        armed = {
            "CRASH_TEST": "1",
            "FAILPOINT": f"{kill.failpoint}:{kill.nth}",
            "FAILPOINT_WITNESS": str(witness),
        }
        side = self.sides.get(kill.failpoint, "")
        names = (
            ["web", *self.site.worker_names()] if not side else [side] if side == "web" else self.site.worker_names()
        )
        for name in names:
            self.site.kill(name)
            if name == "web":
                self.site.start_web(**armed)
            else:
                self.site.start_worker(name, **armed)
        if not _within(REACHES_WITHIN_S, witness.exists):
            return False
        self.fired[kill.failpoint] += 1
        time.sleep(0.1)
        dead = [n for n in self.site.worker_names() if self.site.running[n].poll() is not None]
        self.sides[kill.failpoint] = "worker" if dead else "web"
        self._revive_workers()
        return True

    def _revive_workers(self) -> None:
        for name in self.site.worker_names():
            if self.site.running[name].poll() is not None:
                self.site.running.pop(name)
                self.site.start_worker(name)

    def _in_hand(self) -> int:
        return self.site.driver.in_hand(self.site.place)

    def _meets(self, holds: object) -> bool:
        return _within(MEETS_WITHIN_S, holds)


def _within(seconds: float, holds: object) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.01)
    return False
