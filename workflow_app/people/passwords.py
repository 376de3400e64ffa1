"""Passwords: argon2id, no composition rules, checked in the same time whether or not the login exists."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label

MIN_LENGTH = 10
MAX_LENGTH = 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password. Raises InvalidInput on `password` for one too short or too long."""
    text = unicodedata.normalize("NFC", password)
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        raise InvalidInput({"password": label("field_error.password_length", least=MIN_LENGTH, most=MAX_LENGTH)})
    return _hasher.hash(text)


def check_password(stored: str | None, password: str) -> bool:
    """Tell whether a password fits; an unknown account costs the same time."""
    text = unicodedata.normalize("NFC", password)[: MAX_LENGTH + 1]
    try:
        return _hasher.verify(stored or _nobody(), text) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
