"""Whom the night closed: said in the morning, shown by name; a pass that comes back late is noted (VIS-9, VIS-10)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import partial
from typing import cast

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from app.domain.people import Actor
from app.errors import DomainError
from app.operations.visits import return_pass
from app.queries.evacuation import Present
from app.ui import messages
from app.ui.paged_table_model import Answer, Column, PagedTableModel
from app.ui.services import Services
from app.ui.visits.texts import called, host_text
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import FieldError
from app.ui.widgets.rows import Cell
from app.ui.widgets.tables import Table


class NightDialog(Dialog):
    """A list to read; Enter on a row notes that its pass came back (VIS-9), Esc closes it."""

    def __init__(self, services: Services, people: Sequence[Present], parent: QWidget | None = None) -> None:
        words, theme = services.words, services.theme
        super().__init__(theme, words, words("evacuation.night_title"), parent, width=860)
        self.services = services
        self._people = {one.visit_id: one for one in people}
        self.said = FieldError(theme)
        self.model = PagedTableModel(
            self._columns(), self._rows, _key, words, page=len(people) + 1, parent=self
        )
        self.table = Table(theme)
        self.table.setModel(self.model)
        self.table.set_columns(self.model.columns)
        self.table.setMinimumHeight(theme.px(220))
        self.table.taken.connect(self._taken)
        if people:
            self.say(words("evacuation.closed_note"))
            if any(one.pass_out for one in people):
                self.say(words("evacuation.night_hint_pass"))
            self.add(self.table, 1)
            self.model.reload()
        else:
            self.say(words("evacuation.night_none"))
        self.add(self.said)
        self.add_verbs(words("evacuation.night_close"), key="Esc")
        for other in self.findChildren(PlainButton):
            other.hide()  # there is one way out
        if people:
            self.table.setFocus()
            self.table.selectRow(0)
        elif self.primary is not None:
            self.primary.setFocus()

    def _columns(self) -> Sequence[Column]:
        zone = self.services.house.site.zone
        return (
            Column("who", "evacuation.who", _name, width=180, cell=lambda one: Cell(_name(one), bold=True)),
            Column("host", "evacuation.host", lambda one: host_text(one.host, one.purpose)),
            Column("post", "evacuation.post", lambda one: one.post, width=120),
            Column(
                "since",
                "evacuation.since",
                lambda one: f"{one.since.astimezone(zone):%m-%d %H:%M}",
                width=110,
            ),
            Column("pass", "evacuation.pass", self._pass, width=130, cell=self._pass_cell),
        )

    def _pass(self, one: Present) -> str:
        return self.words("evacuation.night_out", number=one.pass_number) if one.pass_out else one.pass_number

    def _pass_cell(self, one: Present) -> Cell:
        return Cell(self._pass(one), badge="amber") if one.pass_out else Cell(self._pass(one), "ink_soft")

    def _rows(self, after: Hashable | None, limit: int, answer: Answer) -> None:
        answer([] if after is not None else list(self._people.values()))

    def _taken(self, index: QModelIndex) -> None:
        one = self.model.row_at(index.row())
        if one is None or not one.pass_out:
            return
        services = self.services
        services.background.run(
            return_pass,
            services.house,
            cast("Actor", services.session.actor),
            one.visit_id,
            done=partial(self._back, one),
            failed=self._refused,
            owner=self,
        )

    def _back(self, one: Present, _answer: object) -> None:
        self._people[one.visit_id] = replace(one, pass_out=False)
        self.said.hint(self.words("evacuation.night_back", number=one.pass_number), "green")
        self.model.refresh()

    def _refused(self, error: DomainError) -> None:
        self.said.show_text(messages.text_of(error, self.words))


def _key(one: Present) -> Hashable:
    return one.visit_id


def _name(one: Present) -> str:
    return called(
        " ".join(part for part in (one.visitor, one.plate) if part), "", one.phone_shown, one.number
    )
