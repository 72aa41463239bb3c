"""A clock that tests turn: wall time, monotonic time and boot apart from each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.clock import Clock

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai


class TurnedClock(Clock):
    """Stands still until it is turned."""

    def __init__(self, now: datetime = START, monotonic: float = 1000.0, boot: str = "first boot") -> None:
        super().__init__()
        self.wall, self.seconds, self.boot_id = now, monotonic, boot

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds

    def boot(self) -> str:
        return self.boot_id

    def pass_by(self, seconds: float) -> None:
        """Time goes by, on both clocks."""
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)

    def set_wall(self, seconds: float) -> None:
        """Somebody sets the wall clock, back when negative."""
        self.wall += timedelta(seconds=seconds)

    def restart(self, seconds: float) -> None:
        """The PC is started anew; it was off for a while."""
        self.wall += timedelta(seconds=seconds)
        self.seconds, self.boot_id = 5.0, self.boot_id + " again"
