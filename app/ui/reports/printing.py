"""Printing from the window: which printer, and what became of the paper (RECIPES 3: Qt loses jobs silently).

Asking for printers and sending may block for seconds, so both are children of this program (`yinghou print`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QIntValidator, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QWidget

from app.devices.printer import JobPhase, PrinterState, reason_code
from app.errors import DomainError
from app.ui import messages
from app.ui.language import Language
from app.ui.services import Services
from app.ui.widgets.buttons import PlainButton
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.dialogs import Dialog
from app.ui.widgets.forms import FieldError
from app.ui.widgets.rows import LINES, TwoLines
from app.ui.widgets.tables import ListView
from app.ui.widgets.text import Text

if TYPE_CHECKING:
    from app.ui.job import Job

MEDIA = ("A4", "A3")
MOST_COPIES = 99
ROWS = 3  # printers in sight
PATIENCE_MS = 3000  # a job that has not begun by then is said: the printer is stopped, out of paper, far away
SAVE_INSTEAD = "save"  # the dialog's answer: no printer, a PDF instead


@dataclass(frozen=True, slots=True)
class Queue:
    """A printer as the child told it (see `app.devices.printer.Printer`)."""

    name: str
    description: str
    state: str
    accepts: bool
    default: bool
    media: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        """Whether it takes jobs and prints them."""
        return self.accepts and self.state != PrinterState.stopped

    def lines(self, words: Language) -> TwoLines:
        """Its row in the list: name, default, what it does now and why."""
        state = "rejecting" if not self.accepts else self.state
        said = words(f"printing.printer_{state}")
        codes = [code for code in map(reason_code, self.reasons) if words.words.has(code)]
        why = [] if state == "rejecting" else list(dict.fromkeys(words(code) for code in codes))
        below = words("printing.comma").join(why)
        default = words("printing.default_printer") if self.default else ""
        tone = "red" if not self.accepts else "amber" if self.state == PrinterState.stopped else ""
        name = self.name if self.name != self.description else ""
        return TwoLines(self.description, below or name, said, default, tone)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to print on."""

    printer: str
    description: str
    media: str
    copies: int


def queues(told: Mapping[str, Any]) -> list[Queue]:
    """The printers in the last line of `yinghou print --list --progress`."""
    return [
        Queue(
            str(one["name"]),
            str(one["description"]),
            str(one["state"]),
            bool(one["accepts"]),
            bool(one["default"]),
            tuple(map(str, one["media"])),
            tuple(map(str, one["reasons"])),
        )
        for one in told["printers"]
    ]


class PrintDialog(Dialog):
    """`ask()` answers Chosen, SAVE_INSTEAD where there is no printer, or None. The list is asked afresh each time."""

    def __init__(
        self, services: Services, title: str, before: Chosen | None = None, parent: QWidget | None = None
    ) -> None:
        words, theme = services.words, services.theme
        super().__init__(theme, words, words("reports_page.print_title", title=title), parent, width=560)
        self._services, self._before = services, before
        self._queues: list[Queue] = []
        self._job: Job | None = None
        self.list = ListView(theme)
        self.list.setAccessibleName(words("printing.printer"))
        self.list.setModel(QStandardItemModel(self.list))
        self.list.moved_to.connect(self._queue_marked)
        self.list.taken.connect(self.take)
        self.wait = Text(theme, words("reports_page.looking_for_printers"), tone="ink_soft", wrap=True)
        self.wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.wait)
        self.stack.addWidget(self.list)
        row_high = 2 * QFontMetrics(theme.font()).height() + theme.px(22)
        self.stack.setFixedHeight(ROWS * row_high)
        self.hint = FieldError(theme)
        self.media = ChoiceBar(theme, [(media, media, "") for media in MEDIA])
        self.media.set_value(before.media if before else MEDIA[0])
        self.copies = QLineEdit(str(before.copies if before else 1))
        self.copies.setValidator(QIntValidator(1, MOST_COPIES, self.copies))
        self.copies.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.copies.setFixedWidth(theme.px(64))
        self.copies.setFixedHeight(theme.row())
        self.copies.setAccessibleName(words("printing.copies"))
        self.media.setAccessibleName(words("printing.media"))
        self.add(self.stack, 1)
        self.add(self.hint)
        options = QHBoxLayout()
        options.setSpacing(theme.px(12))
        options.addWidget(Text(theme, words("printing.media"), tone="ink_soft"))
        options.addWidget(self.media)
        options.addStretch(1)
        options.addWidget(Text(theme, words("printing.copies"), tone="ink_soft"))
        options.addWidget(self.copies)
        self.options = QWidget()
        self.options.setLayout(options)
        options.setContentsMargins(0, 0, 0, 0)
        self.add(self.options)
        self.add_verbs(words("printing.print"), key="Return")
        self._ready(False)
        argv = ["print", "--list", "--lang", words.name]
        title = words("reports_page.looking_for_printers")
        self._job = services.jobs.start(argv, title, self._listed, self._not_listed)
        self.finished.connect(self._closed)

    @property
    def queues(self) -> Sequence[Queue]:
        """The printers in the list."""
        return self._queues

    def marked(self) -> Queue | None:
        """The printer that is marked."""
        at = self.list.currentIndex().row()
        return self._queues[at] if 0 <= at < len(self._queues) else None

    def value(self) -> object:
        queue = self.marked()
        if queue is None:
            return SAVE_INSTEAD
        return Chosen(
            queue.name, queue.description, str(self.media.value()), int(self.copies.text() or 1) or 1
        )

    def _listed(self, told: Mapping[str, Any]) -> None:
        self._job = None
        self._queues = queues(told)
        if not self._queues:
            self._save_instead(self.words("printing.no_printers"))
            return
        model = QStandardItemModel(self.list)
        for queue in self._queues:
            item, lines = QStandardItem(), queue.lines(self.words)
            item.setData(lines, LINES)
            item.setAccessibleText(f"{lines.title}, {lines.right}")
            model.appendRow(item)
        self.list.setModel(model)
        self.stack.setCurrentWidget(self.list)
        self._ready(True)
        names = [queue.name for queue in self._queues]
        at = names.index(self._before.printer) if self._before and self._before.printer in names else 0
        self.list.setCurrentIndex(model.index(at, 0))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_listed(self, error: DomainError) -> None:
        self._job = None
        self._save_instead(messages.text_of(error, self.words))

    def _save_instead(self, why: str) -> None:
        self.wait.setText(why)
        self.options.hide()
        if self.primary is not None:
            self.primary.setText(self.words("reports_page.save"))
            self.primary.setEnabled(True)
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _queue_marked(self, _index: QModelIndex) -> None:
        queue = self.marked()
        if queue is None:
            return
        for at, button in enumerate(self.media.findChildren(PlainButton)):
            button.setEnabled(not queue.media or MEDIA[at] in queue.media)
        if queue.media and self.media.value() not in queue.media:
            self.media.set_value(next((media for media in MEDIA if media in queue.media), MEDIA[0]))
        words = self.words
        if not queue.accepts:
            self.hint.show_text(words("errors.printing_rejecting", printer=queue.description))
        elif not queue.well:
            self.hint.hint(words("reports_page.stopped_hint"), "amber")
        else:
            self.hint.show_text("")

    def _ready(self, ready: bool) -> None:
        self.options.setEnabled(ready)
        if self.primary is not None:
            self.primary.setEnabled(ready)

    def _closed(self, _result: int) -> None:
        if self._job is not None:
            self._job.stop()


class PrintRun(QObject):
    """One PDF on its way to paper; it keeps its own copy until that is sure.

    `said(text, tone)` each time there is something to say; `again` tells whether it can be sent again then. `over`:
    nothing more will be said.
    """

    said = Signal(str, str)
    over = Signal()

    def __init__(self, services: Services, file: Path, title: str, chosen: Chosen, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._words = services, services.words
        self.file, self.title, self.chosen = file, title, chosen
        self.printed = False
        self.again = False  # whether sending it again makes sense now
        self._job: Job | None = None
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(PATIENCE_MS)
        self._late.timeout.connect(self._say_waiting)

    @property
    def running(self) -> bool:
        """Whether the job is followed still."""
        return self._job is not None

    def begin(self) -> None:
        """Send it."""
        one, words = self.chosen, self._words
        argv = [
            "print",
            str(self.file),
            "--printer",
            one.printer,
            "--title",
            self.title,
            "--media",
            one.media,
        ]
        argv += ["--copies", str(one.copies), "--lang", words.name]
        title = words("reports_page.printing", title=self.title)
        self._job = self._services.jobs.start(argv, title, self._done, self._failed)
        self._job.moved.connect(self._moved)
        self._job.ended.connect(self._ended)
        self._late.start()
        self._say("reports_page.print_sent", "info", again=False)

    def cancel(self) -> None:
        """Take it out of the queue; `over` follows when that is done."""
        if self._job is not None:
            self._job.stop()

    def _say(self, code: str, tone: str, *, again: bool, **values: object) -> None:
        self.again = again
        said = self._words(code, title=self.title, printer=self.chosen.description, **values)
        self.said.emit(said, tone)

    def _moved(self) -> None:
        if self.again and self._is_printing():
            self._say("reports_page.print_sent", "info", again=False)

    def _is_printing(self) -> bool:
        return self._job is not None and self._job.text == self._words("printing.job_printing")

    def _say_waiting(self) -> None:
        if self._job is not None and not self._job.stopped and not self._is_printing():
            state = self._job.text or self._words("printing.job_waiting")
            self._say("reports_page.print_waits", "warn", again=True, state=state)

    def _done(self, result: Mapping[str, Any]) -> None:
        phase, text = str(result.get("phase")), str(result.get("text", ""))
        if phase == JobPhase.done:
            self.printed = True
            self._say("reports_page.print_done", "done", again=False)
        elif phase in (JobPhase.waiting, JobPhase.held, JobPhase.printing, JobPhase.unknown):
            self._say("reports_page.print_unsure", "warn", again=True, state=text)
        else:
            self._say("reports_page.print_failed", "error", again=True, state=text)

    def _failed(self, error: DomainError) -> None:
        self.again = True
        self.said.emit(messages.text_of(error, self._words), "error")

    def _ended(self) -> None:
        job, self._job = self._job, None
        self._late.stop()
        if job is not None and job.stopped:
            if job.error is not None:
                self._failed(job.error)
            elif job.result is not None and job.result.get("phase") == JobPhase.done:
                self._done(job.result)
            else:
                self._say("reports_page.print_cancelled", "info", again=True)
        self.over.emit()
