"""The roll call: type whom was found, Enter ticks; how many are missing stands large; other PCs tick too (VIS-13)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.people import Actor
from app.domain.roll_call import meant
from app.errors import DomainError
from app.operations import roll_calls as operations
from app.queries import evacuation as queries
from app.queries.evacuation import Present, RollCall, RollCallPerson
from app.ui import messages
from app.ui.paged_table_model import Answer, Column, PagedTableModel
from app.ui.services import Services
from app.ui.visits.texts import called, host_text
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.dialogs import Dialog, confirm
from app.ui.widgets.forms import FieldError
from app.ui.widgets.pick import MOST, Match, PickLine
from app.ui.widgets.rows import Cell
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text

WATCHED = frozenset({"roll_calls", "roll_call_ticks", "roll_call_ends", "visits", "departures"})
ALL = 100_000
WIDE, HIGH = 900, 660
FIGURES = ("missing", "found", "expected")


class RollCallDialog(Dialog):
    """`ask()` answers the RollCall that was ended here, or None: it goes on, or was ended elsewhere."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        words, theme = services.words, services.theme
        super().__init__(theme, words, words("evacuation.roll_call_title"), parent, width=WIDE)
        self.services, self.house = services, services.house
        self.call: RollCall | None = None
        self._people: dict[UUID, RollCallPerson] = {}
        self._ended: RollCall | None = None
        self.asked = self.say("", "ink")
        self.running = QWidget()
        column = QVBoxLayout(self.running)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        figures = QHBoxLayout()
        figures.setSpacing(theme.px(28))
        self.figures: dict[str, Text] = {}
        for name in FIGURES:
            one = QVBoxLayout()
            one.setSpacing(0)
            self.figures[name] = Text(theme, role="clock" if name == "missing" else "figure", bold=True)
            one.addStretch(1)
            one.addWidget(self.figures[name])
            one.addWidget(Text(theme, words(f"evacuation.{name}"), tone="ink_soft"))
            figures.addLayout(one)
        figures.addStretch(1)
        column.addLayout(figures)
        self.line = PickLine(theme)
        self.line.setMinimumHeight(theme.row("post"))
        self.line.setFont(theme.font("lead"))
        self.line.setPlaceholderText(words("evacuation.roll_call_line"))
        self.line.setAccessibleName(words("evacuation.roll_call_who"))
        self.line.asked.connect(self._look)
        self.line.picked.connect(self._picked)
        self.line.passed.connect(self._passed)
        self.hint = FieldError(theme)
        columns = self._columns()
        self.model = PagedTableModel(columns, self._rows, _key, words, page=ALL, tone=_tone, parent=self)
        self.table = Table(theme)
        self.table.setModel(self.model)
        self.table.set_columns(columns)
        self.table.setMinimumHeight(theme.px(110))
        self.table.taken.connect(self._row_taken)
        column.addWidget(self.line)
        column.addWidget(self.hint)
        column.addWidget(self.table, 1)
        self.running.hide()
        self.add(self.running, 1)
        self.undo = PlainButton(theme, words("evacuation.roll_call_undo"), "Delete")
        self.undo.clicked.connect(self._take_back)
        self.add_verb(self.undo)
        self.undo.hide()
        self.add_verbs(words("evacuation.roll_call_begin"), words("evacuation.roll_call_aside"))
        self._enable(False)
        down = QShortcut(QKeySequence("Ctrl+Down"), self)
        down.activated.connect(self._into_table)
        services.bus.changed.connect(self._heard)
        self.refresh()

    def value(self) -> object:
        """The roll call that was ended."""
        return self._ended

    def refresh(self) -> None:
        """How it stands now, here and elsewhere."""
        self._run(queries.running_roll_call, done=self._known, replaces="roll call")

    def take(self) -> None:
        """Begin, or end."""
        if self.call is None:
            self._enable(False)
            self._run(operations.begin, done=self._begun, failed=self._refused)
            return
        words, missing = self.words, self.call.missing
        text = words("evacuation.roll_call_end_text", n=missing)
        if missing and not confirm(
            self,
            self.theme,
            words,
            words("evacuation.roll_call_end_title"),
            text,
            words("evacuation.roll_call_end"),
            leave=words("evacuation.roll_call_stay"),
            danger=True,
        ):
            self.line.setFocus()
            return
        self._enable(False)
        ended = partial(self._end_written, self.call.id)
        self._run(operations.end, self.call.id, done=ended, failed=self._refused)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if enter and self.call is not None and not control:
            return  # a bare Enter ticks somebody and never ends the roll call
        if event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self._take_back()
            return
        if event.key() == Qt.Key.Key_Escape and self.table.hasFocus():
            self.line.setFocus()
            return
        super().keyPressEvent(event)

    # --- answers ------------------------------------------------------------------------------------------------------

    def _known(self, call: RollCall | None) -> None:
        if call is None and self.call is None:
            self._run(queries.on_site_now, done=self._asks)
            return
        if call is None or (self.call is not None and call.id != self.call.id):
            self.hint.show_text(self.words("evacuation.roll_call_over"))
            self._enable(False)
            self.line.setEnabled(False)
            return
        first, self.call = self.call is None, call
        self._people = {one.who.visit_id: one for one in call.people}
        self._show_running(first)

    def _asks(self, now: queries.Presence) -> None:
        here = len(now.present)
        code = "roll_call_ask" if here else "roll_call_nobody"
        self.asked.setText(self.words(f"evacuation.{code}", n=here))
        self._enable(bool(here))
        if here and self.primary is not None:
            self.primary.setFocus()

    def _show_running(self, first: bool) -> None:
        call = self.call
        assert call is not None
        values = {"missing": call.missing, "expected": len(call.people)}
        values["found"] = values["expected"] - values["missing"]
        for name, value in values.items():
            self.figures[name].setText(f"{value:,}")
        self.figures["missing"].set_tone("red" if call.missing else "green")
        started = call.started_at.astimezone(self.house.site.zone)
        self.asked.setText(self.words("evacuation.started", time=f"{started:%H:%M}", name=call.started_by))
        if first:
            self.running.show()
            self.undo.show()
            if self.primary is not None:
                self.primary.setText(self.words("evacuation.roll_call_end"))
            self._grow()
            self.line.setFocus()
            self._enable(True)
        self.model.refresh()

    def _grow(self) -> None:
        """Room for the list, in the middle of the window and never beyond the screen."""
        theme, room = self.theme, self.screen().availableGeometry()
        self.resize(min(theme.px(WIDE), room.width()), min(theme.px(HIGH), room.height() - theme.px(48)))
        over = self.parentWidget()
        middle = over.window().frameGeometry().center() if over is not None else room.center()
        place = self.frameGeometry()
        place.moveCenter(middle)
        place.moveTop(max(place.top(), room.top()))
        self.move(place.topLeft())

    def _begun(self, _key: UUID) -> None:
        self.refresh()

    def _end_written(self, key: UUID, _answer: object) -> None:
        self._run(queries.roll_call, key, done=self._over)

    def _over(self, call: RollCall | None) -> None:
        self._ended = call
        self.accept()

    def _refused(self, error: DomainError) -> None:
        self.hint.show_text(messages.text_of(error, self.words))
        if self.call is None:
            self.asked.setText(messages.text_of(error, self.words))
        self._enable(True)
        self.refresh()

    def _heard(self, names: frozenset[str]) -> None:
        if names & WATCHED and self.isVisible():
            self.refresh()

    # --- ticking ------------------------------------------------------------------------------------------------------

    def _look(self, text: str) -> None:
        found = partial(self._found, text)
        people = [one.who for one in self._people.values()]
        background = self.services.background
        background.run(meant, people, text, done=found, owner=self, replaces="meant")

    def _found(self, text: str, people: list[Present]) -> None:
        listed = [self._people[one.visit_id] for one in people if one.visit_id in self._people]
        listed.sort(key=lambda one: one.found_at is not None)
        self.line.offer(text, [self._match(one) for one in listed[:MOST]])
        nobody = bool(text.strip()) and not listed
        self.hint.hint(self.words("evacuation.roll_call_none", text=text.strip()) if nobody else "", "amber")

    def _match(self, one: RollCallPerson) -> Match:
        who = one.who
        below = " · ".join(part for part in (who.building, host_text(who.host, who.purpose)) if part)
        return Match(_name(one), below, self._state(one), who.visit_id, fits=one.found_at is None)

    def _picked(self, visit_id: object) -> None:
        self.line.take("", None)
        self._tick(cast("UUID", visit_id))

    def _passed(self) -> None:
        text = self.line.whole().strip()
        if text:
            self.hint.hint(self.words("evacuation.roll_call_none", text=text), "amber")

    def _tick(self, visit_id: UUID) -> None:
        one = self._people.get(visit_id)
        if one is None or self.call is None:
            return
        if one.found_at is not None:
            self.hint.hint(self.words("evacuation.roll_call_already", name=_name(one)), "amber")
            return
        said = self.words("evacuation.roll_call_ticked", name=_name(one))
        done = partial(self._written, said)
        self._run(operations.tick, self.call.id, visit_id, done=done, failed=self._refused)

    def _take_back(self) -> None:
        one = self.model.row_at(self.table.currentIndex().row())
        if one is None or one.found_at is None or self.call is None:
            return
        said = self.words("evacuation.roll_call_unticked", name=_name(one))
        done = partial(self._written, said)
        self._run(operations.take_back, self.call.id, one.who.visit_id, done=done, failed=self._refused)

    def _written(self, said: str, _answer: object) -> None:
        self.hint.hint(said, "green")
        self.refresh()

    def _row_taken(self, index: QModelIndex) -> None:
        one = self.model.row_at(index.row())
        if one is not None:
            self._tick(one.who.visit_id)

    def _into_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus()
            self.table.selectRow(max(self.table.currentIndex().row(), 0))

    # --- the list -----------------------------------------------------------------------------------------------------

    def _rows(self, after: Hashable | None, limit: int, answer: Answer) -> None:
        """All of them are here already."""
        answer([] if after is not None else list(self._people.values()))

    def _columns(self) -> Sequence[Column]:
        return (
            Column("who", "evacuation.who", _name, width=190, cell=lambda one: Cell(_name(one), bold=True)),
            Column("host", "evacuation.host", _where),
            Column("since", "evacuation.since", self._since, width=104),
            Column("pass", "evacuation.pass", lambda one: one.who.pass_number, width=84),
            Column("state", "evacuation.column_state", self._state, width=170, cell=self._state_cell),
        )

    def _since(self, one: RollCallPerson) -> str:
        return f"{one.who.since.astimezone(self.house.site.zone):%m-%d %H:%M}"

    def _state(self, one: RollCallPerson) -> str:
        if one.found_at is not None:
            time = f"{one.found_at.astimezone(self.house.site.zone):%H:%M}"
            return self.words("evacuation.state_found", time=time, name=one.found_by)
        return self.words("evacuation.state_left" if one.left else "evacuation.state_missing")

    def _state_cell(self, one: RollCallPerson) -> Cell:
        if one.found_at is not None:
            return Cell(self._state(one), "green", icon="check")
        return Cell(self._state(one), badge="amber" if one.left else "red")

    def _enable(self, enabled: bool) -> None:
        if self.primary is not None:
            self.primary.setEnabled(enabled)

    def _run(self, function: Callable[..., object], *values: object, **more: Any) -> None:
        services = self.services
        actor = cast("Actor", services.session.actor)
        services.background.run(function, self.house, actor, *values, owner=self, **more)


def _key(one: RollCallPerson) -> Hashable:
    return one.who.visit_id


def _tone(one: RollCallPerson) -> str:
    return "" if one.found_at is not None else "amber" if one.left else "red"


def _name(one: RollCallPerson) -> str:
    who = one.who
    return called(
        " ".join(part for part in (who.visitor, who.plate) if part), "", who.phone_shown, who.number
    )


def _where(one: RollCallPerson) -> str:
    who = one.who
    return " · ".join(part for part in (who.building, host_text(who.host, who.purpose), who.post) if part)
