"""What a key types, by the layout in force: libxkbcommon through ctypes (the library that Qt's xcb platform loads).

Read from the server's keyboard over Qt's own connection; `read` again when the server says that the layout changed.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

SHIFT, LOCK, CONTROL, ALT, SUPER = 0x01, 0x02, 0x04, 0x08, 0x40
RETURN, TAB = (0xFF0D, 0xFF8D, 0xFF0A), (0xFF09, 0xFE20)
MODIFIERS = (range(0xFFE1, 0xFFEF), range(0xFE01, 0xFE14), range(0xFF7E, 0xFF80))
GROUPS = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    r"""What a key means: `char` it types ("\n" Return, "\t" Tab, "" nothing), or that it is a modifier."""

    char: str
    modifier: bool = False


class Keymap:
    """The layout of an X server's keyboard.

    Raises:
        OSError: libxkbcommon is not there or does not understand this server; the reason is in the text.
    """

    def __init__(self, connection: int) -> None:
        self._xkb = ctypes.CDLL("libxkbcommon.so.0")
        self._x11 = ctypes.CDLL("libxkbcommon-x11.so.0")
        self._connection = ctypes.c_void_p(connection)
        for library, name in (
            (self._xkb, "xkb_context_new"),
            (self._xkb, "xkb_state_new"),
            (self._x11, "xkb_x11_keymap_new_from_device"),
        ):
            getattr(library, name).restype = ctypes.c_void_p
        first = ctypes.c_uint8(0)
        if not self._x11.xkb_x11_setup_xkb_extension(
            self._connection, 1, 0, 0, None, None, ctypes.byref(first), None
        ):
            raise OSError("the X server has no XKB")
        self.first_event = int(first.value)
        self._context: Any = ctypes.c_void_p(self._xkb.xkb_context_new(0))
        self._keymap: Any = None
        self._state: Any = None
        self._known: dict[tuple[int, int], Meaning] = {}
        self.read()

    def read(self) -> None:
        """Asks the server for the layout."""
        device = self._x11.xkb_x11_get_core_keyboard_device_id(self._connection)
        keymap = self._x11.xkb_x11_keymap_new_from_device(self._context, self._connection, device, 0)
        if not keymap:
            raise OSError("the X server's keyboard layout cannot be read")
        self._drop()
        self._keymap = ctypes.c_void_p(keymap)
        self._state = ctypes.c_void_p(self._xkb.xkb_state_new(self._keymap))
        self._known.clear()

    def meaning(self, code: int, state: int) -> Meaning:
        """What the key of that number means with these modifiers (the state of an X key event).

        Caps Lock is left out: a scanner means what it types. A layout without Latin letters is passed over for the
        next one that has them: the numbers that scanners read are Latin.
        """
        group = state >> 13 & 3
        held = state & 0xFF & ~(LOCK | CONTROL | ALT | SUPER)
        known = self._known.get((code, held | group << 8))
        if known is None:
            known = self._known[code, held | group << 8] = self._meaning(code, held, group)
        return known

    def close(self) -> None:
        """Gives the layout back to the library."""
        self._drop()
        if self._context:
            self._xkb.xkb_context_unref(self._context)
            self._context = None

    def _meaning(self, code: int, held: int, group: int) -> Meaning:
        found = Meaning("")
        for one in dict.fromkeys((group, *range(GROUPS))):
            self._xkb.xkb_state_update_mask(self._state, held, 0, 0, 0, 0, one)
            symbol = int(self._xkb.xkb_state_key_get_one_sym(self._state, code))
            if any(symbol in some for some in MODIFIERS):
                return Meaning("", modifier=True)
            if symbol in RETURN or symbol in TAB:
                return Meaning("\n" if symbol in RETURN else "\t")
            point = int(self._xkb.xkb_keysym_to_utf32(symbol))
            char = chr(point) if 0x20 <= point < 0x110000 and point != 0x7F else ""
            if char.isascii() and char:
                return Meaning(char)
            found = found if found.char else Meaning(char)
        return found

    def _drop(self) -> None:
        for pointer, unref in ((self._state, "xkb_state_unref"), (self._keymap, "xkb_keymap_unref")):
            if pointer:
                getattr(self._xkb, unref)(pointer)
        self._state = self._keymap = None
