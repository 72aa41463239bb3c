"""Who can be chosen at sign-in and at a change of guard, found by a few letters of pinyin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.names import name_matches
from app.domain.people import ROLES
from app.ui.language import Language
from app.ui.paged_table_model import Column
from app.ui.theme import Look
from app.ui.widgets.card import Rule
from app.ui.widgets.rows import CELL, Cell
from app.ui.widgets.tables import Table


class Known(Protocol):
    """A person who can sign in, as the queries answer them."""

    @property
    def name(self) -> str:
        """Their name, one of a kind at the site."""

    @property
    def title(self) -> str:
        """Their job as the site calls it, "" if it says none."""

    @property
    def roles(self) -> Any:
        """Their roles, some of `app.domain.people.ROLES`."""


def job_of(person: Known, words: Language) -> str:
    """What a person is called by their work: their title, else their first role."""
    if person.title:
        return person.title
    return next((words(f"site.role_{role}") for role in ROLES if role in person.roles), "")


def fitting(people: Sequence[Known], typed: str) -> list[Known]:
    """The people whose name begins so: characters, pinyin or initials; a number is a place in the list."""
    text = typed.strip()
    if not text:
        return list(people)
    if text.isdecimal():
        return [people[int(text) - 1]] if 0 < int(text) <= len(people) else []
    return [person for person in people if text in person.name or name_matches(person.name, text)]


def first_of_roles(people: Sequence[Known]) -> list[Known]:
    """The same people with the first of each role in front, in the order of the roles."""
    front: list[Known] = []
    for role in ROLES:
        one = next((p for p in people if role in p.roles and p not in front), None)
        if one is not None:
            front.append(one)
    return front + [person for person in people if person not in front]


def spell(people: Sequence[Known]) -> None:
    """Learns how the names are spelled, in the worker thread (pypinyin: 0.4 s the first time)."""
    for person in people:
        name_matches(person.name, "a")


class PersonPicker(QWidget):
    """A line and the people who fit it. `picked(person)`: Return takes the marked one; arrows move; a click takes."""

    picked = Signal(object)

    def __init__(
        self,
        theme: Look,
        words: Language,
        parent: QWidget | None = None,
        *,
        rows: int = 6,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._people: list[Known] = []
        self._shown: list[Known] = []
        self.line = QLineEdit()
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self._model = QStandardItemModel(0, 3, self)
        self.table = Table(theme, header=False)
        self.table.setModel(self._model)
        self.table.set_columns(
            [
                Column("number", "", str, width=56),
                Column("name", "", str, width=140),
                Column("job", "", str),
            ]
        )
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.clicked.connect(self._clicked)
        self.table.setMinimumHeight(theme.row() * rows)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(8))
        whole.addWidget(self.line)
        whole.addWidget(self.table, 1)
        whole.addWidget(Rule(theme))
        self.setFocusProxy(self.line)
        self.retranslate()

    def retranslate(self) -> None:
        """The texts in the language in force."""
        self.line.setPlaceholderText(self._words("start.person_hint"))
        self._search(self.line.text())

    def set_people(self, people: Sequence[Known]) -> None:
        """Who there is to choose from."""
        self._people = list(people)
        self._search(self.line.text())

    def shown(self) -> list[Known]:
        """Who fits what is typed, first to last."""
        return list(self._shown)

    def marked(self) -> Known | None:
        """The one whom Return takes."""
        at = self.table.currentIndex().row()
        return self._shown[at] if 0 <= at < len(self._shown) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 6, Qt.Key.Key_PageUp: -6}
        if event.key() in steps and self._shown:
            at = self.table.currentIndex().row() + steps[Qt.Key(event.key())]
            self.table.selectRow(min(max(at, 0), len(self._shown) - 1))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            person = self.marked()
            if person is not None:
                self.picked.emit(person)
                return True
        return False

    def _search(self, text: str) -> None:
        self._shown = fitting(self._people, text)
        self._model.removeRows(0, self._model.rowCount())
        places = {id(person): at for at, person in enumerate(self._people, 1)}
        for person in self._shown:
            row = []
            for cell in (
                Cell(str(places[id(person)]), "ink_faint"),
                Cell(person.name, bold=True),
                Cell(job_of(person, self._words), "ink_soft"),
            ):
                item = QStandardItem(cell.text)
                item.setData(cell, CELL)
                row.append(item)
            self._model.appendRow(row)
        if self._shown:
            self.table.selectRow(0)

    def _clicked(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self._shown):
            self.picked.emit(self._shown[index.row()])
