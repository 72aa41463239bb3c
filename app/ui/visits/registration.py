"""The steps at the post's line: typing, taking, putting aside, seeing off, and *document returned* (VIS-2 to VIS-5).

The window never waits: each step goes to the worker in order (`writing`), and a registration carries its own key from
the first letter on, so that F9 may follow a step that is not answered yet. What the text may mean is in `line_search`,
what the screen is made of in `upper_half`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.parting import parted
from app.domain.people import Actor
from app.domain.visits import LIMIT_SECONDS, LONGEST, Stamp
from app.operations import visits as operations
from app.queries import visits as queries
from app.ui.services import Services
from app.ui.visits import offers
from app.ui.visits.choices import Choice
from app.ui.visits.entry import (
    Entry,
    Meaning,
    beside,
    fill_in,
    take,
    take_untaken,
    words_behind,
)
from app.ui.visits.line_search import LineSearch
from app.ui.visits.questions import Closing
from app.ui.visits.texts import called
from app.ui.visits.writing import Writing


class Registration(LineSearch):
    """The line and its clock.

    `stored(Registered)` when a document went back and the row is on the disk; `opened` when a row was begun or changed;
    `left` when somebody was seen off; `finished` says how many seconds a *returned* took; `idle`: F9 with nothing in
    the line to act on.
    """

    stored = Signal(object)
    opened = Signal()
    left = Signal(str)
    finished = Signal(float)
    idle = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self._left_text: dict[UUID, str] = {}
        self._cleared: tuple[Entry, str] | None = None  # what Esc took out of the line, for Ctrl+Z
        self._wrong = ""  # the number that waits for its reason
        self.closing: list[Closing] = []  # ended by F9 before the answer that their Enter waited for
        self.go_on.connect(self._enter)
        self.questions.closed.connect(self._closed)
        self.questions.odd.connect(self._odd)
        self.writing = Writing(services, self)
        self.unsaved = self.writing.unsaved
        self.writing.stored.connect(self._stored)
        self.writing.not_stored.connect(self._not_stored)
        self.writing.left.connect(self._gone)
        self.writing.changed.connect(self.opened)
        self.writing.written.connect(self.watch.look)
        self.writing.error.connect(self.error)
        self.strip.refused.connect(self.error)
        self.line.typed.connect(self._typed)
        self.line.touched.connect(self._touched)
        self.line.enter.connect(self._enter)
        self.line.escape.connect(self.aside)
        self.line.undone.connect(self.bring_back)
        self.line.moved.connect(self.choices.step)
        self.choices.taken.connect(self.choose)
        services.session.changed.connect(self._forget_cleared)
        self.retranslate()

    # --- what the page asks for ---------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        self.button.setText(self.words("visits.return_document"))
        self.watch.retranslate()
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
        self.questions.look(entry)

    def keep_text(self, visit_id: UUID, text: str) -> None:
        """What was typed for an open registration and not taken, from a time before this window."""
        self._left_text.setdefault(visit_id, text)

    def aside(self) -> None:
        """Esc: a taken registration stays open, in sight, with what was typed for it (VIS-4).

        Of text that was not taken nothing remains but the way back: Ctrl+Z.
        """
        self._enter_for = None
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
            self._say_cleared()
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
        """Another guard: nobody gets back what somebody else typed, and no Enter goes on for somebody else."""
        self._cleared = None
        self._enter_for = None

    def say_nothing_open(self) -> None:
        """F9 with nothing to act on."""
        self.choices.show_hint(self.words("visits.nothing_open"), "amber")

    def begin(self) -> Entry:
        """The registration in the line; where there is none, one begins and its clock starts (VIS-2)."""
        self._touched()
        assert self.entry is not None
        return self.entry

    def enter_text(self, text: str) -> None:
        """A text that a device read, as if it had been typed and entered."""
        self.line.setText(text)
        self._typed(text)
        self._enter(False)

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
        self._enter_for = None
        if self.entry is None:
            self._touched()
        self.mode = "none"
        self.line.setFocus()
        self._show()

    def change_kind(self) -> None:
        """Another kind of document than the number was taken for; asked under the line (VIS-7)."""
        entry = self.entry
        if (
            self.mode != "register"
            or entry is None
            or not (entry.fields.document_number or entry.number_shown)
        ):
            self.choices.show_hint(self.words("visits.no_number_yet"), "amber")
            return
        self._enter_for = None
        self.mode = "kind"
        self.line.setFocus()
        self._show()

    def returned(self) -> None:
        """F9: the document goes back; stops the clock and stores, complete or not (VIS-2, VIS-3).

        Where an Enter still waits for its answer, the registration leaves the line with this stamp and is stored as
        soon as the answer is there: what is done in the line meanwhile is the next visitor's.
        """
        stop, entry, cleared = operations.stamp(self.house), self.entry, self._cleared
        if entry is None:
            self.idle.emit()
            return
        stage, waits = self._stage(), self._enter_for == self._question()
        by_pass = self._leaves_by_pass(self.line.whole())
        self._enter_for = None
        self.mode = "register"
        text = self.line.take_away().strip()
        self.entry = None
        if waits:
            self.stop_clock(entry, stop)
            closing = Closing(entry, text, stage, stop, cast("Actor", self.services.session.actor))
            self.closing.append(closing)
            self.questions.close(closing, by_pass=by_pass)
        elif entry.taken or text:
            self._take_rest(entry, text)
            self._finish(entry, stop)
        else:
            self.clock.clear()
        self._show()
        if self._cleared is not cleared:
            self._say_cleared()

    def _closed(self, closing: Closing, answer: Sequence[Any] | None) -> None:
        """What Enter would have taken is taken; where nobody could say what it is, the text stands as typed."""
        self.closing.remove(closing)
        entry, typed = closing.entry, closing.typed
        first = self._offered(closing.stage, typed, answer, entry.visit_id)[0] if answer else []
        value = first[0].value if first else None
        if isinstance(value, queries.OnSite):
            self.writing.depart(value, pass_returned=True, actor=closing.actor)
            if self.entry is None:
                self.clock.clear()
            return
        if isinstance(value, queries.OpenRegistration):
            entry = self._with_left_text(self._held(value))
        elif value is None or value == ("new", typed):
            take_untaken(entry, typed, self.today(), entered=True)
        else:
            take(entry, value, typed, self.today())
        self.writing.finish(entry, closing.stop, closing.actor)

    def return_open(self, row: queries.OpenRegistration) -> None:
        """F9 with an empty line: the marked registration's document goes back."""
        self.return_entry(self._held(row))

    def _held(self, row: queries.OpenRegistration) -> Entry:
        stamp = Stamp(row.received_wall, row.received_monotonic, row.boot)
        kept = self.unsaved.get(row.visit_id)
        return kept or Entry(row.visit_id, stamp, row.fields, row.number_shown, True)

    def return_entry(self, entry: Entry) -> None:
        """The same for one that could not be written; it is back among those when it cannot be written again."""
        cleared = self._cleared
        self._finish(self._with_left_text(entry), operations.stamp(self.house))
        if self._cleared is not cleared:
            self._say_cleared()

    def _with_left_text(self, entry: Entry) -> Entry:
        """With what was typed for it and put aside; it is no longer among those that could not be written."""
        self.unsaved.pop(entry.visit_id, None)
        self._take_rest(entry, self._left_text.pop(entry.visit_id, "").strip())
        return entry

    def _take_rest(self, entry: Entry, text: str) -> None:
        """What was typed and not taken; words that have no room there stay within reach of Ctrl+Z."""
        rest = take_untaken(entry, text, self.today()) if text else ""
        if rest:
            self._cleared = Entry(operations.new_visit(), operations.stamp(self.house)), rest

    def _say_cleared(self) -> None:
        if self._cleared is not None and self.entry is None:
            self.choices.show_hint(self.words("visits.cleared", text=self._cleared[1].strip()))

    def forget(self, visit_id: UUID) -> None:
        """The registration was discarded: out of the line with it."""
        self.unsaved.pop(visit_id, None)
        self._left_text.pop(visit_id, None)
        self.strip.forget(visit_id)
        if self.entry is not None and self.entry.visit_id == visit_id:
            self.line.take_away()
            self.entry = None
            self.clock.clear()
            self._show()

    def choose(self, at: int) -> bool:
        """Alt and a digit: the choice under the line; if there is none, the oldest reason that waits."""
        if not self.choices.choices:
            return self.strip.choose(at)
        if self._stopped():
            return False
        if at < len(self.choices.choices):
            self._take(self.choices.choices[at])
            return True
        return False

    # --- typing -------------------------------------------------------------------------------------------------------

    def _touched(self) -> None:
        if self.entry is None and self.mode != "leave":
            self.entry = Entry(operations.new_visit(), operations.stamp(self.house))
            self.resume_clock()

    def _typed(self, text: str) -> None:
        self._enter_for = None
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

    def _odd(self, entry: Entry) -> None:
        if entry is self.entry:
            self.show_notice(entry)

    def _words_follow(self, typed: str) -> bool:
        """Words behind a wrong number that waits for its reason: it goes to the unfinished, they to the next field."""
        words = "" if self.line.composing() else words_behind(self._wrong, typed)
        if not words:
            return False
        entry = self.begin()
        take_untaken(entry, self._wrong, self.today())
        self.mode = "register"
        self.line.setText(words)
        self.keep(entry)
        return True

    # --- taking -------------------------------------------------------------------------------------------------------

    def _enter(self, as_typed: bool) -> None:
        typed = self.line.whole().strip()
        if len(typed) > LONGEST or self._stopped():
            return
        if typed and not as_typed and self._answered != self._question():
            self._enter_for = self._question()
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

    def _stopped(self) -> bool:
        """Whether the watch list's notice must be read first: no Enter runs over it (VIS-11). F9 is never held up."""
        stops = self.watch.holds(self.entry)
        if stops:
            self.choices.show_hint(self.words("watch_list.stop_first"), "red")
        return stops

    def _take(self, choice: Choice) -> None:
        value = choice.value
        if isinstance(value, queries.OnSite):
            self.see_off(value, pass_returned=True)
            return
        if isinstance(value, queries.OpenRegistration):
            self.line.take_away()
            self.resume(value)
            return
        if isinstance(value, tuple) and value[0] == "new":
            self._take_typed(str(value[1]))
            return
        entry = self.begin()
        take(entry, value, self.line.whole(), self.today())
        if isinstance(value, tuple):
            self.mode = "register"
            if value[0] == "none":
                self.clock.clear()
                self.keep(entry)
                self._typed(self.line.whole())
                return
        self.line.take_away()
        self.keep(entry)

    def _take_typed(self, typed: str) -> None:
        if self.mode == "leave":
            self.choices.show_hint(self.words("visits.nobody_leaves", text=typed), "amber")
            return
        entry = self.begin()
        words, number = parted(typed) if entry.stage() != "document" else (typed, "")
        if number:
            self.line.setText(words)
            self._take_typed(words)
            self._take_number(entry, number)
            return
        self._take_meaning(entry, self._meaning(typed), typed)

    def _take_number(self, entry: Entry, number: str) -> None:
        """A number that was typed with other words. Of two that are wrong the line asks about the first."""
        if self.mode == "override":
            take_untaken(entry, number, self.today())
            self.keep(entry)
            return
        self.line.setText(number)
        self._take_meaning(entry, beside(entry, number, self.today()), number)

    def _take_meaning(self, entry: Entry, said: Meaning, typed: str) -> None:
        if said.fault and said.part == "pass_number":
            self.choices.show_hint(offers.fault_text(self.words, said.fault), "red")
            return
        if said.fault:
            self.mode, self._wrong = "override", typed
            self._show()
            return
        fill_in(entry, said)
        self.line.take_away()
        self.keep(entry)

    def keep(self, entry: Entry) -> None:
        """Writes a registration as it stands, and shows it."""
        if not entry.taken:
            self._cleared = None
        self.writing.keep(entry)
        self.questions.look(entry)
        self._show()

    def _finish(self, entry: Entry, stop: Stamp) -> None:
        self.stop_clock(entry, stop)
        self.writing.finish(entry, stop)

    def _stored(self, row: operations.Registered, pressed: float) -> None:
        self.finished.emit(self.now() - pressed)
        if row.held_seconds is not None and row.held_seconds > LIMIT_SECONDS:
            self.strip.add(row.visit_id, row.visitor or row.number)
        self.stored.emit(row)

    def _not_stored(self, entry: Entry) -> None:
        """Nothing typed is lost: it comes back, into the line when that is free, else among the open ones."""
        if self.entry is None and not self.line.whole() and self.mode == "register":
            self.entry = entry
            self.resume_clock()
            self._show()

    def see_off(self, one: queries.OnSite, *, pass_returned: bool = True) -> None:
        """Logs the departure of somebody on site; a pass that is out counts as handed back unless said otherwise."""
        self.line.take_away()
        if self.entry is not None and not self.entry.taken:
            self.entry = None
            self.clock.clear()
        self.mode = "register"
        self.writing.depart(one, pass_returned=pass_returned)
        self._show()

    def _gone(self, one: queries.OnSite) -> None:
        name = called(one.visitor, one.plate, one.phone_shown, one.pass_number, one.number)
        self.left.emit(self.words("visits.left", name=name))

    # --- showing ------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """The cells, the prompt, the notice and the choices of the stage."""
        self.show_entry(self.entry, self._stage())
        self._show_hint(self.line.whole())
        self._search(self.line.whole().strip())

    def _show_hint(self, text: str) -> None:
        stage, typed = self._stage(), text.strip()
        if len(typed) > LONGEST:
            self.choices.show_hint(self.words("errors.text_too_long", most=LONGEST), "red")
            return
        fault = self._meaning(typed).fault if stage == "override" else ""
        self.choices.show_hint(*offers.hint(self.words, stage, typed, fault, self.today()))

    def resume_clock(self) -> None:
        """Let the clock run from the entry's own start."""
        self.run_clock(self.entry)
