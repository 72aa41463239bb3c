"""VIS-7: what the guard post's line makes of an input, by DOCUMENTS' rules and vectors."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.documents import (
    DOCUMENT_KINDS,
    KINDS,
    Identified,
    group,
    identify,
    judge,
    partial_fault,
    resident_facts,
)
from app.domain.identity_numbers import check_character
from app.domain.own_codes import make_code
from app.domain.verdicts import normalise
from app.words import LANGUAGES, Words

TODAY = date(2026, 5, 20)
VECTORS = Path(__file__).parent.parent / "data" / "documents" / "vectors.csv"
GOOD = "21010219870412919X"


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def number(birth: date, region: str = "110105", sequence: str = "901") -> str:
    first17 = f"{region}{birth:%Y%m%d}{sequence}"
    return first17 + check_character(first17)


# Texts that come near to numbers: letters, digits and marks of plates, zones and phones.
near = st.text(alphabet="0123456789XOISBEHMWJYHP京粤A使领港学-+ ·.<转字第号", max_size=40)


@pytest.mark.parametrize("row", vectors(), ids=lambda row: row["value"].replace("\n", " "))
def test_every_vector_comes_out_as_it_says(row: dict[str, str]) -> None:
    """VIS-7: kind and validity of each line of the shared vectors."""
    said = identify(row["value"], TODAY)
    assert (said.kind, said.valid) == (row["kind"], row["valid"] == "yes")
    assert bool(said.reason) == (not said.valid)


@pytest.mark.parametrize(
    ("text", "kind", "valid", "reason"),
    [
        ("张三", "text", False, ""),
        ("zhsh", "text", False, ""),
        ("Anna Karin", "text", False, ""),
        ("YHuan", "text", False, ""),
        ("", "text", False, ""),
        ("A017", "pass", True, ""),
        ("a017", "pass", True, ""),
        ("京A3I7P9", "plate", False, "letters_io"),
        ("A3K7P9", "plate", False, "province"),
        ("京A1234应急", "plate", True, ""),
        ("军字第1038552号", "officer_card", True, ""),
        ("军字第1038552", "officer_card", False, "characters"),
        ("H1038552", "hm_permit", False, "length"),
        ("HM1038552", "hm_permit", False, "characters"),
        ("W10385526", "hm_permit", False, "exit_paper"),
        ("E6001734", "passport", False, "length"),
        ("EBC310097", "passport", False, "characters"),
        ("60017342E", "passport", False, "characters"),
        ("YA1234567", "passport", True, ""),
        ("720000199402269134", "hmt_residence", False, "region"),
        ("12800000352", "mobile", False, "mobile_prefix"),
        ("1990000035", "mobile", False, "length"),
        ("010-6000417", "landline", False, "length"),
        ("402-600-0352", "text", False, ""),
        ("0127449", "text", False, ""),
    ],
)
def test_kinds_are_told_apart(text: str, kind: str, valid: bool, reason: str) -> None:
    """VIS-5, VIS-7: names, passes and own codes are not numbers; a near miss says what is wrong."""
    said = identify(text, TODAY)
    assert (said.kind, said.valid, said.reason) == (kind, valid, reason)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("21O10219870412919X", GOOD),
        ("2I0I0219870412919X", GOOD),
        ("21010219870412919×", GOOD),
        ("21O10219870412918X", ""),
        ("430102691201908", "430102196912019085"),
        ("210102198806159032", ""),
        ("GBR11OO71052014", "GBR110071052014"),
    ],
)
def test_a_repair_is_offered_only_when_the_check_digit_proves_it(text: str, offer: str) -> None:
    """VIS-7: O for 0 is never swapped silently, and not offered when the check digit is still wrong."""
    said = identify(text, TODAY)
    assert (said.valid, said.offer) == (False, offer)
    assert said.value == normalise(text)


def test_a_misread_zone_is_repaired_when_one_swap_does_it() -> None:
    """VIS-7: letter O for zero in a machine-readable zone."""
    zone = next(row["value"] for row in vectors() if row["reason"] == "TD3")
    wrong = zone.replace("EB31009750", "EB31OO9750", 1)
    once = zone.replace("EB31009750", "EB31O09750", 1)
    assert identify(once, TODAY).offer == zone
    assert identify(wrong, TODAY).offer == ""


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("350203196507199141", "region_not_yet"),
        ("110103201503089272", "region_ended"),
        (number(date(1990, 1, 1), region="119999"), "region_unknown"),
        ("GBR110071052015", "card_2017_check"),
        ("G60017342", "passport_expired_series"),
        ("吉AA20917", "plate_energy_letter"),
    ],
)
def test_a_weak_rule_only_warns(text: str, warning: str) -> None:
    """VIS-7: the region table and rules of one source hint, they never reject."""
    said = identify(text, TODAY)
    assert said.valid
    assert warning in said.warnings


@given(
    st.dates(date(1900, 1, 1), TODAY), st.integers(900, 995), st.sampled_from(["110105", "430281", "659001"])
)
def test_a_number_with_a_right_check_is_good_and_one_digit_off_is_not(
    birth: date, sequence: int, region: str
) -> None:
    """VIS-7: MOD 11-2 finds every wrong digit."""
    good = number(birth, region, str(sequence))
    assert identify(good, TODAY) == Identified(
        good, "resident_id", good, True, warnings=identify(good, TODAY).warnings
    )
    for at in (2, 8, 16):
        wrong = good[:at] + str((int(good[at]) + 1) % 10) + good[at + 1 :]
        assert not identify(wrong, TODAY).valid


@given(st.one_of(st.text(max_size=120), near))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    """The entry line takes anything: every kind answers with a known reason that has a text."""
    words = Words("zh_CN")
    said = [identify(text, TODAY), *(judge(kind, text, TODAY) for kind in KINDS)]
    for one in said:
        assert one.input == text
        assert one.kind in KINDS
        assert words.has(f"documents.kind_{one.kind}")
        assert not (one.valid and one.reason)
        assert not one.reason or words.has(f"documents.reason_{one.reason}")
        assert all(words.has(f"documents.warning_{code}") for code in one.warnings)
    fault = partial_fault(text, TODAY)
    assert not fault or words.has(f"documents.reason_{fault}")
    resident_facts(text, TODAY)


@given(near)
def test_an_offer_is_good_and_the_value_stays_what_it_is(text: str) -> None:
    """VIS-7: taking an offer ends the fault; judging the stored value again changes nothing."""
    said = identify(text, TODAY)
    if said.offer:
        assert identify(said.offer, TODAY).valid
    if said.valid and said.kind in DOCUMENT_KINDS:
        again = identify(said.value, TODAY)
        assert (again.kind, again.value, again.valid) == (said.kind, said.value, True)


def test_every_text_is_in_both_languages() -> None:
    """Kinds, reasons and warnings are worded in both languages."""
    chinese, english = (Words(language).file("documents") for language in LANGUAGES)
    assert set(chinese) == set(english)
    assert {f"kind_{kind}" for kind in KINDS} == {key for key in chinese if key.startswith("kind_")}


@pytest.mark.parametrize(
    ("kind", "text", "valid", "reason"),
    [
        ("driving_licence", GOOD, True, ""),
        ("driving_licence", "210102198806159032", False, "check_digit"),
        ("driving_licence", "E60017342", True, ""),
        ("driving_licence", "210001234567", False, "file_number"),
        ("passport", "123456789", True, ""),
        ("passport", "H10385526", True, ""),
        ("resident_id", "933356199602299186", False, "region"),
        ("resident_id", "2101", False, "length"),
        ("hmt_residence", GOOD, False, "region"),
        ("tw_permit", "0127449", False, "length"),
        ("tw_permit", "A0127449", False, "characters"),
        ("mobile", "010-60004177", False, "other_kind"),
        ("work_pass", "随便 12", True, ""),
        ("none", "", True, ""),
    ],
)
def test_a_chosen_kind_is_kept(kind: str, text: str, valid: bool, reason: str) -> None:
    """VIS-7: one key changes the kind, and the judgement is that kind's."""
    said = judge(kind, text, TODAY)
    assert (said.kind, said.valid, said.reason) == (kind, valid, reason)


def test_an_unknown_kind_is_refused() -> None:
    """A kind that does not exist is a fault of the program."""
    with pytest.raises(ValueError, match="no such kind"):
        judge("library_card", "1", TODAY)


def test_own_codes_are_known_and_checked() -> None:
    """DOCUMENTS 7: a scan of the program's own code is told from all else, and a lost character is noticed."""
    for kind, text in (("pass", "A017"), ("invitation", "1123-V026")):
        code = make_code(kind, text)
        said = identify(code, TODAY)
        assert (said.kind, said.value, said.valid) == (kind, text.replace("-", ""), True)
        wrong = identify(code[:-2] + ("0" if code[-2] != "0" else "1") + code[-1], TODAY)
        assert (wrong.kind, wrong.valid, wrong.reason) == (kind, False, "check_digit")
    slip = identify(make_code("job_slip", "1123-E026"), TODAY)
    assert (slip.kind, slip.value, slip.valid, slip.reason) == ("text", "1123E026", False, "job_slip")
    with pytest.raises(ValueError, match="not a number"):
        make_code("pass", "张三")


def test_what_a_number_says_about_its_holder() -> None:
    """VIS-7: region, birth date and sex follow from it, from the digit that tells the sex on."""
    facts = resident_facts("21010219870412919x", TODAY)
    assert facts is not None
    assert (facts.birth, facts.sex, facts.region, facts.age) == (
        date(1987, 4, 12),
        "male",
        "辽宁省沈阳市和平区",
        39,
    )
    assert resident_facts(GOOD[:17], TODAY) == facts
    assert resident_facts(GOOD[:16], TODAY) is None
    assert resident_facts("320106199702299369", TODAY) is None
    woman = resident_facts(number(date(2006, 5, 21), sequence="902"), TODAY)
    assert woman is not None
    assert (woman.sex, woman.age, woman.region) == ("female", 19, "北京市朝阳区")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", ""),
        ("张三", ""),
        ("43010219901", ""),
        ("430102199013", "birth_date"),
        ("43010219902", "birth_date"),
        ("43010219900231", "birth_date"),
        ("430102203", ""),
        ("43010220300", "birth_future"),
        ("43010220261231", "birth_future"),
        ("19900000352", ""),
        ("4006000352", ""),
        ("057160000352", ""),
        ("8617800004411", ""),
        ("430102691201908", "old_15"),
        (GOOD, ""),
        ("210102198806159032", "check_digit"),
        (GOOD[:17] + "A", "characters"),
        (GOOD + "1", "length"),
    ],
)
def test_a_fault_is_said_as_soon_as_it_is_sure(typed: str, fault: str) -> None:
    """VIS-7: month 13 shows after twelve digits; what may still be a phone is left alone."""
    assert partial_fault(typed, TODAY) == fault


@given(
    st.dates(date(1900, 1, 1), TODAY), st.integers(900, 995), st.sampled_from(["110105", "430281", "130102"])
)
def test_no_fault_is_said_on_the_way_to_a_good_number(birth: date, sequence: int, region: str) -> None:
    """VIS-7: no false alarm while a right number is typed."""
    good = number(birth, region, str(sequence))
    assert [partial_fault(good[:end], TODAY) for end in range(19)] == [""] * 19


def test_numbers_are_shown_in_groups() -> None:
    """DOCUMENTS 1: 6-8-4 for identity numbers; what has no groups stays."""
    assert group(GOOD, "resident_id") == "210102 19870412 919X"
    assert group("19900000352", "mobile") == "199 0000 0352"
    assert group("H10385526", "hm_permit") == "H10385526"


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """DOCUMENTS 1: the normalised form is what is compared, so it must be stable."""
    assert normalise(normalise(text)) == normalise(text)
