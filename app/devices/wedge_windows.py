"""Scanners that type like a keyboard, on Windows: Raw Input tells every key and which device it came from (VIS-8).

Raw Input comes before the ordinary messages, which the input method gets; those of a swallowed key are stopped here.
Because every device has a rhythm of its own, a person who types meanwhile does not disturb a scan.

Not tried on Windows: the structures' reading and the rule are tested with made-up bytes, the three system calls
(register, read, translate) are not.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject

from app.devices.wedge import KeyboardWedge
from app.domain.wedge import Key

WM_INPUT, WM_KEYDOWN, WM_KEYUP, WM_CHAR, WM_SYSKEYDOWN, WM_SYSKEYUP = 0xFF, 0x100, 0x101, 0x102, 0x104, 0x105
WM_IME_STARTCOMPOSITION, WM_IME_COMPOSITION, WM_IME_CHAR, WM_IME_KEYDOWN = 0x10D, 0x10F, 0x286, 0x290
KEY_MESSAGES = {WM_KEYDOWN, WM_KEYUP, WM_SYSKEYDOWN, WM_SYSKEYUP}
WRITTEN = {WM_CHAR, WM_IME_CHAR, WM_IME_KEYDOWN, WM_IME_STARTCOMPOSITION, WM_IME_COMPOSITION}
DISPATCHED = b"windows_dispatcher_MSG"
RIM_TYPEKEYBOARD, RID_INPUT = 1, 0x10000003
RI_KEY_BREAK, RI_KEY_E0 = 1, 2
VK_TAB, VK_RETURN, VK_SHIFT, VK_CONTROL, VK_ALT, VK_CAPITAL = 0x09, 0x0D, 0x10, 0x11, 0x12, 0x14
VK_SYSTEM, VK_NUMLOCK, VK_OVERRUN = (0x5B, 0x5C), 0x90, 0xFF
MODIFIERS = {VK_SHIFT, VK_CONTROL, VK_ALT, VK_CAPITAL, VK_NUMLOCK, *VK_SYSTEM, *range(0xA0, 0xA6)}
KEYBOARD_PAGE, KEYBOARD_USAGE = 1, 6
# RAWINPUTHEADER: type, size, device, wParam; RAWKEYBOARD: make code, flags, reserved, virtual key, message, extra
HEADER = struct.Struct("=IIQQ") if ctypes.sizeof(ctypes.c_void_p) == 8 else struct.Struct("=IIII")
KEYBOARD = struct.Struct("=HHHHII")
MESSAGE = struct.Struct("@PIPPIii")  # MSG: window, message, wParam, lParam, time, point


@dataclass(frozen=True, slots=True)
class RawKey:
    """A key as Raw Input tells it."""

    device: int
    make_code: int
    virtual_key: int
    press: bool
    extended: bool


class Windows(Protocol):
    """The three calls of Windows that are needed."""

    def register(self) -> None:
        """Asks for WM_INPUT of all keyboards; raises OSError."""
        ...

    def read(self, handle: int) -> bytes:
        """The RAWINPUT structure of a WM_INPUT message's lParam; empty if it is gone."""
        ...

    def char(self, key: RawKey, shift: bool) -> str:
        """What the key types by the layout in force, Caps Lock left out; "" for nothing."""
        ...


def read_raw_key(raw: bytes) -> RawKey | None:
    """A keyboard's RAWINPUT structure; None for a mouse's, a broken one, or a filler that is no key."""
    if len(raw) < HEADER.size + KEYBOARD.size:
        return None
    kind, size, device, _ = HEADER.unpack_from(raw)
    if kind != RIM_TYPEKEYBOARD or not HEADER.size + KEYBOARD.size <= size <= len(raw):
        return None
    make_code, flags, _, virtual_key, _, _ = KEYBOARD.unpack_from(raw, HEADER.size)
    if virtual_key in (0, VK_OVERRUN):
        return None
    return RawKey(device, make_code, virtual_key, not flags & RI_KEY_BREAK, bool(flags & RI_KEY_E0))


class WindowsWedge(KeyboardWedge):
    """Listens by Raw Input. `system` stands in for Windows in tests."""

    def __init__(
        self, today: Callable[[], date], parent: QObject | None = None, system: Windows | None = None
    ) -> None:
        super().__init__(today, parent)
        self._system: Windows = system or _User32()
        self._held: set[int] = set()
        self._stopping: dict[tuple[int, bool], int] = {}
        self._filter = _Filter(self)
        self._listens = False

    def start(self) -> None:
        """Listens from now on. Raises OSError if Windows refuses."""
        app = QCoreApplication.instance()
        if app is not None and not self._listens:
            self._system.register()
            app.installNativeEventFilter(self._filter)
            self._listens = True

    def stop(self) -> None:
        """Listens no more."""
        app = QCoreApplication.instance()
        if app is not None and self._listens:
            app.removeNativeEventFilter(self._filter)
        self._listens = False
        self._held.clear()
        self._stopping.clear()
        self.end()

    def message(self, number: int, l_param: int, time: int, dispatched: bool) -> bool:
        """A message to one of our windows; True if it goes no further.

        Qt shows what was posted twice: when it takes it out of the queue (`dispatched`), before the input method
        translates it, and when the window gets it. What was sent (WM_IME_…) is only shown the second time.
        """
        if number == WM_INPUT and dispatched:
            raw = read_raw_key(self._system.read(l_param))
            if raw is not None:
                self._raw(raw, time)
            return False  # Windows itself cleans up behind the default handling
        if number in KEY_MESSAGES and dispatched:
            return self._was_swallowed(number in (WM_KEYDOWN, WM_SYSKEYDOWN), l_param)
        return number in WRITTEN and self.taking

    def _raw(self, raw: RawKey, time: int) -> None:
        key = raw.virtual_key
        if key in MODIFIERS:
            (self._held.add if raw.press else self._held.discard)(key)
        command = bool(self._held & {VK_CONTROL, VK_ALT, *VK_SYSTEM})
        char = {VK_RETURN: "\n", VK_TAB: "\t"}.get(key)
        if char is None:
            char = "" if key in MODIFIERS else self._system.char(raw, VK_SHIFT in self._held)
        code = raw.make_code | raw.extended << 8
        if self.key(Key(time, code, char, raw.press, key in MODIFIERS, command), raw.device):
            self._stopping[code, raw.press] = self._stopping.get((code, raw.press), 0) + 1

    def _was_swallowed(self, press: bool, l_param: int) -> bool:
        """The ordinary message of a key that Raw Input told and the rule swallowed (known by its scan code).

        The input method may have turned the virtual key into VK_PROCESSKEY: only the scan code stays.
        """
        code = l_param >> 16 & 0x1FF
        waiting = self._stopping.get((code, press), 0)
        if waiting > 1:
            self._stopping[code, press] = waiting - 1
        else:
            self._stopping.pop((code, press), None)
        return waiting > 0


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, wedge: WindowsWedge) -> None:
        super().__init__()
        self._wedge = wedge

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> Any:
        raw = ctypes.string_at(int(message), MESSAGE.size)
        _, number, _, l_param, time, *_ = MESSAGE.unpack(raw)
        return self._wedge.message(number, l_param or 0, time, kind == DISPATCHED), 0


class _User32:
    """Windows itself."""

    def __init__(self) -> None:
        self._user32: Any = ctypes.CDLL("user32")

    def register(self) -> None:
        class Device(ctypes.Structure):
            _fields_ = (
                ("page", ctypes.c_ushort),
                ("usage", ctypes.c_ushort),
                ("flags", ctypes.c_uint32),
                ("window", ctypes.c_void_p),
            )

        wanted = Device(KEYBOARD_PAGE, KEYBOARD_USAGE, 0, None)  # no window: the one with the focus
        if not self._user32.RegisterRawInputDevices(ctypes.byref(wanted), 1, ctypes.sizeof(Device)):
            raise OSError("Raw Input was refused")

    def read(self, handle: int) -> bytes:
        place, size = ctypes.create_string_buffer(256), ctypes.c_uint(256)
        got = self._user32.GetRawInputData(
            ctypes.c_void_p(handle), RID_INPUT, place, ctypes.byref(size), HEADER.size
        )
        return place.raw[:got] if 0 < got <= 256 else b""

    def char(self, key: RawKey, shift: bool) -> str:
        state = (ctypes.c_ubyte * 256)()
        state[VK_SHIFT] = 0x80 if shift else 0
        text = ctypes.create_unicode_buffer(8)
        # Flag 4: the keyboard's own state (dead keys) stays as it is (Windows 10 and later).
        got = self._user32.ToUnicodeEx(key.virtual_key, key.make_code, state, text, 8, 4, None)
        return text.value[:1] if got == 1 else ""
