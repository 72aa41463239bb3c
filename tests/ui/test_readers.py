"""What is read at this PC reaches the registration, from any tab, in the real program's wiring (VIS-8)."""

from __future__ import annotations

from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from app.devices.card_reader import CardReader
from app.devices.scanner import SimulatedScanner
from app.devices.simulated_reader import SimulatedReader
from app.domain.card_fields import CardFields, CardKind
from app.domain.readings import READER, SCAN, Reading
from app.ui.readers import Readers

TODAY = date(2026, 11, 24)
NUMBER = "21010219870412919X"


def card(valid_to: date | None) -> CardFields:
    return CardFields(CardKind.citizen, "欧阳𠮷", NUMBER, date(1987, 4, 12), date(2006, 1, 1), valid_to)


def test_a_scan_and_a_card_are_readings(qtbot: QtBot) -> None:
    """VIS-8: one form for all; an expired card is said; another port is kept."""
    scanner, reader = SimulatedScanner(lambda: TODAY), SimulatedReader()
    readers = Readers("", lambda: TODAY, scanner=scanner, reader=reader)
    seen: list[Reading] = []
    ports: list[str] = []
    readers.read.connect(seen.append)
    readers.port_chosen.connect(ports.append)
    scanner.scan(NUMBER)
    reader.use("auto")
    reader.lay(card(date(2020, 1, 1)))
    reader.lift()
    reader.lay(card(None))
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert [(one.way_in, one.text, one.expired) for one in seen] == [
        (SCAN, NUMBER, False),
        (READER, NUMBER, True),
        (READER, NUMBER, False),
    ]
    readers.use("auto")
    readers.use("auto")
    assert ports == ["auto"]
    readers.close()
    scanner.scan(NUMBER)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("text", "typed"), [("zhangwei", True), ("https://example.org", True), (NUMBER, False)]
)
def test_a_line_that_is_no_code_is_the_fields_own(qtbot: QtBot, text: str, typed: bool) -> None:
    """VIS-8: a person who types as fast as a scanner loses nothing, and gets no message about documents."""
    scanner = SimulatedScanner(lambda: TODAY)
    readers = Readers("", lambda: TODAY, scanner=scanner, reader=SimulatedReader())
    fields: list[str] = []
    readers.typed.connect(fields.append)
    scanner.scan(text)
    assert fields == ([text] if typed else [])
    readers.close()


def test_nothing_of_the_person_is_in_its_repr() -> None:
    """VIS-14: a log that holds a reading holds nobody."""
    said = repr(Reading(READER, NUMBER, "欧阳𠮷"))
    assert NUMBER not in said
    assert "欧阳" not in said


@pytest.mark.parametrize("port", ["", "auto"])
def test_without_a_reader_nothing_waits(qtbot: QtBot, port: str) -> None:
    """VIS-8: a port that is not there is a state, not an error that stops somebody."""
    reader = CardReader(port, find_ports=list)
    readers = Readers(port, lambda: TODAY, scanner=SimulatedScanner(lambda: TODAY), reader=reader)
    readers.close()
