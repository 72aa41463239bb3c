"""F7: one line of the duty log and Enter; this shift's lines below it (VIS-16)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast
from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.domain.handover import LINE_KINDS, LONGEST_LINE
from app.domain.people import Actor
from app.errors import DomainError
from app.operations import duty_log as operations
from app.queries import duty_log as queries
from app.ui import messages
from app.ui.paged_table_model import Column
from app.ui.services import Services
from app.ui.visits.kept_form import KeptForm
from app.ui.widgets.buttons import KeyHint
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import FieldError
from app.ui.widgets.rows import CELL, Cell
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text

WIDE, HIGH, ROWS = 820, 540, 3


class DutyDialog(Dialog):
    """Answers what was noted or done, as a sentence. What is typed stays a draft until it is noted."""

    def __init__(self, services: Services, post: str, parent: QWidget | None = None) -> None:
        words, theme = services.words, services.theme
        super().__init__(theme, words, words("handover.duty_title", post=post), parent, width=WIDE)
        self.services = services
        self._zone = services.house.site.zone
        self._rows: list[queries.DutyLine] = []
        self._corrects: UUID | None = None
        self._said = ""
        self._busy = False
        choices = [
            (kind, words(f"handover.kind_{kind}"), f"Alt+{at}") for at, kind in enumerate(LINE_KINDS, 1)
        ]
        self.bar = ChoiceBar(theme, choices)
        self.bar.set_value(LINE_KINDS[0])
        self.bar.chosen.connect(self._chosen)
        self.line = QLineEdit()
        self.line.setMaxLength(LONGEST_LINE)
        self.line.setPlaceholderText(words("handover.duty_hint"))
        self.line.setAccessibleName(words("handover.duty_text"))
        self.line.setMinimumHeight(theme.px(44))
        self.line.setFont(theme.font("lead"))
        self.fault = FieldError(theme)
        self.title = Text(theme, role="caption", tone="ink_soft", bold=True)
        self.table = Table(theme, header=False)
        self._model = QStandardItemModel(0, 5, self)
        self.table.setModel(self._model)
        self.table.set_columns(
            [
                Column("at", "", str, width=100),
                Column("kind", "", str, width=130),
                Column("text", "", str),
                Column("by", "", str, width=90),
                Column("state", "", str, width=100),
            ]
        )
        self.table.setMinimumHeight(theme.row() * ROWS)
        self.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.table.taken.connect(self._correct)
        self.table.installEventFilter(self)
        keys = QHBoxLayout()
        keys.setSpacing(theme.px(18))
        self.done_hint = KeyHint(theme, words("handover.duty_done"), "Delete")
        self.done_hint.clicked.connect(self._end)
        self.correct_hint = KeyHint(theme, words("handover.duty_correct"), "Return")
        self.correct_hint.clicked.connect(self._correct)
        keys.addWidget(self.correct_hint)
        keys.addWidget(self.done_hint)
        keys.addStretch(1)
        for part in (self.bar, self.line, self.fault, self.title):
            self.add(part)
        self.add(self.table, 1)
        self.add(keys)
        self.add_verbs(words("handover.duty_verb"), key="Return")
        delete = QShortcut(QKeySequence("Delete"), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._end)
        self.kept = KeptForm(services, "duty", self._values, self)
        self.line.textChanged.connect(self.kept.touch)
        self.fit_in(WIDE, HIGH)
        self.line.setFocus()
        self.kept.load(self._back)
        self._read()

    def value(self) -> object:
        """What was noted."""
        return self._said

    def take(self) -> None:
        """Note the line; with nothing typed the dialog only closes."""
        text = self.line.text()
        if self._busy:
            return
        if not text.strip():
            self.reject()
            return
        self.kept.keep()  # what is typed is safe before it is on its way
        self._busy = True
        kind = str(self.bar.value() or LINE_KINDS[0])
        said = self.words(
            "handover.duty_written", kind=self.words(f"handover.kind_{kind}"), text=text.strip()
        )
        self._run(operations.write_line, kind, text, self._corrects, said=said, leave=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.line.hasFocus() and self._rows:
            self.table.setFocus()
            self.table.selectRow(max(self.table.currentIndex().row(), 0))
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up from the first row goes back to the line."""
        up = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if up and cast("QKeyEvent", event).key() == Qt.Key.Key_Up and self.table.currentIndex().row() <= 0:
            self.line.setFocus()
            return True
        return super().eventFilter(watched, event)

    def reject(self) -> None:
        """Esc: out of a correction first. What is typed stays a draft."""
        if self._corrects is not None and not self._busy:
            self._corrects = None
            self.line.clear()
            self.fault.hint("")
            self.line.setFocus()
            return
        self.kept.keep()
        super().reject()

    def _run(self, operation: Any, *what: object, said: str, leave: bool) -> None:
        self.services.background.run(
            operation,
            self.services.house,
            self._actor(),
            *what,
            done=partial(self._written, said, leave),
            failed=self._refused,
            owner=self,
        )

    def _written(self, said: str, leave: bool, _answer: object) -> None:
        self._busy, self._said = False, said
        if leave:
            self._corrects = None
            self.kept.forget()
            self.accept()
        else:
            self.fault.hint(said, "green")
            self._read()

    def _refused(self, error: DomainError) -> None:
        self._busy = False
        self.fault.show_text(messages.text_of(error, self.words))
        self.line.setFocus()
        self._read()

    def _chosen(self, _kind: object) -> None:
        self.kept.touch()
        self.line.setFocus()

    def _marked(self) -> queries.DutyLine | None:
        at = self.table.currentIndex().row()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _correct(self, _index: QModelIndex | None = None) -> None:
        """The marked line into the field, to be written again; the old one stays."""
        row = self._marked()
        if row is None:
            return
        self._corrects = row.line_id
        self.bar.set_value(row.kind)
        self.line.setText(row.text)
        at = f"{row.at.astimezone(self._zone):%H:%M}"
        self.fault.hint(self.words("handover.duty_correcting", at=at), "amber")
        self.line.setFocus()
        self.line.selectAll()

    def _end(self) -> None:
        """The marked order is done, the marked leader off duty."""
        row = self._marked()
        if row is None or not row.standing or self._busy:
            return
        self._busy = True
        said = self.words("handover.duty_ended", text=row.text)
        self._run(operations.end_line, row.line_id, said=said, leave=False)

    def _read(self) -> None:
        run, house = self.services.background.run, self.services.house
        run(queries.duty_log, house, self._actor(), done=self._show, failed=self._unreadable, owner=self)

    def _unreadable(self, error: DomainError) -> None:
        self.fault.show_text(messages.text_of(error, self.words))

    def _show(self, log: queries.DutyLog) -> None:
        words = self.words
        stand = {line.line_id for line in log.standing}
        self._rows = [*log.standing, *(line for line in log.lines if line.line_id not in stand)]
        since = f"{log.since.astimezone(self._zone):%m-%d %H:%M}"
        self.title.setText(words("handover.duty_list" if self._rows else "handover.duty_empty", since=since))
        at = self.table.currentIndex().row()
        self._model.removeRows(0, self._model.rowCount())
        for line in self._rows:
            cells = (
                Cell(f"{line.at.astimezone(self._zone):%m-%d %H:%M}", "ink_soft"),
                Cell(words(f"handover.kind_{line.kind}")),
                Cell(line.text, "ink_soft" if line.corrected else "ink", bold=line.standing),
                Cell(line.by, "ink_soft"),
                self._state(line),
            )
            items = []
            for cell in cells:
                item = QStandardItem(cell.text)
                item.setData(cell, CELL)
                items.append(item)
            items[2].setToolTip(line.text)
            self._model.appendRow(items)
        if self.table.hasFocus() and self._rows:
            self.table.selectRow(min(max(at, 0), len(self._rows) - 1))

    def _state(self, line: queries.DutyLine) -> Cell:
        words = self.words
        if line.corrected:
            return Cell(words("handover.duty_corrected"), badge="neutral")
        if line.standing:
            return Cell(words("handover.duty_standing"), badge="amber")
        if line.done:
            return Cell(words("handover.duty_past"), badge="neutral")
        return Cell(words("handover.duty_correction"), badge="neutral") if line.corrects else Cell("")

    def _values(self) -> Mapping[str, Any] | None:
        text = self.line.text()
        if not text.strip():
            return None
        corrects = "" if self._corrects is None else self._corrects.hex
        return {"kind": self.bar.value(), "text": text, "corrects": corrects}

    def _back(self, kept: Mapping[str, Any] | None) -> None:
        if not kept or self.line.text():
            return
        self.bar.set_value(kept["kind"] if kept["kind"] in LINE_KINDS else LINE_KINDS[0])
        self._corrects = UUID(hex=kept["corrects"]) if kept["corrects"] else None
        self.line.setText(str(kept["text"]))
        self.fault.hint(self.words("handover.draft_back"))

    def _actor(self) -> Actor:
        return cast("Actor", self.services.session.actor)
