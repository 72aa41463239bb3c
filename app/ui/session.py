"""Who works at this window and where: changes when somebody signs in or the post changes guard."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at the window. `actor` and `station` are handed to operations and queries as they are.

    `by_pin`: he took over a post by PIN, which gives fewer rights than a password.
    """

    actor: object = None
    station: object = None
    person: str = ""
    role: str = ""
    station_name: str = ""
    site_name: str = ""
    zone: str = "Asia/Shanghai"
    sample: bool = False
    rights: frozenset[str] = frozenset()
    by_pin: bool = False


class Session(QObject):
    """The one signed in; `changed` when it is another, or another station."""

    changed = Signal()

    def __init__(self, now: SignedIn | None = None) -> None:
        super().__init__()
        self.now = now or SignedIn()

    @property
    def actor(self) -> object:
        """The actor of operations and queries."""
        return self.now.actor

    @property
    def station(self) -> object:
        """The station that this window shows."""
        return self.now.station

    def may(self, right: str) -> bool:
        """Whether the one signed in holds this right ("" is held by everybody)."""
        return not right or right in self.now.rights

    def enter(self, now: SignedIn) -> None:
        """Somebody signed in, out, or took another station."""
        if now != self.now:
            self.now = now
            self.changed.emit()
