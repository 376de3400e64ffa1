"""Passwords: argon2id, no composition rules, checked in the same time whether or not the login exists.

Length does the work (ASVS 5.0.0 6.2.1): staff have 15, because their password is the only factor; applicants have 8.
The work of argon2 is never done inside a transaction: on SQLite all writers would wait for it.
"""

import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow_app.foundation.database import forbid_transaction
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Role

MIN_STAFF = 15
MIN_APPLICANT = 8
MAX_LENGTH = 128
PLACE_WORDS = ("gansu", "lanzhou", "credit", "xinyong", "xiufu")
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_slots = threading.BoundedSemaphore(2)  # a morning's sign-ins must not take all processors and memory at once
_NOBODY = _hasher.hash("nobody has this password")


def min_length(role: Role) -> int:
    """Return how long a password of a role must be at least."""
    return MIN_APPLICANT if role is Role.APPLICANT else MIN_STAFF


def check_policy(password: str, *, role: Role, context: Iterable[str] = ()) -> None:
    """Raise InvalidInput on `password` for one that is too short, too long, common, monotonous or made of context words.

    `context` are the words a guesser would try first: login, name, organisation.
    """
    text = unicodedata.normalize("NFC", password)
    least = min_length(role)
    if not least <= len(text) <= MAX_LENGTH:
        raise InvalidInput({"password": label("field_error.password_length", least=least, most=MAX_LENGTH)})
    plain = text.casefold()
    words = [w.casefold() for w in (*context, *PLACE_WORDS) if len(w) >= 3]
    rest = plain
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(plain)) < 4 or plain in _common() or _is_run(plain) or len(set(rest)) < 4:
        raise InvalidInput({"password": label("field_error.password_guessable")})


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password. Raises InvalidInput on `password` for one that is empty or too long."""
    forbid_transaction()
    text = unicodedata.normalize("NFC", password)
    if not 1 <= len(text) <= MAX_LENGTH:
        raise InvalidInput({"password": label("field_error.password_length", least=MIN_APPLICANT, most=MAX_LENGTH)})
    with _slots:
        return _hasher.hash(text)


def check_password(stored: str | None, password: str) -> bool:
    """Tell whether a password fits; an unknown account, or one without a password yet, costs the same time."""
    forbid_transaction()
    text = unicodedata.normalize("NFC", password[: MAX_LENGTH + 1])
    known = stored is not None and stored.startswith("$argon2")
    try:
        with _slots:
            return _hasher.verify(stored if known and stored else _NOBODY, text) and known
    except (VerificationError, InvalidHashError):
        return False


def _is_run(text: str) -> bool:
    """Tell whether a text only counts up or down, like 12345678 or hgfedcba."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps in ({1}, {-1}, {0})


@cache
def _common() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text("utf-8").split())
