"""Where this PC saves the evacuation list (VIS-13)."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import DomainError
from app.settings import EVACUATION
from app.ui.services import Services
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.files import ask_folder
from app.ui.widgets.forms import Form


class FolderDialog(Dialog):
    """`ask()` answers the folder, "" for the one in the data folder, None when the person left."""

    def __init__(self, services: Services, folder: str, parent: QWidget | None = None) -> None:
        words, theme = services.words, services.theme
        super().__init__(theme, words, words("evacuation.folder_title"), parent, width=640)
        self.say(words("evacuation.folder_text"))
        self.form = Form(theme, words)
        self.folder = QLineEdit(folder)
        self.folder.setPlaceholderText(words("evacuation.folder_default", folder=EVACUATION))
        choose = PlainButton(theme, words("evacuation.folder_choose"))
        choose.clicked.connect(self._choose)
        self.form.add("folder", "evacuation.folder", self.folder, beside=choose)
        self.add(self.form)
        self.add_verbs(words("evacuation.folder_keep"), key="Return")
        self.folder.setFocus()

    def take(self) -> None:
        """A folder that is not there, or not to be written to, is said before it is needed."""
        folder = self.folder.text().strip()
        path = Path(folder)
        good = path.is_absolute() and path.is_dir() and os.access(path, os.W_OK | os.X_OK)
        if folder and not good:
            self.form.show_error(DomainError("evacuation_folder_gone", field="folder", folder=folder))
            return
        self.accept()

    def value(self) -> object:
        """The folder as typed."""
        return self.folder.text().strip()

    def _choose(self) -> None:
        start = Path(self.folder.text() or Path.home())
        ask_folder(self, self.words, self.words("evacuation.folder_title"), self._chosen, start=start)

    def _chosen(self, folder: Path) -> None:
        self.folder.setText(str(folder))
