"""Passwords and PINs: argon2id, at a cost that a signing-in person does not notice (about 30 ms)."""

from __future__ import annotations

from functools import lru_cache

import argon2
from argon2.low_level import Type, hash_secret

from app.domain.site import PASSWORD_LEAST, PIN_LEAST, PIN_MOST
from app.errors import DomainError

# OWASP's advice for argon2id: 19 MiB, two passes, one lane.
TIME, MEMORY_KIB, LANES, LENGTH = 2, 19456, 1, 32


def hash_password(password: str, salt: bytes | None = None) -> str:
    """The argon2id hash of a password or PIN as text; `salt` only for sample sites, whose rows repeat."""
    if salt is None:
        return _hasher().hash(password)
    return hash_secret(password.encode(), salt, TIME, MEMORY_KIB, LANES, LENGTH, Type.ID).decode()


def is_password(password: str, hashed: str) -> bool:
    """Whether this is the password. An empty hash (none was set) takes as long and answers no."""
    try:
        return _hasher().verify(hashed or _nobodys(), password) and bool(hashed)
    except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError):
        return False


def checked_password(password: str) -> str:
    """The password itself. Raises DomainError `password_too_short`."""
    if len(password) < PASSWORD_LEAST:
        raise DomainError("password_too_short", field="password", least=PASSWORD_LEAST)
    return password


def checked_pin(pin: str) -> str:
    """The PIN itself. Raises DomainError `pin_not_digits`."""
    if not (pin.isascii() and pin.isdigit() and PIN_LEAST <= len(pin) <= PIN_MOST):
        raise DomainError("pin_not_digits", field="pin", least=PIN_LEAST, most=PIN_MOST)
    return pin


@lru_cache(maxsize=1)
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher(time_cost=TIME, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=LENGTH)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return hash_password("nobody's password", bytes(16))
