"""The window's foot: what is saved and where, what runs; on the right site, station and person."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.jobs_view import JobsView
from app.ui.services import Services
from app.ui.theme import Look
from app.ui.widgets.badge import Badge
from app.ui.widgets.text import Text


class Dot(QWidget):
    """A small shape: a round green dot when all is well, a red square when it is not."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.well = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(8), self._theme.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("green_mark" if self.well else "red_mark"))
        if self.well:
            painter.drawEllipse(self.rect())
        else:
            painter.drawRect(self.rect())


class StatusBar(QWidget):
    """`set_saved(when)`, `set_database(text_code, well)`; the rest follows session, jobs and language by itself."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        theme = self._theme = services.theme
        self._when: datetime | None = None
        self._database, self._well = "window.database_here", True
        self._dot = Dot(theme)
        self._saved = Text(theme, role="caption", tone="ink_soft")
        self._where = Text(theme, role="caption", tone="ink_soft")
        self._warning = Text(theme, role="caption", tone="red", bold=True, elide=True)
        self._warning.hide()
        self.jobs = JobsView(services.jobs, theme, services.words)
        self._sample = Badge(theme, "", "amber")
        self._site = Text(theme, role="caption", tone="ink_soft", elide=True)
        self._person = Text(theme, role="caption", tone="ink_soft")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 1, theme.px(16), 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._dot)
        row.addWidget(self._saved)
        row.addSpacing(theme.px(12))
        row.addWidget(self._where)
        row.addSpacing(theme.px(12))
        row.addWidget(self._warning, 1)
        row.addWidget(self.jobs)
        row.addStretch(1)
        row.addWidget(self._sample)
        row.addWidget(self._site)
        row.addSpacing(theme.px(12))
        row.addWidget(self._person)
        services.session.changed.connect(self.retranslate)
        theme.changed.connect(self._measure)
        self._measure()
        self.retranslate()

    def set_saved(self, when: datetime) -> None:
        """The instant (in the site's zone) at which the last record became durable."""
        self._when = when
        self.retranslate()

    def set_database(self, text_code: str, well: bool) -> None:
        """Where rows are written, or why they are not; the dot turns into a red square when `well` is False."""
        self._database, self._well = text_code, well
        self.retranslate()

    def warn(self, text: str) -> None:
        """What goes wrong behind everybody's back, until it goes well again (""); takes no focus and asks nothing."""
        self._warning.setText(text)
        self._warning.setVisible(bool(text))

    def warning_text(self) -> str:
        """What it warns of."""
        return self._warning.text()

    def saved_text(self) -> str:
        """What is said of the last record."""
        return self._saved.text()

    def retranslate(self) -> None:
        """Write the texts in the language in force, for who is signed in."""
        words, now = self._services.words, self._services.session.now
        if self._when is None:
            self._saved.setText(words("window.ready"))
        else:
            self._saved.setText(words("window.saved_at", time=f"{self._when:%H:%M:%S}"))
        self._where.setText(words(self._database))
        self._where.set_tone("ink_soft" if self._well else "red", bold=not self._well)
        self._dot.well = self._well
        self._dot.update()
        self._sample.set(words("window.sample") if now.sample else "", "amber")
        self._site.setText(" · ".join(part for part in (now.site_name, now.station_name) if part))
        self._person.setText(" · ".join(part for part in (now.person, now.role) if part))

    def _measure(self) -> None:
        height = self._theme.font("caption").pixelSize() * 1.5 + self._theme.px(12)
        self.setFixedHeight(round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("paper"))
        painter.fillRect(QRectF(0, 0, self.width(), 1), self._theme.colour("line"))
