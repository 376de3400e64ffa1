"""One-time codes that are printed or read out, because there is neither mail nor a text message: made to be typed, kept as
a digest only. What a code is for, and until when, says the row that holds its digest."""

import secrets
import unicodedata

from workflow_app.people.sessions import digest_of

ALPHABET = "ABCDEFGHJKLMNPQRTUWXY34679"  # nothing that looks like something else on a printed slip
LENGTH = 12  # 56 bits: guessing is hopeless long before the counters of sign-in stop it
GROUP = 4


def make_code() -> str:
    """Return a new code as it is printed: ABCD-EFGH-JKLM."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def digest_of_code(typed: str) -> str:
    """Return what the database keeps of a code, however it was typed: small letters, blanks, full width, no dashes."""
    plain = unicodedata.normalize("NFKC", typed[:100]).upper()
    return digest_of("code:" + "".join(char for char in plain if char.isalnum()))
