"""F5 and a digit count somebody who is not registered: no name is asked (VIS-1)."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.domain.handover import TURN_AWAY_REASONS
from app.queries.tallies import TallyBoard, TallyChoice
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.buttons import KeyHint
from app.ui.widgets.card import Rule
from app.ui.widgets.overlay import Overlay
from app.ui.widgets.text import Text

WIDE = 460
FORMATION = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


class TallyOverlay(Overlay):
    """The kinds with their digits and this shift's counts; one that turns people away asks why.

    It has the focus itself: while it is open a digit is a choice and no data, whatever the input method. `counted(kind,
    reason)`; `undone()` for Backspace while the last one can still be taken back.
    """

    counted = Signal(str, str)
    undone = Signal()

    def __init__(self, theme: Look, words: Language, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._words = words
        self._board: TallyBoard | None = None
        self._away: TallyChoice | None = None
        self._undo = ""
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(12))
        self._title = Text(theme, role="title", bold=True, elide=True)
        row.addWidget(self._title, 1)
        self.panel.addWidget(head)
        self.panel.addWidget(Rule(theme))
        self._body = QWidget()
        self.panel.addWidget(self._body, 1)
        self._foot = Text(theme, tone="ink_soft", elide=True)
        self._foot.setContentsMargins(theme.px(24), theme.px(10), theme.px(24), theme.px(12))
        self.panel.addWidget(Rule(theme))
        self.panel.addWidget(self._foot)
        self.first = self
        self.hints: list[KeyHint] = []

    def show_board(self, board: TallyBoard, undo: str, since: datetime) -> None:
        """Open with these kinds; `undo` is the kind that Backspace takes back ("" none); `since` in local time."""
        self._board, self._away, self._undo = board, None, undo
        words = self._words
        self._title.setText(words("handover.tally_title"))
        said = words("handover.tally_since", n=board.total, since=f"{since:%m-%d %H:%M}")
        self._foot.setText(said if board.choices else words("handover.tally_empty"))
        self._fill([(str(at), one.name, one.count) for at, one in enumerate(board.choices, 1)])
        self.open()

    def show_counts(self, board: TallyBoard, since: datetime) -> None:
        """Newer counts of the same kinds, while it is open and a digit is still to be pressed."""
        if self.isVisible() and self._away is None:
            self.show_board(board, self._undo, since)

    def wanted_size(self) -> tuple[int, int]:
        rows = len(self.hints)
        return self.theme.px(WIDE), rows * self.theme.row("post") + self.theme.px(150)

    def key(self, event: QKeyEvent) -> bool:
        if event.modifiers() & FORMATION:
            return True
        if event.key() == Qt.Key.Key_Backspace and self._undo and self._away is None:
            self.close_overlay()
            self.undone.emit()
        elif Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
            self._take(event.key() - Qt.Key.Key_1)
        return True  # nothing leaks into the line while it is open

    def _take(self, at: int) -> None:
        if self._away is not None:
            if at < len(TURN_AWAY_REASONS):
                kind = self._away.name
                self.close_overlay()
                self.counted.emit(kind, TURN_AWAY_REASONS[at])
            return
        choices = () if self._board is None else self._board.choices
        if at >= len(choices):
            return
        if choices[at].turned_away:
            self._ask_why(choices[at])
            return
        self.close_overlay()
        self.counted.emit(choices[at].name, "")

    def _ask_why(self, choice: TallyChoice) -> None:
        self._away = choice
        words = self._words
        self._title.setText(words("handover.tally_why", name=choice.name))
        reasons = [words(f"handover.away_{code}") for code in TURN_AWAY_REASONS]
        self._fill([(f"Alt+{at}", reason, None) for at, reason in enumerate(reasons, 1)])
        self._foot.setText(words("handover.tally_digits"))
        self.place()

    def _fill(self, rows: list[tuple[str, str, int | None]]) -> None:
        theme, panel = self.theme, self._body
        old, self._body = panel, QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(theme.px(24), theme.px(8), theme.px(24), theme.px(8))
        grid.setColumnStretch(0, 1)
        self.hints = []
        if self._undo and self._away is None:
            rows = [*rows, ("Backspace", self._words("handover.undo_last", name=self._undo), None)]
        for at, (key, text, count) in enumerate(rows):
            hint = KeyHint(theme, text, key, role="lead")
            hint.clicked.connect(self._clicked)
            self.hints.append(hint)
            grid.addWidget(hint, at, 0, Qt.AlignmentFlag.AlignLeft)
            if count is not None:
                grid.addWidget(Text(theme, str(count), role="lead", tone="ink_soft"), at, 1)
        self.panel.replaceWidget(old, self._body)
        old.hide()
        old.deleteLater()

    def _clicked(self) -> None:
        hint = self.sender()
        at = next((at for at, one in enumerate(self.hints) if one is hint), -1)
        count = 0 if self._board is None else len(self._board.choices)
        if self._away is None and at == count:
            self.close_overlay()
            self.undone.emit()
        elif at >= 0:
            self._take(at)
