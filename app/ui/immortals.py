"""Keeps PySide6 6.12 from crashing Python 3.11: there each void call into Qt drops a reference to None too many.

Measured with the cp310-abi3 wheels of 6.12.0 on 3.11.2 and 3.11.7: a thousand `widget.update()` lower
`sys.getrefcount(None)` by a thousand, a thousand `signal.emit()` that of True, and after some 5,000 calls the
interpreter ends with «none_dealloc: deallocating None». From Python 3.12 on these constants are immortal and their
counts are not looked at (PEP 683), which is what the wheels count on.
"""

from __future__ import annotations

import ctypes
import sys

ENOUGH = 1 << 60  # references: a thousand million calls a second for thirty years
CONSTANTS = (None, True, False, NotImplemented, ...)


def keep_constants_alive() -> None:
    """Give the constants so many references that they never run out. Does nothing from Python 3.12 on, or twice."""
    if sys.version_info >= (3, 12):
        return
    for constant in CONSTANTS:
        if sys.getrefcount(constant) < ENOUGH // 2:
            ctypes.c_ssize_t.from_address(id(constant)).value += ENOUGH
