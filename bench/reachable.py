"""States of a diagram met on many random walks: how large they get."""

from __future__ import annotations

import random

from workflow_app.engine import runner
from workflow_app.engine.advance import Armed, OpenTask
from workflow_app.engine.diagrams import Definition
from workflow_app.foundation.errors import Conflict

OUTCOMES = ("accepted", "correct", "correct", "refused")
VERDICTS = ("returned", "returned", "granted", "denied")


def largest_state(definition: Definition, *, walks: int = 60, moves: int = 60) -> int:
    """Return the size in bytes of the largest state of repair met on random walks that answer, fire clocks and withdraw."""
    return max(_walk(definition, random.Random(seed), moves) for seed in range(walks))


def _walk(definition: Definition, chance: random.Random, moves: int) -> int:
    tasks: dict[str, OpenTask] = {}
    timers: set[Armed] = set()
    step = runner.begin(definition, {"route_known": chance.random() < 0.5, "outcome": "", "verdict": ""})
    largest = 0
    for _ in range(moves):
        advance = step.advance
        tasks = {k: t for k, t in tasks.items() if k not in advance.closed} | {t.engine_id: t for t in advance.opened}
        timers = timers - set(advance.disarmed) - set(advance.fired) | set(advance.armed)
        if step.state is None:
            break
        largest = max(largest, len(step.state))
        step = _move(definition, step.state, sorted(tasks), sorted(timers, key=lambda a: a.arming), chance)
    return largest


def _move(
    definition: Definition, state: bytes, tasks: list[str], timers: list[Armed], chance: random.Random
) -> runner.Step:
    if timers and chance.random() < 0.3:
        armed = chance.choice(timers)
        return runner.fire(definition, state, armed.key, armed.arming)
    if tasks and chance.random() < 0.98:
        answer = {"outcome": chance.choice(OUTCOMES), "verdict": chance.choice(VERDICTS)}
        return runner.complete(definition, state, chance.choice(tasks), answer)
    for message in ("platform_confirmed", "withdrawn", "record_gone"):
        try:
            return runner.receive(definition, state, message, {})
        except Conflict:
            continue
    return runner.complete(definition, state, tasks[0], {})
