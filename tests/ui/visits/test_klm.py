"""How many keys and thoughts the ways in take (GOALS, the headline): counted from real key events, never timed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.queries import visits as queries
from tests.benchmarks.klm import K_SLOW, Hands, new, returning
from tests.ui.visits.conftest import Screen


@dataclass
class Counted:
    """The test's window; nothing is waited for in the sum."""

    screen: Screen

    def letters(self, text: str) -> float:
        """Key by key."""
        self.screen.type(text)
        return 0.0

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> float:
        """Any other key."""
        self.screen.key(key, modifier)
        return 0.0

    def compose(self, pinyin: str, text: str) -> float:
        """Composed letter by letter, then committed."""
        line = self.screen.page.registration.line
        for at in range(1, len(pinyin) + 1):
            QApplication.sendEvent(line, QInputMethodEvent(pinyin[:at], []))
        commit = QInputMethodEvent()
        commit.setCommitString(text)
        QApplication.sendEvent(line, commit)
        self.screen.settle()
        return 0.0


def newest(screen: Screen) -> queries.VisitRow:
    return queries.day_visits(screen.post.store, screen.post.guard)[0]


def test_a_returning_visitor_takes_four_to_six_keys_and_two_thoughts(screen: Screen) -> None:
    """VIS-5, GOALS: initials, Enter, F9, and the visit is complete; at most 5 s for a slow typist."""
    screen.post.register(visitor="张顺", document_number="21010219870412919X")
    for typed in ("zs", "zhsh"):
        hands = Hands(Counted(screen))
        returning(hands, typed)
        row = newest(screen)
        assert (row.visitor, row.host, row.purpose, row.missing, row.open) == (
            "张顺",
            "骨科",
            "送货",
            (),
            False,
        )
        assert (hands.keys, hands.thoughts) == (len(typed) + 2, 2)
        assert hands.seconds(K_SLOW) <= 5.0


def test_a_new_visitor_in_full_takes_39_keys_and_4_thoughts(screen: Screen) -> None:
    """VIS-3, GOALS: name by an input method, number, host by pinyin, purpose, F9; at most 20 s for a slow typist."""
    hands = Hands(Counted(screen))
    new(hands)
    row = newest(screen)
    assert (row.visitor, row.missing, row.open) == ("慕容雪", (), False)
    assert row.number_shown.endswith("919X")
    assert (hands.keys, hands.thoughts) == (39, 4)
    assert hands.seconds(K_SLOW) <= 20.0
