"""Short random codes that people copy from paper: twelve characters in three groups, however they are typed."""

import secrets
import unicodedata

# Crockford's digits without I, L, O and U: nothing on paper can be read two ways.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


def new_paper_code() -> str:
    """Return a fresh code, for example 7F3K-92QD-41XC: 60 random bits, not to be guessed or counted up."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def normalise_paper_code(text: str) -> str:
    """Return a code as it was given out, however somebody typed it; an empty text for what is no code."""
    raw = unicodedata.normalize("NFKC", text[:50]).strip().upper().translate(_MISREAD)
    return _grouped(raw) if len(raw) == LENGTH and set(raw) <= set(ALPHABET) else ""


def _grouped(raw: str) -> str:
    return "-".join(raw[i : i + GROUP] for i in range(0, len(raw), GROUP))
