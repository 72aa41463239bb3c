"""The Keystroke-Level Model: operators counted from the keys that a window really gets (Card, Moran and Newell; GOALS).

K is a key (a modifier that is held is one too), M a thought: one before the first key, one before each match that is
accepted (a candidate of the input method is one), none before *returned*. R is what the program lets one wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import Qt

Key, Modifier = Qt.Key, Qt.KeyboardModifier
K_USUAL, K_SLOW, M = 0.20, 0.28, 1.35


class Device(Protocol):
    """A window that can be typed into. Each answers the seconds that one waits for it afterwards."""

    def letters(self, text: str) -> float:
        """Keys that stand for themselves."""

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> float:
        """Any other key."""

    def compose(self, pinyin: str, text: str) -> float:
        """An input method composes and commits."""


@dataclass
class Hands:
    """Somebody at the keyboard: presses, and counts what it takes."""

    device: Device
    parts: list[str] = field(default_factory=list)
    keys: int = 0
    thoughts: int = 0
    waited: float = 0.0

    def think(self, what: str) -> None:
        """An M."""
        self.thoughts += 1
        self.parts.append(f"M {what}")

    def type(self, text: str) -> None:
        """Latin letters and digits."""
        self._pressed(len(text), text, self.device.letters(text))

    def press(self, key: Qt.Key, name: str, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        """One key, or two with a modifier."""
        self._pressed(1 if modifier == Modifier.NoModifier else 2, name, self.device.key(key, modifier))

    def compose(self, pinyin: str, text: str) -> None:
        """Chinese: the letters, a look at the candidates, the space bar."""
        self.think(f"candidate {text}")
        self._pressed(len(pinyin) + 1, f"{pinyin}␣", self.device.compose(pinyin, text))

    def seconds(self, key: float = K_USUAL) -> float:
        """The whole, at a typing speed."""
        return self.keys * key + self.thoughts * M + self.waited

    def _pressed(self, count: int, what: str, waited: float) -> None:
        self.keys += count
        self.waited += waited
        self.parts.append(f"{count}K {what}")


def returning(hands: Hands, typed: str) -> None:
    """A returning visitor: two to four keys, Enter takes name, number, host and purpose, F9 returns the document."""
    hands.think("first key")
    hands.type(typed)
    hands.think("accept the match")
    hands.press(Key.Key_Return, "↵")
    hands.press(Key.Key_F9, "F9")


def new(hands: Hands) -> None:
    """A new visitor typed in full, the input method on all the time: name, number, host by pinyin, purpose, F9.

    The name is taken as typed (Ctrl+Enter): on a large site somebody's name nearly always begins like it.
    """
    hands.think("first key")
    hands.compose("murongxue", "慕容雪")
    hands.press(Key.Key_Return, "Ctrl+↵", Modifier.ControlModifier)
    hands.type("21010219870412919X")
    hands.press(Key.Key_Return, "↵")
    hands.type("guke")
    hands.parts.append("1K ↵ (the input method's own, for the letters)")
    hands.keys += 1
    hands.think("accept the host")
    hands.press(Key.Key_Return, "↵")
    hands.think("accept the purpose")
    hands.press(Key.Key_Return, "↵")
    hands.press(Key.Key_F9, "F9")


def phoned(hands: Hands) -> None:
    """A phoned request: customer and kind by initials, words, promised time by a quick choice, Ctrl+Enter."""
    hands.think("first key")
    hands.press(Key.Key_N, "Ctrl+N", Modifier.ControlModifier)
    hands.type("sss")
    hands.think("accept the customer")
    hands.press(Key.Key_Return, "↵")
    hands.type("kt")
    hands.think("accept the kind")
    hands.press(Key.Key_Return, "↵")
    hands.compose("wuhao", "五号")
    hands.compose("shoushujian", "手术间")
    hands.type("27C")
    hands.press(Key.Key_1, "Alt+1", Modifier.AltModifier)
    hands.press(Key.Key_Return, "Ctrl+↵", Modifier.ControlModifier)
