"""What a typed text means at each place of the registration line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.visits import Fields
from app.operations.visits import new_visit
from app.ui.visits.entry import Entry, meaning, take_untaken

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
