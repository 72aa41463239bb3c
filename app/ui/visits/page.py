"""The guard post's screen: the line on top, open registrations, who is on site, today's visits (VIS-1 to VIS-10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.readings import Reading
from app.domain.visits import OTHER_NAME, held_tenths
from app.errors import DomainError
from app.operations import timings as timing_operations
from app.operations import visits as operations
from app.queries import visits as queries
from app.queries.post import PostFacts, post_facts
from app.ui.aid import Aid
from app.ui.evacuation.desk import EvacuationDesk
from app.ui.evacuation.hints import EvacuationHints
from app.ui.page import Command, KeyGroups, Page
from app.ui.services import Services
from app.ui.visits.chooser import PostChooser
from app.ui.visits.complete import CompleteDialog
from app.ui.visits.discard import DiscardDialog
from app.ui.visits.duties import Duties
from app.ui.visits.head import PostHead
from app.ui.visits.line_draft import line_draft, restore_line
from app.ui.visits.lists import PostLists
from app.ui.visits.open_list import OpenList
from app.ui.visits.open_rows import open_rows
from app.ui.visits.page_keys import DISCARD_KEY, KEYS, KIND_KEY, key_groups
from app.ui.visits.read_in import ReadIn
from app.ui.visits.registration import Registration
from app.ui.visits.stray import is_returned, is_typing, type_on
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import KeyHint
from app.ui.widgets.card import Card
from app.ui.widgets.hint_row import HintRow

WATCHED = frozenset(
    {"visits", "departures", "pass_returns", "visit_corrections", "posts", "shifts", "purposes"}
)
FLUSH_MS = 300_000
LOW = 560


class VisitsPage(Page):
    """One post's screen. Without a post at this station it says so and offers to choose one."""

    page_code = "visits"

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.house = services.house
        self._open: dict[UUID, queries.OpenRegistration] = {}
        self._in_list = False
        self._who = ""
        self._post_id = self._actor().post_id
        self._timings: dict[str, list[float]] = {"search": [], "returned": []}
        self.evacuation = EvacuationDesk(services, self)
        self._build()
        for key, twin, name in KEYS:
            for keys in (key, twin):
                self._shortcut(keys, getattr(self, f"_{name}"))
        for at in range(9):
            self._shortcut(f"Alt+{at + 1}", partial(self._choose, at))
        self._shortcut(DISCARD_KEY, self._discard)
        self._shortcut(KIND_KEY, self.registration.change_kind)
        self._shortcut("Alt+Up", partial(self.open_list.step, -1))
        self._shortcut("Alt+Down", partial(self.open_list.step, 1))
        self._shortcut("Alt+Return", self._resume_marked)
        self._shortcut("Ctrl+Down", self.lists.select)
        for aid in self.aids:
            for keys, slot in aid.bindings():
                self._shortcut(keys, slot)
        services.bus.changed.connect(self._changed)
        services.session.changed.connect(self._entered)
        self._clock_timer = QTimer(self)
        self._clock_timer.setInterval(1000)
        self._clock_timer.timeout.connect(self._tick)
        self._flush_timer = QTimer(self)
        self._flush_timer.setInterval(FLUSH_MS)
        self._flush_timer.timeout.connect(self._flush)
        self._flush_timer.start()
        self.retranslate()

    def _build(self) -> None:
        theme = self.theme
        self.chooser = PostChooser(self.services)
        screen = self.whole_screen = QWidget()
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.chooser)
        self.stack.addWidget(screen)
        whole = QVBoxLayout(screen)
        whole.setContentsMargins(theme.px(24), theme.px(10), theme.px(24), theme.px(8))
        whole.setSpacing(theme.px(10))
        self.head = PostHead(theme, self.words)
        self.strip = self.head.strip
        whole.addWidget(self.head)
        upper = Card(theme)
        self.registration = Registration(self.services)
        self.read_in = ReadIn(self.services, self.registration)
        upper.add(self.registration, 1)
        whole.addWidget(upper, 1)
        lower = QHBoxLayout()
        lower.setSpacing(theme.px(16))
        self.open_card = Card(theme, " ")
        self.several = Badge(theme, "", "amber")
        self.open_card.add_right(self.several)
        self.open_list = OpenList(theme, self.words, self.registration.now)
        self.open_list.chosen.connect(self._resume)
        self.open_card.add(self.open_list, 1)
        self.lists = PostLists(self.services)
        self.lists.taken.connect(self._open_row)
        self.lists.used.connect(self._share)
        self.lists.done.connect(self.registration.line.setFocus)
        lower.addWidget(self.open_card, 3)
        lower.addWidget(self.lists, 7)
        whole.addLayout(lower, 1)
        foot = HintRow(theme)
        self.hints = {name: KeyHint(theme, "", key) for key, _, name in KEYS if name != "returned"}
        for rank, (name, hint) in enumerate(self.hints.items()):
            hint.clicked.connect(getattr(self, f"_{name}"))
            foot.add(hint, rank if name != "next_list" else 8)
        self.duties = Duties(self)
        for hint in self.duties.hints.values():
            foot.add(hint, 7)
        self.evacuation_hints = EvacuationHints(self.services, self.evacuation)
        self.evacuation_hints.notice.connect(self._notice)
        self.evacuation.said.connect(self.head.say)
        self.evacuation.error.connect(self.show_error)
        self.evacuation.saved.connect(self.saved)
        self.discard_hint = KeyHint(theme, "", DISCARD_KEY)
        self.discard_hint.clicked.connect(self._discard)
        foot.add_right(self.discard_hint, 9)
        self.aids: tuple[Aid, ...] = (
            self.registration.watch,
            self.evacuation,
            self.evacuation_hints,
            self.duties,
        )
        line = QHBoxLayout()
        line.addWidget(foot, 1)
        line.addWidget(self.evacuation_hints)
        whole.addLayout(line)
        self.registration.button.clicked.connect(self._returned)
        self.registration.line.returned.connect(self._returned)
        self.registration.stored.connect(self._stored)
        self.registration.opened.connect(self._refresh_open)
        self.registration.idle.connect(self._return_marked)
        self.registration.left.connect(self._left)
        self.registration.error.connect(self.show_error)
        self.registration.searched.connect(self._timings["search"].append)
        self.registration.finished.connect(self._timings["returned"].append)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the line and its choices come first; the lists keep a few rows."""
        super().resizeEvent(event)
        low = self.height() < self.theme.px(LOW)
        cast("QVBoxLayout", self.whole_screen.layout()).setSpacing(self.theme.px(6 if low else 10))
        self._share()

    def _share(self, in_list: bool | None = None) -> None:
        """The half that the keys are in gets the room."""
        self._in_list = self._in_list if in_list is None else in_list
        low = self.height() < self.theme.px(LOW)
        upper, lower = (1, 4) if self._in_list else (5, 2) if low else (1, 1)
        column = cast("QVBoxLayout", self.whole_screen.layout())
        column.setStretch(1, upper)
        column.setStretch(2, lower)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no list, button or field of the page wanted: typing goes on in the line (VIS-8)."""
        if self.stack.currentWidget() is self.chooser:
            super().keyPressEvent(event)
        elif is_returned(event):
            self._returned()
        elif is_typing(event):
            type_on(self.registration.line, event)
        else:
            super().keyPressEvent(event)

    def _shortcut(self, keys: str, slot: Any) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)

    # --- the window's questions ---------------------------------------------------------------------------------------

    def shown(self) -> None:
        self._clock_timer.start()
        self._entered()
        if not self.isVisible() and self._actor().post_id is not None:
            self._refresh_all()

    def hidden(self) -> None:
        self._clock_timer.stop()
        self._flush()

    def open(self, argument: object) -> None:
        if isinstance(argument, UUID):
            self._open_visit(argument)
        elif isinstance(argument, Reading):
            self.read_in.take(argument)
        elif argument == "new":
            self._start()
        elif isinstance(argument, str) and argument:
            self._start()
            self.registration.line.insert(argument)
            self.registration.line.textEdited.emit(argument)

    def retranslate(self) -> None:
        words = self.words
        self.chooser.retranslate()
        self.open_card.set_title(words("visits.open_title"))
        for name, hint in self.hints.items():
            hint.setText(words(f"visits.key_{name}"))
        self.discard_hint.setText(words("visits.key_discard"))
        for aid in self.aids:
            aid.retranslate()
        self._entered()
        self._tick()

    def keys(self) -> KeyGroups:
        return [*key_groups(self.words), *(group for aid in self.aids for group in aid.key_groups())]

    def commands(self) -> Sequence[Command]:
        commands = [
            Command(self.words(f"visits.key_{name}"), key, getattr(self, f"_{name}")) for key, _, name in KEYS
        ]
        return [
            *commands,
            Command(self.words("visits.key_kind"), KIND_KEY, self.registration.change_kind),
            Command(self.words("visits.key_discard"), DISCARD_KEY, self._discard),
            *(command for aid in self.aids for command in aid.commands()),
        ]

    def draft(self) -> Mapping[str, Any] | None:
        return line_draft(self.registration)

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        restore_line(self.registration, value)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _choose(self, at: int) -> None:
        """Alt and a digit: a post where none is chosen yet, else the choice under the line."""
        if self.stack.currentWidget() is self.chooser:
            self.chooser.take(at)
        else:
            self.registration.choose(at)

    def _start(self) -> None:
        self.registration.start()

    def _returned(self) -> None:
        """F9: the registration in the line, else the marked one: always allowed (VIS-3)."""
        self.registration.returned()

    def _return_marked(self) -> None:
        marked = self.open_list.marked()
        if marked is None:
            self.registration.say_nothing_open()
            return
        row = self._open.pop(marked.visit_id, None)
        unsaved = self.registration.unsaved.get(marked.visit_id)
        if row is not None:
            self.registration.return_open(row)
        elif unsaved is not None:
            self.registration.return_entry(unsaved)
        self._show_open()

    def _leave(self) -> None:
        row = self.lists.selected()
        if isinstance(row, queries.OnSite):
            self.registration.see_off(row)
        else:
            self.registration.leave()

    def _no_document(self) -> None:
        self.registration.no_document()

    def _next_list(self) -> None:
        self.lists.next()

    def _resume_marked(self) -> None:
        marked = self.open_list.marked()
        if marked is not None:
            self._resume(marked.visit_id)

    def _resume(self, visit_id: object) -> None:
        row = self._open.get(cast("UUID", visit_id))
        unsaved = self.registration.unsaved.get(cast("UUID", visit_id))
        if row is not None:
            self.registration.resume(row)
        elif unsaved is not None:
            self.registration.resume_entry(unsaved)
        self._show_open()

    def _discard(self) -> None:
        """Asks for the reason; the row stays, marked."""
        entry = self.registration.entry
        marked = self.open_list.marked()
        if entry is not None and not entry.taken:
            self.registration.aside()
            return
        visit_id = entry.visit_id if entry is not None else marked.visit_id if marked is not None else None
        if visit_id is None:
            return
        name = entry.fields.visitor if entry is not None else (marked.name if marked is not None else "")
        reason = DiscardDialog(self.services, name, self).ask()
        if reason:
            self.services.background.run(
                operations.discard,
                self.house,
                self._actor(),
                visit_id,
                str(reason),
                done=partial(self._discarded, visit_id),
                failed=self.show_error,
            )

    def _discarded(self, visit_id: UUID, _answer: object) -> None:
        self.registration.forget(visit_id)
        self.head.say(self.words("visits.discarded"), "info")

    # --- answers ------------------------------------------------------------------------------------------------------

    def _notice(self, text: str, way_out: str, run: Callable[[], object]) -> None:
        self.head.say(text, "warn", way_out=(way_out, run))

    def _stored(self, row: operations.Registered) -> None:
        words = self.words
        values = {"name": row.visitor, "number": row.number}
        nameless = "" if row.visitor else "_nameless"
        if row.held_seconds is None:
            said = words(f"visits.stored_no_clock{nameless}", **values)
        else:
            values["seconds"] = f"{held_tenths(row.held_seconds):.1f}"
            said = words(f"visits.stored{nameless}", **values)
        if row.missing:
            other = row.missing & OTHER_NAME
            said += words("visits.stored_other_name" if other else "visits.stored_unfinished")
        self.head.say(said, "done")
        self.saved.emit()

    def _left(self, said: str) -> None:
        self.head.say(said, "done")
        self.saved.emit()

    def _changed(self, names: frozenset[str]) -> None:
        if names & WATCHED and self.isVisible():
            self._refresh_all()

    def _entered(self) -> None:
        """Another guard or post: its own open registrations and lists."""
        self.head.show_post(self.services.session.now.station_name)
        post_id = self._actor().post_id
        if post_id != self._post_id:
            # Until its own are read there is none to act on: F9 must not end another post's registration.
            self._post_id, self._open, self.registration.open_rows = post_id, {}, ()
            self._show_open()
        at_post = post_id is not None
        before, self._who = self._who, self.services.session.now.person
        if at_post and before not in ("", self._who):
            if self.registration.entry is None:
                self.registration.clock.clear()
            self.head.say(self.words("visits.took_over", name=self._who), "info")
        self.stack.setCurrentIndex(1 if at_post else 0)
        if not at_post:
            self.chooser.refresh()
            self.chooser.setFocus()
        elif self.isVisible():
            self.registration.line.setFocus()
            self._refresh_all()

    def _refresh_all(self) -> None:
        run = self.services.background.run
        self._refresh_open()
        self.lists.refresh()
        for aid in self.aids:
            aid.refresh()
        run(queries.post_counts, self.house, self._actor(), done=self._counted, owner=self, replaces="counts")
        run(post_facts, self.house, self._actor(), done=self._facts, owner=self, replaces="facts")

    def _refresh_open(self) -> None:
        self.services.background.run(
            queries.open_registrations,
            self.house,
            self._actor(),
            done=self._opened,
            owner=self,
            replaces="open",
        )

    def _opened(self, rows: list[queries.OpenRegistration]) -> None:
        self._open = {row.visit_id: row for row in rows}
        self.registration.open_rows = tuple(rows)
        self._show_open()

    def _show_open(self) -> None:
        entry, unsaved = self.registration.entry, self.registration.unsaved
        shown = open_rows(self.words, self._open.values(), unsaved, entry, operations.stamp(self.house))
        self.open_list.show_rows(shown)
        in_line = entry is not None and entry.taken and entry.returned is None
        in_hand = sum(row.clocked for row in shown) + in_line
        self.several.set(self.words("visits.several", n=in_hand) if in_hand > 1 else "", "amber", "caution")
        self.open_card.set_count(len(shown) or None)

    def _counted(self, counts: queries.PostCounts) -> None:
        self.head.show_counts(counts)
        self.lists.set_counts(counts)
        self.counted.emit(len(self.open_list.rows()), "")

    def _facts(self, facts: PostFacts) -> None:
        self.registration.purposes = facts.purposes
        self.head.show_shift(facts.shift, self.services.session.now.person)

    def _open_row(self, visit_id: object) -> None:
        """A row of a list; the next one is marked when it was completed, so that one goes through them all."""
        self._open_visit(visit_id, self.lists.select)

    def _open_visit(self, visit_id: object, back: Callable[[], object] | None = None) -> None:
        """A visit: an open registration comes back into the line, another is completed; then `back`, else the line."""
        if visit_id in self._open:
            self._resume(visit_id)
            return
        run = self.services.background.run
        run(
            queries.card,
            self.house,
            self._actor(),
            cast("UUID", visit_id),
            done=partial(self._card, back or self.registration.line.setFocus),
            failed=self.show_error,
        )

    def _card(self, back: Callable[[], object], card: queries.VisitCard | None) -> None:
        if card is None:
            return
        lacks = CompleteDialog(self.services, card, self.registration.purposes, self).ask()
        if lacks is not None:
            self.registration.watch.look_visit(card.visit_id)
            said = self.words("visits.completed", name=card.fields.visitor or card.number)
            self.head.say(said + (self.words("visits.stored_unfinished") if lacks else ""), "done")
            self.saved.emit()
        back()

    def _tick(self) -> None:
        now: Any = self.house.clock.now().astimezone(self.house.site.zone)
        if self.head.show_time(f"{now:%H:%M}"):
            self.lists.pass_time()
        for over in self.open_list.over():
            if over.visit_id in self._open:  # of one that no row was written of yet the reason cannot be kept
                self.registration.strip.add(over.visit_id, over.name)

    def _flush(self) -> None:
        """Keeps how long F9 and the search took here, so that the 25 s are proven in use; no personal data."""
        taken = {what: seconds[:] for what, seconds in self._timings.items() if seconds}
        for seconds in self._timings.values():
            seconds.clear()
        if taken and self._actor().post_id is not None:
            self.services.background.run(
                timing_operations.keep, self.house, self._actor(), taken, failed=self._not_flushed, owner=self
            )

    def _not_flushed(self, error: DomainError) -> None:
        """Figures of a few minutes are not worth a message; what could not be written is said by the next real step."""

    def _actor(self) -> Actor:
        return cast("Actor", self.services.session.actor)
