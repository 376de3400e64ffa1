"""Which process dies when: half of the kills at random moments, half at the named points of our own steps."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

RANDOM = ("web", "web_child", "worker", "worker", "both")
NAMED = re.compile(r"\bfailpoint\(\"([a-z_.]+)\"\)")


@dataclass(frozen=True)
class Kill:
    """One kill: `web` with its children, one `web_child`, a `worker`, `both`, or whoever comes to a `failpoint`."""

    what: str
    failpoint: str = ""
    nth: int = 1
    pause_s: float = 0.0


def failpoints_in(folder: Path) -> tuple[str, ...]:
    """Return the names of all failpoints in a source tree, in order."""
    found = {name for path in folder.rglob("*.py") for name in NAMED.findall(path.read_text("utf-8"))}
    return tuple(sorted(found))


def plan(kills: int, failpoints: tuple[str, ...], *, seed: int) -> list[Kill]:
    """Return that many kills in random order, every failpoint as often as the others and at least once if possible."""
    chance = random.Random(seed)
    named = min(kills, max(kills // 2, len(failpoints))) if failpoints else 0
    found = [
        Kill("failpoint", failpoint=failpoints[n % len(failpoints)], nth=chance.choice((1, 1, 2)), pause_s=0.0)
        for n in range(named)
    ]
    found += [Kill(RANDOM[n % len(RANDOM)], pause_s=round(chance.uniform(0.2, 1.5), 3)) for n in range(kills - named)]
    chance.shuffle(found)
    return found
