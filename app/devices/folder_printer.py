"""A printer that writes its jobs into a folder: for training, sample sites and tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.devices.printer import JobPhase, JobState, Printer, PrinterState, PrintJob, check
from app.errors import DomainError

TRAINING = Printer(
    name="folder",
    description="Folder",
    state=PrinterState.idle,
    media=("A4", "A3", "A5"),
    accepts=True,
    default=True,
    duplex=True,
)


@dataclass(slots=True)
class _Waiting:
    job: PrintJob
    pdf: bytes
    copies: int
    phase: JobPhase = JobPhase.waiting


class FolderPrinter:
    """A `PrinterPort` whose paper is a folder: `<number>-<title>.pdf`, one file a copy (`…-2.pdf`).

    Its printers obey what they say about themselves: a stopped one keeps its jobs waiting until `install`
    puts an idle one of that name there, a rejecting one refuses, `remove` takes a printer away with its jobs.
    """

    def __init__(self, folder: Path, printers: Sequence[Printer] = (TRAINING,)) -> None:
        self._folder = folder
        self._printers = {printer.name: printer for printer in printers}
        self._jobs: dict[int, _Waiting] = {}

    def install(self, printer: Printer) -> None:
        """Adds a printer, or changes the one of that name."""
        self._printers[printer.name] = printer

    def remove(self, name: str) -> None:
        """Takes a printer away; its waiting jobs are lost, as with a real one."""
        del self._printers[name]

    def printers(self) -> list[Printer]:
        """The printers now, the default one first."""
        return sorted(self._printers.values(), key=lambda printer: not printer.default)

    def send(
        self, pdf: Path, printer: str, *, title: str, media: str = "A4", copies: int = 1, duplex: bool = False
    ) -> PrintJob:
        """Takes the PDF as it is now; written at once, or when the printer is idle again."""
        check(self.printers(), printer, pdf, media=media, copies=copies, duplex=duplex)
        job = PrintJob(number=len(self._jobs) + 1, printer=printer, title=title)
        self._jobs[job.number] = _Waiting(job, pdf.read_bytes(), copies)
        self.follow(job)
        return job

    def follow(self, job: PrintJob) -> JobState:
        """Where the job is now; a waiting job is written when its printer has become idle."""
        waiting = self._jobs.get(job.number)
        if waiting is None:
            return JobState(JobPhase.unknown)
        if waiting.phase is JobPhase.waiting:
            printer = self._printers.get(job.printer)
            if printer is None:
                raise DomainError("printing_printer_gone", field="printer", printer=job.printer)
            if printer.state is PrinterState.stopped:
                return JobState(JobPhase.waiting, printer.reasons or ("paused",), printer.message)
            self._write(waiting)
        return JobState(waiting.phase)

    def cancel(self, job: PrintJob) -> None:
        """Drops a job that is still waiting."""
        waiting = self._jobs.get(job.number)
        if waiting is not None and waiting.phase is JobPhase.waiting:
            waiting.phase = JobPhase.cancelled

    def files(self, job: PrintJob) -> list[Path]:
        """Where the copies of a job are, or will be."""
        name = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", job.title)[:80].strip(" .") or "job"
        ends = ["", *(f"-{copy}" for copy in range(2, self._jobs[job.number].copies + 1))]
        return [self._folder / f"{job.number:04}-{name}{end}.pdf" for end in ends]

    def _write(self, waiting: _Waiting) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for file in self.files(waiting.job):
                file.write_bytes(waiting.pdf)
        except OSError as error:
            raise DomainError(
                "printing_refused", printer=str(self._folder), reason=error.strerror or str(error)
            ) from error
        waiting.phase = JobPhase.done
