"""Texts of requests: bigrams, numbers as people tell them (REQ-8, REQ-9)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.requests_text import (
    NumberPiece,
    contains,
    flat,
    gram_query,
    grams,
    number_of,
    read_number,
)

TEXTS = st.text(alphabet="空调不制冷 灯AaＡ1２\u3000é", max_size=12) | st.text(max_size=12)


def test_grams_of_a_text() -> None:
    """REQ-9: full-width, capitals and spaces make no difference."""
    assert grams("空调 不制冷") == {"空调", "调不", "不制", "制冷"}
    assert grams("Ｐ１ 灯") == grams("p1灯") == {"p1", "1灯"}
    assert grams("灯") == {"灯"}
    assert grams(" \n") == frozenset()


@given(TEXTS, st.integers(0, 12), st.integers(2, 12))
def test_any_piece_is_found_by_its_grams(text: str, start: int, length: int) -> None:
    """REQ-9: a piece of two or more characters of the flat text has only bigrams that the text has."""
    piece = flat(text)[start : start + length]
    if len(piece) >= 2 and contains(text, piece):
        assert gram_query(piece) <= grams(text)


@given(TEXTS)
def test_flat_is_settled(text: str) -> None:
    """Flattening twice changes nothing, and nothing is left that a database refuses."""
    once = flat(text)
    assert flat(once) == once
    assert "\0" not in once
    once.encode()


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("1123-E026", NumberPiece("1123", "E", 26)),
        ("1123e26", NumberPiece("1123", "E", 26)),
        ("Ｅ０２６", NumberPiece("", "E", 26)),
        ("026", NumberPiece("", "", 26)),
        ("# 1123-AB1026", NumberPiece("1123", "AB", 1026)),
        ("1123", NumberPiece("", "", 1123)),
        ("灯26", None),
        ("E", None),
        ("", None),
        ("12345678", None),
        ("²6", NumberPiece("", "", 26)),
    ],
)
def test_numbers_as_told(text: str, piece: NumberPiece | None) -> None:
    """REQ-8, REQ-9: whole, without the day, or the last digits alone."""
    assert read_number(text) == piece


@given(st.dates(), st.sampled_from(["A", "E", "AB"]), st.integers(1, 99999))
def test_a_number_is_read_back(day: date, letter: str, sequence: int) -> None:
    """REQ-8: what is printed is what is found, whole and in part."""
    number = number_of(day, letter, sequence)
    whole = read_number(number)
    assert whole is not None
    assert whole.whole == number
    tail = read_number(number.partition("-")[2])
    assert tail is not None
    assert tail.sequence == sequence
    assert tail.fits(number)
    assert not NumberPiece("", "Z", sequence).fits(number)
