"""The lower half of the post's screen: on site now, today's visits, what is unfinished; one list at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import cast
from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.stays import StayRule, is_over_time
from app.queries import visits as queries
from app.ui.paged_table_model import Answer, PagedTableModel
from app.ui.services import Services
from app.ui.visits.columns import on_site_columns, visit_columns
from app.ui.visits.stray import is_typing
from app.ui.widgets.badge import Badge
from app.ui.widgets.card import Card
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.tables import Table

STILL_THERE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
LISTS = ("on_site", "today", "over", "unfinished")


class PostLists(Card):
    """`taken(visit_id)`: a row was chosen; `done`: Esc, or nothing left in it, back to the line.

    `used(bool)`: the keys came into a list, or left it.
    """

    taken = Signal(object)
    done = Signal()
    used = Signal(bool)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services.theme, services.words("visits.lists"), parent)
        self.services = services
        self.words = services.words
        self.house = services.house
        self._which = "on_site"
        self._texts: dict[str, str] = {}
        self._stays: StayRule | None = None
        self.bar = ChoiceBar(services.theme)
        self.bar.chosen.connect(self._chosen)
        self.badge = Badge(services.theme, "", "neutral")
        self.badge.hide()
        self.tables: dict[str, Table] = {}
        self.models: dict[str, PagedTableModel] = {}
        self._empty = EmptyState(services.theme, "", "", "")
        self._stack = QStackedWidget()
        for name in LISTS:
            self._make(name)
        self._stack.addWidget(self._empty)
        holder = QVBoxLayout()
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addWidget(self._stack)
        self.add_badge(self.bar)
        self.add_right(self.badge)
        self.add(holder, 1)
        self.retranslate()

    def _make(self, name: str) -> None:
        zone, clock = self.house.site.zone, self.house.clock
        columns = (
            on_site_columns(self.words, clock.now, zone, self.over_time)
            if name == "on_site"
            else visit_columns(self.words, zone)
        )
        key: Callable[..., Hashable] = _since_key if name == "on_site" else _time_key
        model = PagedTableModel(columns, partial(self._fetch, name), key, self.words, tone=_tone, parent=self)
        table = Table(self.services.theme, kind="desk")
        table.setModel(model)
        table.set_columns(columns)
        table.taken.connect(partial(self._row_taken, name))
        table.installEventFilter(self)
        model.loaded.connect(self._loaded)
        self.models[name], self.tables[name] = model, table
        self._stack.addWidget(table)

    def _fetch(self, name: str, after: Hashable | None, limit: int, on_done: Answer) -> None:
        actor = cast("Actor", self.services.session.actor)
        run = self.services.background.run
        if name == "on_site":
            run(queries.on_site_list, self.house, actor, after=after, limit=limit, done=on_done, owner=self)
        else:
            only = "all" if name == "today" else name
            run(
                queries.day_visits,
                self.house,
                actor,
                only=only,
                after=after,
                limit=limit,
                done=on_done,
                owner=self,
            )

    def refresh(self) -> None:
        """Query the list in sight again; the others are when they come into sight."""
        self.models[self._which].refresh()

    def set_counts(self, counts: queries.PostCounts) -> None:
        """The figures beside the names of the lists."""
        words = self.words
        texts = {
            "on_site": words("visits.list_on_site_over", n=counts.on_site, over=counts.over_time)
            if counts.over_time
            else words("visits.list_on_site", n=counts.on_site),
            "today": words("visits.list_today"),
            "over": words("visits.list_over"),
            "unfinished": words("visits.list_unfinished", n=counts.unfinished),
        }
        if texts != self._texts:
            self._texts = texts
            self.bar.set_choices([(name, texts[name], "") for name in LISTS])
            self.bar.set_value(self._which)
        if counts.stays != self._stays:
            self._stays = counts.stays
            self.pass_time()
        self.badge.set(
            words("visits.passes_out", n=counts.passes_out), "neutral", "pass" if counts.passes_out else ""
        )

    def over_time(self, row: queries.OnSite) -> bool:
        """Whether somebody has been here longer than the site allows (VIS-10)."""
        house = self.house
        return self._stays is not None and is_over_time(
            row.since, house.clock.now(), self._stays, house.site.zone
        )

    def pass_time(self) -> None:
        """A minute went by: how long everybody has been here is written anew, without a question to the file."""
        self.models["on_site"].retranslate()

    def next(self) -> None:
        """F3: the next list."""
        self._chosen(LISTS[(LISTS.index(self._which) + 1) % len(LISTS)])

    def select(self) -> None:
        """Put the focus into the list; the line keeps it where there is nothing in the list."""
        if self._stack.currentWidget() is self._empty:
            self.done.emit()
            return
        self.tables[self._which].setFocus()
        self._mark()

    def _mark(self) -> None:
        """The focus alone, or a row that went, makes a row current without marking it."""
        table = self.tables[self._which]
        at = max(table.currentIndex().row(), 0)
        if table.model().rowCount() and not table.selectionModel().isRowSelected(at, QModelIndex()):
            table.selectRow(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent):
            self._focus_moved(event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.done.emit()
                return True
            if is_typing(event):
                event.ignore()  # no search among the rows: it goes on to the page, which types it into the line
                return True
        return super().eventFilter(watched, event)

    def _focus_moved(self, event: QFocusEvent) -> None:
        """Only for keys: a list that grew under a double click would put another row under the mouse."""
        if event.gotFocus() and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.used.emit(True)
        elif event.lostFocus() and event.reason() not in STILL_THERE:
            self.used.emit(False)

    def selected(self) -> object:
        """The row that is selected in the list in sight, if the list has the focus."""
        table = self.tables[self._which]
        return self.models[self._which].row_at(table.currentIndex().row()) if table.hasFocus() else None

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        self.set_title(self.words("visits.lists"))
        for model in self.models.values():
            model.retranslate()
        self._loaded()

    def _chosen(self, name: object) -> None:
        self._which = str(name)
        self.bar.set_value(self._which)
        self.models[self._which].refresh()
        self._loaded()

    def _loaded(self) -> None:
        model, table = self.models[self._which], self.tables[self._which]
        in_use = self.window().focusWidget() is table  # also while a dialog over the window is just going
        if in_use and model.rowCount():
            self._mark()
        if model.complete() and not model.rowCount():
            if in_use:
                self.done.emit()
            self._empty.set(self.words(f"visits.empty_{self._which}"))
            self._stack.setCurrentWidget(self._empty)
        else:
            self._stack.setCurrentWidget(self.tables[self._which])

    def _row_taken(self, name: str, index: QModelIndex) -> None:
        row = self.models[name].row_at(index.row())
        if row is not None:
            self.taken.emit(cast("UUID", row.visit_id))


def _since_key(row: queries.OnSite) -> Hashable:
    return row.since, row.visit_id


def _time_key(row: queries.VisitRow) -> Hashable:
    return row.arrived_at, row.visit_id


def _tone(row: queries.OnSite | queries.VisitRow) -> str:
    if (
        isinstance(row, queries.VisitRow)
        and row.held_seconds is not None
        and row.held_seconds > 25
        and not row.over_reason
    ):
        return "red"
    return ""
