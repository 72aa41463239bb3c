"""What all window systems share in hearing a scanner that types like a keyboard (VIS-8, RECIPES section 2).

The rule is `app.domain.wedge`. The window system's part feeds every key *before* the input method sees it; this part
keeps and puts back fields, swallows what the input method still makes of a scan's first keys, and tells the scan.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.devices.kept_field import KeptField
from app.domain.scans import Scan, Scans
from app.domain.wedge import EARLIER_CHAINS, GAP, LOOSE_GAP, Answer, Key, Rhythm, Verb

GRACE_MS = 80
"""A window that hung handles its timers before the keys that wait: so much later it is looked once more."""
LATE_MS = 60
"""So long after a scan the input method may still come with something made of its first keys."""
LATE_EVENTS = {
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.InputMethod,
}
KEPT_FIELDS = EARLIER_CHAINS + 2


class KeyboardWedge(QObject):
    """Keys in, scans out. `scanned(text)`, `refused(code)`: see `app.devices.scanner.Scanner`.

    Both are told from the event loop, never from within a key's handling, so a slot may open a dialog.
    """

    scanned = Signal(str)
    refused = Signal(str)
    _told = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._scans = Scans()
        self._rhythms: dict[int, Rhythm] = {}
        self._fields: OrderedDict[tuple[int, int], KeptField] = OrderedDict()
        self._last_time = 0
        self._filtering = False
        self._looked_twice = False
        self._dropped = False
        self._giving_back = False
        self._quiet = self._timer(self._nothing_came)
        self._late = self._timer(self._nothing_late)
        self._zone = self._timer(self._no_more_lines)
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def key(self, key: Key, device: int = 0) -> bool:
        """Takes a key; True if nobody else may see it. `device`: which keyboard, where that is known."""
        rhythm = self._rhythms.setdefault(device, Rhythm())
        swallow = False
        for answer in rhythm.feed(key):
            swallow = self._do(answer, device)
        if swallow:
            self._last_time = key.time
        elif key.press and self._filtering:
            self._no_longer_late()  # a person types again: what the input method makes of it is wanted
        if key.press:
            self._looked_twice = False
            self._wait(rhythm)
        return swallow

    @property
    def taking(self) -> bool:
        """Whether a scanner is typing now."""
        return any(rhythm.swallowing for rhythm in self._rhythms.values())

    def end(self) -> None:
        """Forgets everything; what was swallowed without an end is given back."""
        for device, rhythm in self._rhythms.items():
            for answer in rhythm.quiet():
                self._do(answer, device)
        self._rhythms.clear()
        self._fields.clear()
        for timer in (self._quiet, self._late, self._zone):
            timer.stop()
        self._stop_filtering()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While a scanner types and a little longer: what the input method makes of its first keys is dropped.

        A key pressed after the scan is none of them: its time stamp is later.
        """
        if event.type() not in LATE_EVENTS or not isinstance(watched, QWidget):
            return False
        if isinstance(event, QKeyEvent):
            return event.spontaneous() and not self._is_later(event.timestamp())
        if self._giving_back:
            return False
        self._dropped = True
        return True

    def give(self, text: str) -> None:
        """Types a line into the field in use, with its Enter, although what comes late is still dropped."""
        self._giving_back = True
        type_into(QApplication.focusWidget(), text + "\n")
        self._giving_back = False

    # --- the parts ----------------------------------------------------------------------------------------------------

    def _timer(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(slot)
        return timer

    def _wait(self, rhythm: Rhythm) -> None:
        if rhythm.patience:
            self._quiet.start(rhythm.patience)
        elif not self.taking:
            self._quiet.stop()

    def _nothing_came(self) -> None:
        """The keys' own time stamps decide; the timer only says that there is time to look."""
        if not self._looked_twice:
            self._looked_twice = True
            self._quiet.start(GRACE_MS)
            return
        self._looked_twice = False
        for device, rhythm in self._rhythms.items():
            for answer in rhythm.quiet():
                self._do(answer, device)
        self._late.start(LATE_MS)

    def _do(self, answer: Answer, device: int) -> bool:
        """Does it; True if the key is swallowed."""
        if answer.verb is Verb.REMEMBER:
            self._fields[device, answer.run] = KeptField(QApplication.focusWidget())
            while len(self._fields) > KEPT_FIELDS:
                self._fields.popitem(last=False)
        elif answer.verb is Verb.TAKE:
            self._start_filtering()
            self._put_back(device, answer.run)
        elif answer.verb is Verb.GIVE_BACK:
            self._put_back(device, answer.run)
            self._giving_back = True
            type_into(QApplication.focusWidget(), answer.text)
            self._giving_back = False
            self._late.start(LATE_MS)
        elif answer.verb is Verb.SCAN:
            assert answer.line is not None
            self._late.start(LATE_MS)
            self._tell_all(self._scans.feed(answer.line, self._today()), device)
            if self._scans.waits:
                self._zone.start(LOOSE_GAP + GRACE_MS)
        return answer.verb not in (Verb.PASS, Verb.REMEMBER)

    def _put_back(self, device: int, run: int) -> None:
        field = self._fields.get((device, run))
        if field is not None:
            field.put_back()

    def _tell_all(self, scans: Iterable[Scan], device: int) -> None:
        for scan in scans:
            if scan.run:
                self._put_back(device, scan.run)
            self._told.emit(scan)

    def _tell(self, scan: Scan) -> None:
        if scan.fault:
            self.refused.emit(scan.fault)
        else:
            self.scanned.emit(scan.text)

    def _no_more_lines(self) -> None:
        self._tell_all((Scan(one.text, 0, one.found) for one in self._scans.quiet(self._today())), 0)

    def _start_filtering(self) -> None:
        self._late.stop()
        app = QCoreApplication.instance()
        if not self._filtering and app is not None:
            app.installEventFilter(
                self
            )  # only now: a filter of the whole program costs every event something
            self._filtering = True

    def _stop_filtering(self) -> None:
        app = QCoreApplication.instance()
        if self._filtering and app is not None:
            app.removeEventFilter(self)
        self._filtering = False

    def _nothing_late(self) -> None:
        if self.taking:
            self._late.start(GAP)
        else:
            self._no_longer_late()

    def _no_longer_late(self) -> None:
        self._late.stop()
        self._stop_filtering()
        if self._dropped:  # what the field never saw must not be committed when the focus moves on
            QApplication.inputMethod().reset()
        self._dropped = False

    def _is_later(self, stamp: int) -> bool:
        return 0 < (stamp - self._last_time) & 0xFFFFFFFF < 0x7FFFFFFF


def type_into(widget: QWidget | None, text: str) -> None:
    """Types what was held back: as text where an input method may write, as keys elsewhere and for Return and Tab."""
    if widget is None:
        return
    typed = text.rstrip("\n\t")
    if typed and widget.inputMethodQuery(Qt.InputMethodQuery.ImEnabled):
        event = QInputMethodEvent()
        event.setCommitString(typed)
        QCoreApplication.sendEvent(widget, event)
    else:
        for char in typed:
            _press(widget, Qt.Key(ord(char.upper())) if char.isascii() else Qt.Key.Key_unknown, char)
    if text.endswith("\n"):
        _press(widget, Qt.Key.Key_Return, "\r")
    elif text.endswith("\t"):
        _press(widget, Qt.Key.Key_Tab, "\t")


def _press(widget: QWidget, key: Qt.Key, text: str) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.postEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))
