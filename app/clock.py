"""The clocks of this PC: wall time, a monotonic time that outlives a crash, and the boot that it belongs to (VIS-2).

The 25 seconds are measured on the monotonic clock. It counts from the PC's start, so that after a crash of the program,
in the same boot, an open registration's clock is still right. After a restart of the PC only wall time is left.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock:
    """The real clocks. Tests that turn time back pass an object of the same shape."""

    def __init__(self) -> None:
        self._boot = ""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since this PC started, sleep included where the system can tell; never set back."""
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    def boot(self) -> str:
        """What names this start of the PC: two stamps of one boot can be subtracted on the monotonic clock.

        Linux has an id. Elsewhere the minute of the start stands for it: a clock that is set changes it, and then the
        time counts as estimated, which is the safe side.
        """
        if not self._boot:
            if BOOT_ID.exists():
                self._boot = BOOT_ID.read_text(encoding="ascii").strip()
            else:
                self._boot = str(int((time.time() - time.monotonic()) // 60))
        return self._boot
