"""Asking for a file: the same dialog everywhere, in the language in force."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFileDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

import app.ui
from app.ui.language import Language
from app.ui.widgets.files import ask_file


def texts(dialog: QFileDialog) -> set[str]:
    """Buttons and labels, without accelerators."""
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    return {text.replace("&", "") for text in [*labels, *(button.text() for button in box.buttons())] if text}


@pytest.mark.parametrize("save", [True, False])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_buttons_and_labels_are_in_the_language(
    qtbot: QtBot, tmp_path: Path, language: str, save: bool
) -> None:
    parent, words = QWidget(), Language(language)
    qtbot.addWidget(parent)
    parent.show()
    start = tmp_path / "a.pdf" if save else tmp_path
    dialog = ask_file(parent, words, "T", print, start=start, kinds=("pdf", "all"), save=save)
    keys = ("folder", "name", "type", "leave", "save" if save else "open")
    assert texts(dialog) == {words(f"window.file_{key}") for key in keys}
    types = dialog.findChild(QComboBox, "fileTypeCombo")
    assert types is not None
    assert types.itemText(0) == f"{words('window.file_pdf')} (*.pdf)"
    dialog.reject()


@pytest.mark.parametrize(
    ("kind", "typed", "saved"), [(0, "a", "a.xlsx"), (1, "a", "a.csv"), (0, "b.csv", "b.csv")]
)
def test_the_ending_follows_the_kind(qtbot: QtBot, tmp_path: Path, kind: int, typed: str, saved: str) -> None:
    parent, taken = QWidget(), list[Path]()
    qtbot.addWidget(parent)
    parent.show()
    start = tmp_path / "表.xlsx"
    words = Language("zh_CN")
    dialog = ask_file(parent, words, "T", taken.append, start=start, kinds=("excel", "csv"), save=True)
    line, types = dialog.findChild(QLineEdit, "fileNameEdit"), dialog.findChild(QComboBox, "fileTypeCombo")
    assert isinstance(line, QLineEdit)
    assert types is not None
    assert line.text() == "表.xlsx"
    types.setCurrentIndex(kind)
    types.textActivated.emit(types.currentText())
    line.setText(str(tmp_path / typed))
    dialog.accept()
    assert taken == [tmp_path / saved]


def test_a_file_that_is_there_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    parent, taken = QWidget(), list[Path]()
    qtbot.addWidget(parent)
    parent.show()
    file = tmp_path / "人员.csv"
    file.write_text("x")
    dialog = ask_file(parent, Language("en"), "T", taken.append, start=tmp_path, kinds=("tables",))
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(file))
    dialog.accept()
    assert taken == [file]


def test_there_is_no_other_way_to_ask_for_a_file() -> None:
    """Qt's ready-made functions leave their buttons in English."""
    root = Path(app.ui.__path__[0])
    asking = [file.name for file in root.rglob("*.py") if "QFileDialog" in file.read_text(encoding="utf-8")]
    assert asking == ["files.py"]
