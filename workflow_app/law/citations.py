"""How sure we are of a rule, and the citation that stands beside every figure and every date."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Confidence(StrEnum):
    """How a figure is known (rulebook §0.1). Only V has been read in the source itself."""

    VERIFIED = "V"
    WEAK = "V~"
    MEMORY = "M"
    UNSURE = "U"
    DEFAULT = "D"

    @property
    def verified(self) -> bool:
        """Whether the figure was seen in the source; everything else must show that it is not."""
        return self is Confidence.VERIFIED


# From sure to unsure: our own choice is at least known to be one, a placeholder claims to be the law.
_SURENESS = (Confidence.VERIFIED, Confidence.WEAK, Confidence.MEMORY, Confidence.DEFAULT, Confidence.UNSURE)


def weakest(found: Iterable[Confidence]) -> Confidence:
    """Return how sure a result is that rests on several figures: as sure as the least sure of them."""
    return max(found, key=_SURENESS.index, default=Confidence.VERIFIED)


@dataclass(frozen=True)
class Citation:
    """What a result rests on: the words of the source for people, how sure we are, and where to read it if known."""

    text: str
    confidence: Confidence
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the citation as plain values."""
        return {"text": self.text, "confidence": self.confidence.value, "url": self.url}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Citation":
        """Return the citation that `to_json` wrote."""
        return cls(data["text"], Confidence(data["confidence"]), data["url"])
