"""What the upper half of the post's screen is made of, and how a registration is shown there. It takes no step."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.visits import Stamp, has_clock, running_since
from app.operations import visits as operations
from app.ui.services import Services
from app.ui.visits import offers
from app.ui.visits.choices import ChoiceList
from app.ui.visits.entry import Entry
from app.ui.visits.field_row import FieldRow
from app.ui.visits.line import EntryLine
from app.ui.visits.notice import Notice
from app.ui.visits.over_reasons import OverReasons
from app.ui.visits.watch_notice import WatchNotice
from app.ui.widgets.buttons import PrimaryButton
from app.ui.widgets.card import Rule
from app.ui.widgets.clock import HeldClock


class UpperHalf(QWidget):
    """At the left the line, its fields, a notice, the choices and the strip; at the right the clock and its button."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.words, self.theme, self.house = services.words, services.theme, services.house
        theme = self.theme
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(theme.px(22), theme.px(12), theme.px(22), theme.px(10))
        left.setSpacing(theme.px(4))
        self.fields = FieldRow(theme)
        self.notice = Notice(theme)
        self.watch = WatchNotice(services)
        self.line = EntryLine(theme)
        self.choices = ChoiceList(theme)
        self.strip = OverReasons(services)
        self.choices.shown.connect(self.strip.rest)
        left.addWidget(self.line)
        left.addWidget(self.fields)
        left.addWidget(self.notice)
        left.addWidget(self.watch)
        left.addWidget(self.choices, 1)
        left.addWidget(self.strip)
        across.addLayout(left, 1)
        across.addWidget(Rule(theme, down=True))
        right = QVBoxLayout()
        right.setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(20))
        self.clock = HeldClock(theme, self.words, now=self.now)
        self.button = PrimaryButton(theme, "", "F9", big=True)
        # The focus stays in the line: what is typed after a click is the next visitor.
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right.addWidget(self.clock)
        right.addStretch(1)
        right.addWidget(self.button)
        self._right = QWidget()
        self._right.setLayout(right)
        across.addWidget(self._right)
        theme.changed.connect(self._measure)
        self._measure()

    def now(self) -> float:
        """Seconds on the clock that registrations run on."""
        return operations.stamp(self.house).monotonic

    def today(self) -> date:
        """The site's day."""
        return operations.stamp(self.house).wall.astimezone(self.house.site.zone).date()

    def show_entry(self, entry: Entry | None, stage: str) -> None:
        """The cells of what was taken, what the line asks for at this stage, and the notice."""
        self.line.setPlaceholderText(self.words(f"visits.prompt_{stage}"))
        taken = entry is not None and entry.taken
        self.fields.show_cells(offers.cells(self.words, entry) if entry is not None and taken else ())
        self.button.setEnabled(True)
        self.show_notice(entry)
        self.watch.show_for(entry)

    def show_notice(self, entry: Entry | None) -> None:
        """What is odd about the number or the pass (VIS-3, VIS-9)."""
        self.notice.show_text("" if entry is None else offers.notice(self.words, entry, self.house.site.zone))

    def run_clock(self, entry: Entry | None) -> None:
        """Let the clock run from the entry's own start, or stand where F9 stopped it; clear it where there is none."""
        if entry is None or entry.started is None or not _timed(entry):
            self.clock.clear()
            return
        if entry.returned is not None:
            self.stop_clock(entry, entry.returned)
            return
        since, estimated = running_since(entry.started, operations.stamp(self.house))
        self.clock.start(since, estimated)

    def stop_clock(self, entry: Entry, stop: Stamp) -> None:
        """Let the time stand that the document was held."""
        if entry.started is None or not _timed(entry):
            self.clock.clear()
            return
        since, _ = running_since(entry.started, stop)
        self.clock.stop(stop.monotonic - since)

    def _measure(self) -> None:
        self._right.setFixedWidth(self.theme.px(320))


def _timed(entry: Entry) -> bool:
    return has_clock(entry.fields.document_kind, entry.fields.way_in)
