"""The recovery code, shown once: to print, to save, to write down; going on asks for its last group."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF, Qt, Signal
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui.language import Language
from app.ui.theme import FAMILY, Look
from app.ui.widgets.buttons import PlainButton, PrimaryButton
from app.ui.widgets.card import Card, band
from app.ui.widgets.files import ask_file
from app.ui.widgets.forms import Form
from app.ui.widgets.text import Text


class RecoverySheet(QWidget):
    """Shows a code; `kept` once its last group was typed."""

    kept = Signal()

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._code = self._site = ""
        self._title = Text(theme, role="title", bold=True)
        self._why = Text(theme, tone="ink_soft", wrap=True)
        self._card = Card(theme)
        self._groups = QHBoxLayout()
        self._groups.setContentsMargins(theme.px(20), theme.px(24), theme.px(20), theme.px(20))
        self._groups.setSpacing(theme.px(12))
        self._card.add(self._groups)
        self.print_button = PlainButton(theme, "", "Ctrl+P", bind=True)
        self.save_button = PlainButton(theme, "", "Ctrl+S", bind=True)
        self.print_button.clicked.connect(self.print_sheet)
        self.save_button.clicked.connect(self._ask_save)
        self._said = Text(theme, role="caption", tone="green", elide=True)
        self.form = Form(theme, words)
        self.last = QLineEdit()
        self.last.setFixedWidth(theme.px(240))
        beside = QWidget()
        beside.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.last.returnPressed.connect(self.check)
        self.form.add("last", "start.recovery_last", self.last, beside=beside)
        self.go = PrimaryButton(theme, "", "Return")
        self.go.clicked.connect(self.check)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(16))
        whole.addWidget(self._title)
        whole.addWidget(self._why)
        whole.addWidget(self._card)
        whole.addLayout(band(theme, self.print_button, self.save_button, self._said, None))
        whole.addSpacing(theme.px(8))
        whole.addWidget(self.form)
        whole.addStretch(1)
        whole.addLayout(band(theme, None, self.go))
        self.retranslate()

    def show_code(self, code: str, site: str) -> None:
        """Show this code of a new site."""
        self._code, self._site = code, site
        while (item := self._groups.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for group in code.split("-"):
            part = Text(self._theme, group, role="figure", bold=True)
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._groups.addWidget(part, 1)
        self.retranslate()
        self.last.setFocus()

    def check(self) -> None:
        """Go on, when the last group is typed as it stands there."""
        typed = "".join(sign for sign in self.last.text().upper() if sign.isalnum())
        if self._code and typed in (self._code.rpartition("-")[2], self._code.replace("-", "")):
            self.form.clear_errors()
            self.kept.emit()
        else:
            self.form.show_error(DomainError("recovery_group_wrong", field="last"))
            self.last.selectAll()

    def retranslate(self) -> None:
        """The texts in the language in force."""
        words = self._words
        self._title.setText(words("start.recovery_title"))
        self._why.setText(words("start.recovery_why"))
        self.print_button.setText(words("start.recovery_print"))
        self.save_button.setText(words("start.recovery_save"))
        self.go.setText(words("start.recovery_kept"))
        self.last.setPlaceholderText(words("start.recovery_last_hint"))

    def save(self, path: Path) -> None:
        """Write the sheet as PDF (by its suffix) or as plain text.

        Raises:
            OSError: it cannot be written.
        """
        if path.suffix.lower() == ".pdf":
            path.touch()
            writer = QPdfWriter(str(path))
            writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
            writer.setPageMargins(QMarginsF(25, 25, 18, 18), QPageLayout.Unit.Millimeter)
            writer.setTitle(self._words("start.recovery_title"))
            sheet = self.document()
            sheet.setPageSize(QSizeF(writer.width(), writer.height()))
            sheet.documentLayout().setPaintDevice(writer)
            sheet.print_(writer)
        else:
            path.write_text(self.document().toPlainText() + "\n", encoding="utf-8")

    def document(self) -> QTextDocument:
        """The sheet that is printed: the site, the code, what it is for, where to keep it."""
        words = self._words
        sheet = QTextDocument()
        sheet.setDefaultFont(QFont(FAMILY, 11))
        sheet.setHtml(
            f'<h2 align="center">{escape(words("start.recovery_title"))}</h2>'
            f'<p align="center">{escape(self._site)}</p><p>&nbsp;</p>'
            f'<p align="center" style="font-size:22pt"><b>{escape(self._code)}</b></p><p>&nbsp;</p>'
            f"<p>{escape(words('start.recovery_paper_why'))}</p><p>{escape(words('start.recovery_paper_keep'))}</p>"
            f"<p>&nbsp;</p><p>{escape(words('start.recovery_paper_sign'))}</p>"
        )
        return sheet

    def print_sheet(self) -> None:
        """Ask for the printer and print."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.document().print_(printer)
            self._said.set_tone("green")
            self._said.setText(self._words("start.recovery_printed"))
        self.last.setFocus()

    def _ask_save(self) -> None:
        words = self._words
        start = Path.home() / f"{words('start.recovery_file')}.pdf"
        title, kinds = words("start.recovery_save"), ("pdf", "text")
        dialog = ask_file(self, words, title, self._save_to, start=start, kinds=kinds, save=True)
        dialog.finished.connect(self.last.setFocus)

    def _save_to(self, file: Path) -> None:
        try:
            self.save(file)
        except OSError:
            self._said.set_tone("red")
            self._said.setText(self._words("errors.cannot_write_file", file=str(file)))
        else:
            self._said.set_tone("green")
            self._said.setText(self._words("start.recovery_saved", file=file.name))
