"""The requests tab: saved filters, the list, the request and its next step; Ctrl+N takes one (REQ-1 to REQ-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.errors import DomainError
from app.queries import requests as queries
from app.queries import requests_card as card_queries
from app.queries import site as site_queries
from app.queries.requests_card import RequestCard
from app.ui.page import Command, KeyGroups, Page
from app.ui.requests.actions import ACTIONS
from app.ui.requests.calls import Calls
from app.ui.requests.card import CardView
from app.ui.requests.filters import FilterList
from app.ui.requests.intake import Intake
from app.ui.requests.lists import RequestList
from app.ui.requests.page_keys import (
    DISCARD_KEY,
    EVERYWHERE_KEY,
    MORE_KEY,
    NEW_KEY,
    PARKED_KEY,
    PRINT_KEY,
    SEARCH_KEYS,
    key_groups,
)
from app.ui.requests.panels import Panels
from app.ui.requests.top_bar import TopBar
from app.ui.services import Services
from app.ui.widgets.card import Panel, Rule
from app.ui.widgets.empty import EmptyState

WATCHED = frozenset(
    {"requests", "request_events", "dispatches", "confirmations", "follow_ups", "staff", "service_items"}
)
DOUBLE = 0.4  # s: two presses of Ctrl+Return within are one
EVERY = 60_000  # ms: what runs out of time is counted again, though nobody wrote


class RequestsPage(Page):
    """The service center's desk as far as requests go."""

    page_code = "requests"

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.house = services.house
        self.current: UUID | None = None
        self._chosen: UUID | None = None  # what the person went to last, not what a search put in front
        self._reopen: tuple[str, str] | None = None
        self._pressed = -DOUBLE
        self._restoring: Mapping[str, Any] | None = None
        self._build()
        self._bind()
        self.retranslate()

    # --- the window's questions ---------------------------------------------------------------------------------------

    def shown(self) -> None:
        self._refresh()
        self.services.background.run(
            site_queries.facts, self.house, self._actor(), done=self._facts, owner=self, replaces="facts"
        )
        if self._in_form():
            self.intake.go_on()
        else:
            self.list.view.setFocus()

    def open(self, argument: object) -> None:
        if isinstance(argument, UUID):
            self.show_request(argument)
        elif argument == "new":
            self._new()
        elif isinstance(argument, str) and argument:
            self.filters.take("all")
            self.list.search.setText(argument)
            self.list.search.setFocus()

    def retranslate(self) -> None:
        words = self.words
        new = words("requests_page.new") if self._may_take() else ""
        self.empty.set(words("requests_page.choose_one"), new)
        self.bar.new_button.setVisible(bool(new))

    def keys(self) -> KeyGroups:
        return key_groups(self.words)

    def commands(self) -> Sequence[Command]:
        words, card = self.words, self.card.card if self.current is not None else None
        offered = [Command(words("requests_page.new"), NEW_KEY, self._new)] if self._may_take() else []
        if card is not None:
            about = f"{card.request.number} "
            for action in ACTIONS:
                if action.code in card.allowed:
                    text = about + words(action.text_code)
                    offered.append(Command(text, action.key, partial(self.panels.begin, action.code)))
            offered.append(Command(about + words("requests_page.print_slip"), PRINT_KEY, self.print_slip))
        lists = [(words(f"requests.list_{code}"), code) for code in queries.LISTS]
        return [*offered, *(Command(text, "", partial(self.filters.take, code)) for text, code in lists)]

    def draft(self) -> Mapping[str, Any] | None:
        if self._restoring is not None:
            return self._restoring
        form, parked = self.calls.kept()
        panels = self.panels.kept()
        if not (form or parked or panels):
            return None
        return {
            "intake": form,
            "open": self._in_form(),
            "parked": parked,
            "panels": panels,
            "request": str(self.current or ""),
            "panel": self.panels.opened(),
        }

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        """What was typed comes back where it was; what is typed by now stays in front.

        A form that was taken just before the end stays away: the draft was older than what was saved.
        """
        forms = [value["intake"], *value["parked"]]
        keys = [UUID(form["key"]) for form in forms if form and form.get("key")]
        self._restoring = value
        back = partial(self._put_back, value)
        self.services.background.run(
            queries.taken_as,
            self.house,
            self._actor(),
            keys,
            done=back,
            failed=partial(self._put_back_all, value),
            owner=self,
        )

    def _put_back_all(self, value: Mapping[str, Any], error: DomainError) -> None:
        self.show_error(error)
        self._put_back(value, {})

    def _put_back(self, value: Mapping[str, Any], taken: Mapping[UUID, str]) -> None:
        def wanted(form: Mapping[str, Any]) -> bool:
            return str(form.get("key", "")) not in {str(key) for key in taken}

        self._restoring = None
        self.panels.put_back(value["panels"])
        form = value["intake"]
        self.calls.put_back(
            form if form and wanted(form) else None,
            [one for one in value["parked"] if wanted(one)],
            opened=bool(value["open"]),
        )
        if value["request"] and self.current is None:
            self._reopen = (str(value["request"]), str(value["panel"]))
            self.show_request(UUID(value["request"]), keep_front=True)

    # --- the list and the request -------------------------------------------------------------------------------------

    def show_request(self, request_id: UUID, *, keep_front: bool = False) -> None:
        """Show this request at the right, in the list too if the filter holds it."""
        if request_id != self.current:
            self.panels.close()
        self.current = request_id
        self.list.show_request(request_id)
        if not keep_front:
            self._chosen = request_id
            self._show_card()
        self._ask_card()

    def print_slip(self) -> None:
        """Ask for the job slip of the request that is shown (REQ-10)."""
        card = self.card.card
        if card is not None and self.front.currentWidget() is self.card:
            self.wanted.emit("reports", {"name": "job_slip", "number": card.request.number})

    def next(self) -> None:
        """Ctrl+Return: take the request, send the panel, or begin the next step, that of the one just taken too.

        The second of a double press does nothing: it would answer what nobody has looked at yet.
        """
        now, before = self.house.clock.monotonic(), self._pressed
        self._pressed = now
        if now - before < DOUBLE:
            return
        if self._in_form() and self.intake.waiting:
            self._go_on()
        elif self._in_form():
            self.intake.send()
        elif self.front.currentWidget() is self.card and not self.panels.go_on() and self.card.step():
            self.panels.begin(self.card.step())

    # --- made once ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        services, theme = self.services, self.theme
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.bar = TopBar(services)
        self.parked = self.bar.parked
        whole.addWidget(self.bar)
        whole.addWidget(Rule(theme))
        self.filters = FilterList(theme, self.words)
        self.list = RequestList(services)
        self.card = CardView(services)
        self.panels = Panels(services, self.card)
        self.empty = EmptyState(theme, "", NEW_KEY)
        self.front = QStackedWidget()
        for widget in (self.empty, self.card):
            self.front.addWidget(widget)
        middle, right = Panel(theme, "paper"), Panel(theme, "paper")
        for panel, inside in ((middle, self.list), (right, self.front)):
            column = QVBoxLayout(panel)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(inside)
        middle.setMinimumWidth(theme.px(230))
        right.setMinimumWidth(theme.px(380))
        self.columns = QSplitter()
        self.columns.setHandleWidth(1)
        self.columns.setChildrenCollapsible(False)
        self.columns.addWidget(middle)
        self.columns.addWidget(right)
        self.columns.setStretchFactor(0, 9)
        self.columns.setStretchFactor(1, 16)
        self.columns.setSizes([theme.px(420), theme.px(770)])
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.filters)
        across.addWidget(Rule(theme, down=True))
        across.addWidget(self.columns, 1)
        whole.addLayout(across, 1)

    def _bind(self) -> None:
        services = self.services
        self.filters.chosen.connect(self.list.show_list)
        self.list.shown.connect(self.show_request)
        self.list.failed.connect(self.show_error)
        self.list.everywhere.connect(partial(self.filters.take, "all"))
        self.list.model.loaded.connect(self._first_rows)
        self.list.empty.clicked.connect(self._new)
        self.list.view.taken.connect(self._into_card)
        self.empty.clicked.connect(self._new)
        self.bar.new_button.clicked.connect(self._new)
        self.card.begun.connect(self.panels.begin)
        self.panels.did.connect(self._did)
        self.panels.left.connect(self.list.view.setFocus)
        self.panels.failed.connect(self.show_error)
        self.card.printed.connect(self.print_slip)
        services.bus.changed.connect(self._changed)
        services.session.changed.connect(self._entered)
        self._shortcut(NEW_KEY, self._new)
        self._shortcut(PARKED_KEY, self._bring_back)
        self._shortcut("Ctrl+Return", self.next)
        self._shortcut("Ctrl+Enter", self.next)
        self._shortcut(PRINT_KEY, self.print_slip)
        self._shortcut(DISCARD_KEY, self._discard)
        self._shortcut("Alt+Up", partial(self.filters.move_by, -1))
        self._shortcut("Alt+Down", partial(self.filters.move_by, 1))
        self._shortcut(EVERYWHERE_KEY, partial(self.filters.take, "all"))
        for keys in SEARCH_KEYS:
            self._shortcut(keys, self._search)
        self._card_keys = [self._shortcut(MORE_KEY, self.card.open_more)]
        for key in dict.fromkeys(action.key for action in ACTIONS):
            self._card_keys.append(self._shortcut(key, partial(self.panels.begin_by_key, key)))
        self.front.currentChanged.connect(self._front_changed)
        self.card.stack.currentChanged.connect(self._front_changed)
        self._front_changed()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._count)
        self._timer.start()
        QTimer.singleShot(0, self, self._make_form)

    @cached_property
    def intake(self) -> Intake:
        """The form, made when it is first asked for: in a step of its own once the page stands (GOALS: 50 ms)."""
        intake = Intake(self.services)
        intake.left.connect(self._put_aside)
        self.front.addWidget(intake)
        return intake

    @cached_property
    def calls(self) -> Calls:
        """The form and those that wait, made with it."""
        calls = Calls(self.services, self.intake, self.parked)
        calls.front.connect(self._show_intake)
        calls.closed.connect(self._put_aside)
        calls.taken.connect(self._taken)
        self.intake.discarded.connect(calls.discard)
        return calls

    def _make_form(self) -> Calls:
        return self.calls

    def _in_form(self) -> bool:
        return "intake" in self.__dict__ and self.front.currentWidget() is self.intake

    def _bring_back(self) -> None:
        self.calls.bring_back()

    def _shortcut(self, keys: str, run: Any) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(run)
        return shortcut

    # --- inside -------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.list.view.setFocus()
            return
        super().keyPressEvent(event)

    def _front_changed(self, _at: int = 0) -> None:
        """A request's own keys work while it is in front; in a form they belong to its fields."""
        on = self.front.currentWidget() is self.card and self.card.panel() is None
        for shortcut in self._card_keys:
            shortcut.setEnabled(on)

    def _first_rows(self) -> None:
        """What is on top is shown until the person chooses, and of each new search; of one that finds nothing, nothing.

        Rows that go by themselves later do not move the card: what was just done is still spoken of.
        """
        first = cast("queries.RequestRow | None", self.list.model.row_at(0))
        free = not self._in_form() and self.card.panel() is None
        searched = self.list.take_fresh() and bool(self.list.text) and free
        if searched and first is None:
            self._show_nothing()
        elif first is not None and self._reopen is None and (searched or self.current is None):
            back = self._chosen if not searched and self.list.row_of(self._chosen) >= 0 else None
            self.show_request(back or first.request_id, keep_front=True)
        self.list.arrive()

    def _show_nothing(self) -> None:
        """No request is in front, so that no key reaches one that the search did not mean."""
        self.current = None
        self.list.show_request(None)
        self.front.setCurrentWidget(self.empty)

    def _may_take(self) -> bool:
        return self.services.session.may("requests.take")

    def _new(self) -> None:
        """A form for whoever may take requests."""
        try:
            self._actor().need("requests.take")
        except DomainError as error:
            self.show_error(error)
            return
        self.calls.new()

    def _search(self) -> None:
        self.list.search.setFocus()
        self.list.search.selectAll()

    def _into_card(self) -> None:
        self._show_card()
        if self.card.primary.isVisible():
            self.card.primary.setFocus()

    def _show_card(self) -> None:
        """The request comes to the front; a form that is filled is parked, never dropped."""
        if self._in_form():
            self.calls.park()
        there = self.current is not None and self.card.card is not None
        self.front.setCurrentWidget(self.card if there else self.empty)

    def _show_intake(self) -> None:
        self.front.setCurrentWidget(self.intake)
        self.intake.start()

    def _put_aside(self) -> None:
        """Esc in the form: it waits as a chip."""
        self._show_card()
        self.list.view.setFocus()

    def _discard(self) -> None:
        if self._in_form():
            self.calls.discard()

    def _taken(self, saved: Any) -> None:
        """It is marked in the list; the form stays in front for the next call. Who went elsewhere stays there."""
        self.saved.emit()
        if self._in_form():
            self.show_request(saved.request_id, keep_front=True)
        if not (self.intake.waiting and self.intake.isVisible()):  # else the form itself says it
            self.message.emit(self.words("requests_page.taken", number=saved.number), "done")
        self._refresh()

    def _go_on(self) -> None:
        """From the empty form to the request that was just taken, as soon as it is there."""
        card = self.card.card
        if not self.intake.sending and card is not None and card.request.id == self.current:
            self._show_card()
            if self.card.step():
                self.panels.begin(self.card.step())

    def _did(self, text: str) -> None:
        self.message.emit(text, "done")
        self.saved.emit()
        self._refresh()

    # --- answers ------------------------------------------------------------------------------------------------------

    def _changed(self, names: frozenset[str]) -> None:
        if names & WATCHED:
            if self.isVisible():
                self._refresh()
            else:
                self._count()

    def _entered(self) -> None:
        """Another person: his own list and what he may do; an empty form is his, from his place."""
        self.panels.close()
        if not self.intake.typed() and not self.intake.sending:
            self.intake.clear()
        self.retranslate()
        self.list.model.reload()
        self._refresh()

    def _refresh(self) -> None:
        self.list.refresh()
        self._count()
        self._ask_card()

    def _count(self) -> None:
        self.services.background.run(
            queries.lists, self.house, self._actor(), done=self._counts, owner=self, replaces="counts"
        )

    def _counts(self, counts: list[queries.ListCount]) -> None:
        by_code = {one.code: one.count for one in counts}
        self.filters.set_counts(by_code)
        loud = (by_code.get("unassigned") or 0) + (by_code.get("overdue") or 0)
        self.counted.emit(loud, "red" if loud else "")

    def _ask_card(self) -> None:
        if self.current is not None:
            self.services.background.run(
                card_queries.card,
                self.house,
                self._actor(),
                self.current,
                done=self._card,
                failed=self.show_error,
                owner=self,
                replaces="card",
            )

    def _card(self, card: RequestCard) -> None:
        if card.request.id != self.current:
            return
        self.card.show_card(card)
        if self.front.currentWidget() is self.empty:
            self.front.setCurrentWidget(self.card)
        reopen, self._reopen = self._reopen, None
        if reopen is not None and reopen == (str(card.request.id), reopen[1]) and reopen[1] in card.allowed:
            self.panels.begin(reopen[1])

    def _facts(self, facts: site_queries.SiteFacts) -> None:
        self.bar.show_hotlines(facts.hotlines)

    def _actor(self) -> Actor:
        return cast("Actor", self.services.session.actor)
