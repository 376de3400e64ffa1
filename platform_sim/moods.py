"""How the platform misbehaves when told to: a mood for all requests, for the next few, or for a share at random."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from typing import Any

MOODS = frozenset({
    "well",
    "fail_before",  # 500, nothing done
    "fail_after",  # done, then 500
    "cut_before",  # connection closed, nothing done
    "cut_after",  # done, then the connection closed
    "hang_before",  # no answer, nothing done
    "hang_after",  # done, no answer
    "slow",  # done and answered after a while
    "busy",  # 429 with Retry-After
    "down",  # 503
    "unauthorised",  # 401
    "malformed",  # 400
    "redirect",  # 302 to elsewhere
    "html",  # 200 with a page, nothing done
    "html_after",  # done, then 200 with a page
    "cut_json",  # done, then half a reply
    "wrong_record",  # done, then a receipt for another record
    "wrong_case",  # done, then a receipt for another case
    "huge",  # done, then ten megabytes
    "forget",  # done, receipt lost, then 500
})  # fmt: skip


@dataclass
class Moods:
    """The mood to answer with. `shares` are drawn by chance; what was ordered for the next requests comes first."""

    seed: int | None = None

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.chance = random.Random(self.seed)  # noqa: S311 - misbehaviour need not be secret
        self.mood, self.left = "well", 0
        self.shares: dict[str, float] = {}
        self.reads = False

    def set(self, order: dict[str, Any]) -> None:
        """Take an order: {"mood", "count"?, "reads"?} or {"shares": {mood: share}}. Raises ValueError."""
        with self.lock:
            if "shares" in order:
                shares = {str(k): float(v) for k, v in order["shares"].items()}
                if not set(shares) <= MOODS:
                    raise ValueError("unknown mood")
                self.shares = shares
                return
            if order.get("mood") not in MOODS:
                raise ValueError("unknown mood")
            self.mood, self.left = str(order["mood"]), int(order.get("count", -1))
            self.reads = bool(order.get("reads", False))

    def next(self, *, is_read: bool) -> str:
        """Return the mood for one request. Questions are answered well unless the order included them."""
        with self.lock:
            if self.mood != "well" and self.left != 0 and (self.reads or not is_read):
                self.left -= 1
                return self.mood
            if is_read:
                return "well"
            luck = self.chance.random()
            for mood, share in self.shares.items():
                luck -= share
                if luck < 0:
                    return mood
            return "well"
