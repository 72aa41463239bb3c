"""The window before its data is open: it stands at once, at a post its line takes keys, and none of them is lost.

The real window moves into this one when it is ready; what was typed meanwhile is typed into it again, key by key, and
the first letter's stamp goes along (VIS-2: the clock runs from the first key).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QKeyCombination, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QInputMethodEvent, QKeyEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.clock import Clock
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.visits.line import EntryLine

if TYPE_CHECKING:
    from app.ui.page import Page

# Where the post's line will stand (LOOK, the post's screen), so that nothing jumps when the page comes.
LEFT, TOP, RIGHT, TALL = 47, 124, 392, 60
BARE = ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed, or (`key` 0) a text that an input method gave."""

    key: int
    modifiers: Qt.KeyboardModifier
    text: str

    def is_text(self) -> bool:
        """Whether it only adds its text to the line."""
        plus = self.key == Qt.Key.Key_Plus and self.modifiers & Qt.KeyboardModifier.KeypadModifier
        return self.text.isprintable() and bool(self.text) and not (self.modifiers & BARE) and not plus


class EarlyLine(EntryLine):
    """The line of a post that is still being opened: shows what is typed and remembers every key."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.keys: list[Key] = []
        self.first: dict[str, Any] = {}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._remember(Key(event.key(), event.modifiers(), event.text()))
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.commitString():
            self._remember(Key(0, Qt.KeyboardModifier.NoModifier, event.commitString()))
        elif event.preeditString():
            self._stamp()
        super().inputMethodEvent(event)

    def all_keys(self) -> list[Key]:
        """What was typed, a text that is still being composed included."""
        composing = self.whole()[self.cursorPosition() :].removesuffix(self.text()[self.cursorPosition() :])
        kept = [Key(0, Qt.KeyboardModifier.NoModifier, composing)] if composing else []
        return [*self.keys, *kept]

    def _remember(self, key: Key) -> None:
        if key.is_text():
            self._stamp()
        self.keys.append(key)

    def _stamp(self) -> None:
        if not self.first:
            clock = Clock()
            self.first = {
                "wall": clock.now().isoformat(),
                "monotonic": clock.monotonic(),
                "boot": clock.boot(),
                "visit": "",
            }


class Frame(QWidget):
    """The one top-level window. `painted` when it can be seen first; `left` when it is closed."""

    painted = Signal()
    left = Signal()

    def __init__(self, look: Look, words: Language, *, line: bool) -> None:
        super().__init__()
        self._inner: QWidget | None = None
        self._seen = False
        self.line: EarlyLine | None = None
        self.setMinimumSize(640, 400)
        self.resize(1366, 768)
        self.setWindowTitle(words("window.title"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        if line:
            self.line = EarlyLine(look, self)
            self.line.setPlaceholderText(words("visits.prompt_name"))
            self._place = [look.px(part) for part in (LEFT, TOP, RIGHT, TALL)]
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)
            self._lay()

    def adopt(self, inner: QWidget) -> None:
        """The real window takes this one's whole room and its title; the keys go to it from now on."""
        self._inner = inner
        self._column.addWidget(inner)
        inner.windowTitleChanged.connect(self.setWindowTitle)
        self.setWindowTitle(inner.windowTitle())
        inner.show()
        self._column.activate()

    def hand_over(self, page: Page) -> None:
        """Types into the page in front what was typed into the line before the page was there."""
        if self.line is None:
            return
        line, self.line = self.line, None
        keys, first = line.all_keys(), line.first
        line.hide()
        line.deleteLater()
        start = next((at for at, key in enumerate(keys) if key.is_text()), len(keys))
        end = next((at for at in range(start, len(keys)) if not keys[at].is_text()), len(keys))
        for key in keys[:start]:
            press(page, key)
        text = "".join(key.text for key in keys[start:end])
        if text:
            page.restore_draft({"text": text, **first})
        for key in keys[end:]:
            press(page, key)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self._tell_painted)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._inner is not None and not self._inner.close():
            event.ignore()
            return
        event.accept()
        self.left.emit()

    def _tell_painted(self) -> None:
        self.painted.emit()

    def _lay(self) -> None:
        if self.line is not None:
            left, top, right, tall = self._place
            self.line.setGeometry(left, top, self.width() - left - right, tall)


def press(page: QWidget, key: Key) -> None:
    """One remembered key: a shortcut of what can be seen in the window, else where the focus is."""
    target = page.focusWidget() or page
    if not key.key:
        commit = QInputMethodEvent()
        commit.setCommitString(key.text)
        QApplication.sendEvent(target, commit)
        return
    held = key.modifiers & ~Qt.KeyboardModifier.KeypadModifier
    wanted = QKeySequence(QKeyCombination(held, Qt.Key(key.key)))
    for shortcut in page.window().findChildren(QShortcut):
        owner = shortcut.parent()
        seen = not isinstance(owner, QWidget) or owner.isVisible()
        if shortcut.key() == wanted and shortcut.isEnabled() and seen:
            shortcut.activated.emit()
            return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(target, QKeyEvent(kind, key.key, key.modifiers, key.text))
