"""The list in the middle: a search box over two-line rows that come page by page (REQ-9)."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.errors import DomainError
from app.queries import requests as queries
from app.queries.requests import RequestRow
from app.ui.icons import icon
from app.ui.paged_table_model import Answer, Column, PagedTableModel
from app.ui.requests.page_keys import EVERYWHERE_KEY
from app.ui.requests.texts import due_of, received_text, title_of
from app.ui.services import Services
from app.ui.widgets.buttons import KeyCap, QuietButton
from app.ui.widgets.card import Rule
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.rows import TwoLines
from app.ui.widgets.tables import ListView

EVERY = 20_000  # ms between two looks at the clock
MOST = 99  # requests outside the filter that are counted one by one


class SearchLine(QLineEdit):
    """The search box: reads what is being composed too; Down and Enter go to the list, Esc empties it."""

    typed = Signal(str)
    down = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = ""
        self.setMaxLength(100)
        self.textChanged.connect(self._say)

    def whole(self) -> str:
        """What stands in the box, with what is being composed."""
        at = self.cursorPosition()
        return self.text()[:at] + self._composing + self.text()[at:]

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = event.preeditString()
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def _say(self, _text: str = "") -> None:
        self.typed.emit(self.whole())


class RequestView(ListView):
    """The rows. After the current row went away by itself, an arrow goes on from where it was."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services.theme, parent)
        self.last = 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if event.key() in arrows and not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(min(self.last, self.model().rowCount() - 1), 0))
            return
        super().keyPressEvent(event)


class RequestList(QWidget):
    """`shown(request_id)`: another row became the current one by the person's own doing.

    `everywhere()`: a search is wanted in all requests, not in the filter alone.
    """

    shown = Signal(object)
    everywhere = Signal()
    failed = Signal(object)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self.words, self.theme = services, services.words, services.theme
        self.code, self.text = "open", ""
        self._wanted: UUID | None = None
        self._quiet = False
        self._leaving = False
        self._fresh = False
        self._outside = 0
        theme = self.theme
        self.search = SearchLine()
        self.search.typed.connect(self._typed)
        self.search.down.connect(self._down)
        self.search.escaped.connect(self._leave_search)
        self.search.addAction(icon(theme, "search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMinimumHeight(theme.row() + theme.px(2))
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        head.setSpacing(theme.px(8))
        head.addWidget(self.search, 1)
        head.addWidget(KeyCap(theme, "/"))
        self.outside = QuietButton(theme, "", EVERYWHERE_KEY)
        self.outside.clicked.connect(self.everywhere)
        self.outside.hide()
        columns = (Column("request", "", lambda row: self._lines(row).title),)
        self.model = PagedTableModel(columns, self._fetch, _key, self.words, lines=self._lines, parent=self)
        self.view = RequestView(services)
        # Before the view hears of it: it moves on to a neighbour at once.
        self.model.rowsAboutToBeRemoved.connect(self._hold)
        self.model.modelAboutToBeReset.connect(self._hold)
        self.view.setModel(self.model)
        self.view.moved_to.connect(self._moved)
        self.model.loaded.connect(self._loaded)
        self.empty = EmptyState(theme, "", "Ctrl+N")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.outside)
        whole.addWidget(Rule(theme))
        whole.addWidget(self.stack, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.retranslate()

    def show_list(self, code: str) -> None:
        """Another filter; the search stays."""
        if code != self.code:
            self.code = code
            self.view.last = 0
            self._fresh = bool(self.text)
            self._say_outside(0)
            self.model.reload()
            self.retranslate()

    def refresh(self) -> None:
        """Something has changed: put in the differences."""
        self.model.refresh()

    def show_request(self, request_id: UUID | None) -> None:
        """Mark this request if it is in the list; the card decides what is shown."""
        self._wanted = request_id
        self._mark(scroll=True)

    def take_fresh(self) -> bool:
        """Whether these rows are the first answer to a search; True once for each."""
        fresh, self._fresh = self._fresh, False
        return fresh

    def arrive(self) -> None:
        """The focus goes to the rows that were waited for, once one is marked (Esc, Enter in the search box)."""
        if self._leaving and self.model.rowCount() and self.search.hasFocus():
            self.go_in()
        self._leaving = False

    def go_in(self) -> None:
        """The focus goes to the rows, and to the first one when none is current."""
        if self.model.rowCount():
            self.view.setFocus()
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.model.index(0, 0))

    def row_of(self, request_id: UUID | None) -> int:
        """Where a request stands in the list, or -1."""
        rows = (cast("RequestRow", self.model.row_at(at)) for at in range(self.model.rowCount()))
        return next((at for at, row in enumerate(rows) if row.request_id == request_id), -1)

    def retranslate(self) -> None:
        """Placeholder, empty state and rows."""
        words = self.words
        self.search.setPlaceholderText(words("requests_page.search"))
        self.search.setAccessibleName(words("requests_page.search"))
        self._say_outside(self._outside)
        self.model.retranslate()

    def _down(self) -> None:
        """Enter in the search box: into what was found, and if that is all outside the filter, there."""
        if not self.model.rowCount() and self._outside:
            self.everywhere.emit()
            self._leaving = True
        self.go_in()

    def _leave_search(self) -> None:
        """Esc in the search box: to the rows, as soon as there are any."""
        self._leaving = not self.model.rowCount()
        self.go_in()

    def _fetch(self, after: Hashable | None, limit: int, answer: Answer) -> None:
        services = self._services
        services.background.run(
            queries.page,
            services.house,
            cast("Actor", services.session.actor),
            self.code,
            cast("Any", after),
            limit,
            self.text,
            done=answer,
            failed=self._not_fetched,
            owner=self,
        )
        if self.text and after is None:
            services.background.run(
                queries.elsewhere,
                services.house,
                cast("Actor", services.session.actor),
                self.code,
                self.text,
                done=partial(self._counted, self.code, self.text),
                owner=self,
                replaces="elsewhere",
            )

    def _counted(self, code: str, text: str, count: int) -> None:
        if (code, text) == (self.code, self.text):
            self._say_outside(count)

    def _say_outside(self, count: int) -> None:
        """How many a search finds that the filter does not hold; above MOST nobody counts."""
        self._outside = count
        many = "requests_page.elsewhere_many" if count > MOST else "requests_page.elsewhere"
        self.outside.setText(self.words(many, n=min(count, MOST), list=self.words("requests.list_all")))
        self.outside.setVisible(count > 0)
        self.outside.updateGeometry()
        nothing = "requests_page.nothing_here" if count else "requests_page.nothing_found"
        empty = self.words(nothing, text=self.text) if self.text else self.words("requests_page.empty")
        may = self._services.session.may("requests.take")
        self.empty.set(empty, self.words("requests_page.new") if may else "")

    def _not_fetched(self, error: DomainError) -> None:
        self.model.failed()
        self.failed.emit(error)

    def _typed(self, text: str) -> None:
        if text.strip() != self.text:
            self.text = text.strip()
            self._fresh = True
            self._leaving = False
            self._say_outside(0)
            self.model.reload()
            self.retranslate()

    def _lines(self, row: RequestRow) -> TwoLines:
        words, zone = self.words, self._services.house.site.zone
        now = self._services.house.clock.now()
        state = "paused" if row.paused else "returned" if row.returned else row.state.value
        name = (
            words("requests_page.not_dispatched") if state == "received" else words(f"requests.state_{state}")
        )
        due = due_of(words, row.promised_at, row.state, row.paused, now, zone)
        found = words(f"requests.found_by_{row.found_by}") if row.found_by and self.text else ""
        below = " · ".join(part for part in (row.number, row.handler, name, found) if part)
        return TwoLines(
            title_of(row.customer, row.kind, row.words),
            below,
            due.text,
            received_text(words, row.received_at, now, zone),
            due.tone,
        )

    def _hold(self) -> None:
        """Rows go by themselves: the card must not jump to a neighbour."""
        self._quiet = True
        current = self.view.currentIndex()
        if current.isValid():
            self.view.last = current.row()

    def _moved(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row()) if index.isValid() else None
        if row is None or self._quiet:
            return
        self.view.last = index.row()
        if row.request_id != self._wanted:
            self._wanted = row.request_id
            self.shown.emit(row.request_id)

    def _loaded(self) -> None:
        self.stack.setCurrentWidget(self.view if self.model.rowCount() else self.empty)
        self._mark()

    def _mark(self, *, scroll: bool = False) -> None:
        """Mark the request that is shown. Rows that come and go by themselves do not move the list."""
        at = self.row_of(self._wanted)
        self._quiet = True
        self.view.setAutoScroll(scroll)
        try:
            if at >= 0:
                self.view.last = at
                self.view.setCurrentIndex(self.model.index(at, 0))
            else:
                self.view.selectionModel().setCurrentIndex(
                    QModelIndex(), QItemSelectionModel.SelectionFlag.Clear
                )
        finally:
            self._quiet = False
            self.view.setAutoScroll(True)

    def _tick(self) -> None:
        if self.isVisible():
            self.model.retranslate()


def _key(row: RequestRow) -> Hashable:
    return row.after
