"""How sure we are of a rule, and the citation that stands beside every figure and every date."""

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
