"""The head of the post's screen: post and shift, what was done, the day's figures, the time (VIS-2, VIS-3)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.visits import share
from app.queries.visits import PostCounts
from app.ui.language import Language
from app.ui.theme import Look
from app.ui.visits.texts import rounded_share
from app.ui.widgets.badge import Badge
from app.ui.widgets.strip import Strip
from app.ui.widgets.text import Text


class PostHead(QWidget):
    """One line. What was done is said up here: over the foot it would cover the keys and the newest rows."""

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._post = Text(theme, role="title", bold=True)
        self._shift = Text(theme, role="lead", tone="ink_soft")
        self._today = Text(theme, role="lead", tone="ink_soft")
        self._within = Badge(theme, "", "accent")
        self._whole = Badge(theme, "", "neutral")
        self._within.hide()
        self._whole.hide()
        self._time = Text(theme, role="title")
        self.strip = Strip(theme)
        self._said = QWidget()
        place = QHBoxLayout(self._said)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.strip)
        self.figures = QWidget()
        figures = QHBoxLayout(self.figures)
        line = QHBoxLayout(self)
        for row in (figures, line):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(theme.px(14))
        for widget in (self._today, self._within, self._whole):
            figures.addWidget(widget)
        line.addWidget(self._post)
        line.addWidget(self._shift)
        line.addWidget(self._said, 1)
        line.addWidget(self.figures)
        line.addWidget(self._time)
        self.strip.closed.connect(self.figures.show)
        theme.changed.connect(self._measure)
        self._measure()

    def show_post(self, name: str) -> None:
        """The post's name."""
        self._post.setText(name)

    def show_shift(self, shift: str, person: str) -> None:
        """The shift, and who is on duty."""
        self._shift.setText(" · ".join(part for part in (shift, person) if part))

    def show_counts(self, counts: PostCounts) -> None:
        """The day's visits, the share within 25 s, and beside it the share complete at return (VIS-3)."""
        words, today = self._words, counts.today
        self._today.setText(words("visits.today_count", n=today.visits))
        within, whole = share(today.within, today.documents), share(today.complete_at_return, today.visits)
        self._within.setVisible(within is not None)
        if within is not None:
            self._within.set(words("visits.within", share=rounded_share(within, 1)), "accent")
        self._whole.setVisible(whole is not None)
        if whole is not None:
            self._whole.set(words("visits.complete_share", share=rounded_share(whole, 0)), "neutral")

    def show_time(self, minute: str) -> bool:
        """The time of day; answers whether it is another than before."""
        other = minute != self._time.text()
        if other:
            self._time.setText(minute)
        return other

    def say(self, text: str, tone: str, *, way_out: tuple[str, Callable[[], object]] | None = None) -> None:
        """What was done, said whole: where it is narrow the day's figures give way to it for that time."""
        letters = QFontMetrics(self._theme.font("body"))
        room = self._said.width()
        wide = letters.horizontalAdvance(text + (way_out[0] if way_out else ""))
        self.figures.setVisible(wide + self._theme.px(100) <= room)
        self.strip.say(text, tone, way_out=way_out)

    def _measure(self) -> None:
        self._said.setMinimumHeight(self.strip.sizeHint().height())
