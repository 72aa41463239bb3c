"""Printing through Qt, for Windows: QtPdf draws each page onto a QPrinter.

Measured with Qt 6.12 (recipes, section 3): Qt begins and ends painting on a printer that refuses, is gone or
stopped without a word; an old QPrinterInfo never changes; a page size the printer lacks is taken and printed
on another. So the list is asked afresh each time and sizes are checked before. What becomes of the job
afterwards Qt does not tell: `follow` says *waiting* when the printer stands in error, raises when it is gone,
and otherwise says honestly that the job was handed over and is no longer known. Pages go out as pictures of
300 dots an inch (0.4–0.9 s a page).

Qt is imported here only, and only when something is printed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.devices.printer import JobPhase, JobState, Printer, PrinterState, PrintJob, check
from app.errors import DomainError

if TYPE_CHECKING:
    from PySide6.QtCore import QSizeF
    from PySide6.QtGui import QImage, QPageSize
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72.0


class QtPrinter:
    """The operating system's printers by way of Qt; a `PrinterPort`, for the thread that made it.

    Makes a QGuiApplication if the process has none (a child job). `cancel` is not possible here.
    """

    def __init__(self) -> None:
        from PySide6.QtGui import QGuiApplication

        self._application = QGuiApplication.instance() or QGuiApplication([])
        self._sent = 0

    def printers(self) -> list[Printer]:
        """All printers now, the default one first."""
        from PySide6.QtPrintSupport import QPrinterInfo

        found = [_printer(info) for info in QPrinterInfo.availablePrinters()]
        return sorted(found, key=lambda printer: not printer.default)

    def send(
        self, pdf: Path, printer: str, *, title: str, media: str = "A4", copies: int = 1, duplex: bool = False
    ) -> PrintJob:
        """Draws every page; a page larger than the paper is made smaller, never cut. printing_not_started."""
        from PySide6.QtPdf import QPdfDocument
        from PySide6.QtPrintSupport import QPrinterInfo

        queue = check(self.printers(), printer, pdf, media=media, copies=copies, duplex=duplex)
        info = QPrinterInfo.printerInfo(printer)
        size = next((s for s in info.supportedPageSizes() if _media(s) == media), None)
        if info.isNull() or size is None:
            raise DomainError("printing_printer_gone", field="printer", printer=queue.description)
        document = QPdfDocument()
        try:
            if document.load(str(pdf)) != QPdfDocument.Error.None_ or document.pageCount() == 0:
                raise DomainError("printing_bad_file", file=pdf.name)
            if not self._draw(document, _paper(info, size, title, copies, duplex)):
                raise DomainError("printing_not_started", printer=queue.description)
        finally:
            document.close()
        self._sent += 1
        return PrintJob(number=self._sent, printer=printer, title=title)

    def _draw(self, document: QPdfDocument, paper: QPrinter) -> bool:
        from PySide6.QtGui import QPainter

        _turn(paper, document.pagePointSize(0))
        painter = QPainter()
        if not painter.begin(paper):
            return False
        for page in range(document.pageCount()):
            if page:
                _turn(paper, document.pagePointSize(page))
                if not paper.newPage():
                    painter.end()
                    return False
            painter.drawImage(0, 0, _picture(document, page, paper))
        return painter.end()

    def follow(self, job: PrintJob) -> JobState:
        """What can be known: the printer is gone, or in error (the job waits), or nothing."""
        queue = next((p for p in self.printers() if p.name == job.printer), None)
        if queue is None:
            raise DomainError("printing_printer_gone", field="printer", printer=job.printer)
        if queue.state is PrinterState.stopped:
            return JobState(JobPhase.waiting, ("printer-stopped",))
        return JobState(JobPhase.unknown, ("handed-over",))

    def cancel(self, job: PrintJob) -> None:
        """Always printing_cancel_elsewhere: the spooler's own window can cancel, Qt cannot."""
        raise DomainError("printing_cancel_elsewhere", printer=job.printer)


def _media(size: QPageSize) -> str:
    return size.key() or size.name()


def _printer(info: QPrinterInfo) -> Printer:
    from PySide6.QtPrintSupport import QPrinter

    states = {
        QPrinter.PrinterState.Idle: PrinterState.idle,
        QPrinter.PrinterState.Active: PrinterState.printing,
        QPrinter.PrinterState.Error: PrinterState.stopped,
        QPrinter.PrinterState.Aborted: PrinterState.stopped,
    }
    return Printer(
        name=info.printerName(),
        description=info.description() or info.printerName(),
        state=states.get(info.state(), PrinterState.unknown),
        media=tuple(dict.fromkeys(_media(size) for size in info.supportedPageSizes())),
        accepts=True,
        default=info.isDefault(),
        duplex=QPrinter.DuplexMode.DuplexLongSide in info.supportedDuplexModes(),
    )


def _paper(info: QPrinterInfo, size: QPageSize, title: str, copies: int, duplex: bool) -> QPrinter:
    from PySide6.QtPrintSupport import QPrinter

    paper = QPrinter(info)
    paper.setResolution(DOTS_PER_INCH)
    paper.setPageSize(size)
    paper.setFullPage(True)
    paper.setDocName(title)
    paper.setCopyCount(copies)
    paper.setDuplex(QPrinter.DuplexMode.DuplexLongSide if duplex else QPrinter.DuplexMode.DuplexNone)
    return paper


def _turn(paper: QPrinter, points: QSizeF) -> None:
    from PySide6.QtGui import QPageLayout

    wide = points.width() > points.height()
    paper.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)


def _picture(document: QPdfDocument, page: int, paper: QPrinter) -> QImage:
    """The page as a picture on white: its own size, or smaller if the paper is smaller."""
    from PySide6.QtCore import QSizeF, Qt
    from PySide6.QtGui import QImage, QPainter

    dots = paper.resolution() / _POINTS_PER_INCH
    size: QSizeF = document.pagePointSize(page) * dots
    room = QSizeF(paper.pageLayout().fullRectPixels(paper.resolution()).size())
    # Half a millimetre over is rounding between points and dots, not another paper.
    if size.width() > room.width() + dots * 1.5 or size.height() > room.height() + dots * 1.5:
        size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
    drawn = document.render(page, size.toSize())
    picture = QImage(drawn.size(), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return picture
