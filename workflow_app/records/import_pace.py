"""How much an import does at a time, so that nobody else waits long: slices that fit a quarter of a second, and pauses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from workflow_app.foundation.database import db

FIRST, LEAST, MOST = 300, 50, 1_000
HELD = 0.2  # seconds a slice should hold the write lock
PAUSE = 0.105  # a writer that waits on SQLite looks again every tenth of a second at most: it finds the lock free


class Pace:
    """Measures slices, sizes the next one and lets others in between."""

    def __init__(self) -> None:
        self.size = FIRST
        self._pause = PAUSE if db.engine.dialect.name == "sqlite" else 0.0

    @contextmanager
    def slice(self) -> Iterator[None]:
        """Run one transaction; afterwards pause, where one writer at a time is all the database can do."""
        start = time.perf_counter()
        yield
        held = max(time.perf_counter() - start, 0.001)
        self.size = max(LEAST, min(MOST, int(self.size * min(2.0, max(0.5, HELD / held)))))
        if self._pause:
            time.sleep(self._pause)
