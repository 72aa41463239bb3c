"""Keeps PySide6 6.12 from crashing Python 3.11: there each void method of Qt drops a reference to None too many.

Measured with the wheels cp310-abi3 of 6.12.0 on 3.11.2 and 3.11.7: `widget.update()` a thousand times lowers
`sys.getrefcount(None)` by a thousand, and after some 5,000 calls the interpreter ends with «none_dealloc: deallocating
None». From Python 3.12 on None is immortal and the count is not looked at (PEP 683).
"""

from __future__ import annotations

import ctypes
import sys

ENOUGH = 1 << 60  # references: a thousand million calls a second for thirty years


def keep_none_alive() -> None:
    """Give None so many references that it never runs out of them. Does nothing from Python 3.12 on, or twice."""
    if sys.version_info < (3, 12) and sys.getrefcount(None) < ENOUGH // 2:
        ctypes.c_ssize_t.from_address(id(None)).value += ENOUGH
