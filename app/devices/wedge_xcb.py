"""Scanners that type like a keyboard, on X: every key is seen before Qt and the input method (RECIPES section 2)."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject
from PySide6.QtGui import QNativeInterface
from PySide6.QtWidgets import QApplication

from app.devices.wedge import KeyboardWedge
from app.devices.xkb import ALT, CONTROL, SUPER, Keymap
from app.domain.wedge import Key

KEY_PRESS, KEY_RELEASE, MAPPING_NOTIFY = 2, 3, 34
XKB_NEW_KEYBOARD, XKB_MAP = 0, 1
EVENT_BYTES = 32
# xcb_key_press_event_t: response_type, detail, sequence, time, three windows, four coordinates, state
KEY_EVENT = struct.Struct("=BBHIIIIhhhhH")


class XcbWedge(KeyboardWedge):
    """Listens on the X connection of this program's windows.

    Raises:
        OSError: the keyboard's layout cannot be read.
    """

    def __init__(self, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(today, parent)
        native = _native_interface()
        self._keymap = Keymap(native.connection())
        self._filter = _Filter(self)
        self._listens = False
        self.destroyed.connect(self._keymap.close)

    def start(self) -> None:
        """Listens from now on."""
        app = QCoreApplication.instance()
        if app is not None and not self._listens:
            app.installNativeEventFilter(self._filter)
            self._listens = True

    def stop(self) -> None:
        """Listens no more."""
        app = QCoreApplication.instance()
        if app is not None and self._listens:
            app.removeNativeEventFilter(self._filter)
        self._listens = False
        self.end()

    def event_from_server(self, address: int) -> bool:
        """An X event at that address; True if nobody else may see it."""
        kind = ctypes.c_uint8.from_address(address).value & 0x7F
        if kind in (KEY_PRESS, KEY_RELEASE):
            return self._key(ctypes.string_at(address, EVENT_BYTES), kind == KEY_PRESS)
        if kind == MAPPING_NOTIFY or kind == self._keymap.first_event:
            detail = ctypes.c_uint8.from_address(address + 1).value
            if kind == MAPPING_NOTIFY or detail in (XKB_NEW_KEYBOARD, XKB_MAP):
                self._keymap.read()
        return False

    def _key(self, raw: bytes, press: bool) -> bool:
        _, code, _, time, *_, state = KEY_EVENT.unpack_from(raw)
        meaning = self._keymap.meaning(code, state)
        command = bool(state & (CONTROL | ALT | SUPER))
        return self.key(Key(time, code, meaning.char, press, meaning.modifier, command))


class _Filter(QAbstractNativeEventFilter):
    """Qt's door to the events; a class of its own, because it is no QObject."""

    def __init__(self, wedge: XcbWedge) -> None:
        super().__init__()
        self._wedge = wedge

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> Any:
        return self._wedge.event_from_server(int(message)), 0


def _native_interface() -> Any:
    app = QApplication.instance()
    native = app.nativeInterface() if isinstance(app, QApplication) else None
    if not isinstance(native, QNativeInterface.QX11Application):
        raise OSError("no X connection")
    return native
