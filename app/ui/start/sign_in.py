"""Signing in: by name and password, or on a sample site by one key for each person.

What was typed is checked by the caller's function in the worker thread; its refusal is said at the field, and the
name stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.errors import DomainError
from app.ui import messages
from app.ui.background import Background
from app.ui.language import Language
from app.ui.start.asking import Asking
from app.ui.start.people import Known, first_of_roles, fitting, job_of, spell
from app.ui.start.tiles import Tile
from app.ui.theme import Look
from app.ui.widgets.badge import Badge
from app.ui.widgets.buttons import PrimaryButton, QuietButton
from app.ui.widgets.card import Card, Rule, band, scrolled
from app.ui.widgets.combo import Combo
from app.ui.widgets.forms import Form
from app.ui.widgets.strip import Strip
from app.ui.widgets.text import Text

COLUMNS, KEYS = 3, 9


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who wants to sign in, with what, where. On a sample site the password is ""."""

    name: str
    password: str = field(default="", repr=False)
    station: str = ""


@dataclass(frozen=True, slots=True)
class Entrance:
    """What stands in the database about signing in: the people of a sample site, and (code, text) of the stations."""

    people: Sequence[Known] = ()
    stations: Sequence[tuple[str, str]] = ()


class SignIn(QDialog):
    """`SignIn(theme, words, background, site_name, sample, read, check, station).ask()`.

    Both run in the worker thread: `read()` answers the `Entrance` (without stations no choice is shown);
    `check(chosen)` raises DomainError to refuse. What it answers is what `ask` answers, None when the person left;
    `error` is why it could not be read.
    """

    def __init__(
        self,
        theme: Look,
        words: Language,
        background: Background,
        site_name: str,
        sample: bool,
        read: Callable[[], Entrance],
        check: Callable[[Chosen], object],
        station: str = "",
    ) -> None:
        super().__init__()
        self.theme, self.words = theme, words
        self.people: list[Known] = []
        self.sample, self._site, self._check, self._station = sample, site_name, check, station
        self._answer: object = None
        self._clicked: Chosen | None = None  # while the names are still being spelled
        self.error: DomainError | None = None
        self.setMinimumSize(theme.px(480), theme.px(320))
        self.resize(theme.px(960 if sample else 560), theme.px(680 if sample else 360))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head())
        whole.addWidget(Rule(theme))
        self.strip = Strip(theme)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(theme.px(32), theme.px(20), theme.px(32), theme.px(20))
        self.body.setSpacing(theme.px(12))
        whole.addLayout(self.body, 1)
        if sample:
            self._build_tiles()
        else:
            self._build_form()
        self.body.addWidget(self.strip)
        words.changed.connect(self.retranslate)
        self.retranslate()
        self.line.setFocus()
        self.asking = Asking(self, background, self._hint)
        if sample:
            text = words("start.reading")
            self.asking.ask(read, text=text, done=self._arrived, failed=self._unreadable, checks=False)
        else:  # a name can be typed meanwhile
            background.run(read, done=self._arrived, failed=self._unreadable, owner=self)

    def ask(self) -> object:
        """Open it and wait."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        self.deleteLater()
        return self._answer if accepted else None

    def station(self) -> str:
        """The station chosen."""
        return str(self._stations.currentData() or "") if self._stations.count() else self._station

    def retranslate(self) -> None:
        """All texts in the language in force."""
        words = self.words
        self.setWindowTitle(words("start.sign_in_title", site=self._site))
        self.language.setText(words("window.language_switch"))
        self._badge.set(words("window.sample") if self.sample else "", "amber")
        self._below.setText(words("start.sign_in_sample" if self.sample else "start.sign_in_name"))
        self._stations.setAccessibleName(words("start.station"))
        if self.sample:
            self.line.setPlaceholderText(words("start.person_hint"))
            for tile, person in zip(self._tiles, self.people, strict=True):
                tile.set(person.name, job_of(person, words))
        else:
            self.form.retranslate()
            self.go.setText(words("start.sign_in_verb"))

    # --- parts --------------------------------------------------------------------------------------------------------

    def _head(self) -> QHBoxLayout:
        theme = self.theme
        self.language = QuietButton(theme, "", "Ctrl+L", bind=True)
        self.language.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.language.clicked.connect(self._other_language)
        self._badge = Badge(theme)
        self._stations = Combo(theme)
        self._stations.setMinimumWidth(theme.px(150))
        self._stations.hide()
        name = Text(theme, self._site, role="title", bold=True, elide=True)
        row = band(theme, name, self._badge, None, self._stations, self.language)
        row.setContentsMargins(theme.px(32), theme.px(14), theme.px(24), theme.px(14))
        self._below = Text(theme, tone="ink_soft", wrap=True)
        return row

    def _build_tiles(self) -> None:
        theme = self.theme
        self.line = QLineEdit()
        self.line.textChanged.connect(self._narrow)
        self._tiles: list[Tile] = []
        holder = self._holder = QWidget()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, theme.px(8), 0)
        self._grid.setSpacing(theme.px(12))
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        column_box = QVBoxLayout(holder)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.addLayout(self._grid)
        column_box.addStretch(1)
        self.body.addWidget(self._below)
        self.body.addWidget(self.line)
        self.body.addWidget(scrolled(holder), 1)

    def _build_form(self) -> None:
        theme = self.theme
        card = Card(theme)
        inner = QVBoxLayout()
        inner.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(12))
        inner.setSpacing(theme.px(12))
        self.form = Form(theme, self.words)
        self.line = QLineEdit()
        self.form.add("name", "start.name", self.line)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.form.add("password", "start.password", self.password)
        inner.addWidget(self.form)
        card.add(inner, 1)
        self.go = PrimaryButton(theme, "", "Return")
        self.go.clicked.connect(self.take)
        self.body.addWidget(self._below)
        self.body.addWidget(card)
        self.body.addLayout(band(theme, None, self.go))
        self.body.addStretch(1)

    # --- doing --------------------------------------------------------------------------------------------------------

    def take(self) -> None:
        """Sign in with the name and the password that are typed."""
        typed = self.line.text().strip()
        if not typed:
            self.line.setFocus()
        elif not self.password.text():
            self.password.setFocus()
        else:
            self._take(Chosen(typed, self.password.text()))

    def _arrived(self, entrance: Entrance) -> None:
        for code, text in entrance.stations:
            self._stations.addItem(text, code)
        self._stations.setCurrentIndex(max(self._stations.findData(self._station), 0))
        self._stations.setVisible(len(entrance.stations) > 1)
        if not self.sample:
            return
        self.people = first_of_roles(entrance.people)
        for at, person in enumerate(self.people):
            tile = Tile(self.theme, "person", person.name, "", f"Alt+{at + 1}" if at < KEYS else "")
            tile.setParent(self._holder)
            tile.set(person.name, job_of(person, self.words))
            tile.clicked.connect(partial(self._take, Chosen(person.name)))
            self._tiles.append(tile)
        self._narrow(self.line.text())
        # Spelled away from the window, before a key asks for it: pypinyin takes 0.4 s the first time.
        self.asking.ask(
            spell, self.people, text="", done=self._spelled, failed=self._unreadable, checks=False
        )

    def _spelled(self, _nothing: object) -> None:
        self._narrow(self.line.text())
        if self._clicked is not None:
            self._take(self._clicked)

    def _unreadable(self, error: DomainError) -> None:
        self.error = error
        self.reject()

    def _take(self, chosen: Chosen) -> None:
        if self.asking.busy:
            self._clicked = self._clicked or chosen
            return
        chosen = Chosen(chosen.name, chosen.password, self.station())
        self.strip.dismiss()
        if not self.sample:
            self.form.clear_errors()
        text = self.words("start.checking")
        self.asking.ask(self._check, chosen, text=text, done=self._taken, failed=self._refused)

    def _taken(self, answer: object) -> None:
        self._answer = answer
        self.accept()

    def _hint(self, text: str) -> None:
        if not self.sample:
            self.form.error("password").hint(text)
        elif text:
            self.strip.say(text, "info")

    def _refused(self, error: DomainError) -> None:
        if self.sample or error.code not in ("wrong_sign_in", "locked_until", *PASSWORD_ERRORS):
            messages.show(error, self.strip, self.words)
            return
        self.form.show_error(DomainError(error.code, field="password", **error.values))
        self.password.selectAll()

    def _narrow(self, text: str) -> None:
        """Only the tiles of those who fit, packed together; the keys stay with their person."""
        fits = {person.name for person in fitting(self.people, text)}
        at = 0
        for tile, person in zip(self._tiles, self.people, strict=True):
            self._grid.removeWidget(tile)
            tile.setVisible(person.name in fits)
            if person.name in fits:
                self._grid.addWidget(tile, at // COLUMNS, at % COLUMNS)
                at += 1

    def _shown_tiles(self) -> list[Tile]:
        return [tile for tile in self._tiles if not tile.isHidden()]

    def _other_language(self) -> None:
        self.words.switch(self.words.next())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.line.text() and not self.asking.busy:
                self.line.clear()
                self.line.setFocus()
                return
            self.reject()
            return
        if not self.sample:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.take()
            return
        shown = self._shown_tiles()
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shown:
            (focus if isinstance(focus, Tile) else shown[0]).click()
            return
        steps = {Qt.Key.Key_Down: COLUMNS, Qt.Key.Key_Up: -COLUMNS, Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if event.key() in steps and shown:
            at = shown.index(focus) + steps[Qt.Key(event.key())] if isinstance(focus, Tile) else 0
            if at < 0:
                self.line.setFocus()
            else:
                shown[min(at, len(shown) - 1)].setFocus()
            return
        super().keyPressEvent(event)


PASSWORD_ERRORS = ("password_too_short", "password_needed")
