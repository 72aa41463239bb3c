"""Keys inside a form: Tab goes through its fields and buttons as they stand, Alt and a letter types nothing.

The order in which Qt made the widgets is not theirs: choices are made anew whenever their texts change.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.requests.choices import Choices
from app.ui.widgets.pick import PickLine


def step(parts: Sequence[QWidget], *, forward: bool) -> bool:
    """Put the focus on the next part (or the one before); False when there is none that can have it.

    Of choices side by side one is a part, arrows go between them.
    """
    stops = [stop for part in parts if (stop := _stop(part)) is not None]
    if not stops:
        return False
    focus = QApplication.focusWidget()
    here = next((at for at, stop in enumerate(stops) if _holds(stop, focus)), -1 if forward else 0)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[(here + (1 if forward else -1)) % len(stops)].setFocus(reason)
    return True


def stray(watched: QObject, event: QEvent) -> bool:
    """Whether this is Alt and a letter or digit that belongs to no choice: a field would take it as typed text."""
    if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
        return False
    if event.modifiers() != Qt.KeyboardModifier.AltModifier or not event.text().isalnum():
        return False
    return not (isinstance(watched, PickLine) and watched.matches())


def _stop(part: QWidget) -> QWidget | None:
    stop = part.stop() if isinstance(part, Choices) else part
    return stop if stop is not None and stop.isVisible() and stop.isEnabled() else None


def _holds(stop: QWidget, focus: QWidget | None) -> bool:
    if focus is None:
        return False
    beside = stop.parentWidget()
    return stop is focus or (isinstance(beside, Choices) and focus.parentWidget() is beside)
