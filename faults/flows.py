"""Which arrows of which diagrams tokens have gone along, told by the engine's own steps and counted once these are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from workflow_app.cases.kinds import ProcessKind
from workflow_app.engine import definitions
from workflow_app.engine.definition import Definition, messages_of, timers_of
from workflow_app.engine.diagrams import load_definition
from workflow_app.engine.runner import LoadedCase


class Flows:
    """The arrows visited, by process. Steps of an act that was taken back do not count."""

    def __init__(self) -> None:
        self.visited: dict[str, set[str]] = {}
        self._moved: list[tuple[str, tuple[str, ...]]] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Listen to every step of the engine in this process."""
        move = LoadedCase.move

        def heard(case: LoadedCase, *args: Any, **more: Any) -> Any:
            step = move(case, *args, **more)
            self._moved.append((case.definition.spec.name, step.advance.flows))
            return step

        LoadedCase.move = heard  # type: ignore[method-assign]
        try:
            yield
        finally:
            LoadedCase.move = move  # type: ignore[method-assign]

    def keep(self) -> None:
        """Count the steps since the last call: their act is committed."""
        for process, arrows in self._moved:
            self.visited.setdefault(process, set()).update(arrows)
        self._moved.clear()

    def drop(self) -> None:
        """Forget the steps since the last call: their act was taken back."""
        self._moved.clear()

    def answer(self, kinds: tuple[ProcessKind, ...]) -> dict[str, list[int]]:
        """Return by kind how many arrows of its shipped diagram were visited, and how many there are."""
        return {kind.key: [len(drawn(kind)) - len(self.unvisited(kind)), len(drawn(kind))] for kind in kinds}

    def unvisited(self, kind: ProcessKind) -> set[str]:
        """Return the arrows of a kind's shipped diagram that no token has gone along."""
        return drawn(kind) - self.visited.get(kind.process_id, set())

    def unseen(self, kind: ProcessKind, live: Collection[str]) -> set[str]:
        """Return the clocks and messages that would lead a case, with tokens at these nodes, where no token has gone yet."""
        definition = _shipped(kind)
        missing = {definition.sequence_flows[arrow].source for arrow in self.unvisited(kind)}
        return {name for event, host, name in _events(definition) if event in missing and host in live}


def drawn(kind: ProcessKind) -> set[str]:
    """Return every arrow of the diagram a kind ships."""
    return set(_shipped(kind).sequence_flows)


def _events(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """Yield the events on the border of activities: id, activity, and the clock or message they wait for."""
    splits = (s for part in definition.parts for s in part.task_specs.values() if isinstance(s, BoundaryEventSplit))
    for split in splits:
        host = next(s.bpmn_id for s in split.outputs if not isinstance(s, BoundaryEvent))
        for event in split.outputs:
            for name in [timer.name for timer in timers_of(event)] + messages_of(event):
                yield event.bpmn_id, host, name


def _shipped(kind: ProcessKind) -> Definition:
    return _parsed(definitions.FOLDER / f"{kind.process_id}.bpmn")


@cache
def _parsed(path: Path) -> Definition:
    return load_definition(path.read_bytes(), path.stem)
