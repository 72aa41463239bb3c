"""The rounded paper panel on which lists and forms lie, and the hairline."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.ui.theme import Look
from app.ui.widgets.text import Text


class Rule(QWidget):
    """A hairline across (or down)."""

    def __init__(self, theme: Look, parent: QWidget | None = None, *, down: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        fixed, grow = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(*((fixed, grow) if down else (grow, fixed)))
        if down:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.colour("line"))


class Panel(QWidget):
    """A plain area without corners: `paper` for lists and details at the desk, `side` for the filters beside them."""

    def __init__(self, theme: Look, tone: str = "paper", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tone = theme, tone

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.colour(self._tone))


def scrolled(content: QWidget) -> QScrollArea:
    """The content in an area that scrolls up and down when the window is too low for it; clear, without a frame."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("kind", "clear")
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


class Card(QWidget):
    """Paper, 8 px round, hairline. With a title it has a header; put the content into `body`.

    `header` is the row of the title: `add_badge` puts beside the count, `add_right` to the right edge.
    """

    def __init__(self, theme: Look, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, theme.px(6))
        whole.setSpacing(0)
        self._head = QWidget()
        self.header = QHBoxLayout(self._head)
        self.header.setContentsMargins(theme.px(18), 0, theme.px(18), 0)
        self.header.setSpacing(theme.px(12))
        self._title = Text(theme, title, role="body", bold=True)
        self._count = Text(theme, "", role="lead", tone="ink_soft")
        self._count.hide()
        self.header.addWidget(self._title)
        self.header.addWidget(self._count)
        self.header.addStretch(1)
        self._places = 2
        self._line = Rule(theme)
        whole.addWidget(self._head)
        whole.addWidget(self._line)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        whole.addLayout(self.body, 1)
        self._head.setVisible(bool(title))
        self._line.setVisible(bool(title))
        theme.changed.connect(self._measure)
        self._measure()

    def set_title(self, title: str) -> None:
        """Another title; none takes the header away."""
        self._title.setText(title)
        self._head.setVisible(bool(title))
        self._line.setVisible(bool(title))

    def set_count(self, count: int | None) -> None:
        """The count beside the title, or none."""
        self._count.setText("" if count is None else f"{count:,}")
        self._count.setVisible(count is not None)

    def count(self) -> str:
        """The count as it is shown."""
        return self._count.text()

    def add_badge(self, badge: QWidget) -> None:
        """Put a badge after the count (and after the badges before)."""
        self.header.insertWidget(self._places, badge)
        self._places += 1

    def add_right(self, widget: QWidget) -> None:
        """Put a widget to the header's right edge."""
        self.header.addWidget(widget)

    def add(self, content: QWidget | QLayout, stretch: int = 0) -> None:
        """Put a widget or a layout into the body."""
        if isinstance(content, QLayout):
            self.body.addLayout(content, stretch)
        else:
            self.body.addWidget(content, stretch)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("paper"))
        radius = self._theme.theme.radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _measure(self) -> None:
        self._head.setFixedHeight(self._theme.px(42))


def band(theme: Look, *widgets: QWidget | None, spacing: int = 12) -> QHBoxLayout:
    """A row of widgets; None stands for the room that pushes the rest to the right."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(spacing))
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return row
