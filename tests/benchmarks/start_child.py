"""One start, seen from inside its process: a window that takes a key, the first rows, *document returned* possible.

`python -m tests.benchmarks.start_child bare|ours STARTED [yinghou's options]` where STARTED is the parent's
`time.monotonic()` just before it made this process. The key is a real one: it is pressed by XTEST as soon as the window is
exposed, and it counts when the line that shows it has been painted. Times go to standard output as JSON lines.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import sys
import time
from typing import Any

import app.ui  # makes PySide6 6.12 safe under Python 3.11, for both sides
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QTableView, QVBoxLayout, QWidget

KEY, RETURNED = b"x", b"F9"


class Keyboard:
    """Presses real keys on the X server, by XTEST."""

    def __init__(self) -> None:
        self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XStringToKeysym.restype = ctypes.c_ulong
        self._display = ctypes.c_void_p(self._x11.XOpenDisplay(None))

    def press(self, name: bytes) -> None:
        """Down and up."""
        keysym = ctypes.c_ulong(self._x11.XStringToKeysym(name))
        code = self._x11.XKeysymToKeycode(self._display, keysym)
        for down in (1, 0):
            self._xtst.XTestFakeKeyEvent(self._display, code, down, ctypes.c_ulong(0))
        self._x11.XFlush(self._display)


class Watch(QObject):
    """Sees the events that tell the times; ends the program when all are in."""

    def __init__(self, app: QApplication, started: float, wanted: set[str]) -> None:
        super().__init__(app)
        self._app, self._started, self._wanted = app, started, wanted
        self._keyboard = Keyboard()
        self._seen: set[str] = set()
        self._quit = False

    def note(self, what: str) -> None:
        """Tells a time, the first time only."""
        if what not in self._seen:
            self._seen.add(what)
            print(json.dumps({what: time.monotonic() - self._started}), flush=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Paint and isinstance(watched, QWidget):
            if "exposed" not in self._seen and watched.isWindow():
                self.note("exposed")
                QTimer.singleShot(0, self, self._press)
            elif isinstance(watched, QLineEdit) and watched.text().startswith("x"):
                QTimer.singleShot(0, self, self._key_painted)
            elif isinstance(watched.parent(), QTableView):
                model = watched.parent().model()
                if model is not None and model.rowCount():
                    QTimer.singleShot(0, self, self._rows_painted)
        return False

    def _press(self) -> None:
        self._keyboard.press(KEY)
        if "stored" in self._wanted:
            self._keyboard.press(RETURNED)

    def _key_painted(self) -> None:
        self.note("key")

    def _rows_painted(self) -> None:
        self.note("rows")


def bare(watch_from: float) -> int:
    """The limit: a PySide6 window with a line and one table."""
    from PySide6.QtGui import QStandardItemModel

    application = QApplication(sys.argv[:1])
    watch = Watch(application, watch_from, set())
    application.installEventFilter(watch)
    window, inner, line, table = QMainWindow(), QWidget(), QLineEdit(), QTableView()
    table.setModel(QStandardItemModel(20, 8))
    column = QVBoxLayout(inner)
    column.addWidget(line)
    column.addWidget(table)
    window.setCentralWidget(inner)
    window.resize(1366, 768)
    line.setFocus(Qt.FocusReason.OtherFocusReason)
    window.show()
    return application.exec()


def ours(watch_from: float, arguments: list[str]) -> int:
    """The program itself, through its own start."""
    from app import main

    made: list[Any] = []
    real = QApplication.exec

    def watched() -> int:
        return real()

    import PySide6.QtWidgets as widgets

    class Watched(QApplication):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.append(Watch(self, watch_from, {"stored"}))
            self.installEventFilter(made[0])

    widgets.QApplication = Watched  # type: ignore[misc]
    return main.main(arguments)


if __name__ == "__main__":
    which, since, *rest = sys.argv[1:]
    raise SystemExit(bare(float(since)) if which == "bare" else ours(float(since), rest))
