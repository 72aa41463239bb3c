"""Reports: the documents on the left, on the right one of them as it will be on paper, printed or saved from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.business_day import day_of
from app.domain.people import Actor
from app.errors import DomainError
from app.queries import site as site_queries
from app.ui import messages
from app.ui.page import Command, KeyGroups, Page
from app.ui.reports.documents import DOCUMENTS, Asked, asked_by, first_asked
from app.ui.reports.folder import PrivateFolder
from app.ui.reports.keys import KEYS
from app.ui.reports.making import Maker
from app.ui.reports.options import Options
from app.ui.reports.output import Output
from app.ui.reports.preview import Preview
from app.ui.services import Services
from app.ui.widgets.buttons import PlainButton, PrimaryButton
from app.ui.widgets.card import Panel, Rule
from app.ui.widgets.rows import LINES, TwoLines
from app.ui.widgets.strip import Strip
from app.ui.widgets.tables import ListView
from app.ui.widgets.text import Text

WALKING_MS = 250  # who walks down the list does not start a document at each row
PAPER_ENTITIES = frozenset(
    {"visits", "departures", "visit_corrections", "pass_returns", "requests", "dispatches"}
    | {"tallies", "handovers", "handover_takings"}
)


class ReportsPage(Page):
    """The tab Reports. `open({"name": "job_slip", "number": "1123-C026", "print": True})` makes one at once."""

    page_code = "reports"

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        self.house = services.house
        self._today = self.house.clock.now().astimezone(self.house.site.zone).date()
        self._states: dict[str, Asked] = {}
        self._known = False
        self._wanted: Mapping[str, Any] | None = None
        self._file: Path | None = None
        self._shown_as: tuple[Asked, str] | None = None
        self._stale = False
        self._print_after = False
        self.folder = PrivateFolder()
        self.maker = Maker(services, self.folder, self)
        self._walk = QTimer(self)
        self._walk.setSingleShot(True)
        self._walk.setInterval(WALKING_MS)
        self._walk.timeout.connect(self.make)
        self._build()
        self._bind()
        services.bus.changed.connect(self._changed)
        services.session.changed.connect(self._entered)
        self.retranslate()

    def _build(self) -> None:
        theme = self.theme
        side = Panel(theme, "side")
        side.setFixedWidth(theme.px(252))
        self.side = side
        left = QVBoxLayout(side)
        left.setContentsMargins(0, theme.px(8), 0, 0)
        self.list = ListView(theme)
        self.model = QStandardItemModel(self.list)
        for _ in DOCUMENTS:
            self.model.appendRow(QStandardItem())
        self.list.setModel(self.model)
        left.addWidget(self.list)
        self.title = Text(theme, role="title", bold=True, elide=True)
        self.form = Text(theme, role="caption", tone="ink_soft")
        self.save_button = PlainButton(theme, "", "Ctrl+S")
        self.print_button = PrimaryButton(theme, "", "Ctrl+P")
        for button in (self.save_button, self.print_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self.title)
        head.addWidget(self.form, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(self.save_button)
        head.addWidget(self.print_button)
        self.options = Options(theme, self.words, self._today)
        upper = Panel(theme, "paper")
        column = QVBoxLayout(upper)
        column.setContentsMargins(theme.px(20), theme.px(12), theme.px(20), theme.px(12))
        column.setSpacing(theme.px(12))
        column.addLayout(head)
        column.addWidget(self.options)
        self.preview = Preview(theme, self.words)
        self.strip = Strip(theme, self.preview.stack, overlay=True)
        self.output = Output(self.services, self.folder, self.strip, self)
        self.output.said.connect(self._said)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(upper)
        right.addWidget(Rule(theme))
        right.addWidget(self.preview, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addWidget(Rule(theme, down=True))
        whole.addLayout(right, 1)

    def _bind(self) -> None:
        self.list.moved_to.connect(self._walked)
        self.list.taken.connect(self._row_taken)
        self.options.changed.connect(self._options_changed)
        self.maker.made.connect(self._made)
        self.maker.failed.connect(self._not_made)
        self.maker.stopped.connect(self._stopped)
        self.preview.again.connect(self.make)
        self.preview.stopped.connect(self.stop)
        self.save_button.clicked.connect(self.save)
        self.print_button.clicked.connect(self.print)
        self.theme.changed.connect(self._measure)
        keys = {
            "Ctrl+P": self.print,
            "Ctrl+S": self.save,
            "F5": self.make,
            "F6": self.preview.toggle_zoom,
            "Escape": self.stop,
            "PgDown": self.preview.down,
            "PgUp": self.preview.up,
            "Ctrl+Home": self.preview.to_begin,
            "Ctrl+End": self.preview.to_end,
        }
        for key, run in keys.items():
            self._shortcut(key, run)
        for at in range(5):
            self._shortcut(f"Alt+{at + 1}", partial(self.options.take_quick, at))

    def _shortcut(self, keys: str, run: Any) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(run)

    # --- the window's questions ---------------------------------------------------------------------------------------

    def shown(self) -> None:
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        run = self.services.background.run
        run(
            _facts,
            self.house,
            self._actor(),
            done=self._know,
            failed=self.show_error,
            owner=self,
            replaces="facts",
        )

    def open(self, argument: object) -> None:
        """A document that another page wants, by the fields of `Asked`; `"print": True` goes on to the print dialog."""
        if not isinstance(argument, Mapping):
            return
        if not self._known:
            self._wanted = argument
            return
        asked = asked_by(argument, self._today)
        if asked is not None:
            self._print_after = bool(argument.get("print"))
            self._show(asked)
            self.make()

    def retranslate(self) -> None:
        words = self.words
        for row, document in enumerate(DOCUMENTS):
            name = words(f"reports.{document.name}")
            item = self.model.item(row)
            item.setData(TwoLines(name, words(f"reports_page.below_{document.name}"), document.form), LINES)
            item.setAccessibleText(f"{name}, {document.form}")
            item.setToolTip(words(f"reports.about_{document.name}"))
        self.list.setAccessibleName(words("window.tab_reports"))
        self.save_button.setText(words("reports_page.save"))
        self.print_button.setText(words("printing.print"))
        for button in (self.save_button, self.print_button):
            button.updateGeometry()
        self._show_title()
        if self._shown_as is not None and self._shown_as[1] != words.name:
            self.make()  # a document in the other language is another document

    def keys(self) -> KeyGroups:
        words = self.words
        return [(words(title), [(key, words(code)) for key, code in keys]) for title, keys in KEYS]

    def commands(self) -> Sequence[Command]:
        words = self.words
        offered = [
            Command(words("printing.print"), "Ctrl+P", self.print),
            Command(words("reports_page.save"), "Ctrl+S", self.save),
            Command(words("reports_page.make"), "F5", self.make),
        ]
        return offered + [
            Command(words(f"reports.{one.name}"), "", partial(self.open, {"name": one.name}))
            for one in DOCUMENTS
        ]

    # --- choosing -----------------------------------------------------------------------------------------------------

    def _know(self, facts: tuple[int, list[str], list[str]]) -> None:
        starts, posts, shifts = facts
        today = day_of(self.house.clock.now(), self.house.site.zone, starts)
        fresh_day = not self._known or today != self._today
        first_time, self._known, self._today = not self._known, True, today
        self.options.know(today, posts, shifts)
        if fresh_day:
            self._entered()
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self.open(wanted)
        elif self._stale or (first_time and not self.maker.running):
            self.make()

    def _entered(self) -> None:
        """Somebody else, or another station: what one of this station most likely wants."""
        if not self._known:
            return
        self._states.clear()
        now = self.services.session.now
        at_post = self._actor().post_id is not None
        name = "visit_log" if at_post else "request_list"
        self._show(first_asked(name, self._today, now.station_name if at_post else ""))
        self._stale = True
        self.maker.stop()
        self._forget_file()  # what the one before looked at is not for the next one
        self.preview.making(self._making_text())
        self._enable()
        if self.isVisible():
            self._walk.start()

    def _show(self, asked: Asked) -> None:
        row = next(row for row, document in enumerate(DOCUMENTS) if document.name == asked.name)
        self.options.show_asked(asked)
        self._states[asked.name] = self.options.asked
        if self.list.currentIndex().row() != row:
            self.list.blockSignals(True)
            self.list.setCurrentIndex(self.model.index(row, 0))
            self.list.blockSignals(False)
        self._show_title()

    def _walked(self, index: QModelIndex) -> None:
        if not self._known or not index.isValid():
            return
        name = DOCUMENTS[index.row()].name
        if name == self.options.asked.name:
            return
        post = self.services.session.now.station_name if self._actor().post_id is not None else ""
        self._show(self._states.get(name) or first_asked(name, self._today, post))
        self.maker.stop()
        self.preview.making(self._making_text())
        self._enable()
        self._walk.start()

    def _row_taken(self, _index: QModelIndex) -> None:
        field = self.options.first_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def _options_changed(self) -> None:
        self._states[self.options.asked.name] = self.options.asked
        self.make()

    def _show_title(self) -> None:
        asked = self.options.asked
        self.title.setText(self.words(f"reports.{asked.name}"))
        self.form.setText(self.words("reports_page.form", number=asked.document.form))

    @property
    def working(self) -> bool:
        """Whether a document is being made, or will be in a blink."""
        return self.maker.running or self._walk.isActive() or not self._known

    @property
    def fresh(self) -> bool:
        """Whether what is in sight is what the options ask for."""
        return self._shown_as == (self.options.asked, self.words.name)

    # --- making -------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """F5, and after every change: the document as it is asked for now."""
        if not self._known:
            return
        self._walk.stop()
        self._stale = False
        self.options.fault.show_text("")
        self.preview.making(self._making_text())
        self.maker.start(self.options.asked, self._making_text())
        self._enable()

    def stop(self) -> None:
        """Escape: make no further; else take the message away; else back to where one was."""
        if self.maker.running or self._walk.isActive():
            self._walk.stop()
            self.maker.stop()
            self._stopped()
        elif self.strip.isVisible():
            self.strip.dismiss()
        else:
            self.leaving.emit()

    def _stopped(self) -> None:
        self._nothing("reports_page.stopped")

    def _made(self, asked: Asked, out: Path) -> None:
        shown_as = (asked, self.words.name)
        if not self.preview.show_file(out, stay=shown_as == self._shown_as):
            self._not_made(DomainError("printing_bad_file", file=out.name))
            return
        self.folder.drop(self._file)
        self._file, self._shown_as = out, shown_as
        self._enable()
        if self._print_after:
            self._print_after = False
            QTimer.singleShot(0, self, self.print)

    def _not_made(self, error: DomainError) -> None:
        self._nothing("reports_page.not_made")
        if error.code == "unknown_request" and "number" in self.options.asked.document.asks:
            self.options.fault.show_text(messages.text_of(error, self.words))
        else:
            self.output.say_error(error)

    def _nothing(self, why: str) -> None:
        self._print_after = False
        self._forget_file()
        self.preview.say(self.words(why), self.words("reports_page.make"))
        self._enable()

    def _forget_file(self) -> None:
        self.preview.close_file()
        self.folder.drop(self._file)
        self._file = self._shown_as = None

    def _making_text(self) -> str:
        return self.words("reports_page.making", name=self.words(f"reports.{self.options.asked.name}"))

    def _enable(self) -> None:
        ready = self._file is not None and not self.working
        for button in (self.save_button, self.print_button):
            button.setEnabled(ready)

    # --- out --------------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Ctrl+P: choose a printer and send what is in sight."""
        if self._file is not None and self._shown_as is not None and self.print_button.isEnabled():
            self.output.print(self._file, self._shown_as[0].title(self.words.words))

    def save(self) -> None:
        """Ctrl+S: as a PDF where the person wants it."""
        if self._file is not None and self._shown_as is not None and self.save_button.isEnabled():
            self.output.save(self._file, self._shown_as[0].title(self.words.words))

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _said(self, text: str, tone: str) -> None:
        if not self.isVisible():
            self.message.emit(text, tone)

    def _changed(self, names: frozenset[str]) -> None:
        """What is in sight stays as it is; who comes back finds it made anew."""
        if names & PAPER_ENTITIES and not self.isVisible():
            self._stale = True

    def _measure(self) -> None:
        self.side.setFixedWidth(self.theme.px(252))

    def _actor(self) -> Actor:
        return cast("Actor", self.services.session.actor)


def _facts(store: Any, actor: Actor) -> tuple[int, list[str], list[str]]:
    """When the site's day begins, its posts and its shifts."""
    posts = [post.name for post in site_queries.posts(store, actor)]
    shifts = [shift.name for shift in site_queries.shifts(store, actor)]
    return site_queries.facts(store, actor).day_starts, posts, shifts
