"""What a person without the right to unmask sees of a number."""

from __future__ import annotations

SHOWN = 4


def mask(value: str) -> str:
    """Every character but the last four as `*`; a value of four or fewer characters is all `*`."""
    if len(value) <= SHOWN:
        return "*" * len(value)
    return "*" * (len(value) - SHOWN) + value[-SHOWN:]
