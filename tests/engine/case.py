"""A case as the house holds it: state bytes and deadline rows, loaded afresh for every single step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_app.engine import runner
from workflow_app.engine.advance import Armed, OpenTask, Step
from workflow_app.engine.definition import Definition
from workflow_app.engine.runner import LoadedCase
from workflow_app.engine.waits import armed_timers, awaited_messages, open_tasks


@dataclass
class Row:
    """A deadline: the day it is due, and what became of it (running, stopped, fired, cancelled)."""

    due: float
    status: str = "running"
    stopped_on: float = 0


@dataclass
class Case:
    """Days are numbers. `days` gives the length of each clock by its key; a clock it does not know takes five days."""

    definition: Definition
    days: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    today: float = 0
    rows: dict[Armed, Row] = field(default_factory=dict)
    open: dict[str, OpenTask] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    state: bytes | None = None
    done: bool = False

    def __post_init__(self) -> None:
        self.keep(runner.begin(self.definition, self.data))

    def keep(self, step: Step) -> Step:
        """Apply a step to the rows, then check that rows and engine agree before and after a reload."""
        advance = step.advance
        assert not set(advance.disarmed) & {*advance.fired, *advance.armed}
        for armed in advance.armed:
            assert armed not in self.rows
            self.rows[armed] = Row(self.today + self.days.get(armed.key, 5))
        for armed in advance.disarmed:
            self.rows[armed].status = "cancelled"
        for armed in advance.fired:
            self.rows[armed].status = "fired"
        for mark in advance.closed:
            del self.open[mark]
        self.open |= {task.engine_id: task for task in advance.opened}
        self.state, self.done = step.state, advance.finished
        self.visited += advance.visited
        self._check()
        return step

    def _check(self) -> None:
        running = {a for a, row in self.rows.items() if row.status in ("running", "stopped")}
        assert self.done == (self.state is None)
        if self.state is None:
            assert not running
            assert not self.open
            return
        loaded = LoadedCase(self.definition, self.state)
        assert armed_timers(loaded.live) == running
        assert open_tasks(loaded.live) == self.open
        assert loaded.move(lambda _: None).state == self.state
        self.sizes.append(len(self.state))

    def do(self, task: str, **answer: Any) -> Step:
        mark = next(t.engine_id for t in self.open.values() if t.bpmn_id == task)
        return self.keep(runner.complete(self.definition, self.state, mark, answer))

    def receive(self, about: str) -> Step:
        return self.keep(runner.receive(self.definition, self.state, about, {}))

    def fire(self, armed: Armed) -> Step:
        return self.keep(runner.fire(self.definition, self.state, armed.key, armed.arming))

    def sweep(self, day: float) -> list[str]:
        """The worker on a day: each reached deadline in order, one step each; returns the keys that fired."""
        self.today = day
        due = [
            (r.due, a.interrupting, a.key, a) for a, r in self.rows.items() if r.status == "running" and r.due <= day
        ]
        fired: list[str] = []
        for *_, armed in sorted(due, key=lambda entry: entry[:3]):
            if self.rows[armed].status == "running":
                fired += [a.key for a in self.fire(armed).advance.fired]
        return fired

    def row(self, key: str) -> Row:
        return [row for armed, row in self.rows.items() if armed.key == key][-1]

    def stop(self, key: str, day: float) -> None:
        self.row(key).status, self.row(key).stopped_on = "stopped", day

    def resume(self, key: str, day: float) -> None:
        row = self.row(key)
        row.due, row.status = row.due + day - row.stopped_on, "running"

    @property
    def tasks(self) -> list[str]:
        return sorted(task.bpmn_id for task in self.open.values())

    @property
    def messages(self) -> frozenset[str]:
        if self.state is None:
            return frozenset()
        return awaited_messages(LoadedCase(self.definition, self.state).live)
