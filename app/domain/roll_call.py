"""Whom a typed text means in a roll call: by pinyin, characters, plate or pass, among those on its list (VIS-13)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from app.domain.names import name_matches
from app.domain.verdicts import normalise
from app.domain.visits import pass_text

PLATE_PART = 3


class Named(Protocol):
    """Somebody on a list, as they are called there."""

    @property
    def visitor(self) -> str:
        """The name, "" where there is none."""

    @property
    def plate(self) -> str:
        """The plate, or ""."""

    @property
    def pass_number(self) -> str:
        """The pass that is out, or ""."""

    @property
    def number(self) -> str:
        """The visit's number."""


N = TypeVar("N", bound=Named)


def meant(people: Iterable[N], text: str) -> list[N]:
    """Those whom the text may mean: by their pass or the visit's number alone, else by name or a part of the plate."""
    typed, number = text.strip(), pass_text(text)
    if not typed:
        return []
    listed = list(people)
    exact = [one for one in listed if number in (one.pass_number, one.number)]
    if exact:
        return exact
    plain = normalise(typed)
    by_plate = len(plain) >= PLATE_PART and any(sign.isdigit() for sign in plain)
    return [
        one
        for one in listed
        if (one.visitor and name_matches(one.visitor, typed)) or (by_plate and plain in one.plate)
    ]
