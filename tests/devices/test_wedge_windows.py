"""Raw Input as bytes, and the rule behind it, without Windows (VIS-8)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

import app.ui  # noqa: F401  # first: it makes PySide6 6.12 safe under Python 3.11
from app.devices.wedge_windows import (
    KEYBOARD,
    VK_CONTROL,
    VK_RETURN,
    VK_SHIFT,
    WM_IME_COMPOSITION,
    WM_INPUT,
    WM_KEYDOWN,
    WM_KEYUP,
    RawKey,
    WindowsWedge,
    read_raw_key,
)
from tests.scanning import TODAY

NUMBER, OTHER = "21010219870412919X", "310104195710289328"
SCANNER, KEYBOARD_OF_A_PERSON = 0x10045, 0x2001F
SCAN_CODES = {char: code for code, char in enumerate("1234567890", 2)} | {"X": 0x2D, "Z": 0x2C, "H": 0x23}
SCAN_CODES |= {"w": 0x11, "a": 0x1E, "n": 0x31, "g": 0x22}
ENTER, SHIFT, CONTROL, PROCESS_KEY = 0x1C, 0x2A, 0x1D, 0xE5


def raw_key(
    make: int, virtual: int, *, up: bool = False, device: int = SCANNER, extended: bool = False
) -> bytes:
    """What GetRawInputData gives on 64-bit Windows."""
    flags = int(up) | (2 if extended else 0)
    return struct.pack("<IIQQHHHHII", 1, 40, device, 0, make, flags, 0, virtual, 0x101 if up else 0x100, 0)


class MadeUpWindows:
    """Keeps what was to be read; types by a US layout."""

    def __init__(self) -> None:
        self.registered = 0
        self.raw: dict[int, bytes] = {}

    def register(self) -> None:
        self.registered += 1

    def read(self, handle: int) -> bytes:
        return self.raw.get(handle, b"")

    def char(self, key: RawKey, shift: bool) -> str:
        char = chr(key.virtual_key).lower()
        return char.upper() if shift else char


class Desk:
    """Plays Windows: for each key the raw message and then the ordinary one, as the input method left it."""

    def __init__(self, wedge: WindowsWedge, windows: MadeUpWindows) -> None:
        self.wedge, self.windows, self.time = wedge, windows, 5000
        self.reached: list[int] = []

    def key(self, make: int, virtual: int, gap: int, device: int = SCANNER, *, up: bool = False) -> None:
        self.time += gap
        self.windows.raw[77] = raw_key(make, virtual, up=up, device=device)
        assert not self.wedge.message(WM_INPUT, 77, self.time, True)
        number, l_param = (WM_KEYUP, 1 | make << 16 | 3 << 30) if up else (WM_KEYDOWN, 1 | make << 16)
        if not self.wedge.message(number, l_param, self.time, True) and not up:
            self.reached.append(make)

    def types(self, text: str, gap: int = 4, device: int = SCANNER) -> None:
        for char in text:
            if char == "\n":
                self.tap(ENTER, VK_RETURN, gap, device)
            elif char.isupper():
                self.key(SHIFT, VK_SHIFT, gap, device)
                self.tap(SCAN_CODES[char], ord(char), 0, device)
                self.key(SHIFT, VK_SHIFT, 0, device, up=True)
            else:
                self.tap(SCAN_CODES[char], ord(char.upper()), gap, device)

    def tap(self, make: int, virtual: int, gap: int, device: int) -> None:
        self.key(make, virtual, gap, device)
        self.key(make, virtual, 1, device, up=True)


@pytest.fixture
def windows() -> MadeUpWindows:
    return MadeUpWindows()


@pytest.fixture
def wedge(qtbot: QtBot, windows: MadeUpWindows) -> Iterator[WindowsWedge]:
    """Listens from its start; forgets at the end."""
    made = WindowsWedge(lambda: TODAY, None, windows)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def desk(wedge: WindowsWedge, windows: MadeUpWindows) -> Desk:
    return Desk(wedge, windows)


def test_a_scan_is_told_and_its_messages_go_no_further(qtbot: QtBot, desk: Desk) -> None:
    """VIS-8: three keys reach the window, the others and Return do not; the X keeps its capital."""
    told: list[str] = []
    desk.wedge.scanned.connect(told.append)
    desk.types(f"{NUMBER}\n")
    qtbot.waitUntil(lambda: bool(told))
    assert told == [NUMBER]
    assert desk.reached == [SCAN_CODES[char] for char in NUMBER[:3]]
    assert desk.windows.registered == 1


def test_an_input_method_hides_the_virtual_key_not_the_scan_code(desk: Desk) -> None:
    """DOCUMENTS 10: Windows says VK_PROCESSKEY for what an input method took; it is stopped all the same."""
    desk.types("1234")
    desk.windows.raw[77] = raw_key(6, ord("5"))
    desk.wedge.message(WM_INPUT, 77, desk.time + 4, True)
    assert desk.wedge.message(WM_KEYDOWN, 1 | 6 << 16, desk.time + 4, True)
    assert desk.wedge.message(WM_IME_COMPOSITION, 0, desk.time + 5, False)


def test_what_the_window_gets_a_second_time_is_not_counted(desk: Desk) -> None:
    """Qt shows a posted message when it is dispatched and when the window has it: one key is one key."""
    for _ in range(3):
        desk.windows.raw[77] = raw_key(2, ord("1"))
        desk.wedge.message(WM_INPUT, 77, desk.time + 4, False)
    desk.types("23")
    assert desk.reached == [3, 4]
    assert not desk.wedge.taking


def test_a_person_at_another_keyboard_disturbs_nothing(qtbot: QtBot, desk: Desk) -> None:
    """VIS-8: every device has a rhythm of its own."""
    told: list[str] = []
    desk.wedge.scanned.connect(told.append)
    for index, char in enumerate(f"{OTHER}\n"):
        desk.types(char)
        if index % 5 == 4:
            desk.types("wang"[index // 5], 3, KEYBOARD_OF_A_PERSON)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [OTHER]
    assert [code for code in desk.reached if code in {SCAN_CODES[char] for char in "wan"}] == [
        0x11,
        0x1E,
        0x31,
    ]


def test_what_no_return_ends_is_given_back(qtbot: QtBot, desk: Desk) -> None:
    """VIS-8: into the field that has the focus."""
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    desk.types("1234567")  # the first three would have reached the field; here nobody types them
    qtbot.waitUntil(lambda: line.text() == "1234567")


def test_a_command_is_no_character(desk: Desk) -> None:
    """VIS-8: keys with Control held are a person's."""
    desk.key(CONTROL, VK_CONTROL, 4)
    desk.types("1234567890")
    assert len(desk.reached) == 11
    assert not desk.wedge.taking


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (raw_key(0x1C, 0x0D, extended=True), RawKey(SCANNER, 0x1C, 0x0D, True, True)),
        (raw_key(2, 0x31, up=True, device=2**63), RawKey(2**63, 2, 0x31, False, False)),
        (raw_key(0, 0xFF), None),  # the filler before an extended key
        (raw_key(2, 0x31)[:39], None),
        (struct.pack("<IIQQ", 0, 48, 1, 0) + bytes(24), None),  # a mouse
        (struct.pack("<IIQQ", 1, 4000, 1, 0) + bytes(16), None),  # says it is longer than it is
        (b"", None),
    ],
)
def test_raw_input_is_read(raw: bytes, key: RawKey | None) -> None:
    """The structures of winuser.h on 64-bit Windows: 24 bytes of header, 16 of keyboard."""
    assert KEYBOARD.size == 16
    assert read_raw_key(raw) == key


@given(st.binary(max_size=64))
def test_no_bytes_make_it_stumble(raw: bytes) -> None:
    """Whatever a driver gives."""
    found = read_raw_key(raw)
    assert found is None or found.virtual_key not in (0, 0xFF)


def test_another_day_may_be_asked(qtbot: QtBot, windows: MadeUpWindows) -> None:
    """The site's date is asked when something was scanned, not at the start."""
    asked: list[date] = []

    def today() -> date:
        asked.append(TODAY)
        return TODAY

    made = WindowsWedge(today, None, windows)
    desk = Desk(made, windows)
    assert not asked
    desk.types(f"{NUMBER}\n")
    assert asked
    made.end()
