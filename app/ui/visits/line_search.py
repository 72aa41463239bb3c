"""What the line's text may mean: it is asked while somebody types, and the answers stand under the line (VIS-5).

An Enter that is quicker than its answer waits for it; no answer and no Enter reaches another registration or another
text (VIS-2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.errors import DomainError
from app.operations import visits as operations
from app.queries import visits as queries
from app.queries.post import Purpose
from app.ui.services import Services
from app.ui.visits import offers
from app.ui.visits.choices import Choice
from app.ui.visits.entry import READY, Entry, Meaning, meaning
from app.ui.visits.questions import Questions
from app.ui.visits.upper_half import UpperHalf

Question = tuple[UUID | None, str, str]


class LineSearch(UpperHalf):
    """The registration in the line, the mode that the line is in, and what is asked about its text.

    `error` for what has no field of its own; `searched` says how many seconds a search took; `go_on(as_typed)`: the
    answer that an Enter waited for is there.
    """

    error = Signal(object)
    searched = Signal(float)
    go_on = Signal(bool)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.entry: Entry | None = None
        self.mode = "register"
        self.purposes: tuple[Purpose, ...] = ()
        self.open_rows: tuple[queries.OpenRegistration, ...] = ()
        # What a search was answered for, and what an Enter waits for: registration, text and stage.
        self._answered: Question | None = None
        self._enter_for: Question | None = None
        self._searching_since = 0.0
        self.questions = Questions(services, self)
        self.questions.found.connect(self._found)
        self.questions.not_found.connect(self._not_found)

    def _stage(self) -> str:
        if self.mode != "register":
            return self.mode
        return "name" if self.entry is None else self.entry.stage()

    def _meaning(self, typed: str) -> Meaning:
        return meaning(self.entry or Entry(operations.new_visit()), typed, self.today())

    def _question(self) -> Question:
        """What the line asks just now: of which registration, with which text, at which stage."""
        entry = self.entry
        return entry.visit_id if entry is not None else None, self.line.whole().strip(), self._stage()

    def _search(self, typed: str) -> None:
        stage = self._stage()
        self._searching_since = self.now()
        said = self._meaning(typed) if typed else Meaning("", "")
        if self.entry is not None and stage in ("document", "host", READY):
            self.questions.look_at(self.entry, said)
        known = self.entry.fields.visitor_id if self.entry is not None else None
        if stage == READY and not typed and known is not None:
            self.questions.recent(known)
        else:
            self.questions.search(stage, typed, by_pass=self._leaves_by_pass(typed))

    def _leaves_by_pass(self, typed: str) -> bool:
        """Whether the text is a pass alone in the line: first of all somebody who leaves (VIS-9)."""
        untaken = self.entry is None or not self.entry.taken
        return self._stage() == "name" and untaken and self._meaning(typed).part == "pass_number"

    def _found(self, typed: str, stage: str, answer: Sequence[Any]) -> None:
        if typed != self.line.whole().strip() or stage != self._stage():
            return
        own = self.entry.visit_id if self.entry is not None else None
        shown, hint = self._offered(stage, typed, answer, own)
        verb, foot = offers.verbs(self.words, stage, typed, answer)
        self.choices.show_choices(tuple(shown), verb, foot)
        if hint and not self.choices.hint:
            self.choices.show_hint(hint, "amber")
        if typed and answer is not None:
            self.searched.emit(self.now() - self._searching_since)
        self._answer_is_there(as_typed=False)

    def _not_found(self, typed: str, stage: str, error: DomainError) -> None:
        """The search failed: what is typed can still be taken as it is (VIS-3)."""
        self.error.emit(error)
        if typed == self.line.whole().strip() and stage == self._stage():
            self.choices.show_choices(())
            self._answer_is_there(as_typed=self.mode != "leave")

    def _answer_is_there(self, *, as_typed: bool) -> None:
        self._answered = self._question()
        if self._enter_for == self._answered:
            self._enter_for = None
            self.go_on.emit(as_typed)

    def _offered(
        self, stage: str, typed: str, answer: Sequence[Any], own: UUID | None
    ) -> tuple[list[Choice], str]:
        still_open = [row for row in self.open_rows if row.visit_id != own]
        offer = self._meaning(typed).offer if stage == "override" else ""
        return offers.offered(self.words, self.house, stage, typed, answer, self.purposes, still_open, offer)
