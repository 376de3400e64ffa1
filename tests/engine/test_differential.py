"""Our engine, reloaded before every move, against the library by itself in memory: they must never part.

Random diagrams and random walks on the diagrams of the house. `ENGINE_DIAGRAMS=20000` makes it a long run.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.engine.case import Case
from tests.engine.drawing import (
    arrows,
    choice,
    diagram,
    end,
    fork,
    message,
    node,
    service,
    start,
    subprocess,
    timer,
    user,
)
from tests.engine.stock import StockCase, fingerprint
from workflow_app.engine.definition import Definition
from workflow_app.engine.diagrams import load_definition

DIAGRAMS = int(os.environ.get("ENGINE_DIAGRAMS", "600"))
WALKS = max(60, DIAGRAMS // 10)
MOVES = 18
BPMN = sorted((Path(__file__).parents[2] / "bpmn").glob("*.bpmn"))


class Drawing:
    """One random scope. Every way back leads to a user task, so nothing spins by itself; one message event a task.

    A scope with a fork and a join has no way back: a join in a circle is refused.
    """

    def __init__(self, chance: random.Random, prefix: str = "") -> None:
        self.chance, self.prefix = chance, prefix
        self.names = [f"{prefix}n{i}" for i in range(chance.randint(2, 4))]
        self.body, self.roads, self.conditions = [start(f"{prefix}s")], [f"{prefix}s {self.names[0]}"], {}
        self.users: list[str] = []
        self.forked = chance.random() < 0.3
        for place, name in enumerate(self.names):
            self._node(place, name)
        self.body.append(end(f"{prefix}e"))

    def _node(self, place: int, name: str) -> None:
        chance = self.chance
        following = self.names[place + 1] if place + 1 < len(self.names) else f"{self.prefix}e"
        kind = "subprocess" if not self.prefix and chance.random() < 0.35 else "user"
        if kind == "user" and place and chance.random() < 0.2:
            kind = "service"
        if kind == "user" and self.forked and chance.random() < 0.5:
            self._fork(name, following)
            return
        if kind == "subprocess":
            inner = Drawing(chance, f"{self.prefix}i{place}_")
            self.body.append(subprocess(name, *inner.body, arrows(*inner.roads, **inner.conditions)))
        else:
            self.body.append(user(name) if kind == "user" else service(name))
        self.users += [name] if kind == "user" else []
        if self.users and not self.forked and kind != "subprocess" and chance.random() < 0.45:
            back, gate = chance.choice(self.users), f"{name}g"
            self.body.append(choice(gate, following))
            self.roads += [f"{name} {gate} {following}", f"{gate} {back}"]
            self.conditions[f"{gate}__{back}"] = "again"
        else:
            self.roads.append(f"{name} {following}")
        if kind != "service":
            self._events(name, [f"{self.prefix}e"] if self.forked else [*self.names, f"{self.prefix}e"])

    def _fork(self, name: str, following: str) -> None:
        """Two branches that meet again, however each of them ends."""
        join = f"{name}j"
        self.body += [fork(name), fork(join)]
        self.roads.append(f"{join} {following}")
        for branch in (f"{name}a", f"{name}b"):
            merge = f"{branch}m"  # a join waits for every arrow into it, so the ways out of a branch meet before
            self.body += [user(branch), node("exclusiveGateway", merge)]
            self.roads.append(f"{name} {branch} {merge} {join}")
            self._events(branch, [merge])

    def _events(self, host: str, targets: list[str]) -> None:
        """Up to three events on a host; the interrupting ones lead to one of the targets."""
        chance = self.chance
        for number in range(chance.randint(0, 3)):
            event, interrupting = f"{host}b{number}", chance.random() < 0.5
            if number == 2:
                self.body.append(message(event, on=host, interrupting=interrupting))
            else:
                self.body.append(timer(event, on=host, key=f"k.x{event}", interrupting=interrupting))
            handled_by_person = interrupting and chance.random() < 0.5
            self.body.append(user(f"{event}h") if handled_by_person else service(f"{event}h"))
            self.body += [] if interrupting else [end(f"{event}e")]
            onward = chance.choice(targets) if interrupting else f"{event}e"
            self.roads.append(f"{event} {event}h {onward}")


def draw(seed: int) -> tuple[Definition, random.Random]:
    chance = random.Random(seed)
    drawing = Drawing(chance)
    return diagram(*drawing.body, arrows(*drawing.roads, **drawing.conditions)), chance


def walk(definition: Definition, chance: random.Random, data: dict[str, Any], answers: Any, moves: int) -> Counter[str]:
    """Move both engines alike until the case is done; assert after each move that they see the same."""
    ours, stock, count, trace = Case(definition, data=data), StockCase(definition, data), Counter[str](), []
    for _ in range(moves):
        keys = sorted(a.key for a, row in ours.rows.items() if row.status == "running")
        assert (ours.tasks, keys, ours.messages) == stock.seen, trace
        choices = [("do", t) for t in ours.tasks * 3] + [("fire", k) for k in keys]
        kind, what = chance.choice(choices + [("receive", m) for m in sorted(ours.messages)])
        trace.append((kind, what))
        count[kind] += 1
        answer = answers(chance, what) if kind == "do" else {}
        step, before = move(ours, kind, what, answer), len(stock.called)
        {"do": stock.do, "fire": stock.fire, "receive": stock.receive}[kind](what, **answer)
        assert [call.name for call in step.advance.services] == stock.called[before:], trace
        assert ours.done == stock.done, trace
        if ours.done:
            count["finished"] += 1
            break
    return count


def move(case: Case, kind: str, what: str, answer: dict[str, Any]) -> Any:
    if kind == "do":
        return case.do(what, **answer)
    if kind == "receive":
        return case.receive(what)
    return case.fire(next(a for a, row in case.rows.items() if a.key == what and row.status == "running"))


def test_random_diagrams() -> None:
    count = Counter[str]()
    for seed in range(DIAGRAMS):
        definition, chance = draw(seed)
        before = fingerprint(definition)
        count += walk(definition, chance, {"again": False}, lambda c, _: {"again": c.random() < 0.5}, MOVES)
        assert fingerprint(definition) == before, seed
    assert count["fire"] > DIAGRAMS
    assert count["finished"] > DIAGRAMS // 4


ANSWERS = {
    "accept": lambda chance: {"outcome": chance.choice(["accepted", "accepted", "correct", "refused"])},
    "decide": lambda chance: {"verdict": chance.choice(["granted", "denied", "returned"])},
}
ASKED = re.compile(r">(\w+) == ('\w*'|True|False)<")


def asked(path: Path) -> dict[str, Any]:
    """What the gateways of a diagram read, with values that lead nowhere in particular."""
    return {name: "" if value[0] == "'" else False for name, value in ASKED.findall(path.read_text("utf-8"))}


def answer(chance: random.Random, task: str) -> dict[str, Any]:
    return ANSWERS[task](chance) if task in ANSWERS else {}


@pytest.mark.parametrize("path", BPMN, ids=lambda path: path.stem)
def test_walks_on_the_diagrams_of_the_house(path: Path) -> None:
    definition = load_definition(path.read_bytes(), path.stem)
    before = fingerprint(definition)
    for seed in range(WALKS):
        chance = random.Random(seed)
        walk(definition, chance, asked(path) | {"route_known": seed % 3 > 0}, answer, 25)
    assert fingerprint(definition) == before
