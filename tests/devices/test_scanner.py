"""The port of scanners: which one a window system has, and the made-up one (VIS-8)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.devices.scanner import Scanner, SimulatedScanner, system_scanner
from app.devices.wedge_xcb import XcbWedge
from app.words import Words
from tests.scanning import TODAY

NUMBER = "21010219870412919X"
ZONE = "POCHNOUYANG<<MINGHUI<<<<<<<<<<<<<<<<<<<<<<<<", "EB31009750CHN8402161M3201093LAMBKQOP<<<<<<58"


@pytest.fixture
def scanner(qapp: QApplication) -> SimulatedScanner:
    made = SimulatedScanner(lambda: TODAY)
    made.start()
    return made


def test_x_has_one(qtbot: QtBot) -> None:
    """VIS-8: on X the keys are seen before the input method; started twice and stopped it leaves nothing."""
    parent = QObject()
    found = system_scanner(lambda: TODAY, parent)
    assert isinstance(found, XcbWedge)
    for _ in range(2):
        found.start()
        found.start()
        found.stop()
        found.stop()


def test_wayland_has_none(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    """VIS-8: there no program sees keys before the input method: none, rather than one that soils fields."""
    monkeypatch.setattr(QApplication, "platformName", lambda: "wayland")
    assert system_scanner(lambda: TODAY, qapp) is None


def test_made_up_scans_go_the_real_way(scanner: SimulatedScanner) -> None:
    """VIS-8: cleaned, once, zones together; the port is the real one's."""
    port: Scanner = scanner
    told: list[str] = []
    port.scanned.connect(told.append)
    scanner.scan(f"]C0{NUMBER}\x1d")
    scanner.scan("E60017342", "E60017342")
    scanner.scan(*ZONE)
    scanner.scan("E38139224", at=50_000)
    scanner.scan("E38139224", at=50_400)
    assert told == [NUMBER, "E60017342", "\n".join(ZONE), "E38139224"]


def test_a_stopped_one_hears_nothing(scanner: SimulatedScanner) -> None:
    told: list[str] = []
    scanner.scanned.connect(told.append)
    scanner.stop()
    scanner.scan(NUMBER)
    scanner.start()
    scanner.scan(NUMBER)
    assert told == [NUMBER]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_refusals_have_words(language: str) -> None:
    """VIS-8: each a clear message."""
    words = Words(language)
    assert words("errors.scan_cut") != words("errors.scan_too_long")
