"""What scanners and readers read goes into the registration at the line, with nothing pressed but F9 (VIS-5, VIS-8)."""

from __future__ import annotations

import pytest

from app.domain.own_codes import make_code
from app.domain.readings import READER, SCAN, Reading
from app.queries import visits as queries
from tests.ui.visits.conftest import Screen
from tests.ui.visits.test_page import NUMBER, WRONG, Key, Modifier, known, stored

OTHER = "320106199602299361"
ZONE = "P<SWELINDQVIST<<ANNA<KARIN<<<<<<<<<<<<<<<<<<71402258A3SWE9911307F2804040<<<<<<<<<<<<<<<8"


def read(screen: Screen, text: str, way_in: str = SCAN, name: str = "", *, expired: bool = False) -> None:
    screen.page.read_in.take(Reading(way_in, text, name, expired))
    screen.settle()


def test_a_card_of_somebody_on_file_is_scan_and_f9(screen: Screen) -> None:
    """VIS-5, VIS-8: name, last host and purpose come with the number; the clock starts with the scan."""
    known(screen)
    read(screen, NUMBER)
    entry = screen.page.registration.entry
    assert entry is not None
    assert entry.stage() == "ready"
    screen.post.clock.pass_by(4)
    screen.key(Key.Key_F9)
    newest = stored(screen)[0]
    assert (newest.visitor, newest.host, newest.purpose, newest.missing) == ("张顺", "骨科", "送货", ())
    assert newest.held_seconds == 4.0
    card = queries.card(screen.post.store, screen.post.guard, newest.visit_id)
    assert card is not None
    assert card.fields.way_in == SCAN


def test_a_reader_brings_the_name_of_somebody_new(screen: Screen) -> None:
    """VIS-8: the line asks for the host next."""
    read(screen, NUMBER, READER, "欧阳𠮷")
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.fields.document_number, entry.stage()) == ("欧阳𠮷", NUMBER, "host")
    screen.key(Key.Key_F9)
    assert stored(screen)[0].visitor == "欧阳𠮷"


def test_another_name_on_the_card_than_on_file_is_said_and_kept(screen: Screen) -> None:
    """VIS-3: the card in the hand counts, the file is looked at later."""
    known(screen)
    read(screen, NUMBER, READER, "张舜")
    assert "张顺" in screen.page.registration.notice.text()
    screen.key(Key.Key_F9)
    newest = stored(screen)[0]
    assert (newest.visitor, "other_name" in newest.missing) == ("张舜", True)


def test_the_number_goes_to_the_registration_that_has_none(screen: Screen) -> None:
    """VIS-8: while the guard types: what is typed and not taken stays in the line."""
    screen.type("慕容雪")
    screen.key(Key.Key_Return)
    screen.type("gu")
    read(screen, NUMBER)
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.fields.document_number) == ("慕容雪", NUMBER)
    assert screen.page.registration.line.text() == "gu"
    screen.type("ke")
    screen.key(Key.Key_Return)
    assert entry.fields.host


def test_letters_of_a_name_stay_when_the_card_is_scanned(screen: Screen) -> None:
    """VIS-8: nothing typed is lost; Enter then takes the letters for what they are."""
    screen.type("慕容")
    read(screen, NUMBER, READER, "慕容雪")
    assert screen.page.registration.line.text() == "慕容"
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.document_number, entry.fields.visitor) == (NUMBER, "")


def test_the_next_card_is_the_next_visitor(screen: Screen) -> None:
    """VIS-4: the first registration is put aside with its clock running, and is not written over."""
    read(screen, NUMBER, READER, "张顺")
    read(screen, OTHER, READER, "李四")
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.fields.document_number) == ("李四", OTHER)
    assert [row.name for row in screen.page.open_list.rows()] == ["张顺"]
    read(screen, OTHER, READER, "李四")
    assert screen.page.registration.entry is entry


def test_the_card_of_the_visitor_in_the_line_begins_no_other(screen: Screen) -> None:
    """VIS-5: found by name, then the card is laid on."""
    known(screen)
    screen.type("zhsh")
    screen.key(Key.Key_Return)
    before = screen.page.registration.entry
    read(screen, NUMBER, READER, "张顺")
    assert screen.page.registration.entry is before
    assert screen.page.open_list.rows() == ()


def test_a_scanned_pass_is_a_departure(screen: Screen) -> None:
    """VIS-9: no clock, no registration."""
    known(screen, pass_number="A017")
    read(screen, make_code("pass", "A017"))
    assert screen.page.registration.entry is None
    assert queries.on_site_list(screen.post.store, screen.post.guard) == []


def test_a_pass_scanned_during_a_registration_is_handed_out(screen: Screen) -> None:
    """VIS-9: it is on the visit."""
    screen.type("慕容雪")
    screen.key(Key.Key_Return)
    read(screen, make_code("pass", "A018"))
    entry = screen.page.registration.entry
    assert entry is not None
    assert (entry.fields.visitor, entry.fields.pass_number) == ("慕容雪", "A018")


def test_a_zone_brings_number_and_name(screen: Screen) -> None:
    """VIS-7: by scanner in one piece; kind, number and the Latin name."""
    read(screen, ZONE)
    entry = screen.page.registration.entry
    assert entry is not None
    fields = entry.fields
    assert (fields.visitor, fields.document_kind) == ("Lindqvist Anna Karin", "passport")
    assert fields.document_number == "71402258A"


def test_an_expired_card_is_said_and_taken(screen: Screen) -> None:
    """VIS-7: a warning, not a refusal."""
    read(screen, NUMBER, READER, "张顺", expired=True)
    assert "有效期" in screen.page.registration.notice.text()
    screen.key(Key.Key_F9)
    assert stored(screen)[0].visitor == "张顺"


def test_a_wrong_check_digit_asks_for_its_reason(screen: Screen) -> None:
    """VIS-7: as when it is typed."""
    read(screen, WRONG)
    assert screen.page.registration.mode == "override"
    screen.key(Key.Key_1, Modifier.AltModifier)
    entry = screen.page.registration.entry
    assert entry is not None
    assert entry.fields.override_reason


@pytest.mark.parametrize(
    "text", ["", "hello", "'; DROP TABLE visits; --", "<b>x</b>" * 9000, "https://example.org/?q=1"]
)
def test_what_is_no_document_is_said_and_leaves_no_trace(screen: Screen, text: str) -> None:
    """VIS-8: the line is usable at once."""
    read(screen, text)
    assert screen.page.registration.entry is None
    assert screen.page.registration.line.text() == ""
    screen.type("慕容雪")
    screen.key(Key.Key_Return)
    screen.key(Key.Key_F9)
    assert [row.visitor for row in stored(screen)] == ["慕容雪"]
