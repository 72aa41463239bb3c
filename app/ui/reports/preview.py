"""The document itself, page by page, as it will come out of the printer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ui.language import Language
from app.ui.theme import Look
from app.ui.widgets.buttons import KeyHint, PlainButton
from app.ui.widgets.choices import ChoiceBar
from app.ui.widgets.text import Text

QUICK_MS = 200  # what is made sooner shows no skeleton
A4 = 297 / 210
OVERLAP = 0.9  # of a screen: what was read last is still there after PageDown


class Skeleton(QWidget):
    """A sheet with grey lines where the text will be, what is being made, and how to stop it. `stop` when clicked."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = Text(theme, tone="ink_soft")
        self.stop = PlainButton(theme, "", "Esc")
        self.stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.px(12))
        column.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, margin = self._theme, self._theme.px(16)
        painter = QPainter(self)
        wide = min(self.width() - 2 * margin, theme.px(760))
        sheet = QRectF((self.width() - wide) / 2, margin, wide, wide * A4)
        painter.fillRect(sheet, theme.colour("paper"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRect(sheet)
        line, left = theme.px(10), sheet.left() + wide * 0.09
        room, bar = wide * 0.82, theme.colour("chip")
        painter.fillRect(
            QRectF(sheet.center().x() - wide * 0.14, sheet.top() + wide * 0.1, wide * 0.28, line * 1.6), bar
        )
        top = sheet.top() + wide * 0.2
        middle = QRectF(
            0,
            self.text.y() - 2 * line,
            self.width(),
            self.stop.geometry().bottom() - self.text.y() + 4 * line,
        )
        for at in range(40):
            row = QRectF(left, top + at * line * 2.4, room * (0.55 if at % 6 == 5 else 1.0), line)
            if not row.intersects(middle):
                painter.fillRect(row, bar)


class Message(QWidget):
    """One sentence in the middle and what can be done: nothing made yet, stopped, not made."""

    def __init__(self, theme: Look, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Text(theme, tone="ink_soft", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint = KeyHint(theme, "", key)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(40), 0, theme.px(40), 0)
        column.setSpacing(theme.px(12))
        column.addStretch(2)
        column.addWidget(self.text)
        column.addWidget(self.hint, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)


class _Pages(QPdfView):
    """Qt's view on a ground of ours, from which a white sheet stands out in every theme."""

    def __init__(self, theme: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Dark, self._theme.colour("line"))
        self.setPalette(palette)
        self.viewport().setPalette(palette)
        self.viewport().update()


class Preview(QWidget):
    """`show_file(path)`, `making(text)`, `say(text, verb)`; the foot has the page, its number and the zoom.

    `again` and `stopped` are the keys of the sentences in the middle (F5, Esc).
    """

    again = Signal()
    stopped = Signal()

    def __init__(self, theme: Look, words: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, words
        self._making = ""
        self.document = QPdfDocument(self)
        self.view = _Pages(theme, self)
        self.view.setDocument(self.document)
        self.view.setPageSpacing(theme.px(12))
        self.skeleton = Skeleton(theme)
        self.message = Message(theme, "F5")
        self.message.hint.clicked.connect(self.again)
        self.skeleton.stop.clicked.connect(self.stopped)
        self.stack = QStackedWidget()
        for widget in (self.message, self.skeleton, self.view):
            self.stack.addWidget(widget)
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(theme.px(20), theme.px(6), theme.px(20), theme.px(6))
        row.setSpacing(theme.px(16))
        self.page = Text(theme, tone="ink_soft")
        self.back, self.on = KeyHint(theme, "", "PgUp"), KeyHint(theme, "", "PgDn")
        self.back.clicked.connect(self.up)
        self.on.clicked.connect(self.down)
        self.zoom = ChoiceBar(theme)
        self.zoom.chosen.connect(self._zoom_taken)
        self.zoom_key = KeyHint(theme, "", "F6")
        self.zoom_key.clicked.connect(self.toggle_zoom)
        for part in (self.page, self.back, self.on):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.zoom_key)
        row.addWidget(self.zoom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self.foot)
        theme.changed.connect(self._measure)
        self._measure()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(QUICK_MS)
        self._late.timeout.connect(self._show_skeleton)
        self.view.pageNavigator().currentPageChanged.connect(self._page_changed)
        self.view.verticalScrollBar().valueChanged.connect(self._page_changed)
        self.retranslate()
        self.set_zoom("width")

    @property
    def pages(self) -> int:
        """How many pages are shown; 0 while there is no document in sight."""
        return self.document.pageCount() if self.stack.currentWidget() is self.view else 0

    @property
    def at(self) -> int:
        """The page in sight, from 0."""
        return self.view.pageNavigator().currentPage()

    def show_file(self, file: Path, *, stay: bool = False) -> bool:
        """Show a PDF from its first page, or where one was (`stay`); False if it cannot be read."""
        self._late.stop()
        place = self.view.verticalScrollBar().value() if stay else 0
        self.document.close()
        fine = self.document.load(str(file)) == QPdfDocument.Error.None_ and self.document.pageCount() > 0
        if fine:
            self.stack.setCurrentWidget(self.view)
            self.view.pageNavigator().jump(0, QPointF())
            self.view.verticalScrollBar().setValue(place)
        self._page_changed()
        return fine

    def making(self, text: str) -> None:
        """Something is being made: the old document stays for a blink, then a skeleton stands there."""
        self._making = text
        self.skeleton.text.setText(text)
        if self.stack.currentWidget() is self.view:
            self._late.start()
        else:
            self._show_skeleton()

    def say(self, text: str, verb: str) -> None:
        """No document: why, and what F5 does."""
        self._late.stop()
        self.document.close()
        self.message.text.setText(text)
        self.message.hint.setText(verb)
        self.message.hint.setVisible(bool(verb))
        self.message.hint.updateGeometry()
        self.stack.setCurrentWidget(self.message)
        self._page_changed()

    def close_file(self) -> None:
        """Let go of the file, so that it can be removed."""
        self._late.stop()
        self.document.close()

    def down(self) -> None:
        """PageDown: the next page where a whole one fits, else the next screen."""
        self._step(1)

    def up(self) -> None:
        """PageUp."""
        self._step(-1)

    def to_begin(self) -> None:
        """Ctrl+Home."""
        self.view.verticalScrollBar().setValue(0)

    def to_end(self) -> None:
        """Ctrl+End."""
        self.view.verticalScrollBar().setValue(self.view.verticalScrollBar().maximum())

    def set_zoom(self, zoom: str) -> None:
        """`width`: as wide as the room; `page`: a whole page."""
        modes = {"width": QPdfView.ZoomMode.FitToWidth, "page": QPdfView.ZoomMode.FitInView}
        page = self.at
        self.view.setZoomMode(modes[zoom])
        self.zoom.set_value(zoom)
        if self.pages:
            self.view.pageNavigator().jump(page, QPointF())
        self._page_changed()

    def toggle_zoom(self) -> None:
        """F6."""
        self.set_zoom("page" if self.zoom.value() == "width" else "width")

    def retranslate(self) -> None:
        """Write the texts in the language in force."""
        words = self._words
        self.back.setText(words("reports_page.page_back"))
        self.on.setText(words("reports_page.page_on"))
        self.zoom_key.setText(words("reports_page.zoom"))
        self.skeleton.stop.setText(words("window.stop"))
        choices = [(zoom, words(f"reports_page.zoom_{zoom}"), "") for zoom in ("width", "page")]
        self.zoom.set_choices(choices)
        for hint in (self.back, self.on, self.zoom_key):
            hint.updateGeometry()
        self._page_changed()

    def _measure(self) -> None:
        self.foot.setFixedHeight(round(self._theme.row() * 1.4))

    def _step(self, by: int) -> None:
        if not self.pages:
            return
        bar = self.view.verticalScrollBar()
        if self.view.zoomMode() == QPdfView.ZoomMode.FitInView:
            self.view.pageNavigator().jump(min(max(self.at + by, 0), self.pages - 1), QPointF())
        else:
            bar.setValue(bar.value() + by * round(self.view.viewport().height() * OVERLAP))

    def _zoom_taken(self, zoom: object) -> None:
        self.set_zoom(str(zoom))

    def _show_skeleton(self) -> None:
        self._late.stop()
        self.document.close()
        self.stack.setCurrentWidget(self.skeleton)
        self._page_changed()

    def _page_changed(self, *_: object) -> None:
        pages = self.pages
        for widget in (self.page, self.back, self.on, self.zoom_key, self.zoom):
            widget.setVisible(pages > 0)
        if pages:
            self.page.setText(self._words("reports.page", number=self.at + 1, total=pages))
        bar = self.view.verticalScrollBar()
        self.back.setEnabled(bar.value() > 0)
        self.on.setEnabled(bar.value() < bar.maximum())
        for hint in (self.back, self.on):
            hint.update()
