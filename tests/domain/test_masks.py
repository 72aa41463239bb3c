"""ARCHITECTURE, Keys: masked is every character but the last four as `*`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.masks import mask


@given(st.text(max_size=30))
def test_only_the_last_four_characters_are_shown(value: str) -> None:
    """The length stays; a value of four or fewer characters shows nothing."""
    shown = mask(value)
    assert len(shown) == len(value)
    assert shown[-4:] == (value[-4:] if len(value) > 4 else "*" * len(value))
    assert set(shown[:-4]) <= {"*"}
