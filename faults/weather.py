"""What a walk meets outside the house: a credit platform and a letter press with moods, ruled by the walk's own chance."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from workflow_app.letters.child import PressDown
from workflow_app.records.platform import (
    ACTIVE,
    Confirmed,
    MemoryPlatform,
    Mismatch,
    Order,
    Outcome,
    RecordState,
    Refused,
    Unavailable,
    Unknown,
)

PAGE = b"%PDF-1.7\n% a page of the walk\n%%EOF\n"


class FickleCredit(MemoryPlatform):
    """A platform that answers as it likes until it is told to be `kind`.

    `effects` counts how often each order took effect: a second time whenever it is sent again without need. Only of two
    that were on their way together it does one. `meanwhile`, when set, is what another worker does in that time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.chance, self.kind = Random(0), True
        self.meanwhile: Callable[[Order], None] | None = None
        self._done: dict[str, Confirmed] = {}  # what it really did, whatever it can still tell
        self._together: set[str] = set()

    def begin(self, chance: Random, meanwhile: Callable[[Order], None]) -> None:
        """Begin a sequence: other chance, nothing counted yet, and moods."""
        self.chance, self.meanwhile, self.kind = chance, meanwhile, False
        self.effects.clear()

    def look_up(self, order: Order) -> Outcome:
        """Say what became of an order, or that it cannot be told now."""
        if self._mood(("good", 8), ("away", 1), ("unclear", 1)) != "good":
            return self.chance.choice((Unavailable("away"), Unknown("unclear")))
        return super().look_up(order)

    def state_of(self, order: Order) -> RecordState | Outcome:
        """Say what is shown of the record, or that it cannot be told now."""
        if self._mood(("good", 12), ("away", 1)) != "good":
            return Unavailable("away")
        return super().state_of(order)

    def send(self, order: Order) -> Outcome:
        """Do an order or not, and say so, something else or nothing."""
        mood = self._mood(
            ("good", 7), ("refused", 1), ("away", 1), ("lost_reply", 3), ("lost_order", 1), ("mixed_up", 1),
            ("forgotten", 1), ("overtaken", 2),
        )  # fmt: skip
        if mood == "refused":
            return Refused("not_allowed")
        if mood == "away":
            return Unavailable("away")
        if mood == "lost_order":
            return Unknown("timeout")
        if mood == "overtaken" and self.meanwhile is not None:
            self._together.add(order.key)
            self.meanwhile(order)
        done = self._do(order)
        if mood == "lost_reply":
            return Unknown("timeout")
        if mood == "mixed_up":
            return Mismatch("other_record")
        if mood == "forgotten":
            self.receipts.pop(order.key, None)
            return Unknown("timeout")
        return done

    def shows(self, record_id: int, destination: str) -> bool:
        """Tell whether a record is still shown at a destination."""
        return self.state(record_id, destination) == ACTIVE

    def state(self, record_id: int, destination: str) -> str:
        """Tell how a record stands at a destination: what a person sees who looks there."""
        return self.states.get((record_id, destination), ACTIVE)

    def did(self, key: str) -> bool:
        """Tell whether an order took effect: what a person sees who looks there."""
        return key in self._done

    def _do(self, order: Order) -> Outcome:
        """Carry out an order, unless one of the same key arrived just before it."""
        if order.key in self._done and order.key in self._together:
            return self._done[order.key]
        done = super().send(order)
        if isinstance(done, Confirmed):
            self._done[order.key] = done
        return done

    def _mood(self, *moods: tuple[str, int]) -> str:
        if self.kind:
            return "good"
        names, weights = zip(*moods, strict=True)
        return str(self.chance.choices(names, weights)[0])


class PaperPress:
    """A press that makes a page at once, or fails; what real pages look like is asked elsewhere."""

    def __init__(self) -> None:
        self.chance, self.kind = Random(0), True

    def ask(self, job: dict[str, Any], _timeout: float | None = None) -> tuple[dict[str, Any], bytes]:
        """Return a page of the letter. Every letter's page differs, as its content does."""
        luck = 1.0 if self.kind else self.chance.random()
        if luck < 0.05:
            raise PressDown(returncode=-9)
        if luck < 0.15:
            return {"ok": False, "code": "too_many_pages", "facts": {}}, b""
        return {"ok": True, "pages": 1}, PAGE + str(job["content"]["number"]).encode()
