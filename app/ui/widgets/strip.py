"""A message that takes no focus: what was done, what failed and the way out, a question that waits with Alt+1…9."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look
from app.ui.widgets.buttons import KeyHint, QuietButton
from app.ui.widgets.text import Text

TONES = {  # tone → ground, ink, icon
    "info": ("chip", "ink", "info"),
    "done": ("green_soft", "green", "done"),
    "warn": ("amber_soft", "amber", "caution"),
    "error": ("red_soft", "red", "error"),
}
DONE_FOR = 4000  # ms that a «done» or an «info» stays; warnings and errors stay until they are taken away


class Strip(QWidget):
    """Put it into a page's layout, or let it lie over the foot of its parent (`overlay=True`).

    `say("…", "error", way_out=("打开备份", self._restore))`; `ask("超 25 秒,原因?", ["访客找证", …], self._reason)`:
    the choices answer Alt+1…9 (unless `own_keys=False`: then the page calls `choose(n)`). Never takes the focus.
    """

    closed = Signal()

    def __init__(
        self, theme: Look, parent: QWidget | None = None, *, overlay: bool = False, own_keys: bool = True
    ) -> None:
        super().__init__(parent)
        self._theme, self._overlay, self._own_keys = theme, overlay, own_keys
        self._tone = "info"
        self._resting = False
        self._choices: list[KeyHint] = []
        self._keys: list[QShortcut] = []
        self._answer: Callable[[int], object] | None = None
        self._way_out: Callable[[], object] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(40), theme.px(3), theme.px(8), theme.px(3))
        self._row.setSpacing(theme.px(16))
        self._text = Text(theme, role="body", elide=True)
        self._out = QuietButton(theme, "")
        self._close = QuietButton(theme, "✕", tone="ink_soft")
        for button in (self._out, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._out.clicked.connect(self._go)
        self._close.clicked.connect(self.dismiss)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._out)
        self._row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        if overlay and parent is not None:
            parent.installEventFilter(self)
            theme.changed.connect(self._place)
        self.hide()

    def say(
        self,
        text: str,
        tone: str = "info",
        *,
        way_out: tuple[str, Callable[[], object]] | None = None,
        stay: bool | None = None,
    ) -> None:
        """Show a message. Info and done go by themselves unless `stay`; warn and error stay unless `stay=False`."""
        self._set(text, tone)
        self._way_out = way_out[1] if way_out else None
        self._out.setText(way_out[0] if way_out else "")
        self._out.setVisible(way_out is not None)
        self._close.show()
        stays = tone in ("warn", "error") or way_out is not None if stay is None else stay
        self._timer.stop() if stays else self._timer.start(DONE_FOR)
        self._appear()

    def ask(
        self,
        text: str,
        choices: Sequence[str],
        answer: Callable[[int], object],
        tone: str = "warn",
        *,
        keys: str = "Alt",
    ) -> None:
        """Ask, with at most nine choices; `answer(n)` gets 0, 1 … The strip waits and goes with the answer."""
        self._set(text, tone)
        self._way_out = None
        self._out.hide()
        self._close.hide()
        self._timer.stop()
        self._answer = answer
        for at, said in enumerate(choices[:9]):
            hint = KeyHint(self._theme, said, f"{keys}+{at + 1}")
            hint.clicked.connect(self._clicked)
            hint.rest(self._resting)
            self._row.insertWidget(1 + at, hint)
            self._choices.append(hint)
        if self._own_keys:
            self._bind(keys)
        self._appear()

    def rest(self, resting: bool) -> None:
        """Its keys belong to something else for the moment: their caps go pale. A click still answers."""
        self._resting = resting
        for hint in self._choices:
            hint.rest(resting)

    def asking(self) -> bool:
        """Whether a question waits."""
        return bool(self._choices)

    def choose(self, at: int) -> bool:
        """Take choice 0, 1 …; False when no question waits or it has fewer choices."""
        if not 0 <= at < len(self._choices) or self._answer is None:
            return False
        answer = self._answer
        self.dismiss()
        answer(at)
        return True

    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def tone(self) -> str:
        """info, done, warn or error."""
        return self._tone

    def dismiss(self) -> None:
        """Take it away."""
        self._timer.stop()
        self._forget()
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _set(self, text: str, tone: str) -> None:
        self._forget()
        self._tone = tone
        self._text.setText(text)
        self._text.set_tone(TONES[tone][1])
        self.setAccessibleName(text)

    def _forget(self) -> None:
        self._answer = None
        for key in self._keys:
            key.setEnabled(False)
            key.deleteLater()
        for hint in self._choices:
            hint.hide()
            hint.deleteLater()
        self._keys, self._choices = [], []

    def _bind(self, keys: str) -> None:
        # All nine, also those without a choice: else Alt+7 would put a 7 into the line.
        parent = self.parentWidget()
        for at in range(9 if parent is not None else 0):
            key = QShortcut(QKeySequence(f"{keys}+{at + 1}"), parent or self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(self._pressed)
            self._keys.append(key)

    def _go(self) -> None:
        way_out = self._way_out
        self.dismiss()
        if way_out is not None:
            way_out()

    def _clicked(self) -> None:
        hint = self.sender()
        self.choose(next((at for at, one in enumerate(self._choices) if one is hint), -1))

    def _pressed(self) -> None:
        key = self.sender()
        self.choose(next((at for at, one in enumerate(self._keys) if one is key), -1))

    def _appear(self) -> None:
        self.show()
        if self._overlay:
            self.raise_()
            self._place()
        self.update()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            side, high = self._theme.px(24), max(self.sizeHint().height(), self._theme.px(34))
            self.setGeometry(
                side, parent.height() - high - self._theme.px(5), parent.width() - 2 * side, high
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Said before the window was shown, it is laid out again with the window all the same.
        if event.type() == QEvent.Type.Resize and not self.isHidden() and watched is self.parentWidget():
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        ground, ink, mark = TONES[self._tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = self._theme.colour(ink)
        edge.setAlpha(70)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(self._theme.colour(ground))
        radius = self._theme.theme.radius - 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        size = self._theme.px(18)
        box = QRectF(self._theme.px(12), (self.height() - size) / 2, size, size)
        paint_icon(painter, mark, box, self._theme.colour(ink))
