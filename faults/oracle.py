"""Judging a run: what clients were told against what is there and what the platform did. Pure: it reads nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from faults.driver import Act, Observed


@dataclass(kw_only=True)
class Judgement:
    """What was found wrong, by kind, each with the things themselves."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    truncated: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.truncated or self.stuck or self.broken)


def judge(done: dict[str, Act], refused: set[str], observed: Observed, effects: dict[str, int]) -> Judgement:
    """Compare. `effects` is how often each order took effect at the platform.

    Lost: an acknowledged act that is not there or says otherwise, a letter that was to be, an order without effect.
    Doubled: a letter number, a letter or an effect more than once. Truncated: a file that is not what its row promises.
    """
    found = Judgement(stuck=list(observed.stuck), broken=list(observed.broken))
    for key, act in done.items():
        kept = observed.acts.get(key)
        if kept is None or _differs(act.facts, kept):
            found.lost.append(f"act {key} ({act.what} of {act.case})")
    found.broken += [f"refused but done {key}" for key in refused if key in observed.acts]
    missing = Counter(observed.wanted_letters) - Counter(observed.letters)
    found.lost += [f"letter {what}" for what in missing]
    found.doubled += [f"letter {what}" for what in Counter(observed.letters) - Counter(observed.wanted_letters)]
    found.doubled += [f"number {n}" for n, count in Counter(observed.letter_numbers).items() if count > 1]
    for key, state in observed.orders.items():
        if not effects.get(key) and state not in ("unknown", "refused", "failed"):
            found.lost.append(f"effect {key} ({state})")
        if state not in ("confirmed", "unknown", "refused", "failed"):
            found.stuck.append(f"order {key} ({state})")
    found.doubled += [f"effect {key} x{count}" for key, count in effects.items() if count > 1]
    found.broken += [f"effect without order {key}" for key in effects if key not in observed.orders]
    found.truncated += [digest for digest, actual in observed.files.items() if actual not in ("", digest)]
    found.lost += [f"file {digest}" for digest, actual in observed.files.items() if actual == ""]
    return found


def _differs(told: dict[str, Any], kept: dict[str, Any]) -> bool:
    return any(kept.get(name) != value for name, value in told.items())
