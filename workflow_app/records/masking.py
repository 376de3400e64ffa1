"""Personal data as it may be shown (rulebook §11): numbers of people masked, and found where they must not stand."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")
CALLED_IDENTITY = re.compile(r"身份证[^0-9]{0,8}(\d{17}[\dXx]|\d{15})(?!\d)")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
CHECK = "10X98765432"
WEIGHTS = tuple(pow(2, 17 - n, 11) for n in range(17))


def identity_numbers(text: str) -> list[str]:
    """Return the identity numbers in a text: well-formed ones (GB 11643), and whatever is called one."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not re.search(r"\d{15}", plain):
        return []
    found = [m[0] for m in IDENTITY.finditer(plain) if is_identity_number(m[0])]
    return found + [m[1] for m in CALLED_IDENTITY.finditer(plain) if m[1] not in found]


def is_identity_number(number: str) -> bool:
    """Tell whether a number of 18 places has a real day of birth and the right check character."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(c) * w for c, w in zip(number[:17], WEIGHTS, strict=True))
    return born.year >= 1800 and CHECK[total % 11] == number[17].upper()


def mask_number(number: str) -> str:
    """Return a number with its first three and last four places only."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)


def masked(text: str) -> str:
    """Return a text in which identity numbers and mobile numbers are masked."""
    numbers = identity_numbers(text)
    if numbers:
        text = unicodedata.normalize("NFKC", text)
    for number in numbers:
        text = text.replace(number, mask_number(number))
    return PHONE.sub(lambda m: m[0][:3] + "****" + m[0][-4:], text)
