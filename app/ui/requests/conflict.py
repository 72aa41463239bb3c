"""A lost race: «someone changed this». What I was about to do beside what happened meanwhile; nothing typed goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.domain.requests import missing_for
from app.queries.requests_card import RequestCard
from app.ui.icons import paint_icon
from app.ui.requests.action_panel import ActionPanel
from app.ui.requests.event_list import event_lines
from app.ui.requests.texts import clock_text
from app.ui.services import Services
from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton, PrimaryButton, QuietButton
from app.ui.widgets.card import Card
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.text import Text

MOST = 5


class Notice(QWidget):
    """A sentence on an amber ground with its sign; as high as it needs."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = Text(theme, tone="amber", bold=True, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(40), theme.px(10), theme.px(14), theme.px(10))
        row.addWidget(self.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("amber_soft"))
        painter.drawRoundedRect(self.rect(), 6, 6)
        size = self._theme.px(18)
        box = QRectF(self._theme.px(12), (self.height() - size) / 2, size, size)
        paint_icon(painter, "caution", box, self._theme.colour("amber"))


class ConflictPanel(QWidget):
    """Two cards side by side and three ways on: mine on the new state, look at mine again, drop mine.

    `again()`: send mine on the newest state; `back()`: look at the form again; `dropped()`; `noted(words)`: keep what I
    typed as a note, when it cannot be done any more.
    """

    again = Signal()
    back = Signal()
    dropped = Signal()
    noted = Signal(str)

    def __init__(
        self,
        services: Services,
        panel: ActionPanel,
        fresh: RequestCard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self.words, self.theme = services, services.words, services.theme
        self.panel, self.fresh = panel, fresh
        self.possible = panel.action.code in fresh.allowed
        theme = self.theme
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, theme.px(4), 0, 0)
        whole.setSpacing(theme.px(12))
        self.notice = Notice(theme)
        whole.addWidget(self.notice)
        sides = QHBoxLayout()
        sides.setSpacing(theme.px(12))
        self.mine, self.theirs = Card(theme, " "), Card(theme, " ")
        for side in (self.mine, self.theirs):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            sides.addWidget(side, 1)
        whole.addLayout(sides)
        self._mine, self._theirs = _body(self.mine, theme.px(16)), _body(self.theirs, theme.px(16))
        self.again_button = PrimaryButton(theme, "", "Ctrl+Return")
        self.again_button.clicked.connect(self.go_on)
        self.back_button = PlainButton(theme, "", "Esc")
        self.back_button.clicked.connect(self.back)
        self.drop_button = QuietButton(theme, "", "Alt+X", bind=True)
        self.drop_button.clicked.connect(self.dropped)
        foot = QWidget()
        row = FlowLayout(foot, across=theme.px(12), down=theme.px(8))
        for button in (self.again_button, self.back_button, self.drop_button):
            row.addWidget(button)
        whole.addWidget(foot)
        whole.addStretch(1)
        self.retranslate()

    def start(self) -> None:
        """Put the focus on the first verb."""
        self.again_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """Mine on the new state; where that cannot be done, what I typed becomes a note."""
        if self.possible:
            self.again.emit()
        else:
            self.noted.emit("\n".join(f"{label}:{text}" for label, text in self.panel.mine()))

    def news(self) -> Sequence[tuple[str, str, str]]:
        """What happened since I looked, newest first, as time, person and text."""
        before = len(self.panel.card.events)
        events = self.fresh.events[: max(len(self.fresh.events) - before, 0)] or self.fresh.events[:1]
        zone = self._services.house.site.zone
        return [
            (clock_text(event.entered_at, zone), event.by, text)
            for event, text in zip(events[:MOST], event_lines(self.words, zone, events[:MOST]), strict=True)
        ]

    def retranslate(self) -> None:
        """All texts of both sides."""
        words, action = self.words, self.panel.action
        news = self.news()
        who = news[0][1] if news else ""
        mine = who == self._services.session.now.person
        # The answer to what was sent before may have been lost on its way: then it is one's own change.
        code = "requests_page.changed_by_you" if mine else "requests_page.changed_by"
        self.notice.text.setText(words(code, who=who))
        self.mine.set_title(words("requests_page.mine"))
        self.theirs.set_title(words("requests_page.theirs"))
        verb = words(action.text_code)
        _fill(
            self._mine, self.theme, [(words("requests_page.about_to"), verb, True), *_soft(self.panel.mine())]
        )
        state = words(f"requests.state_{self.fresh.request.state.value}")
        if self.fresh.request.paused:
            state = words("requests.state_paused")
        theirs = [(words("requests_page.stands_at"), state, True)]
        theirs += [(f"{time} {by}", text, False) for time, by, text in news]
        if not self.possible:
            missing = missing_for(self.fresh.request, action.code)
            why = words(f"requests.missing_{missing[0]}") if missing else words("requests_page.not_yours")
            theirs.append((words("requests_page.not_possible", verb=verb), why, True))
        _fill(self._theirs, self.theme, theirs)
        if self.possible:
            self.again_button.setText(words("requests_page.do_it_anyway", verb=verb))
        else:
            self.again_button.setText(words("requests_page.keep_as_note"))
        self.again_button.setEnabled(self.possible or bool(self.panel.mine()))
        self.back_button.setText(words("requests_page.look_at_mine"))
        self.drop_button.setText(words("requests_page.drop_mine"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
            return
        super().keyPressEvent(event)


def _body(card: Card, side: int) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(side, side // 2, side, side // 2)
    column.setSpacing(side // 4)
    card.add(column)
    card.body.addStretch(1)
    return column


def _soft(lines: Sequence[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    return [(label, text, False) for label, text in lines]


def _fill(column: QVBoxLayout, theme: Look, lines: Sequence[tuple[str, str, bool]]) -> None:
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
    for label, text, bold in lines:
        column.addWidget(Text(theme, label, role="caption", tone="ink_soft"))
        column.addWidget(Text(theme, text, bold=bold, wrap=True))
