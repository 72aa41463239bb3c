"""Asking for a file: one way for all pages, in the language in force, the same on every desktop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.ui.language import Language

LABELS = {
    QFileDialog.DialogLabel.LookIn: "folder",
    QFileDialog.DialogLabel.FileName: "name",
    QFileDialog.DialogLabel.FileType: "type",
    QFileDialog.DialogLabel.Reject: "leave",
}
# What can be asked for: the key of its name, and the endings; the first is added to a name that has none.
KINDS = {
    "pdf": "*.pdf",
    "text": "*.txt",
    "excel": "*.xlsx",
    "csv": "*.csv",
    "tables": "*.csv *.xlsx",
    "backup": "*.yhbackup",
    "all": "*",
}


def ask_file(
    parent: QWidget,
    words: Language,
    title: str,
    taken: Callable[[Path], object],
    *,
    start: Path,
    kinds: tuple[str, ...],
    save: bool = False,
) -> QFileDialog:
    """Opens a file dialog over the parent's window and answers at once; `taken` gets the file when one is chosen.

    `start` is the folder to begin in, or with `save` the file that is offered. `kinds` are keys of `KINDS`.
    """
    dialog = QFileDialog(parent, title, str(start.parent if save else start))
    # Qt's own: in the language in force, and the same on every desktop.
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if save else QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if save else QFileDialog.FileMode.ExistingFile)
    filters = {f"{words(f'window.file_{kind}')} ({KINDS[kind]})": kind for kind in kinds}
    dialog.setNameFilters(list(filters))
    # Qt's own translation leaves some of these in English (6.11).
    for label, key in (LABELS | {QFileDialog.DialogLabel.Accept: "save" if save else "open"}).items():
        dialog.setLabelText(label, words(f"window.file_{key}"))
    if save:
        dialog.setDefaultSuffix(_ending(kinds[0]))
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_ending(filters[chosen])))
        dialog.selectFile(start.name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(partial(_chosen, taken))
    dialog.open()
    return dialog


def ask_folder(
    parent: QWidget, words: Language, title: str, taken: Callable[[Path], object], *, start: Path
) -> QFileDialog:
    """The same for a folder that is there."""
    dialog = QFileDialog(parent, title, str(start))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    for label, key in (LABELS | {QFileDialog.DialogLabel.Accept: "open"}).items():
        dialog.setLabelText(label, words(f"window.file_{key}"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(partial(_chosen, taken))
    dialog.open()
    return dialog


def _ending(kind: str) -> str:
    return KINDS[kind].partition(" ")[0].lstrip("*.")


def _chosen(taken: Callable[[Path], object], file: str) -> None:
    taken(Path(file))
