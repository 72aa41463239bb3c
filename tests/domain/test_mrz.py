"""DOCUMENTS section 6: machine-readable zones of ICAO Doc 9303."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.domain.mrz import judge_mrz, read_mrz

TODAY = date(2026, 5, 20)
CHINESE = "POCHNOUYANG<<MINGHUI<<<<<<<<<<<<<<<<<<<<<<<<EB31009750CHN8402161M3201093LAMBKQOP<<<<<<58"
SWEDISH = "P<SWELINDQVIST<<ANNA<KARIN<<<<<<<<<<<<<<<<<<71402258A3SWE9911307F2804040<<<<<<<<<<<<<<<8"
SPANISH = "I<ESPBQA0477195<<<<<<<<<<<<<<<8807076M3102282ESP<<<<<<<<<<<2NAVARRO<SOLIS<<TOMAS<<<<<<<<<<"
# The specimens of Doc 9303 itself.
UTOPIAN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
UTOPIAN_CARD = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LONG_NUMBER = "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<"


def test_a_passport_gives_name_number_and_dates() -> None:
    """VIS-7: TD3 with names, number, nationality, birth, sex and expiry."""
    facts = read_mrz(CHINESE, TODAY)
    assert facts is not None
    assert (facts.form, facts.document_code, facts.issuer, facts.faults) == ("TD3", "PO", "CHN", ())
    assert (facts.name, facts.number, facts.nationality) == ("OUYANG MINGHUI", "EB3100975", "CHN")
    assert (facts.birth, facts.sex, facts.expiry) == (date(1984, 2, 16), "male", date(2032, 1, 9))
    swede = read_mrz(SWEDISH, TODAY)
    assert swede is not None
    assert (swede.surname, swede.given_names, swede.sex) == ("LINDQVIST", "ANNA KARIN", "female")


def test_a_card_in_three_lines_is_read() -> None:
    """VIS-7: TD1."""
    facts = read_mrz(SPANISH, TODAY)
    assert facts is not None
    assert (facts.form, facts.name, facts.number) == ("TD1", "NAVARRO SOLIS TOMAS", "BQA047719")
    assert (facts.birth, facts.expiry, facts.faults) == (date(1988, 7, 7), date(2031, 2, 28), ())


def test_the_standards_own_specimens_are_right() -> None:
    """Doc 9303: the specimens' check digits, expired long ago; a number longer than nine characters."""
    assert judge_mrz(UTOPIAN, TODAY).warnings == ("expired",)
    assert judge_mrz(UTOPIAN_CARD, TODAY).valid
    facts = read_mrz(LONG_NUMBER, TODAY)
    assert facts is not None
    assert (facts.number, facts.faults) == ("D23145890734", ())


def test_the_wrong_part_is_named() -> None:
    """VIS-7: which check digit does not fit."""
    number = judge_mrz(CHINESE.replace("EB31009750", "EB31009751"), TODAY)
    assert (number.reason, number.warnings) == ("check_digit", ("mrz_number", "mrz_composite"))
    assert judge_mrz(CHINESE[:-1] + "9", TODAY).warnings == ("mrz_composite",)
    assert judge_mrz(CHINESE[:-1], TODAY).reason == "length"
    assert judge_mrz(CHINESE[:-1] + "张", TODAY).reason == "characters"


@given(st.sampled_from([CHINESE, SWEDISH, SPANISH]), st.data())
def test_one_wrong_digit_is_noticed(zone: str, data: st.DataObject) -> None:
    """VIS-7: a single wrong digit in number, dates or checks never passes."""
    second = zone[44:] if len(zone) == 88 else zone[30:60]
    offset = 44 if len(zone) == 88 else 30
    at = offset + data.draw(st.sampled_from([n for n, c in enumerate(second) if c.isdigit()]))
    other = data.draw(st.sampled_from([c for c in "0123456789" if c != zone[at]]))
    assert not judge_mrz(zone[:at] + other + zone[at + 1 :], TODAY).valid


@given(st.one_of(st.text(max_size=100), st.text("A0<9OI", min_size=88, max_size=90)))
def test_any_text_is_judged_without_an_error(value: str) -> None:
    """The scanner may send anything."""
    judge_mrz(value, TODAY)
    read_mrz(value, TODAY)
