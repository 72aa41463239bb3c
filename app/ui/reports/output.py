"""What becomes of a document: printed and followed to its end, sent again, saved. Said on the page's strip."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.errors import DomainError
from app.ui import messages
from app.ui.reports.folder import PrivateFolder
from app.ui.reports.printing import SAVE_INSTEAD, Chosen, PrintDialog, PrintRun
from app.ui.reports.saving import Saver
from app.ui.services import Services
from app.ui.widgets.files import ask_file
from app.ui.widgets.strip import Strip

KEPT = "reports.kept"  # the draft under which folder, printer and paper are remembered


class Output(QObject):
    """`print(file, title)`, `print_again()`, `save(file, title)`. `said(text, tone)` is also on the strip.

    What goes to a printer is a copy of its own, kept until it is printed: nothing is lost by looking at something else.
    """

    said = Signal(str, str)

    def __init__(self, services: Services, folder: PrivateFolder, strip: Strip, page: QWidget) -> None:
        super().__init__(page)
        self._services, self._words = services, services.words
        self._folder, self._strip, self._page = folder, strip, page
        self._kept: dict[str, str] = {}
        self._last: PrintRun | None = None
        self._saver = Saver(self)
        self._saver.saved.connect(self._saved)
        self._saver.failed.connect(self.say_error)
        services.background.run(services.drafts.load, KEPT, done=self._remembered, owner=self)

    def print(self, file: Path, title: str) -> None:
        """Choose a printer and send a copy of the file."""
        try:
            copy = self._folder.copy(file)
        except OSError:
            self.say_error(DomainError("cannot_write_file", file=str(self._folder.path)))
            return
        before = (
            Chosen(self._kept["printer"], "", self._kept["media"], 1) if "printer" in self._kept else None
        )
        self._send(copy, title, before)

    def print_again(self) -> None:
        """再打一次: the same pages, on this printer or another. What still waits is taken out of its queue first."""
        last = self._last
        if last is None:
            return
        if last.running:
            last.over.connect(self.print_again, Qt.ConnectionType.SingleShotConnection)
            last.cancel()
        elif last.file.exists():
            self._send(last.file, last.title, last.chosen)

    def save(self, file: Path, title: str) -> None:
        """Ask where to, and copy the file there."""
        words = self._words
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folder = Path(self._kept.get("folder") or documents)
        if not folder.is_dir():
            folder = Path.home()
        start = folder / f"{title}.pdf"
        taken = partial(self._save_to, file)
        ask_file(self._page, words, words("reports_page.save"), taken, start=start, kinds=("pdf",), save=True)

    def _save_to(self, file: Path, chosen: Path) -> None:
        self._keep(folder=str(chosen.parent))
        self._saver.save(file, chosen)

    def say_error(self, error: DomainError) -> None:
        """On the strip, until it is taken away."""
        self._say(messages.text_of(error, self._words), "error")

    def _send(self, file: Path, title: str, before: Chosen | None) -> None:
        answer = PrintDialog(self._services, title, before, self._page).ask()
        if answer == SAVE_INSTEAD:
            self.save(file, title)
        elif not isinstance(answer, Chosen) and (self._last is None or self._last.file != file):
            self._folder.drop(file)
        if not isinstance(answer, Chosen):
            return
        self._keep(printer=answer.printer, media=answer.media)
        run = PrintRun(self._services, file, title, answer, self)
        run.said.connect(self._run_said)
        run.over.connect(self._run_over)
        self._last = run
        run.begin()

    def _run_said(self, text: str, tone: str) -> None:
        run = self.sender()
        if isinstance(run, PrintRun):
            if run.again:
                self._last = run
            self._say(text, tone, again=run.again)

    def _run_over(self) -> None:
        run = self.sender()
        if isinstance(run, PrintRun) and run.printed:
            self._folder.drop(run.file)

    def _say(self, text: str, tone: str, *, again: bool = False) -> None:
        way_out = (self._words("printing.print_again"), self.print_again) if again else None
        self._strip.say(text, tone, way_out=way_out)
        self.said.emit(text, tone)

    def _saved(self, target: Path) -> None:
        self._say(self._words("reports_page.saved", file=str(target)), "done")

    def _keep(self, **kept: str) -> None:
        self._kept |= kept
        self._services.background.run(self._services.drafts.save, KEPT, dict(self._kept))

    def _remembered(self, kept: Mapping[str, Any] | None) -> None:
        self._kept = {name: str(value) for name, value in (kept or {}).items()} | self._kept
