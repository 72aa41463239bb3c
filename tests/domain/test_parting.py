"""Words and a number typed together: a plate (VIS-5, VIS-7, DOCUMENTS section 9). Phones: tests/ui/visits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.parting import parted
from app.domain.plates import PROVINCES
from app.domain.verdicts import normalise

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
HEADS = st.builds("{}{}".format, st.sampled_from(PROVINCES), st.sampled_from(LETTERS))


def some(signs: str, count: int) -> st.SearchStrategy[str]:
    """So many of these signs."""
    return st.text(signs, min_size=count, max_size=count)


REST = st.one_of(
    some(DIGITS, 5),
    st.builds("{}{}{}".format, some(DIGITS, 1), some(LETTERS, 1), some(DIGITS, 3)),
    st.builds("{}{}{}".format, some(DIGITS, 2), some(LETTERS, 2), some(DIGITS, 1)),
    st.builds("{}{}".format, st.sampled_from("DF"), some(DIGITS, 5)),
    st.builds("{}{}".format, some(DIGITS, 5), st.sampled_from("DF")),
    st.builds("{}{}".format, some(DIGITS, 4), st.sampled_from("学警挂")),
)
NAMES = st.one_of(
    st.text("张王李赵欧阳建国伟芳", min_size=1, max_size=4), st.sampled_from(["Li Wei", "Anna", "锅炉房"])
)
MARKS = st.sampled_from(["", " ", "·", "-"])


@given(NAMES, HEADS, MARKS, REST, st.sampled_from(["", " ", "，", "  "]), st.booleans())
def test_a_plate_behind_a_name_is_parted_from_it(
    name: str, head: str, mark: str, rest: str, between: str, small: bool
) -> None:
    """VIS-7: in whatever form it is written; the plate is the one that was typed."""
    plate = head + mark + rest
    words, number = parted(name + between + (plate.lower() if small else plate))
    assert (words, normalise(number)) == (name, head + rest)


@given(NAMES, HEADS, REST, st.sampled_from([" ", "，"]))
def test_a_plate_before_a_name_is_parted_from_it(name: str, head: str, rest: str, between: str) -> None:
    """VIS-7."""
    assert parted(head + rest + between + name) == (name, head + rest)


@given(HEADS, REST)
def test_a_plate_alone_has_no_words(head: str, rest: str) -> None:
    """VIS-5: it is what is searched for."""
    assert parted(head + rest) == (head + rest, "")


@given(st.text(PROVINCES + "张三 ·-ADF学警1234567890", max_size=24))
def test_what_is_parted_is_not_lost(text: str) -> None:
    """VIS-3: every letter and digit is in the words or in the number."""
    words, number = parted(text)
    assert sorted(re.sub(r"\W", "", words + number)) == sorted(re.sub(r"\W", "", text))


@pytest.mark.parametrize(
    "typed",
    ["王宁Andrew", "张三沪A1234", "张三沪A123456", "沪A12345挂", "张三A12345", "京A12345临时", "李青A3室"],
)
def test_what_is_no_plate_stays_with_the_words(typed: str) -> None:
    """VIS-7: a name, a wrong plate, an order's number."""
    assert parted(typed)[0] == typed


@pytest.mark.parametrize("typed", ["张三 车牌沪A12345", "张三（沪A12345）", "张三 车牌号：沪A·12345"])
def test_what_only_says_that_a_plate_follows_goes(typed: str) -> None:
    """VIS-7."""
    assert parted(typed)[0] == "张三"
