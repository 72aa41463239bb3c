"""Printing as the program sees it: printers, jobs, and what has become of a job.

A port with three ways out: `CupsPrinter` (Linux: the PDF itself goes to the scheduler, the job is followed to
its end), `QtPrinter` (Windows: QtPdf draws the pages, the spooler says nothing afterwards) and
`FolderPrinter` (training, tests). Every question is asked afresh, because an answer kept from before is how
jobs are lost silently (recipe 3). All calls may block for some seconds: the window runs them in a child job,
which uses `print_and_follow`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Protocol

from app.errors import DomainError
from app.words import Words

POLL_SECONDS = 0.2
RESTART_SECONDS = 5.0
"""So long a scheduler that does not answer counts as being restarted, while a job is followed."""


class PrinterState(StrEnum):
    """What the queue does now; a stopped one takes jobs and prints none."""

    idle = "idle"
    printing = "printing"
    stopped = "stopped"
    unknown = "unknown"


class JobPhase(StrEnum):
    """Where a job is. `unknown`: nobody can say (history cleared, or a spooler that does not tell)."""

    waiting = "waiting"
    held = "held"
    printing = "printing"
    done = "done"
    cancelled = "cancelled"
    aborted = "aborted"
    unknown = "unknown"


OVER = frozenset({JobPhase.done, JobPhase.cancelled, JobPhase.aborted, JobPhase.unknown})


@dataclass(frozen=True, slots=True)
class Printer:
    """A queue as it was when it was asked.

    `media` are the paper sizes it has, by the names that people know (A4, A3, Letter); empty if it does not
    say. `accepts` is whether it takes jobs at all. `reasons` are IPP's words (media-empty, paused), `message`
    the printer's own.
    """

    name: str
    description: str
    state: PrinterState
    media: tuple[str, ...]
    accepts: bool
    default: bool
    duplex: bool = False
    reasons: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A job that was taken; `number` is the scheduler's."""

    number: int
    printer: str
    title: str


@dataclass(frozen=True, slots=True)
class JobState:
    """Where a job is and why: `reasons` are IPP's (without -error …), `message` the printer's own."""

    phase: JobPhase
    reasons: tuple[str, ...] = ()
    message: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self.phase in OVER

    def text(self, words: Words) -> str:
        """The sentence for the user: the phase, the reasons that have a text, and the printer's own words."""
        codes = [code for code in map(reason_code, self.reasons) if words.has(code)]
        why = list(dict.fromkeys(words(code) for code in codes))
        if self.message and self.message.lower() not in self.reasons:
            why.append(self.message)
        phase = words(f"printing.job_{self.phase}")
        return (
            words("printing.because", phase=phase, reasons=words("printing.comma").join(why))
            if why
            else phase
        )


def reason_code(reason: str) -> str:
    """The text's code of an IPP reason: media-empty → printing.reason_media_empty."""
    return "printing.reason_" + reason.replace("-", "_")


def plain_reasons(reasons: Sequence[str]) -> tuple[str, ...]:
    """IPP's reasons without severity (RFC 8011 5.4.12) and without "none", each once."""
    bare = (r.removesuffix("-error").removesuffix("-warning").removesuffix("-report") for r in reasons)
    return tuple(dict.fromkeys(r for r in bare if r != "none"))


class PrinterPort(Protocol):
    """A way to paper. Every method asks afresh, may block, and raises DomainErrors printing_…."""

    def printers(self) -> list[Printer]:
        """All printers now, the default one first. printing_unavailable, printing_scheduler_down."""
        ...

    def send(
        self, pdf: Path, printer: str, *, title: str, media: str = "A4", copies: int = 1, duplex: bool = False
    ) -> PrintJob:
        """Sends a PDF, after looking whether the printer is there, takes jobs and has that paper.

        A stopped printer takes the job, which then waits: `follow` says so. Refused: printing_printer_gone,
        printing_rejecting, printing_no_media, printing_no_duplex, printing_copies, printing_bad_file,
        printing_refused.
        """
        ...

    def follow(self, job: PrintJob) -> JobState:
        """Where the job is now. printing_printer_gone if its printer was removed (jobs go with it)."""
        ...

    def cancel(self, job: PrintJob) -> None:
        """Drops a job; a job that is over already stays as it is. printing_cancel_refused."""
        ...


def system_printing() -> PrinterPort:
    """The printers of this PC. printing_unavailable if it has no printing system that we know."""
    if sys.platform == "win32":
        from app.devices.qt_printer import QtPrinter

        return QtPrinter()
    from app.devices.cups import CupsPrinter

    return CupsPrinter()


def check(
    printers: Sequence[Printer], name: str, pdf: Path, *, media: str, copies: int, duplex: bool
) -> Printer:
    """The printer of that name, if it will print this; the DomainErrors of `PrinterPort.send` if not."""
    if not 1 <= copies <= 999:
        raise DomainError("printing_copies", field="copies")
    try:
        with pdf.open("rb") as file:
            is_pdf = b"%PDF-" in file.read(1024)
    except OSError as error:
        raise DomainError("printing_bad_file", file=pdf.name) from error
    if not is_pdf:
        raise DomainError("printing_bad_file", file=pdf.name)
    printer = next((p for p in printers if p.name == name), None)
    if printer is None:
        raise DomainError("printing_printer_gone", field="printer", printer=name)
    if not printer.accepts:
        raise DomainError("printing_rejecting", field="printer", printer=printer.description)
    if printer.media and media not in printer.media:
        raise DomainError("printing_no_media", field="media", printer=printer.description, media=media)
    if duplex and not printer.duplex:
        raise DomainError("printing_no_duplex", field="duplex", printer=printer.description)
    return printer


def print_and_follow(
    port: PrinterPort,
    pdf: Path,
    printer: str,
    title: str,
    media: str,
    copies: int,
    progress: Callable[[JobState], None],
    seconds: float = 120.0,
    stop: Callable[[], bool] = lambda: False,
    *,
    duplex: bool = False,
    restart_seconds: float = RESTART_SECONDS,
) -> JobState:
    """Prints and waits for the end; `progress` hears every change, the first and the last state included.

    Comes back when the job is over, or after `seconds` with the state it had then (not `over`: it stays in
    the queue). `stop` is asked at every look, five times a second; True cancels the job. A scheduler that
    restarts meanwhile is forgiven for `restart_seconds`. DomainErrors of `PrinterPort`.
    """
    if stop():
        return JobState(JobPhase.cancelled)
    job = port.send(pdf, printer, title=title, media=media, copies=copies, duplex=duplex)
    end = monotonic() + seconds
    pause = Event()
    told: JobState | None = None
    silent_since: float | None = None
    while True:
        try:
            if stop():
                port.cancel(job)
            state = port.follow(job)
            silent_since = None
        except DomainError as error:
            now = monotonic()
            silent_since = silent_since or now
            if error.code != "printing_scheduler_down" or now - silent_since >= restart_seconds:
                raise
        else:
            if state != told:
                progress(state)
                told = state
            if state.over or monotonic() >= end:
                return state
        pause.wait(POLL_SECONDS)
