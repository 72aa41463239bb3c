"""Whom a typed text means in a roll call (VIS-13)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.roll_call import meant


@dataclass(frozen=True)
class Somebody:
    visitor: str
    plate: str = ""
    pass_number: str = ""
    number: str = ""


PEOPLE = [
    Somebody("张顺", "京A12345", "A017", "1123-A001"),
    Somebody("仇英", "", "", "1123-A002"),
    Somebody("", "沪BD60744", "A018", "1123-A003"),
    Somebody("张帅", "", "", "1123-A004"),
]


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("zs", [0, 3]),
        ("zhangshun", [0]),
        ("张", [0, 3]),
        ("qiuying", [1]),
        ("chouying", [1]),
        ("a17", [0]),
        ("A-017", [0]),
        ("1123-A003", [2]),
        ("60744", [2]),
        ("d607", [2]),
        ("12", []),
        ("", []),
        ("王", []),
    ],
)
def test_by_pinyin_characters_pass_plate_and_number(typed: str, who: list[int]) -> None:
    """VIS-13: a surname by either reading (仇), a pass as it is printed or short."""
    assert meant(PEOPLE, typed) == [PEOPLE[at] for at in who]


@given(st.text(max_size=30))
def test_whatever_is_typed_means_people_of_the_list(text: str) -> None:
    assert all(one in PEOPLE for one in meant(PEOPLE, text))
