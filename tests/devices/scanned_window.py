"""A window of four fields that hears a scanner: run in a process of its own, where an input method can be real.

Tells on stdout, a JSON line each: {"scanned": text}, {"refused": code}, and an answer to every line on stdin:
{"focus": name, "text": …, "cursor": …} puts a text into a field and the focus there, {"state": true} asks,
{"stall": seconds} hangs, {"close": true} ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from collections import deque
from datetime import date
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QSocketNotifier
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QFormLayout, QLineEdit, QPushButton, QSpinBox, QTextEdit, QWidget

import app.ui  # noqa: F401  # first: it makes PySide6 6.12 safe under Python 3.11
from app.devices.scanner import system_scanner


class ComposedLine(QLineEdit):
    """A line that knows what is being composed in it."""

    composing = ""

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = event.preeditString()
        super().inputMethodEvent(event)


class Stamps(QAbstractNativeEventFilter):
    """The X server's time of every key that went down, to tell a slow sender from a wrong rule."""

    def __init__(self) -> None:
        super().__init__()
        self.times: deque[int] = deque(maxlen=40)

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> Any:
        raw = ctypes.string_at(int(message), 8)
        if raw[0] & 0x7F == 2:
            self.times.append(int.from_bytes(raw[4:8], sys.byteorder))
        return False, 0


class ScannedWindow(QWidget):
    """The window; `heard` is what the line's `textEdited` told at last."""

    def __init__(self) -> None:
        super().__init__()
        self.line, self.note = ComposedLine(), QTextEdit()
        self.count, self.button = QSpinBox(), QPushButton("F")
        self.count.setMaximum(10**9)
        self.heard, self.pressed, self.returned = "", 0, 0
        form = QFormLayout(self)
        for name in ("line", "note", "count", "button"):
            field = getattr(self, name)
            field.setObjectName(name)
            form.addRow(name, field)
        self.line.textEdited.connect(lambda text: setattr(self, "heard", text))
        self.button.clicked.connect(lambda: setattr(self, "pressed", self.pressed + 1))
        self.line.returnPressed.connect(lambda: setattr(self, "returned", self.returned + 1))
        scanner = system_scanner(lambda: date(2026, 11, 24), self)
        assert scanner is not None
        scanner.scanned.connect(lambda text: tell(scanned=text))
        scanner.refused.connect(lambda code: tell(refused=code))
        scanner.start()
        self.stamps = Stamps()
        program = QApplication.instance()
        assert program is not None
        program.installNativeEventFilter(self.stamps)

    def state(self) -> dict[str, Any]:
        """All that a scan could have soiled."""
        focus = QApplication.focusWidget()
        cursor = self.note.textCursor()
        return {
            "focus": focus.objectName() if focus else "",
            "line": self.line.text(),
            "heard": self.heard,
            "cursor": self.line.cursorPosition(),
            "note": self.note.toPlainText(),
            "note cursor": cursor.position(),
            "composing": self.line.composing + self.note.document().firstBlock().layout().preeditAreaText(),
            "count": self.count.value(),
            "count text": self.count.text(),
            "pressed": self.pressed,
            "returned": self.returned,
            "gaps": [later - one for one, later in pairwise(self.stamps.times)],
        }

    def obey(self, wish: dict[str, Any]) -> None:
        """Does what a line on stdin asks and answers it."""
        if "focus" in wish:
            field = getattr(self, wish["focus"])
            if "text" in wish and field is not self.button:
                (field.setValue if field is self.count else field.setText)(wish["text"])
            field.setFocus()
        time.sleep(wish.get("stall", 0))
        if "close" in wish:
            QApplication.quit()
        tell(answer=self.state(), active=self.isActiveWindow())


def tell(**what: Any) -> None:
    """A line on stdout."""
    os.write(1, json.dumps(what, ensure_ascii=False).encode() + b"\n")


def main() -> None:
    """Shows the window until it is told to close."""
    program = QApplication(sys.argv)
    window = ScannedWindow()
    window.show()
    rest = [b""]

    def listen() -> None:
        *lines, rest[0] = (rest[0] + os.read(0, 65536)).split(b"\n")
        for line in lines:
            window.obey(json.loads(line))

    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, window)
    notifier.activated.connect(listen)
    sys.exit(program.exec())


if __name__ == "__main__":
    main()
