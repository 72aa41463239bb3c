"""Printing through CUPS: the PDF itself is sent, and its job is asked for until it is over.

Measured on CUPS 2.4.2 with our own backend, where it goes beyond the recipes (section 3) or differs from
them:

- What becomes of a job whose backend fails (exit 1) is the queue's error policy: abort-job → 8 aborted;
  stop-printer → 3 and the printer `paused`; retry-job → 4 held with `resources-are-not-ready`, tried again
  later; retry-current-job → 5 again and again. Only the first ends by itself.
- A filter that fails (a damaged PDF) leaves the job in state 6 for ever: it will not go on by itself, so it
  is `aborted` here.
- A job whose printer is removed is first *cancelled by the user* in the history and then forgotten; so a
  cancelled job asks whether its printer is still there.
- To send to a printer that is gone fails with 0x0500 "No such file or directory", not with IPP's not-found;
  so after a refusal the printers are looked at again to say why.
- A job that is done carries the printer's last message (Paper tray is empty), however old: it is not shown.
- A landscape page leaves pdftopdf as a turned portrait page (`Page rot` 0), complete.
- A scheduler that hangs (stopped by a signal) is given up `seconds` + 1 after each request.
- A raw queue (no driver) and a class name no paper sizes, so none can be refused there; a raw queue passes
  the PDF to the device as it is.
- Queues that exist only on the network (found by DNS-SD, not set up on this PC) are not in the list.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

from app.devices.libcups import (
    CANCEL_JOB,
    CUPS_GET_PRINTERS,
    GET_JOB_ATTRIBUTES,
    GET_PRINTER_ATTRIBUTES,
    STATUS_NOT_FOUND,
    STATUS_NOT_POSSIBLE,
    Connection,
    Group,
    IppError,
    Libcups,
)
from app.devices.printer import (
    OVER,
    JobPhase,
    JobState,
    Printer,
    PrinterState,
    PrintJob,
    check,
    plain_reasons,
)
from app.errors import DomainError

_PRINTER_STATES = {3: PrinterState.idle, 4: PrinterState.printing, 5: PrinterState.stopped}
_PHASES = {
    3: JobPhase.waiting,
    4: JobPhase.held,
    5: JobPhase.printing,
    6: JobPhase.aborted,
    7: JobPhase.cancelled,
    8: JobPhase.aborted,
    9: JobPhase.done,
}
_PRINTER_WANTED = (
    "printer-name",
    "printer-info",
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "media-supported",
    "sides-supported",
)
_JOB_WANTED = ("job-state", "job-state-reasons", "job-printer-state-message")
TITLE_BYTES = 255
"""The longest job name that IPP allows."""


class CupsPrinter:
    """The printers of a CUPS scheduler; a `PrinterPort`.

    `server` is a socket's path or a host, None the one this PC uses (CUPS_SERVER, client.conf). `seconds` is
    how long an answer may take. DomainError printing_unavailable without libcups.
    """

    def __init__(
        self, server: str | None = None, *, seconds: float = 10.0, library: str = "libcups.so.2"
    ) -> None:
        self._libcups = Libcups(library)
        self._server = server
        self._seconds = seconds

    def _connection(self) -> AbstractContextManager[Connection]:
        return self._libcups.connection(self._server, self._seconds)

    def printers(self) -> list[Printer]:
        """All queues and classes now, the default one first."""
        with self._connection() as cups:
            try:
                groups = cups.ask(CUPS_GET_PRINTERS, "ipp://localhost/printers/", _PRINTER_WANTED)
            except IppError as error:
                if error.status != STATUS_NOT_FOUND:
                    raise DomainError("printing_refused", printer="CUPS", reason=error.text) from error
                groups = []
            default = cups.default_queue()
        found = [self._printer(group, default) for group in groups if "printer-name" in group]
        return sorted(found, key=lambda printer: not printer.default)

    def _printer(self, group: Group, default: str) -> Printer:
        name = _text(group, "printer-name")
        media = map(self._libcups.short_media, map(str, group.get("media-supported", ())))
        return Printer(
            name=name,
            description=_text(group, "printer-info") or name,
            state=_PRINTER_STATES.get(_number(group, "printer-state"), PrinterState.unknown),
            media=tuple(dict.fromkeys(m for m in media if not m.startswith("custom_"))),
            accepts=group.get("printer-is-accepting-jobs", (True,)) == (True,),
            default=name == default,
            duplex="two-sided-long-edge" in group.get("sides-supported", ()),
            reasons=_reasons(group, "printer-state-reasons"),
            message=_text(group, "printer-state-message"),
        )

    def send(
        self, pdf: Path, printer: str, *, title: str, media: str = "A4", copies: int = 1, duplex: bool = False
    ) -> PrintJob:
        """Sends the PDF as it is; paper, copies and sides are always said, or the queue's would win."""
        queue = check(self.printers(), printer, pdf, media=media, copies=copies, duplex=duplex)
        title = " ".join(title.split()).encode()[:TITLE_BYTES].decode(errors="ignore") or pdf.stem
        options = {
            "media": media,
            "copies": str(copies),
            "sides": "two-sided-long-edge" if duplex else "one-sided",
        }
        try:
            with self._connection() as cups:
                number = cups.print_file(printer, os.fsencode(pdf), title, options)
        except IppError as error:
            # Since the look the printer, or the scheduler, may have gone or closed: that says more than the
            # refusal.
            check(self.printers(), printer, pdf, media=media, copies=copies, duplex=duplex)
            raise DomainError("printing_refused", printer=queue.description, reason=error.text) from error
        return PrintJob(number=number, printer=printer, title=title)

    def follow(self, job: PrintJob) -> JobState:
        """The job's state now, with the printer's reasons while it is not over."""
        uri = _uri(job.printer)
        with self._connection() as cups:
            found = self._ask_one(cups, GET_JOB_ATTRIBUTES, uri, _JOB_WANTED, job.number)
            own = found or {}
            phase = _PHASES.get(_number(own, "job-state"), JobPhase.unknown)
            reasons = _reasons(own, "job-state-reasons")
            if phase is JobPhase.done:
                return JobState(phase, reasons)
            if phase is JobPhase.aborted:
                return JobState(phase, reasons, _text(own, "job-printer-state-message"))
            queue = self._ask_one(cups, GET_PRINTER_ATTRIBUTES, uri, _PRINTER_WANTED)
        if queue is None:
            raise DomainError("printing_printer_gone", field="printer", printer=job.printer)
        if phase in OVER:
            return JobState(phase, reasons)
        both = dict.fromkeys(_reasons(queue, "printer-state-reasons") + reasons)
        return JobState(phase, tuple(both), _text(queue, "printer-state-message"))

    def _ask_one(
        self, cups: Connection, operation: int, uri: str, wanted: tuple[str, ...], job: int | None = None
    ) -> Group | None:
        try:
            return next(iter(cups.ask(operation, uri, wanted, job)), {})
        except IppError as error:
            if error.status == STATUS_NOT_FOUND:
                return None
            raise DomainError("printing_refused", printer=uri, reason=error.text) from error

    def cancel(self, job: PrintJob) -> None:
        """Asks the scheduler to drop the job; one that is over, or forgotten, is left as it is."""
        with self._connection() as cups:
            try:
                cups.ask(CANCEL_JOB, _uri(job.printer), job=job.number)
            except IppError as error:
                if error.status not in (STATUS_NOT_POSSIBLE, STATUS_NOT_FOUND):
                    raise DomainError("printing_cancel_refused", reason=error.text) from error


def _uri(queue: str) -> str:
    return "ipp://localhost/printers/" + quote(queue, safe="")


def _text(group: Group, name: str) -> str:
    values = group.get(name, ())
    return str(values[0]) if values else ""


def _number(group: Group, name: str) -> int:
    values = group.get(name, ())
    return int(values[0]) if values else 0


def _reasons(group: Group, name: str) -> tuple[str, ...]:
    return plain_reasons([str(value) for value in group.get(name, ())])
