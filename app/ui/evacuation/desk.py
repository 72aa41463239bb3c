"""The commands around the evacuation list, for any page: print it, call the roll, blank slips, late entry (VIS-13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWidgets import QWidget

from app import settings
from app.domain.people import Actor
from app.errors import DomainError
from app.operations.site_errands import VARIABLE, errand
from app.queries import evacuation as queries
from app.ui.aid import Aid
from app.ui.page import Command, KeyGroups
from app.ui.services import Services

if TYPE_CHECKING:
    from app.operations.late_entry import SlipRun
    from app.ui.reports.folder import PrivateFolder

# Key, name of the command and of its method, the right that it needs.
KEYS = (
    ("Ctrl+Shift+E", "print", "visits.see"),
    ("Ctrl+Shift+R", "roll_call", "visits.register"),
    ("Ctrl+Shift+L", "late", "visits.register"),
    ("Ctrl+Shift+B", "slips", "visits.register"),
    ("Ctrl+Shift+Y", "night", "visits.see"),
)
PRINTED = ("done", "unknown", "waiting", "held", "printing")


def open_file(path: Path) -> None:
    """Opens a PDF in whatever this PC shows PDFs with."""
    from PySide6.QtGui import QDesktopServices  # late, as the start must be quick

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class EvacuationDesk(Aid, QObject):
    """`said(text, tone)` what became of it; `error(DomainError)` what did not."""

    said = Signal(str, str)
    error = Signal(object)
    saved = Signal()

    def __init__(
        self, services: Services, over: QWidget, opener: Callable[[Path], object] = open_file
    ) -> None:
        super().__init__(over)
        self._services, self._over, self._opener = services, over, opener
        self._papers: PrivateFolder | None = None
        self.calling = False  # the roll call stands open here: nobody has to be told of it

    def commands(self) -> Sequence[Command]:
        """What Ctrl+K offers, as far as the person may do it."""
        words, may = self._services.words, self._services.session.may
        return [
            Command(words(f"evacuation.key_{name}"), key, getattr(self, name))
            for key, name, right in KEYS
            if may(right)
        ]

    def bindings(self) -> Sequence[tuple[str, Callable[[], object]]]:
        """The keys, whoever is there: who may not is told so."""
        return [(key, getattr(self, name)) for key, name, _ in KEYS]

    def key_groups(self) -> KeyGroups:
        """The same for F1."""
        title = self._services.words("evacuation.keys_title")
        return ((title, [(one.keys, one.text) for one in self.commands()]),)

    # --- the list -----------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Ctrl+Shift+E: on paper at once; without a printer the file is opened."""
        if not self._may("visits.see"):
            return
        services = self._services
        folder = services.house.folder
        target = settings.evacuation_folder(folder, settings.load(folder).settings)
        now = services.session.now
        for_whom = {VARIABLE: errand(services.house, cast("Actor", now.actor), target, by_pin=now.by_pin)}
        words = services.words
        self.said.emit(words("evacuation.making"), "info")
        argv = ["evacuation", "--print", "--folder", str(target), "--lang", words.name]
        title = words("evacuation.making")
        failed = partial(self._not_printed, target)
        services.jobs.start(argv, title, self._printed, failed, for_whom)

    def _printed(self, result: Mapping[str, Any]) -> None:
        phase = str(result.get("phase", ""))
        if phase not in PRINTED:
            self._opener(Path(str(result["file"])))
        self.said.emit(str(result["text"]), "done" if phase == "done" else "warn")

    def _not_printed(self, folder: Path, error: DomainError) -> None:
        """The data do not answer: the list that was saved last is better than none, and says what it is true of."""
        self.error.emit(error)
        try:
            newest = max(folder.glob("evacuation_*.pdf"), default=None)
        except OSError:
            newest = None
        if newest is not None:
            self._opener(newest)
            self.said.emit(self._services.words("evacuation.older_opened", file=str(newest)), "warn")

    def _failed(self, error: DomainError) -> None:
        self.error.emit(error)

    # --- dialogs ------------------------------------------------------------------------------------------------------

    def roll_call(self) -> None:
        """Ctrl+Shift+R: begin a roll call, or join the one that runs."""
        if not self._may("visits.register"):
            return
        from app.ui.evacuation.roll_call import RollCallDialog

        self.calling = True
        ended = RollCallDialog(self._services, self._over).ask()
        self.calling = False
        if isinstance(ended, queries.RollCall):
            words = self._services.words
            self.said.emit(
                words("evacuation.roll_call_ended", expected=len(ended.people), missing=ended.missing), "done"
            )
            self.saved.emit()
            self._paper("roll_call", words("evacuation.roll_call_paper"))

    def late(self) -> None:
        """Ctrl+Shift+L: key in blank slips, one after the other."""
        if not self._may("visits.register"):
            return
        from app.ui.evacuation.late_entry import LateEntryDialog

        LateEntryDialog(self._services, self._over).ask()
        self.saved.emit()

    def slips(self) -> None:
        """Ctrl+Shift+B: give out numbers and print blank slips."""
        if not self._may("visits.register"):
            return
        from app.ui.evacuation.slips import SlipsDialog

        count = SlipsDialog(self._services, self._over).ask()
        if isinstance(count, int):
            from app.operations.late_entry import issue

            services = self._services
            services.background.run(
                issue,
                services.house,
                cast("Actor", services.session.actor),
                count,
                done=self._issued,
                failed=self._failed,
            )

    def _issued(self, run: SlipRun) -> None:
        words = self._services.words
        self.said.emit(words("evacuation.slips_issued", first=run.first, last=run.last), "done")
        self._paper("blank_slips", words("evacuation.slips_paper"), "--number", run.first)

    def night(self) -> None:
        """Ctrl+Shift+Y: whom the rule closed in the last night."""
        if self._may("visits.see"):
            services = self._services
            services.background.run(
                queries.closed_in_the_night,
                services.house,
                services.session.actor,
                done=self._night,
                failed=self._failed,
            )

    def _night(self, people: Sequence[queries.Present]) -> None:
        from app.ui.evacuation.night import NightDialog

        NightDialog(self._services, people, self._over).ask()

    # --- paper --------------------------------------------------------------------------------------------------------

    def _paper(self, name: str, title: str, *options: str) -> None:
        """A document straight to the printer; without one it is opened."""
        services = self._services
        if self._papers is None:
            from app.ui.reports.folder import PrivateFolder

            self._papers = PrivateFolder()
        out = self._papers.new()
        now = services.session.now
        for_whom = {VARIABLE: errand(services.house, cast("Actor", now.actor), out, by_pin=now.by_pin)}
        argv = ["report", name, "--out", str(out), "--print", "--lang", services.words.name, *options]
        done = partial(self._on_paper, out)
        services.jobs.start(argv, title, done, self._failed, for_whom)

    def _on_paper(self, out: Path, result: Mapping[str, Any]) -> None:
        words, phase = self._services.words, str(result.get("phase", ""))
        values = {"printer": result.get("printer", ""), "state": result.get("state", "")}
        if phase == "done":
            self.said.emit(words("evacuation.paper_printed", printer=values["printer"]), "done")
        elif phase in PRINTED:
            self.said.emit(words("evacuation.paper_sent", **values), "warn")
        else:
            self._opener(out)
            self.said.emit(words("evacuation.paper_opened", file=str(out)), "warn")

    def _may(self, right: str) -> bool:
        try:
            cast("Actor", self._services.session.actor).need(right)
        except DomainError as error:
            self.error.emit(error)
            return False
        return True
