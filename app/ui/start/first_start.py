"""The first start on an empty data folder (MODE-2): a sample site, a real one by a wizard, or a backup brought back.

What was chosen is made by a child job of this program, with progress; a real site's recovery code is then shown once.
Nothing typed goes by going back, by an error or by the other language.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from app.domain.site_plan import SitePlan
from app.errors import DomainError
from app.ui import messages
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.start.choice import StartChoice
from app.ui.start.making import Making
from app.ui.start.recovery_sheet import RecoverySheet
from app.ui.start.steps import (
    SAMPLES,
    AdminStep,
    HowStep,
    PlacesStep,
    RestoreStep,
    SiteStep,
    Step,
    TrackHead,
)
from app.ui.start.tiles import Tile
from app.ui.theme import Look
from app.ui.widgets.buttons import PlainButton, PrimaryButton, QuietButton
from app.ui.widgets.card import Rule, band, scrolled
from app.ui.widgets.dialogs import confirm
from app.ui.widgets.strip import Strip

TILE_STEPS = {  # two columns of three
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: len(SAMPLES),
    Qt.Key.Key_Left: -len(SAMPLES),
}
DEFAULT_MODES = {"hospital": "hotel", "office": "apartment", "residential": "butler", "empty": "hotel"}


class FirstStart(QDialog):
    """`FirstStart(theme, words, folder).ask()` answers what was chosen *and made*, or None when the person left.

    With `jobs` None it runs the making with a runner of its own on `folder`; `database` is a server's URL.
    """

    def __init__(
        self, theme: Look, words: Language, folder: Path, jobs: JobRunner | None = None, database: str = ""
    ) -> None:
        super().__init__()
        self.theme, self.words, self.folder = theme, words, folder
        options = ["--data", str(folder), "--lang", words.name]
        self.jobs = jobs or JobRunner(options=[*options, *(["--database", database] if database else [])])
        self.choice: StartChoice | None = None
        self._way = ""
        self._mode_chosen = False
        self.setMinimumSize(theme.px(560), theme.px(420))
        room = QApplication.primaryScreen().availableGeometry()
        self.resize(min(theme.px(960), room.width()), min(theme.px(620), room.height() - theme.px(40)))
        self._build()
        words.changed.connect(self.retranslate)
        self.retranslate()
        self._show(self.how)

    def ask(self) -> StartChoice | None:
        """Open it and wait."""
        accepted = self.exec() == QDialog.DialogCode.Accepted
        self.jobs.close()
        self.deleteLater()
        return self.choice if accepted else None

    def retranslate(self) -> None:
        """All texts in the language in force."""
        words = self.words
        self.setWindowTitle(words("window.title"))
        self.language.setText(words("window.language_switch"))
        self.back.setText(words("start.back"))
        self.next.setText(self._verb())
        self.head.retranslate()
        for step in self._steps:
            step.retranslate()
        self.making.retranslate()
        self.sheet.retranslate()

    def take(self, way: str) -> None:
        """A way to begin was chosen: hospital, office, residential (samples), ready, empty or restore."""
        self._way = way
        if way in SAMPLES:
            self._make(StartChoice(kind=way, sample=True))
            return
        if way == "restore":
            self._show(self.restore)
            return
        kind = "empty" if way == "empty" else str(self.site.kind.value() or "hospital")
        self.site.kind.set_value(kind if way == "empty" or kind != "empty" else "hospital")
        self._kind_changed(self.site.kind.value())
        self._show(self.site)

    def _build(self) -> None:
        theme, words = self.theme, self.words
        self.language = QuietButton(theme, "", "Ctrl+L", bind=True)
        self.language.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.language.clicked.connect(self._other_language)
        self.head = TrackHead(theme, words, self.language)
        self.how, self.site, self.places = (
            HowStep(theme, words),
            SiteStep(theme, words),
            PlacesStep(theme, words),
        )
        self.admin, self.restore = AdminStep(theme, words), RestoreStep(theme, words)
        self._steps: tuple[Step, ...] = (self.how, self.site, self.places, self.admin, self.restore)
        self.making = Making(theme, words, self.jobs, self.folder)
        self.sheet = RecoverySheet(theme, words)
        self._stack = QStackedWidget()
        self._pages: dict[QWidget, QWidget] = {}
        for page in (*self._steps, self.making, self.sheet):
            room = QWidget()
            column = QVBoxLayout(room)
            column.setContentsMargins(theme.px(48), theme.px(32), theme.px(48), theme.px(16))
            column.addWidget(page)
            area = scrolled(room)
            self._pages[page] = area
            self._stack.addWidget(area)
        self.strip = Strip(theme)
        self.back = PlainButton(theme, "", "Alt+Left", bind=True)
        self.next = PrimaryButton(theme, "", "Ctrl+Return", bind=True)
        self.back.clicked.connect(self._back)
        self.next.clicked.connect(self._next)
        self._foot = QWidget()
        foot = band(theme, self.back, None, self.next)
        foot.setContentsMargins(theme.px(48), theme.px(12), theme.px(48), theme.px(16))
        self._foot.setLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self._stack, 1)
        strip_row = QVBoxLayout()
        strip_row.setContentsMargins(theme.px(24), 0, theme.px(24), theme.px(8))
        strip_row.addWidget(self.strip)
        whole.addLayout(strip_row)
        self._rule = Rule(theme)
        whole.addWidget(self._rule)
        whole.addWidget(self._foot)
        self.how.chosen.connect(self.take)
        self.site.kind.chosen.connect(self._kind_changed)
        self.site.mode.chosen.connect(self._mode_taken)
        self.making.made.connect(self._made)
        self.making.refused.connect(self._refused)
        self.making.stopped.connect(self._stopped)
        self.sheet.kept.connect(self.accept)

    def _way_steps(self) -> list[Step]:
        if self._way == "restore":
            return [self.restore]
        return [self.site, self.places, self.admin]

    def _here(self) -> QWidget:
        return next(page for page, area in self._pages.items() if area is self._stack.currentWidget())

    def _show(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(self._pages[page])
        steps = self._way_steps()
        asked = isinstance(page, Step) and page is not self.how
        self.head.set_where(steps.index(page) + 1 if asked and isinstance(page, Step) else 0, len(steps))
        for part in (self._foot, self._rule):
            part.setVisible(asked)
        # The keys of hidden buttons must not answer: Ctrl+Return belongs to the page in front.
        self.back.setEnabled(asked)
        self.next.setEnabled(asked)
        self.next.setText(self._verb())
        if isinstance(page, Step):
            page.first().setFocus()

    def _verb(self) -> str:
        here = self._here() if hasattr(self, "_stack") else self.how
        if here is self.restore:
            return self.words("start.restore_verb")
        return self.words("start.make_verb" if here is self.admin else "start.next")

    def _next(self) -> None:
        page = self._here()
        if not isinstance(page, Step) or page is self.how:
            return
        page.form.clear_errors()
        self.strip.dismiss()
        try:
            page.check()
        except DomainError as error:
            page.form.show_error(error)
            return
        steps = self._way_steps()
        at = steps.index(page)
        if at + 1 < len(steps):
            self._show(steps[at + 1])
        else:
            self._make(self._chosen())

    def _back(self) -> None:
        page = self._here()
        steps = self._way_steps()
        self.strip.dismiss()
        at = steps.index(page) if isinstance(page, Step) and page in steps else 0
        self._show(steps[at - 1] if at else self.how)

    def _chosen(self) -> StartChoice:
        if self._way == "restore":
            file = Path(self.restore.file.text().strip()).expanduser()
            return StartChoice(backup=file, recovery_code=self.restore.code.text().strip())
        plan = SitePlan(
            self.site.name.text().strip(),
            self.site.company.text().strip(),
            str(self.site.mode.value() or ""),
            self.places.posts(),
            self.places.desks(),
            self.places.people(),
        )
        kind = str(self.site.kind.value() or "empty")
        return StartChoice(kind, False, plan, self.admin.admin.text().strip(), self.admin.password.text())

    def _make(self, choice: StartChoice) -> None:
        self.choice = choice
        self.strip.dismiss()
        self._show(self.making)
        self.making.begin(choice)

    def _made(self, code: str) -> None:
        if not code or self.choice is None:
            self.accept()
            return
        self._show(self.sheet)
        self.sheet.show_code(code, self.choice.name)

    def _refused(self, error: DomainError) -> None:
        """Back to where it was asked, with what went wrong; what was typed is still there."""
        self._show(self.how if self.choice is None or self.choice.sample else self._way_steps()[-1])
        here = self._here()
        field = {"recovery_code_wrong": "code", "key_missing": "code", "password_too_short": "password"}.get(
            error.code, ""
        )
        placed = DomainError(error.code, field=field or error.field, **error.values)
        if not (isinstance(here, Step) and here is not self.how and here.form.show_error(placed)):
            messages.show(error, self.strip, self.words)

    def _stopped(self) -> None:
        self._show(self.how if self.choice is None or self.choice.sample else self._way_steps()[-1])
        self.strip.say(self.words("start.stopped"), "info")

    def _kind_changed(self, kind: object) -> None:
        if not self._mode_chosen:
            self.site.mode.set_value(DEFAULT_MODES.get(str(kind), "hotel"))

    def _mode_taken(self, mode: object) -> None:
        self._mode_chosen = True

    def _other_language(self) -> None:
        self.words.switch(self.words.next())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here, focus = self._here(), self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            if here is self.making:
                self.making.stop()
            elif here is self.how:
                self.reject()
            elif here is not self.sheet:
                self._back()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if here is self.how and isinstance(focus, Tile):
                focus.click()
            elif isinstance(here, Step) and here is not self.how and not isinstance(focus, QPlainTextEdit):
                self._next()
        elif here is self.how and event.key() in TILE_STEPS and isinstance(focus, Tile):
            tiles = list(self.how.tiles.values())
            to = tiles.index(focus) + TILE_STEPS[Qt.Key(event.key())]
            if 0 <= to < len(tiles):
                tiles[to].setFocus()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The recovery code is shown once: leaving it unread asks; a child at work is ended."""
        words = self.words
        if self._here() is self.sheet and self.result() != QDialog.DialogCode.Accepted:
            left = confirm(
                self,
                self.theme,
                words,
                words("start.leave_sheet_title"),
                words("start.leave_sheet"),
                words("start.leave_sheet_verb"),
                leave=words("start.back"),
                danger=True,
            )
            if not left:
                event.ignore()
                return
            self.accept()
        self.making.stop()
        super().closeEvent(event)
