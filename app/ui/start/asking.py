"""What a dialog asks the worker thread: the window never waits for the database or a password's hash (GOALS: 50 ms).

One question at a time. Keys pressed meanwhile are held and typed once the answer is there; only Esc goes through.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.errors import DomainError
from app.ui.background import Background
from app.ui.frame import Key, press

T = TypeVar("T")
SLOW = 200  # ms from which on it is said that an answer is waited for (LOOK)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
SILENT = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class Asking(QObject):
    """The questions of one dialog. `say(text)` shows that it waits, and takes that away with "".

    Once the dialog is left nothing more is asked, and an answer still under way is dropped.
    """

    def __init__(self, dialog: QDialog, background: Background, say: Callable[[str], object]) -> None:
        super().__init__(dialog)
        self.busy = False
        self.typed: list[Key] = []  # after `accept()`: what was meant for the window behind
        self._dialog, self._background, self._say = dialog, background, say
        app = QApplication.instance()
        assert app is not None
        self._app = app
        self._left = threading.Event()
        self._text = ""
        self._checks = False
        self._done: Callable[[Any], object] = lambda answer: None
        self._failed: Callable[[DomainError], object] = lambda error: None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SLOW)
        self._timer.timeout.connect(self._tell)
        dialog.finished.connect(self._leave)

    def ask(
        self,
        fn: Callable[..., object],
        *args: object,
        text: str,
        done: Callable[[Any], object],
        failed: Callable[[DomainError], object],
        checks: bool = True,
    ) -> None:
        """Runs `fn(*args)` in the worker thread; nothing while another question is under way.

        `checks`: Enter began it. Enter again does not begin it twice, and after a refusal no Enter of before counts.
        """
        if self.busy or self._left.is_set():
            return
        self.busy, self._checks = True, checks
        self._text, self._done, self._failed = text, done, failed
        self._app.installEventFilter(self)
        self._timer.start()
        self._background.run(
            _unless, self._left, fn, *args, done=self._answered, failed=self._refused, owner=self
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Holds the keys of the dialog, those of its shortcuts too."""
        if not (isinstance(event, QKeyEvent) and isinstance(watched, QWidget)):
            return False
        if watched.window() is not self._dialog or event.key() == Qt.Key.Key_Escape:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # so that no shortcut answers; the key comes again as a KeyPress
        elif event.type() == QEvent.Type.KeyPress and event.key() not in SILENT:
            again = self._checks and event.key() in ENTER and not self.typed
            if not again:
                self.typed.append(Key(event.key(), event.modifiers(), event.text()))
        return True

    def _answered(self, answer: object) -> None:
        if self._left.is_set():
            return
        self._end()
        self._done(answer)
        self._type()

    def _refused(self, error: DomainError) -> None:
        if self._left.is_set():
            return
        self._end()
        if self._checks:
            enter = next((at for at, key in enumerate(self.typed) if key.key in ENTER), len(self.typed))
            del self.typed[enter:]
        self._failed(error)
        self._type()

    def _type(self) -> None:
        while self.typed and not self.busy and not self._left.is_set():
            press(self._dialog, self.typed.pop(0))

    def _tell(self) -> None:
        self._say(self._text)

    def _end(self) -> None:
        self.busy = False
        self._timer.stop()
        self._app.removeEventFilter(self)
        self._say("")

    def _leave(self) -> None:
        self._left.set()
        if self.busy:
            self._end()


def _unless(left: threading.Event, fn: Callable[..., T], *args: object) -> T | None:
    """In the worker thread: nothing is begun for somebody who has left, and nothing refused to him."""
    if left.is_set():
        return None
    try:
        return fn(*args)
    except DomainError:
        if left.is_set():
            return None
        raise


class _Answer:
    """What `awaited` waits for."""

    def __init__(self) -> None:
        self.loop = QEventLoop()
        self.there = False
        self.value: Any = None
        self.error: DomainError | None = None

    def take(self, value: object) -> None:
        self.value, self.there = value, True
        self.loop.quit()

    def refuse(self, error: DomainError) -> None:
        self.error, self.there = error, True
        self.loop.quit()


def awaited(background: Background, fn: Callable[..., T], *args: object) -> T:
    """The answer of `fn(*args)` from the worker thread, waited for while the window is drawn and can be closed.

    Raises:
        DomainError: what `fn` raises.
    """
    answer = _Answer()
    background.run(fn, *args, done=answer.take, failed=answer.refuse)
    while not answer.there:
        answer.loop.exec()
    if answer.error is not None:
        raise answer.error
    found: T = answer.value
    return found
