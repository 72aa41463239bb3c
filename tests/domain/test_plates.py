"""DOCUMENTS section 9: number plates by GA 36-2018."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.plates import PROVINCES, judge_plate

SEQUENCE = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("京A3K7O9", "letters_io"),
        ("京I3K7P9", "letters_io"),
        ("吉AL20917", "energy_letter"),
        ("豫A60713L", "energy_letter"),
        ("桂AFK041C", "characters"),
        ("沪ZN271港", "border_region"),
        ("京A3K7", "length"),
        ("A3K7P9", "province"),
    ],
)
def test_a_wrong_plate_says_why(value: str, reason: str) -> None:
    """VIS-7: no I and O in the sequence, energy letters, 粤Z only across the border."""
    verdict = judge_plate(value)
    assert verdict is not None
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        ("吉AA20917", "plate_energy_letter"),
        ("豫A60713K", "plate_energy_letter"),
        ("107216使", "plate_embassy"),
        ("使107216", "plate_embassy"),
        ("沪A2408领", "plate_embassy"),
        ("WJ闽0715T", "plate_police"),
        ("VB03318", "plate_military"),
        ("京A1234应急", "plate_as_typed"),
        ("民航A1234", "plate_as_typed"),
    ],
)
def test_rare_plates_are_taken_with_a_note(value: str, warning: str) -> None:
    """DOCUMENTS 9: forms with a weak source are never refused."""
    verdict = judge_plate(value)
    assert verdict is not None
    assert (verdict.valid, verdict.warnings) == (True, (warning,))


@pytest.mark.parametrize("value", ["", "张三", "鲁班", "云南", "ANGELA", "A017", "京东快递", "吉A"])
def test_names_are_no_plates(value: str) -> None:
    """VIS-5: a province's character may begin a name."""
    assert judge_plate(value) is None


@given(
    st.sampled_from(PROVINCES),
    st.sampled_from("ABCDEFGHJKLMNOPQRSTUVWXYZ"),
    st.text(SEQUENCE, min_size=5, max_size=5),
)
def test_every_ordinary_plate_is_good_and_with_an_i_it_is_not(
    province: str, office: str, sequence: str
) -> None:
    """VIS-7: GA 36's ordinary form; the letter I anywhere in the sequence is a fault."""
    good = judge_plate(province + office + sequence)
    assert good is not None
    assert good.valid
    wrong = judge_plate(f"{province}{office}I{sequence[1:]}")
    assert wrong is not None
    assert not wrong.valid
