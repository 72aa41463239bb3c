"""DOCUMENTS section 8: phones as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.phones import judge_phone, normalise_phone


@pytest.mark.parametrize(
    ("text", "stored", "kind"),
    [
        ("19900000352", "19900000352", "mobile"),
        ("+86 178-0000-4411", "17800004411", "mobile"),
        ("008617800004411", "17800004411", "mobile"),
        ("8617800004411", "17800004411", "mobile"),
        ("１７８００００４４１１", "17800004411", "mobile"),
        ("17800004411转12", "17800004411-12", "mobile"),
        ("010-60004177", "01060004177", "landline"),
        ("(010) 6000-4177", "01060004177", "landline"),
        ("+86 10 6000 4177", "01060004177", "landline"),
        ("0571 6000 0352", "057160000352", "landline"),
        ("010-60004177-8012", "01060004177-8012", "landline"),
        ("010-60004177转8012", "01060004177-8012", "landline"),
        ("400-600-0352", "4006000352", "landline"),
        ("4006000352-3", "4006000352-3", "landline"),
        ("+852 9123 4567", "+85291234567", "mobile"),
        ("0085291234567", "+85291234567", "mobile"),
    ],
)
def test_a_phone_is_stored_in_one_form(text: str, stored: str, kind: str) -> None:
    """VIS-5: found again however it was written."""
    judged = judge_phone(text)
    assert judged is not None
    assert (normalise_phone(text), judged[0], judged[1].value, judged[1].valid) == (
        stored,
        kind,
        stored,
        True,
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12800000352", "mobile_prefix"),
        ("1990000035", "length"),
        ("010-6000417", "length"),
        ("+12345", "length"),
    ],
)
def test_a_wrong_phone_says_why(text: str, reason: str) -> None:
    """DOCUMENTS 8: the invalid examples."""
    judged = judge_phone(text)
    assert judged is not None
    assert judged[1].reason == reason


@pytest.mark.parametrize(
    "text", ["", "张三", "402-600-0352", "0127449", "60004177", "210102", "A017", "转12"]
)
def test_what_is_no_phone_is_left_alone(text: str) -> None:
    """DOCUMENTS 1: keep what was typed if it is not understood."""
    assert judge_phone(text) is None


def test_an_unusual_first_digit_only_warns() -> None:
    """DOCUMENTS 8: the subscriber's first digit is recalled only, so it is no ground to refuse."""
    judged = judge_phone("010-10004177")
    assert judged is not None
    assert (judged[1].valid, judged[1].warnings) == (True, ("subscriber",))


@given(st.one_of(st.text(max_size=60), st.text(alphabet="0123456789+-() 转#", max_size=24)))
def test_the_stored_form_is_stable(text: str) -> None:
    """Any text: no error, and what is stored is read as the same phone again."""
    judged = judge_phone(text)
    stored = normalise_phone(text)
    if judged is not None and judged[1].valid:
        assert normalise_phone(stored) == stored
        again = judge_phone(stored)
        assert again is not None
        assert again == judged
