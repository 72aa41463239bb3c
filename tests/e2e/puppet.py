"""The program's own `main` with strings on it: keys come in on stdin, what the window shows goes out on stdout.

`python -m tests.e2e.puppet --data DIR --station post --as guard`. Nothing of the program is replaced. One JSON object a
line. In: `{"keys": ["F2", "=3141", "Return"], "pause": 5}` (a word beginning with `=` is typed; `"calm": true`: each
key waits for the answer to the one before), `{"state": true}`,
`{"play": 7}` (registers for ever, by a seed), `{"arm": {…}}`, `{"disarm": true}`, `{"clock": -3600}`,
`{"language": true}`, `{"close": true}`. Out: an answer to each, and, unasked,
what was told as saved and what was raised.
"""

from __future__ import annotations

import json
import os
import random
import sys
import traceback
from collections import deque
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app import main
from app.operations import visits as operations
from app.ui.main_window import MainWindow
from app.ui.visits.page import VisitsPage
from app.ui.widgets.text import Text
from tests.torture.faultfs import Faults, Kind
from tests.torture.registering import Told

LOOK_EVERY_MS = 5
SETTLE_MS = 30


class Player(QObject):
    """Plays the keys and tells what is shown."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.app = app
        self.page: VisitsPage | None = None
        self._raw = b""
        self._keys: deque[str] = deque()
        self._pause, self._calm = 0, False
        self._chance: random.Random | None = None
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_EVERY_MS)
        self._looking.timeout.connect(self._look)
        self._looking.start()

    def tell(self, value: dict[str, Any]) -> None:
        """One line out, at once."""
        os.write(1, json.dumps(value, ensure_ascii=False).encode() + b"\n")

    # --- what comes in ------------------------------------------------------------------------------------------------

    def _heard(self) -> None:
        more = os.read(0, 65536)
        if not more:
            self._notifier.setEnabled(False)
            self.app.closeAllWindows()
            return
        *lines, self._raw = (self._raw + more).split(b"\n")
        for line in lines:
            self._do(json.loads(line))

    def _do(self, asked: dict[str, Any]) -> None:
        if "keys" in asked:
            self._keys.extend(asked["keys"])
            self._pause, self._calm = asked.get("pause", 0), asked.get("calm", False)
            self._step()
            return
        if "play" in asked:
            self._chance = random.Random(asked["play"])
            self._step()
        elif "arm" in asked:
            wish = dict(asked["arm"])
            folder, kinds = Path(wish.pop("folder")), Kind(wish.pop("kinds", 0))
            Faults().arm(folder, kinds, **wish)
        elif "disarm" in asked:
            Faults().disarm()
        elif "clock" in asked:
            Faults().turn_clock(asked["clock"])
        elif "language" in asked:
            window = self._window()
            assert window is not None
            window.switch_language(window.services.words.next())
        elif "close" in asked:
            self.app.closeAllWindows()
        self.tell({"answer": self.state() if "state" in asked else {}})

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        """One key; the next is on its way before it is pressed, so that a dialog that it opens goes on being played."""
        if self._chance is not None and not self._keys:
            self._keys.extend(scene(self._chance))
            self._pause = self._chance.choice((0, 0, 1, 5))
        if not self._keys:
            QTimer.singleShot(SETTLE_MS, self, self._settled)
            return
        if not self._activate() or (self._calm and self._waits()):
            QTimer.singleShot(LOOK_EVERY_MS, self, self._step)
            return
        key = self._keys.popleft()
        if key.startswith("=") and len(key) > 2:
            self._keys.appendleft("=" + key[2:])
            key = key[:2]
        QTimer.singleShot(self._pause, self, self._step)
        self._press(key)

    def _settled(self) -> None:
        self.tell({"answer": {}})

    def _activate(self) -> bool:
        """What a window manager does: the newest window gets the keys; whether it has them already."""
        inner = self._window()
        top = self.app.activeModalWidget() or (None if inner is None else inner.window())
        if top is None or top.isActiveWindow():
            return True
        top.activateWindow()
        return False

    def _press(self, key: str) -> None:
        target = self.app.focusWidget() or self.app.activeModalWidget() or self.app.activeWindow()
        if target is None:
            return
        if key.startswith("=") and len(key) > 1:
            sign = key[1]
            if sign.isascii() and sign.isprintable():
                QTest.keyClicks(target, sign)
            else:
                composed = QInputMethodEvent(sign, [])
                QApplication.sendEvent(target, composed)
                done = QInputMethodEvent()
                done.setCommitString(sign)
                QApplication.sendEvent(target, done)
            return
        wanted = cast("Any", QKeySequence(key))[0]  # PySide's stubs do not know that it can be indexed
        QTest.keyClick(target, wanted.key(), wanted.keyboardModifiers())

    # --- what goes out ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        window = self._window()
        page = window.page("visits") if window is not None else None
        if isinstance(page, VisitsPage) and page.isVisible():
            self._looking.stop()
            self.page = page
            page.registration.stored.connect(self._stored)
            page.registration.error.connect(self._refused)

    def _stored(self, row: operations.Registered) -> None:
        told = Told("saved", str(row.visit_id), 0.0, row.number, row.held_seconds, row.visitor)
        self.tell({"told": asdict(told)})

    def _refused(self, error: Any) -> None:
        self.tell({"told": asdict(Told("refused", code=error.code))})

    def _waits(self) -> bool:
        window = self._window()
        return window is not None and window.services.background._waiting > 0

    def _window(self) -> MainWindow | None:
        for top in self.app.topLevelWidgets():
            found = top if isinstance(top, MainWindow) else top.findChild(MainWindow)
            if isinstance(found, MainWindow):
                return found
        return None

    def state(self) -> dict[str, Any]:
        """What the window shows."""
        self._activate()
        window, dialog = self._window(), self.app.activeModalWidget()
        shown: dict[str, Any] = {"window": window is not None, "dialog": _texts(dialog), "page": False}
        if window is not None:
            strip = window.strip
            if self.page is not None and not strip.isVisible() and self.page.strip.isVisible():
                strip = self.page.strip  # the post's own, for what was done
            shown["strip"] = strip.text() if strip.isVisible() else ""
            shown["tone"] = strip.tone()
            held = window.half_filled._held.get("visits")
            shown["draft"] = ((held and held.kept) or {}).get("text", "")
        if self.page is not None:
            registration = self.page.registration
            entry = registration.entry
            shown |= {
                "page": True,
                "focus": registration.line.hasFocus(),
                "line": registration.line.whole(),
                "entry": "" if entry is None else str(entry.visit_id),
                "taken": entry is not None and entry.taken,
                "fields": {} if entry is None else _fields(entry.fields),
                "choices": len(registration.choices.choices),
                "waits": self._waits(),
                "now": registration.now(),
                "open": [
                    {
                        "visit": str(row.visit_id),
                        "name": row.name,
                        "about": row.about,
                        "since": row.since,
                        "estimated": row.estimated,
                    }
                    for row in self.page.open_list.rows()
                ],
            }
        return shown


def _fields(fields: Any) -> dict[str, str]:
    """The texts of a registration that hold something."""
    return {name: value for name, value in asdict(fields).items() if isinstance(value, str) and value}


def _texts(widget: QWidget | None) -> list[str]:
    if not isinstance(widget, QDialog):
        return []
    return [one.text() for one in widget.findChildren(Text) if one.isVisible()]


def scene(chance: random.Random) -> list[str]:
    """The keys of one thing that a guard does."""
    letter = chance.choice("wzlcyhsdj")
    name = chance.choice(("赵大海", "钱多多", "单雄信", "Smith", "欧阳一"))
    number = f"={chance.choice('EG')}{chance.randrange(10**8):08d}"
    return chance.choice(
        (
            ["F2", "=" + letter, "Return", "Return", "F9"],
            ["F2", "=" + letter, "Return", "F9"],
            ["F2", "=" + letter, "Return", "Escape"],
            ["F2", "=" + name, "Ctrl+Return", number, "Return", "=guk", "Return", "=探视", "Return", "F9"],
            ["F2", "=" + name, "Ctrl+Return", number, "Return", "Escape", "F9"],
            ["F2", "=" + name, "F9"],
            ["Escape", "F9"],
            ["F4", "=" + letter, "Return", "Escape"],
            ["Alt+Return", "F9"],
        )
    )


def _tap(player: Player) -> None:
    """Tells each registration that the worker has begun on the disk, before the window can know of it."""
    begin = operations.begin

    def tapped(store: Any, actor: Any, visit_id: Any, started: Any, fields: Any) -> None:
        begin(store, actor, visit_id, started, fields)
        told = Told("begun", str(visit_id), started.monotonic, name=fields.visitor)
        player.tell({"told": asdict(told)})

    operations.begin = tapped


def run() -> int:
    """The program, with its player."""
    app = QApplication(sys.argv[:1])
    player = Player(app)

    def raised(kind: type[BaseException], fault: BaseException, trace: Any) -> None:
        player.tell({"raised": "".join(traceback.format_exception(kind, fault, trace))})

    sys.excepthook = raised
    _tap(player)
    return main.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
