"""The upper half of the post's screen: the line, what it may mean, the clock, and *document returned* (VIS-2 to VIS-5).

The window never waits: each step goes to the worker in order, and a registration carries its own key from the first
letter on, so that F9 may follow a step that is not answered yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.visits import (
    LIMIT_SECONDS,
    Stamp,
    has_clock,
    running_since,
)
from app.errors import DomainError
from app.operations import visits as operations
from app.queries import site as site_queries
from app.queries import visits as queries
from app.queries.noticed import Noticed, noticed
from app.queries.post import Purpose
from app.queries.visitor_search import Match, matches
from app.ui.services import Services
from app.ui.visits import offers
from app.ui.visits.choices import Choice, ChoiceList
from app.ui.visits.entry import (
    READY,
    Entry,
    Meaning,
    fill_in,
    meaning,
    parted,
    take_code,
    take_host,
    take_match,
    take_untaken,
    words_behind,
)
from app.ui.visits.field_row import FieldRow
from app.ui.visits.line import EntryLine
from app.ui.visits.notice import Notice
from app.ui.visits.over_reasons import OverReasons
from app.ui.widgets.buttons import PrimaryButton
from app.ui.widgets.card import Rule
from app.ui.widgets.clock import HeldClock

MOST = 8


class Registration(QWidget):
    """The line and its clock.

    `stored(Registered)` when a document went back and the row is on the disk; `opened` when a row was begun or changed;
    `left` when somebody was seen off; `error` for what has no field of its own; `searched` and `finished` say how many
    seconds a search and a *returned* took.
    """

    stored = Signal(object)
    opened = Signal()
    left = Signal(str)
    error = Signal(object)
    searched = Signal(float)
    finished = Signal(float)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.words, self.theme, self.house = services.words, services.theme, services.house
        self.entry: Entry | None = None
        self.mode = "register"
        self.purposes: tuple[Purpose, ...] = ()
        self.open_rows: tuple[queries.OpenRegistration, ...] = ()
        self.unsaved: dict[UUID, Entry] = {}
        self._left_text: dict[UUID, str] = {}
        self._cleared: tuple[Entry, str] | None = None  # what Esc took out of the line, for Ctrl+Z
        self._wrong = ""  # the number that waits for its reason
        self._answered = ""
        self._enter_waits = False
        self._returned_at: Stamp | None = None  # F9 came before the answer that an Enter waits for
        self._searching_since = 0.0
        self._build()

    def _build(self) -> None:
        theme = self.theme
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(theme.px(22), theme.px(12), theme.px(22), theme.px(10))
        left.setSpacing(theme.px(4))
        self.fields = FieldRow(theme)
        self.notice = Notice(theme)
        self.line = EntryLine(theme)
        self.choices = ChoiceList(theme)
        self.strip = OverReasons(self.services)
        self.strip.refused.connect(self._refused)
        left.addWidget(self.line)
        left.addWidget(self.fields)
        left.addWidget(self.notice)
        left.addWidget(self.choices, 1)
        left.addWidget(self.strip)
        across.addLayout(left, 1)
        across.addWidget(Rule(theme, down=True))
        right = QVBoxLayout()
        right.setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(20))
        self.clock = HeldClock(theme, self.words, now=self.now)
        self.button = PrimaryButton(theme, "", "F9", big=True)
        self.button.clicked.connect(self.returned)
        right.addWidget(self.clock)
        right.addStretch(1)
        right.addWidget(self.button)
        self._right = QWidget()
        self._right.setLayout(right)
        across.addWidget(self._right)
        theme.changed.connect(self._measure)
        self._measure()
        self.line.typed.connect(self._typed)
        self.line.touched.connect(self._touched)
        self.line.enter.connect(self._enter)
        self.line.escape.connect(self.aside)
        self.line.undone.connect(self.bring_back)
        self.services.session.changed.connect(self._forget_cleared)
        self.line.returned.connect(self.returned)
        self.line.moved.connect(self.choices.step)
        self.choices.taken.connect(self.choose)
        self.retranslate()

    def _measure(self) -> None:
        self._right.setFixedWidth(self.theme.px(320))

    # --- what the page asks for ---------------------------------------------------------------------------------------

    def now(self) -> float:
        """Seconds on the clock that registrations run on."""
        return operations.stamp(self.house).monotonic

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        self.button.setText(self.words("visits.return_document"))
        self._show()

    def start(self) -> None:
        """F2: a new registration; what stands in the line is put aside first. The clock starts with the first key."""
        self._clear_line()
        self.line.setFocus()
        self._show()

    def resume(self, row: queries.OpenRegistration) -> None:
        """Take an open registration back into the line."""
        self.resume_entry(self._held(row))

    def resume_entry(self, entry: Entry) -> None:
        """The same for one that could not be written."""
        self._clear_line()
        self.entry = entry
        self.resume_clock()
        text = self._left_text.pop(entry.visit_id, "")
        self.line.setText(text)
        self.line.setFocus()
        self._show()
        self._look(entry)

    def keep_text(self, visit_id: UUID, text: str) -> None:
        """What was typed for an open registration and not taken, from a time before this window."""
        self._left_text.setdefault(visit_id, text)

    def aside(self) -> None:
        """Esc: a taken registration stays open, in sight, with what was typed for it (VIS-4).

        Of text that was not taken nothing remains but the way back: Ctrl+Z.
        """
        text = self.line.take_away()
        if self.mode != "register":
            self.line.setText("" if self.mode == "leave" else text)
            self.mode = "register"
            self._show()
            return
        gone = self.entry if self.entry is not None and text.strip() else None
        if gone is not None and gone.taken:
            self._left_text[gone.visit_id] = text
        elif gone is not None:
            self._cleared = gone, text
        self.entry = None
        self.clock.clear()
        self._show()
        if gone is not None and not gone.taken:
            self.choices.show_hint(self.words("visits.cleared", text=text.strip()))
        self.opened.emit()

    def bring_back(self) -> None:
        """Ctrl+Z in the empty line: what Esc took out of it stands there again, its clock running on."""
        if self._cleared is None or self.entry is not None or self.mode != "register":
            return
        (self.entry, text), self._cleared = self._cleared, None
        self.line.setText(text)
        self.resume_clock()
        self._show()

    def _forget_cleared(self) -> None:
        """Another guard: nobody gets back what somebody else typed."""
        self._cleared = None

    def say_nothing_open(self) -> None:
        """F9 with nothing to act on."""
        self.choices.show_hint(self.words("visits.nothing_open"), "amber")

    def _clear_line(self) -> None:
        """Puts aside what stands in the line, in whatever it is asking just now."""
        self.mode = "register"
        self.aside()

    def leave(self) -> None:
        """F4: the line now takes a pass, a name or a number of somebody who leaves; again F4: back."""
        if self.mode == "leave":
            self.aside()
            return
        self._clear_line()
        self.mode = "leave"
        self.line.setFocus()
        self._show()

    def no_document(self) -> None:
        """F8: no document was handed over; its reason is asked, and there is no clock (VIS-2, VIS-7)."""
        if self.entry is None:
            self._touched()
        self.mode = "none"
        self.line.setFocus()
        self._show()

    def returned(self) -> None:
        """F9: the document goes back; stops the clock and stores, complete or not (VIS-2, VIS-3)."""
        if self._enter_waits:
            self._returned_at = self._returned_at or operations.stamp(self.house)
            return
        self.mode = "register"
        if self.entry is None:
            return
        stop = self._returned_at or operations.stamp(self.house)
        self._returned_at = None
        entry = self.entry
        text = self.line.take_away().strip()
        if text:
            take_untaken(entry, text, self._today())
        if not entry.taken and not text:
            self.clock.clear()
            self.entry = None
            self._show()
            return
        self._finish(entry, stop)
        self.entry = None
        self._show()

    def return_open(self, row: queries.OpenRegistration) -> None:
        """F9 with an empty line: the marked registration's document goes back."""
        self.return_entry(self._held(row))

    def _held(self, row: queries.OpenRegistration) -> Entry:
        stamp = Stamp(row.received_wall, row.received_monotonic, row.boot)
        kept = self.unsaved.get(row.visit_id)
        return kept or Entry(row.visit_id, stamp, row.fields, row.number_shown, True)

    def return_entry(self, entry: Entry) -> None:
        """The same for one that could not be written; it is back among those when it cannot be written again."""
        self.unsaved.pop(entry.visit_id, None)
        text = self._left_text.pop(entry.visit_id, "").strip()
        if text:
            take_untaken(entry, text, self._today())
        self._finish(entry, operations.stamp(self.house))

    def forget(self, visit_id: UUID) -> None:
        """The registration was discarded: out of the line with it."""
        self.unsaved.pop(visit_id, None)
        self._left_text.pop(visit_id, None)
        if self.entry is not None and self.entry.visit_id == visit_id:
            self.line.take_away()
            self.entry = None
            self.clock.clear()
            self._show()

    def choose(self, at: int) -> bool:
        """Alt and a digit: the choice under the line, else the oldest reason that waits."""
        if at < len(self.choices.choices):
            self._take(self.choices.choices[at])
            return True
        return self.strip.choose(at)

    # --- typing -------------------------------------------------------------------------------------------------------

    def _touched(self) -> None:
        if self.entry is None and self.mode != "leave":
            self.entry = Entry(operations.new_visit(), operations.stamp(self.house))
            self.resume_clock()

    def _typed(self, text: str) -> None:
        self._enter_waits = False
        if self.mode == "override" and self._wrong != text.strip():
            if self._words_follow(text.strip()):
                return
            if not self.line.composing():
                self.mode = "register"
        typed = text.strip()
        if not typed and self.entry is not None and not self.entry.taken and self.mode == "register":
            self.entry = None
            self.clock.clear()
        if typed:
            self._touched()
        self._show_hint(text)
        self._search(typed)

    def _search(self, typed: str) -> None:
        stage = self._stage()
        self._searching_since = self.now()
        answer = partial(self._found, typed, stage)
        said = self._meaning(typed) if typed else Meaning("", "")
        if stage in ("document", "host", READY):
            self._look_at(said)
        if typed and (
            stage == "leave" or (stage == "name" and self._untaken() and said.part == "pass_number")
        ):
            self._run(queries.leaving, typed, MOST, done=answer, replaces="search")
        elif typed and stage == "name":
            self._run(matches, typed, MOST, done=answer, replaces="search")
        elif typed and stage in ("host", READY):
            self._run(site_queries.hosts, typed, MOST, done=answer, replaces="search")
        else:
            self._found(typed, stage, [])

    def _look_at(self, said: Meaning) -> None:
        if said.part == "pass_number":
            self._look(self._entry(), pass_number=said.value)
        elif said.part == "document_number" and not said.fault:
            self._look(self._entry(), number=said.value)
        elif self.entry is not None and self.entry.noticed != Noticed():
            self._look(self.entry)

    def _look(self, entry: Entry, *, number: str = "", pass_number: str = "") -> None:
        """Ask what is odd about the number and the pass: said while they are typed, before F9 (VIS-3, VIS-9)."""
        fields = entry.fields
        number, pass_number = number or fields.document_number, pass_number or fields.pass_number
        answer = partial(self._noticed, entry)
        self._run(
            noticed, entry.visit_id, fields.visitor, number, pass_number, done=answer, replaces="noticed"
        )

    def _noticed(self, entry: Entry, about: Noticed) -> None:
        entry.noticed = about
        if entry is self.entry:
            self._show_notice()

    def _show_notice(self) -> None:
        entry = self.entry
        self.notice.show_text("" if entry is None else offers.notice(self.words, entry, self.house.site.zone))

    def _words_follow(self, typed: str) -> bool:
        """Words behind a wrong number that waits for its reason: it goes to the unfinished, they to the next field."""
        words = "" if self.line.composing() else words_behind(self._wrong, typed)
        if not words:
            return False
        entry = self._entry()
        take_untaken(entry, self._wrong, self._today())
        self.mode = "register"
        self.line.setText(words)
        self._keep(entry)
        return True

    def _found(self, typed: str, stage: str, answer: Sequence[Any]) -> None:
        if typed != self.line.whole().strip() or stage != self._stage():
            return
        self._answered = typed
        own = self.entry.visit_id if self.entry is not None else None
        still_open = [row for row in self.open_rows if row.visit_id != own]
        offer = self._meaning(typed).offer if stage == "override" else ""
        shown, hint = offers.offered(
            self.words, self.house, stage, typed, answer, self.purposes, still_open, offer
        )
        verb, foot = offers.verbs(self.words, stage, typed, answer)
        self.choices.show_choices(tuple(shown), verb, foot)
        if hint and not self.choices.hint:
            self.choices.show_hint(hint, "amber")
        if typed and answer is not None:
            self.searched.emit(self.now() - self._searching_since)
        if self._enter_waits:
            self._enter_waits = False
            self._enter(False)
            if self._returned_at is not None:
                self.returned()

    # --- taking -------------------------------------------------------------------------------------------------------

    def _enter(self, as_typed: bool) -> None:
        typed = self.line.whole().strip()
        if typed != self._answered and typed and not as_typed:
            self._enter_waits = True
            return
        current = self.choices.current()
        if as_typed and self.mode == "leave" and current is not None:
            self.see_off(cast("queries.OnSite", current.value), pass_returned=False)
        elif current is not None and not as_typed:
            self._take(current)
        elif typed:
            self._take_typed(typed)
        elif self.entry is None:
            self.opened.emit()

    def _take(self, choice: Choice) -> None:
        value = choice.value
        if isinstance(value, queries.OnSite):
            self.see_off(value, pass_returned=True)
            return
        if isinstance(value, queries.OpenRegistration):
            self.line.take_away()
            self.resume(value)
            return
        entry = self._entry()
        if isinstance(value, Match):
            take_match(entry, value)
        elif isinstance(value, site_queries.HostFound):
            take_host(entry, value)
        elif isinstance(value, tuple):
            what, code = value
            take_code(entry, what, code, self._meaning(code if what == "offer" else self.line.whole()))
            self.mode = "register"
            if what == "none":
                self.clock.clear()
                self._keep(entry)
                self._typed(self.line.whole())
                return
        self.line.take_away()
        self._keep(entry)

    def _take_typed(self, typed: str) -> None:
        if self.mode == "leave":
            self.choices.show_hint(self.words("visits.nobody_leaves", text=typed), "amber")
            return
        entry = self._entry()
        words, number = parted(typed)
        if number and entry.stage() != "document":
            fill_in(entry, self._meaning(words))
            self.line.setText(number)
            self._keep(entry)
            self._take_typed(number)
            return
        said = self._meaning(typed)
        if said.fault:
            self.mode, self._wrong = "override", typed
            self._show()
            return
        fill_in(entry, said)
        self.line.take_away()
        self._keep(entry)

    def _keep(self, entry: Entry) -> None:
        """Writes the registration as it stands: from here on it is a row that survives anything."""
        assert entry.started is not None
        kept, refused = partial(self._kept, entry), partial(self._not_kept, entry)
        if entry.taken:
            self._run(operations.fill, entry.visit_id, entry.fields, entry.started, done=kept, failed=refused)
        else:
            entry.taken = True
            self._cleared = None
            self._run(
                operations.begin, entry.visit_id, entry.started, entry.fields, done=kept, failed=refused
            )
        self._look(entry)
        self._show()

    def _kept(self, entry: Entry, _answer: object) -> None:
        self.unsaved.pop(entry.visit_id, None)

    def _not_kept(self, entry: Entry, error: DomainError) -> None:
        """It stays in sight, in the line or among the open ones, and is written with the next step or by F9."""
        if error.code != "already_returned":
            self.unsaved[entry.visit_id] = entry
        self.error.emit(error)
        self.opened.emit()

    def _finish(self, entry: Entry, stop: Stamp) -> None:
        assert entry.started is not None
        since, _ = running_since(entry.started, stop)
        if has_clock(entry.fields.document_kind, entry.fields.way_in):
            self.clock.stop(stop.monotonic - since)
        else:
            self.clock.clear()
        self._run(
            operations.document_returned,
            entry.visit_id,
            entry.started,
            stop,
            entry.fields,
            done=partial(self._stored, entry, stop),
            failed=partial(self._not_stored, entry),
        )

    def _stored(self, entry: Entry, stop: Stamp, row: operations.Registered) -> None:
        self.unsaved.pop(entry.visit_id, None)
        self.finished.emit(self.now() - stop.monotonic)
        if row.held_seconds is not None and row.held_seconds > LIMIT_SECONDS:
            self.strip.add(row.visit_id, row.visitor)
        self.stored.emit(row)

    def _not_stored(self, entry: Entry, error: DomainError) -> None:
        """Nothing typed is lost: it comes back, into the line when that is free, else among the open ones."""
        if error.code != "already_returned":
            self.unsaved[entry.visit_id] = entry
            if self.entry is None and not self.line.whole():
                self.entry = entry
                self.resume_clock()
                self._show()
        self.error.emit(error)
        self.opened.emit()

    def see_off(self, one: queries.OnSite, *, pass_returned: bool = True) -> None:
        """Logs the departure of somebody on site; a pass that is out counts as handed back unless said otherwise."""
        self.line.take_away()
        if self.entry is not None and not self.entry.taken:
            self.entry = None
            self.clock.clear()
        self.mode = "register"
        self._run(
            operations.depart,
            one.visit_id,
            pass_returned=pass_returned and bool(one.pass_number),
            done=partial(self._gone, one),
            failed=self._refused,
        )
        self._show()

    def _refused(self, error: DomainError) -> None:
        self.error.emit(error)

    def _gone(self, one: queries.OnSite, _left_at: object) -> None:
        self.left.emit(self.words("visits.left", name=one.visitor or one.plate))

    # --- showing ------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """The cells, the prompt, the notice and the choices of the stage."""
        words, entry = self.words, self.entry
        self.line.setPlaceholderText(words(f"visits.prompt_{self._stage()}"))
        self.fields.show_cells(offers.cells(words, entry) if entry is not None and entry.taken else ())
        self.button.setEnabled(True)
        self._show_notice()
        self._show_hint(self.line.whole())
        self._search(self.line.whole().strip())

    def _show_hint(self, text: str) -> None:
        stage, typed = self._stage(), text.strip()
        fault = self._meaning(typed).fault if stage == "override" else ""
        self.choices.show_hint(*offers.hint(self.words, stage, typed, fault, self._today()))

    def resume_clock(self) -> None:
        """Let the clock run from the entry's own start."""
        entry = self.entry
        if (
            entry is None
            or entry.started is None
            or not has_clock(entry.fields.document_kind, entry.fields.way_in)
        ):
            self.clock.clear()
            return
        since, estimated = running_since(entry.started, operations.stamp(self.house))
        self.clock.start(since, estimated)

    # --- small answers ------------------------------------------------------------------------------------------------

    def _stage(self) -> str:
        if self.mode != "register":
            return self.mode
        return "name" if self.entry is None else self.entry.stage()

    def _entry(self) -> Entry:
        self._touched()
        assert self.entry is not None
        return self.entry

    def _meaning(self, typed: str) -> Meaning:
        return meaning(self.entry or Entry(operations.new_visit()), typed, self._today())

    def _untaken(self) -> bool:
        return self.entry is None or not self.entry.taken

    def _run(self, call: Callable[..., Any], *values: Any, **more: Any) -> None:
        """The next step for the worker, for this guard."""
        self.services.background.run(call, self.house, self._actor(), *values, owner=self, **more)

    def _today(self) -> Any:
        return operations.stamp(self.house).wall.astimezone(self.house.site.zone).date()

    def _actor(self) -> Actor:
        return cast("Actor", self.services.session.actor)
