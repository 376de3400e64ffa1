"""The unified social credit code (统一社会信用代码, GB 32100-2015): whether a code can be genuine, and if not, why."""

from dataclasses import dataclass
from enum import StrEnum

LENGTH = 18
REGION = slice(2, 8)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
VALUE = {char: number for number, char in enumerate(ALPHABET)}
WEIGHTS = tuple(pow(3, n, 31) for n in range(LENGTH - 1))
NATIONAL = "100000"
PROVINCES = frozenset(
    str(code)
    for low, high in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for code in range(low, high + 1)
)
# Full-width forms become their ASCII twins; other look-alikes (①, Arabic-Indic digits) stay and are refused.
_NARROW = {n: n - 0xFEE0 for n in range(0xFF01, 0xFF5F)}
_LOWER = {n: n - 32 for n in range(ord("a"), ord("z") + 1)}


class Reason(StrEnum):
    """What the check found, in the order in which it looks."""

    OK = "ok"
    BAD_LENGTH = "bad_length"
    BAD_CHARACTER = "bad_character"
    BAD_REGION = "bad_region"
    BAD_CHECK_DIGIT = "bad_check_digit"


@dataclass(frozen=True)
class Check:
    """The answer: `normalised` is the code in half-width capitals without blanks, whether it is valid or not."""

    valid: bool
    reason: Reason
    normalised: str


def check(code: str) -> Check:
    """Check a code as people type it: blanks dropped, full width narrowed, small letters raised."""
    normalised = "".join(code.split()).translate(_NARROW).translate(_LOWER)
    reason = _reason(normalised)
    return Check(reason is Reason.OK, reason, normalised)


def check_digit(first_17: str) -> str:
    """Return the check character of the first 17 characters of a code."""
    total = sum(VALUE[char] * weight for char, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def _reason(code: str) -> Reason:
    if len(code) != LENGTH:
        return Reason.BAD_LENGTH
    if any(char not in VALUE for char in code):
        return Reason.BAD_CHARACTER
    region = code[REGION]
    if not region.isdigit() or (region != NATIONAL and region[:2] not in PROVINCES):
        return Reason.BAD_REGION
    return Reason.OK if check_digit(code[:-1]) == code[-1] else Reason.BAD_CHECK_DIGIT
