"""Tables in and out: a file is imported by a child job, whole or not at all; bad rows by line and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui.paged_table_model import Column, PagedTableModel
from app.ui.services import Services
from app.ui.site.section import Section
from app.ui.widgets.buttons import PlainButton, PrimaryButton
from app.ui.widgets.card import Card, Rule, band
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.files import ask_file
from app.ui.widgets.forms import Form
from app.ui.widgets.rows import Cell
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text

INTO = ("customers", "staff", "visitors", "visits")
OUT = ("visits", "requests", "visitors", "customers", "staff", "service_items")


@dataclass(frozen=True, slots=True)
class BadLine:
    """One row of the file that cannot be taken."""

    number: int
    line: str
    text: str


class TablesSection(Section):
    """Import above with its bad rows, export below."""

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        theme, words = self.theme, self.words
        self._bad: list[BadLine] = []
        self._said = ""
        self.card, self.out_card = Card(theme, " "), Card(theme, " ")
        self.form = Form(theme, words)
        self.what = ChoiceBar(theme)
        self.file = QLineEdit()
        self.file.returnPressed.connect(self.take)
        self.browse = PlainButton(theme, "", "Ctrl+O", bind=True)
        self.browse.clicked.connect(self._browse)
        self.form.add("what", "site_page.table", self.what)
        self.form.add("file", "site_page.file", self.file, beside=self.browse)
        self.what.chosen.connect(self._what_chosen)
        self.about = Text(theme, role="caption", tone="ink_soft", wrap=True)
        self.go = PrimaryButton(theme, "", "Ctrl+Return", bind=True)
        self.keep_good = PlainButton(theme, "", "Alt+G", bind=True)
        self.go.clicked.connect(self.take)
        self.keep_good.clicked.connect(self.take_good)
        self.result = Text(theme, wrap=True)
        upper = QVBoxLayout()
        upper.setContentsMargins(theme.px(18), theme.px(14), theme.px(18), theme.px(10))
        upper.setSpacing(theme.px(10))
        upper.addWidget(self.form)
        upper.addWidget(self.about)
        upper.addLayout(band(theme, self.result, None, self.keep_good, self.go))
        self.card.add(upper)
        self.rule = Rule(theme)
        self.card.add(self.rule)
        columns = [
            Column("line", "site_page.line", lambda row: row.line, align="right", width=80),
            Column("text", "site_page.reason", lambda row: row.text, cell=lambda row: Cell(row.text, "red")),
        ]
        self.model = PagedTableModel(
            columns, self._fetch, lambda row: row.number, words, page=100_000, parent=self
        )
        self.table = Table(theme)
        self.table.setModel(self.model)
        self.table.set_columns(columns)
        self.card.add(self.table, 1)
        self.room = QWidget()
        self.card.add(self.room, 1)
        self.out = ChoiceBar(theme)
        self.out.chosen.connect(self._export)
        self.out_note = Text(theme, role="caption", tone="ink_soft", wrap=True)
        lower = QVBoxLayout()
        lower.setContentsMargins(theme.px(18), theme.px(12), theme.px(18), theme.px(8))
        lower.setSpacing(theme.px(8))
        lower.addWidget(self.out)
        lower.addWidget(self.out_note)
        self.out_card.add(lower)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        for part in (self.form, self.about, self.result):
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        whole.addWidget(self.card, 1)
        whole.addWidget(self.out_card)
        self._show_bad([])
        self.retranslate()
        self.what.set_value(INTO[0])
        self._what_chosen(INTO[0])

    def retranslate(self) -> None:
        """All texts in the language in force."""
        words = self.words
        self.card.set_title(words("site_page.import"))
        self.out_card.set_title(words("site_page.export"))
        self.what.set_choices(
            [(name, words(f"site_page.table_{name}"), f"Alt+{at}") for at, name in enumerate(INTO, 1)]
        )
        self.out.set_choices([(name, words(f"site_page.table_{name}"), "") for name in OUT])
        self.browse.setText(words("site_page.browse"))
        self.go.setText(words("site_page.import_now"))
        self.keep_good.setText(words("site_page.take_good"))
        self.out_note.setText(words("site_page.export_note"))
        self.form.retranslate()
        self.model.retranslate()
        self._what_chosen(self.what.value())

    def enter(self) -> None:
        """The focus goes to where work begins."""
        self.file.setFocus()

    def take(self) -> None:
        """Import the file, whole or not at all."""
        self._import([])

    def take_good(self) -> None:
        """Import the good rows of a file that has bad ones."""
        if self._bad:
            self._import(["--keep-good"])

    def _import(self, more: list[str]) -> None:
        self.form.clear_errors()
        if not self.services.session.may("data.import"):
            self.error.emit(DomainError("no_right", who=self.actor().name, right="data.import"))
            return
        path = Path(self.file.text().strip()).expanduser()
        if not self.file.text().strip() or not path.is_file():
            self.form.show_error(DomainError("import_missing", field="file", file=path.name))
            return
        name = str(self.what.value())
        self.go.setEnabled(False)
        self.result.setText(self.words("site_page.importing"))
        self.result.set_tone("ink_soft")
        self.services.jobs.start(
            ["import", name, str(path), *more],
            self.words("site_page.job_import", file=path.name),
            done=self._done,
            failed=self._failed,
        )

    def _done(self, answer: Mapping[str, Any]) -> None:
        self.go.setEnabled(True)
        lines = answer.get("faults", [])
        taken = (
            sum(int(answer.get(count, 0)) for count in ("added", "updated")) if answer.get("written") else 0
        )
        self._show_bad(
            [
                BadLine(at, str(one.get("line", "")), str(one.get("reason", "")))
                for at, one in enumerate(lines, 1)
            ]
        )
        if taken or not lines:
            same = int(answer.get("unchanged", 0))
            self.result.setText(self.words("site_page.imported", n=taken, same=same))
            self.result.set_tone("green")
            self.saved.emit()
            self.services.bus.wake()
        if lines:
            code = "imported_some" if taken else "import_refused"
            self.result.setText(self.words(f"site_page.{code}", n=len(lines), taken=taken))
            self.result.set_tone("amber")
        self.keep_good.setVisible(bool(lines) and not taken)

    def _failed(self, error: DomainError) -> None:
        self.go.setEnabled(True)
        self._show_bad([])
        self.result.setText("")
        self.form.show_error(DomainError(error.code, field="file", **error.values))

    def _show_bad(self, rows: list[BadLine]) -> None:
        self._bad = rows
        self.keep_good.setVisible(bool(rows))
        self.table.setVisible(bool(rows))
        self.rule.setVisible(bool(rows))
        self.room.setVisible(not rows)
        self.model.refresh()

    def _fetch(self, after: object, limit: int, answer: Any) -> None:
        answer([] if after is not None else self._bad)

    def _what_chosen(self, what: object) -> None:
        if what in INTO:
            self.about.setText(self.words(f"site_page.columns_{what}"))

    def _browse(self) -> None:
        title = self.words("site_page.import")
        ask_file(self, self.words, title, self._file_chosen, start=Path.home(), kinds=("tables",))

    def _file_chosen(self, file: Path) -> None:
        self.file.setText(str(file))
        self.go.setFocus()

    def _export(self, what: object) -> None:
        self.out.set_value(None)
        name = self.words(f"site_page.table_{what}")
        if not self.services.session.may("data.export"):
            self.error.emit(DomainError("no_right", who=self.actor().name, right="data.export"))
            return
        title, taken = self.words("site_page.export"), partial(self._export_to, str(what), name)
        start = Path.home() / f"{name}.xlsx"
        ask_file(self, self.words, title, taken, start=start, kinds=("excel", "csv"), save=True)

    def _export_to(self, what: str, name: str, file: Path) -> None:
        self.services.jobs.start(
            ["export", what, "--out", str(file)],
            self.words("site_page.job_export", table=name),
            done=self._exported,
            failed=self.error.emit,
        )

    def _exported(self, answer: Mapping[str, Any]) -> None:
        self.message.emit(self.words("site_page.exported", n=int(answer.get("rows", 0))), "done")
