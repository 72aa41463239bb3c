"""One start, seen from inside its process: a line that takes a key, the first rows, *document returned* pressed.

`python -m tests.benchmarks.start_child bare|ours STARTED [yinghou's options]` where STARTED is the parent's
`time.monotonic()` just before it made this process. The key is a real one: it is pressed by XTEST as soon as the window
is painted, and counts when the line that shows it has been painted; then F9. Times go out as JSON lines.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QTableView, QVBoxLayout, QWidget

import app.ui  # noqa: F401  # first: it makes PySide6 6.12 safe under Python 3.11, for both sides
from tests.benchmarks.keyboard import Keyboard


class Watch(QObject):
    """Sees the events that tell the times. What it costs it costs on both sides."""

    def __init__(self, app: QApplication, started: float) -> None:
        super().__init__(app)
        self._started = started
        self._keyboard = Keyboard()
        self._seen: set[str] = set()

    def note(self, what: str) -> None:
        """Tells a time, the first time only."""
        if what not in self._seen:
            self._seen.add(what)
            print(json.dumps({what: time.monotonic() - self._started}), flush=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self._painting(watched)
        return False

    def _painting(self, widget: QWidget) -> None:
        table = widget.parent()
        if widget.isWindow() and "window" not in self._seen:
            self.note("window")
            QTimer.singleShot(0, self, self._press_letter)
        elif isinstance(widget, QLineEdit) and widget.text().startswith("x"):
            QTimer.singleShot(0, self, self._letter_painted)
        elif isinstance(table, QTableView) and table.model() is not None and table.model().rowCount():
            QTimer.singleShot(0, self, self._rows_painted)

    def _press_letter(self) -> None:
        self._keyboard.press("x")

    def _letter_painted(self) -> None:
        if "key" not in self._seen:
            self.note("key")
            self._keyboard.press("F9")

    def _rows_painted(self) -> None:
        self.note("rows")


def bare(started: float) -> int:
    """The limit: a PySide6 window with a line and one table."""
    from PySide6.QtGui import QStandardItemModel

    application = QApplication(sys.argv[:1])
    application.installEventFilter(Watch(application, started))
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


def ours(started: float, arguments: list[str]) -> int:
    """The program itself, by its own start; only its QApplication is watched."""
    from app import main

    class Watched(QApplication):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.installEventFilter(Watch(self, started))

    QtWidgets.QApplication = Watched  # type: ignore[misc, assignment]  # before the program imports it
    return main.main(arguments)


if __name__ == "__main__":
    which, since, *rest = sys.argv[1:]
    raise SystemExit(bare(float(since)) if which == "bare" else ours(float(since), rest))
