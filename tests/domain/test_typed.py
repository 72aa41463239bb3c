"""What a person typed: kept without what nobody sees, and refused when there is nothing to read (REQ-6, VIS-14)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.typed import MOST_CHARACTERS, clean, fitting, is_legible, needed
from app.errors import DomainError

UNSEEN = [
    "",
    " ",
    "\n\t",
    "\u3000",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u200d\u200d",
    "\u00ad",
    "\u3164",
    "\u2800",
]


@pytest.mark.parametrize("text", [*UNSEEN, " \u200b \u202e\u2069", "\ufe0f", "\U000e0100", "\u0301", "\x00"])
def test_what_nobody_sees_is_no_reason(text: str) -> None:
    """REQ-6, VIS-14: a zero-width space does not say who confirmed, nor why numbers are shown."""
    assert not is_legible(text)
    with pytest.raises(DomainError) as refused:
        needed(text, "who")
    assert (refused.value.code, refused.value.field) == ("field_needed", "who")


@pytest.mark.parametrize("text", ["灯", ".", "😀", "\U00020bb7", "\ue000", "১", "x\u200b", "👩\u200d🔧"])
def test_what_can_be_read_is_taken(text: str) -> None:
    """Any letter or sign will do, rare characters of names that have no code of their own too."""
    assert needed(text, "name") == clean(text) != ""


def test_two_names_that_look_alike_are_one() -> None:
    """An invisible character between, before or after two Chinese characters makes no other name of them."""
    for hidden in "\u200b\u200c\u200d\u2060\ufeff\u202e\x00\ud800":
        assert {clean(f"管{hidden}甲"), clean(f"管甲{hidden}"), clean(f"{hidden} 管甲")} == {"管甲"}


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d🔧",  # a woman and a wrench: a mechanic
        "🏳\ufe0f\u200d🌈",
        "👍🏽",
        "می\u200cخواهم",  # Persian
        "क्\u200dष",  # Devanagari
        "র\u200d্য",  # Bengali
        "𠮷野家",
        "葛\U000e0100城",
    ],
)
def test_a_joiner_stays_where_it_belongs(text: str) -> None:
    """Emoji, and scripts that join their letters, are kept as they were typed."""
    assert clean(text) == text


@given(st.text(alphabet="灯a \n\x00\u200b\u200d\u0301😀\ud800", max_size=12) | st.text(max_size=12))
def test_clean_is_settled(text: str) -> None:
    """Nothing is left that a database refuses, and what could be read can be read afterwards."""
    once = clean(text)
    once.encode()
    assert "\0" not in once
    assert is_legible(once) == is_legible(text)


def test_needed_and_fitting() -> None:
    assert needed(" 灯\x00不亮\n", "words") == "灯不亮"
    with pytest.raises(DomainError, match="reason_needed"):
        needed(" ", "reason", "reason_needed")
    with pytest.raises(DomainError, match="text_too_long"):
        fitting("灯" * (MOST_CHARACTERS + 1), "words")
