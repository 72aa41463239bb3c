"""Backup and check: the newest backups, one made now, the data proven whole; both run as child jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import DomainError
from app.queries.backups import BackupFile, backup_files
from app.ui.page import Command
from app.ui.paged_table_model import Column, PagedTableModel
from app.ui.services import Services
from app.ui.site.section import Section
from app.ui.widgets.buttons import PlainButton, PrimaryButton, QuietButton
from app.ui.widgets.card import Card, band
from app.ui.widgets.files import ask_file
from app.ui.widgets.rows import Cell
from app.ui.widgets.tables import Table
from app.ui.widgets.text import Text


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One line of a check's answer."""

    number: int
    text: str
    fault: bool


def _finding(row: FindingRow) -> Cell:
    return Cell(row.text, "red" if row.fault else "ink_soft", icon="warning" if row.fault else "info")


def size_text(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(size // 1024, 1)} KB"


class CareSection(Section):
    """Left the backups, right the check's findings."""

    def __init__(self, services: Services, code: str, parent: QWidget | None = None) -> None:
        super().__init__(services, code, parent)
        theme, words = self.theme, self.words
        self._files: list[BackupFile] = []
        self._findings: list[FindingRow] = []
        self._checked = ""
        self.backup_card, self.check_card = Card(theme, " "), Card(theme, " ")
        self.last = Text(theme, role="lead", wrap=True)
        self.hint = Text(theme, role="caption", tone="ink_soft", wrap=True)
        self.now = PrimaryButton(theme, "", "Alt+B", bind=True)
        self.to_file = PlainButton(theme, "", "Alt+F", bind=True)
        self.folder = QuietButton(theme, "")
        self.now.clicked.connect(self.backup)
        self.to_file.clicked.connect(self._ask_file)
        self.folder.clicked.connect(self._open_folder)
        columns = [
            Column("made_at", "site_page.made_at", self._made_at, width=170),
            Column("name", "site_page.file", lambda row: row.path.name),
            Column("size", "site_page.size", lambda row: size_text(row.size), align="right", width=100),
        ]
        self.model = PagedTableModel(
            columns, self._fetch_files, lambda row: str(row.path), words, page=1000, parent=self
        )
        self.table = Table(theme)
        self.table.setModel(self.model)
        self.table.set_columns(columns)
        self.backup_card.add(self._padded(self.last, self.hint))
        self.backup_card.add(self._buttons(self.now, self.to_file, self.folder))
        self.backup_card.add(self.table, 1)
        self.result = Text(theme, role="lead", wrap=True)
        self.check_hint = Text(theme, role="caption", tone="ink_soft", wrap=True)
        self.check_button = PlainButton(theme, "", "Alt+C", bind=True)
        self.check_button.clicked.connect(self.check)
        found = [Column("text", "site_page.finding", lambda row: row.text, cell=_finding)]
        self.findings = PagedTableModel(
            found, self._fetch_findings, lambda row: row.number, words, page=1000, parent=self
        )
        self.found = Table(theme, header=False)
        self.found.setModel(self.findings)
        self.found.set_columns(found)
        self.check_card.add(self._padded(self.result, self.check_hint))
        self.check_card.add(self._buttons(self.check_button))
        self.check_card.add(self.found, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addWidget(self.backup_card, 1)
        whole.addWidget(self.check_card, 1)
        self.retranslate()

    def _padded(self, *texts: QWidget) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(self.theme.px(18), self.theme.px(14), self.theme.px(18), 0)
        column.setSpacing(self.theme.px(4))
        for text in texts:
            column.addWidget(text)
        return column

    def _buttons(self, *buttons: QWidget) -> QHBoxLayout:
        row = band(self.theme, *buttons, None, spacing=8)
        row.setContentsMargins(self.theme.px(18), self.theme.px(12), self.theme.px(18), self.theme.px(12))
        return row

    def retranslate(self) -> None:
        """All texts in the language in force."""
        words = self.words
        self.backup_card.set_title(words("site_page.backups"))
        self.check_card.set_title(words("site_page.check"))
        self.hint.setText(words("site_page.restore_hint"))
        self.now.setText(words("site_page.backup_now"))
        self.to_file.setText(words("site_page.backup_to"))
        self.folder.setText(words("site_page.open_folder"))
        self.check_button.setText(words("site_page.check_now"))
        self.check_hint.setText(words("site_page.check_hint"))
        self.model.retranslate()
        self._say()

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.services.background.run(
            backup_files,
            self.house,
            self.actor(),
            done=self._loaded,
            failed=self.show_error,
            replaces="backups",
        )

    def enter(self) -> None:
        """The focus goes to where work begins."""
        self.now.setFocus() if self.now.isEnabled() else self.table.setFocus()

    def commands(self) -> Sequence[Command]:
        """What Ctrl+K offers here."""
        return [
            Command(self.words("site_page.backup_now"), "Alt+B", self.backup),
            Command(self.words("site_page.check_now"), "Alt+C", self.check),
        ]

    def backup(self) -> None:
        """A backup into the data folder, now."""
        self._backup([])

    def check(self) -> None:
        """Everything that can be proven about the data."""
        self._checked = "running"
        self._findings = []
        self.findings.refresh()
        self.check_button.setEnabled(False)
        self._say()
        self.services.jobs.start(
            ["check"], self.words("site_page.job_check"), done=self._check_done, failed=self._check_failed
        )

    def _backup(self, where: list[str]) -> None:
        if not self.services.session.may("data.backup"):
            self.error.emit(DomainError("no_right", who=self.actor().name, right="data.backup"))
            return
        self.now.setEnabled(False)
        self.services.jobs.start(
            ["backup", *where],
            self.words("site_page.job_backup"),
            done=self._backed_up,
            failed=self._not_backed_up,
        )

    def _backed_up(self, answer: Mapping[str, Any]) -> None:
        self.now.setEnabled(True)
        self.message.emit(
            self.words("site_page.backup_done", file=Path(str(answer.get("file", ""))).name), "done"
        )
        self.saved.emit()
        self.shown()

    def _not_backed_up(self, error: DomainError) -> None:
        self.now.setEnabled(True)
        self.error.emit(error)

    def _check_done(self, answer: Mapping[str, Any]) -> None:
        lines = answer.get("findings", [])
        self._findings = [
            FindingRow(at, str(line.get("text", "")), bool(line.get("fault")))
            for at, line in enumerate(lines, 1)
        ]
        self._checked = "faults" if any(row.fault for row in self._findings) else "whole"
        self.check_button.setEnabled(True)
        self.findings.refresh()
        self._say()

    def _check_failed(self, error: DomainError) -> None:
        self._checked = ""
        self.check_button.setEnabled(True)
        self._say()
        self.error.emit(error)

    def _say(self) -> None:
        words = self.words
        if not self._files:
            self.last.setText(words("site_page.no_backup"))
            self.last.set_tone("amber", bold=True)
        else:
            self.last.setText(words("site_page.last_backup", time=self._made_at(self._files[0])))
            self.last.set_tone("ink", bold=True)
        faults = sum(row.fault for row in self._findings)
        text, tone = {
            "": ("site_page.not_checked", "ink_soft"),
            "running": ("site_page.checking", "ink_soft"),
            "whole": ("site_page.check_whole", "green"),
            "faults": ("site_page.check_faults", "red"),
        }[self._checked]
        self.result.setText(words(text, n=faults) if faults else words(text))
        self.result.set_tone(tone, bold=self._checked in ("whole", "faults"))

    def _loaded(self, files: list[BackupFile]) -> None:
        self._files = files
        self.model.refresh()
        self._say()

    def _fetch_files(self, after: object, limit: int, answer: Any) -> None:
        answer([] if after is not None else self._files)

    def _fetch_findings(self, after: object, limit: int, answer: Any) -> None:
        answer([] if after is not None else self._findings)

    def _made_at(self, row: BackupFile) -> str:
        local = row.made_at.astimezone(ZoneInfo(self.services.session.now.zone))
        return f"{local:%Y-%m-%d %H:%M}"

    def _ask_file(self) -> None:
        title = self.words("site_page.backup_to")
        start = Path.home() / "backup.yhbackup"
        ask_file(self, self.words, title, self._backup_to, start=start, kinds=("backup", "all"), save=True)

    def _backup_to(self, file: Path) -> None:
        self._backup([str(file)])

    def _open_folder(self) -> None:
        if self._files:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._files[0].path.parent)))
