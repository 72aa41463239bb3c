"""What a typed text means at each place of the registration line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.visits import Fields
from app.operations.visits import new_visit
from app.ui.visits.entry import Entry, meaning, take_untaken, words_behind

TODAY = date(2026, 11, 23)
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
WHOLE = Fields(visitor="张顺", document_number="E12345678", host="骨科", purpose="送货")
STAGES = {
    "name": Fields(),
    "document": Fields(visitor="张顺"),
    "host": replace(WHOLE, host="", purpose=""),
    "purpose": replace(WHOLE, purpose=""),
    "ready": WHOLE,
}
NUMBERS = (
    "21010219870412919X",
    "210102 19870412 9191",
    "2101021987041291",
    "110105194912",
    "13912345678",
    "１３９ １２３４ ５６７８",
    "1391234567",
    "139123456789",
    "010-62345678",
    "+85291234567",
    "E12345678",
    ZONE,
)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_never_becomes_a_name_a_host_or_a_purpose(stage: str, number: str) -> None:
    """VIS-14: names, hosts and purposes stand in clear in the file; numbers and phones are encrypted."""
    entry = Entry(new_visit(), fields=STAGES[stage])
    assert entry.stage() == stage
    assert meaning(entry, number, TODAY).part in ("document_number", "phone")
    take_untaken(entry, number, TODAY)
    if number == ZONE and stage == "name":
        assert entry.fields.visitor == "Eriksson Anna Maria"
        entry.set(visitor="")
    clear = ("visitor", "host", "purpose", "plate", "pass_number")
    assert [getattr(entry.fields, name) for name in clear] == [getattr(STAGES[stage], name) for name in clear]


@pytest.mark.parametrize(("stage", "part"), [("name", "visitor"), ("host", "host"), ("purpose", "purpose")])
@pytest.mark.parametrize("words", ["送 3 箱药品", "19 楼 1903", "56 床", "张三丰"])
def test_words_are_what_is_asked_for(stage: str, part: str, words: str) -> None:
    """VIS-3."""
    said = meaning(Entry(new_visit(), fields=STAGES[stage]), words, TODAY)
    assert (said.part, said.value) == (part, words)


def test_a_machine_readable_zone_is_read_for_its_number() -> None:
    """VIS-7."""
    said = meaning(Entry(new_visit()), ZONE, TODAY)
    assert (said.part, said.value, said.kind, said.fault) == ("document_number", "L898902C3", "passport", "")
    faulty = meaning(Entry(new_visit()), ZONE.replace("L898902C36", "L898902C35"), TODAY)
    assert (faulty.part, faulty.fault) == ("document_number", "check_digit")


PHONE = "13912345678"
PARTED = [
    ("zhangsan13912345678", "zhangsan", "phone", PHONE),
    ("Li 13912345678", "Li", "phone", PHONE),
    ("Li (139 1234 5678)", "Li", "phone", PHONE),
    ("张三（电话：13912345678）", "张三", "phone", PHONE),
    ("张三 13912345678 送货", "张三 送货", "phone", PHONE),
    ("张三13912345678送货", "张三 送货", "phone", PHONE),
    ("张三21010219870412919X送货", "张三 送货", "document_number", "21010219870412919X"),
    ("张三H10385526", "张三", "document_number", "H10385526"),
    ("张三E60017342", "张三", "document_number", "E60017342"),
    ("Wang Wu (EB3100975)", "Wang Wu", "document_number", "EB3100975"),
    ("张三010-60004177转8012", "张三", "phone", "01060004177-8012"),
    ("19 楼 1903 13912345678", "19 楼 1903", "phone", PHONE),
]


@pytest.mark.parametrize(("typed", "words", "part", "value"), PARTED)
def test_a_number_finds_its_field_from_among_other_words(
    typed: str, words: str, part: str, value: str
) -> None:
    """VIS-14: brackets, spaces, Latin names and words behind it; the letters of a permit are its own."""
    entry = Entry(new_visit())
    take_untaken(entry, typed, TODAY)
    fields = entry.fields
    assert (fields.visitor, getattr(fields, part)) == (words, value)
    kinds = {"H10385526": "hm_permit", "E60017342": "passport", "EB3100975": "passport"}
    assert fields.document_kind == kinds.get(value, "resident_id")


def test_two_numbers_beside_one_name_find_two_fields() -> None:
    """VIS-14."""
    entry = Entry(new_visit())
    take_untaken(entry, "张三13912345678 21010219870412919X", TODAY)
    fields = entry.fields
    assert (fields.visitor, fields.phone, fields.document_number) == ("张三", PHONE, "21010219870412919X")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("number", ["٠١٢٣٤٥٦٧٨٩", "139.1234.5678.90", "(139)12345678"])
def test_what_cannot_be_read_as_a_number_is_still_not_kept_in_clear(stage: str, number: str) -> None:
    """VIS-14: whole in an encrypted field, to be looked at."""
    entry = Entry(new_visit(), fields=STAGES[stage])
    take_untaken(entry, number, TODAY)
    if number == ZONE and stage == "name":
        assert entry.fields.visitor == "Eriksson Anna Maria"
        entry.set(visitor="")
    clear = ("visitor", "host", "purpose", "plate", "pass_number")
    assert [getattr(entry.fields, name) for name in clear] == [getattr(STAGES[stage], name) for name in clear]


def test_an_order_or_a_date_in_the_purpose_is_no_other_document() -> None:
    """VIS-3: what is on the record already is not written over by words about it."""
    for purpose in ("送货 2026-11-24", "取件 20261124"):
        entry = Entry(new_visit(), fields=STAGES["purpose"])
        take_untaken(entry, purpose, TODAY)
        assert entry.fields.document_number == "E12345678"
    entry = Entry(new_visit(), fields=replace(STAGES["purpose"], phone=PHONE))
    take_untaken(entry, "送货 2026-11-24", TODAY)
    assert (entry.fields.purpose, entry.fields.phone) == ("送货 2026-11-24", PHONE)


@pytest.mark.parametrize(
    "typed", ["a17", "A017", "ａ０１７", "A-017", "A 017", "YHPA017X", "yhpa017x", "a¹⁷"]
)
def test_every_way_to_type_or_scan_a_pass_is_that_pass(typed: str) -> None:
    """VIS-9, DOCUMENTS 1 and 7."""
    for stage in ("name", "document", "ready"):
        said = meaning(Entry(new_visit(), fields=STAGES[stage]), typed, TODAY)
        assert (said.part, said.value, said.fault) == ("pass_number", "A017", "")


def test_a_pass_code_that_was_misread_is_said() -> None:
    """DOCUMENTS 7: the check character is wrong: no pass is taken from it."""
    said = meaning(Entry(new_visit()), "YHPA018X", TODAY)
    assert (said.part, said.value, said.fault) == ("pass_number", "YHPA018X", "check_digit")


def test_words_on_a_whole_registration_find_no_room_unless_entered() -> None:
    """VIS-3, VIS-5: a host gives way only to Enter."""
    entry = Entry(new_visit(), fields=WHOLE)
    assert take_untaken(entry, "qq", TODAY) == "qq"
    assert entry.fields.host == WHOLE.host
    assert take_untaken(entry, "内科", TODAY, entered=True) == ""
    assert entry.fields.host == "内科"


def test_letters_behind_a_refused_number_of_letters_go_on_with_it() -> None:
    """VIS-7: nothing refused is stored because somebody typed on."""
    assert words_behind("zs", "zsabc") == ""
    assert words_behind("12345", "12345 内科") == "内科"
