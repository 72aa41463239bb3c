"""The Help tab: the guide of the language in force, chapters and sections left, the text right."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from app.ui.help.guide import CHAPTERS, Chapter, read_chapter
from app.ui.page import KeyGroups, Page
from app.ui.services import Services
from app.ui.theme import Look
from app.ui.widgets.card import Panel, Rule
from app.ui.widgets.rows import CELL, Cell
from app.ui.widgets.tables import Table

OF_PAGES = {"requests": "requests", "visits": "visits", "reports": "reports", "site": "site"}


class HelpPage(Page):
    """Arrows choose a chapter or a section; → goes into the text, Esc comes back; Ctrl+F finds a word."""

    page_code = "help"

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        theme = self.theme
        self._chapters: list[Chapter] = []
        self._places: list[tuple[int, str]] = []
        self._open_chapter = -1
        self.contents = Table(theme, header=False, rules=False)
        self._model = QStandardItemModel(0, 1, self)
        self.contents.setModel(self._model)
        self.contents.horizontalHeader().setStretchLastSection(True)
        self.contents.selectionModel().currentRowChanged.connect(self._moved)
        self.contents.taken.connect(self._enter)
        self.search = QLineEdit()
        self.search.returnPressed.connect(self._find)
        panel = Panel(theme, "side")
        panel.setFixedWidth(theme.px(248))
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, theme.px(12), 0, theme.px(12))
        column.setSpacing(theme.px(8))
        holder = QHBoxLayout()
        holder.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        holder.addWidget(self.search)
        column.addLayout(holder)
        column.addWidget(self.contents, 1)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.setStyleSheet("QTextBrowser, QTextBrowser:focus { border: none; background: transparent; }")
        self.text.setMaximumWidth(theme.px(860))
        page = Panel(theme, "paper")
        middle = QHBoxLayout(page)
        middle.setContentsMargins(theme.px(40), theme.px(16), theme.px(12), 0)
        middle.addWidget(self.text, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(panel)
        whole.addWidget(Rule(theme, down=True))
        whole.addWidget(page, 1)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._to_search)
        theme.changed.connect(self._restyle)
        self.retranslate()

    def shown(self) -> None:
        """The tab or section came to the front."""
        self.contents.setFocus()

    def open(self, argument: object) -> None:
        """The chapter of a page's code."""
        code = OF_PAGES.get(str(argument), CHAPTERS[0])
        at = next(at for at, one in enumerate(self._chapters) if one.code == code)
        self.contents.selectRow(self._places.index((at, "")))

    def retranslate(self) -> None:
        """The guide in the language in force; the place that is open stays."""
        place = self.contents.currentIndex().row()
        language = self.words.name
        self._chapters = [read_chapter(code, language) for code in CHAPTERS]
        self._places = []
        self._open_chapter = -1
        self._model.removeRows(0, self._model.rowCount())
        for at, one in enumerate(self._chapters):
            self._line(Cell(one.title, bold=True), (at, ""))
            for anchor, title in one.sections:
                self._line(Cell(f"    {title}", "ink_soft"), (at, anchor))
        self.search.setPlaceholderText(self.words("help.search"))
        self.contents.selectRow(min(max(place, 0), len(self._places) - 1))

    def keys(self) -> KeyGroups:
        """The keys for F1."""
        words = self.words
        return (
            (
                words("help.keys"),
                [
                    ("↑  ↓", words("help.key_choose")),
                    ("→", words("help.key_read")),
                    ("Escape", words("help.key_back")),
                    ("Ctrl+F", words("help.search")),
                ],
            ),
        )

    def chapter(self) -> str:
        """The code of the chapter that is shown."""
        return self._chapters[self._open_chapter].code

    def _line(self, cell: Cell, place: tuple[int, str]) -> None:
        item = QStandardItem(cell.text)
        item.setData(cell, CELL)
        self._model.appendRow(item)
        self._places.append(place)

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        if not 0 <= current.row() < len(self._places):
            return
        at, anchor = self._places[current.row()]
        if at != self._open_chapter:
            self._open_chapter = at
            self._restyle()
        if anchor:
            self.text.scrollToAnchor(anchor)
        else:
            self.text.verticalScrollBar().setValue(0)

    def _restyle(self) -> None:
        if self._open_chapter < 0:
            return
        where = self.text.verticalScrollBar().value()
        document = self.text.document()
        document.setDefaultFont(self.theme.font("body"))
        document.setDefaultStyleSheet(sheet(self.theme))
        self.text.setHtml(self._chapters[self._open_chapter].html)
        self.text.verticalScrollBar().setValue(where)

    def _enter(self, index: QModelIndex) -> None:
        self.text.setFocus()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _find(self) -> None:
        """The next place where the word stands, in this chapter or in those after it."""
        wanted = self.search.text().strip()
        if not wanted:
            return
        begin = self._open_chapter
        for step in range(len(self._chapters) + 1):
            at = (begin + step) % len(self._chapters)
            if step:
                self.contents.selectRow(self._places.index((at, "")))
                self.text.moveCursor(self.text.textCursor().MoveOperation.Start)
            if self.text.find(wanted):
                return
        self.message.emit(self.words("help.not_found", text=wanted), "info")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.contents.hasFocus():
                self.leaving.emit()
            else:
                self.contents.setFocus()
        elif event.key() == Qt.Key.Key_Right and self.contents.hasFocus():
            self.text.setFocus()
        else:
            super().keyPressEvent(event)


def sheet(theme: Look) -> str:
    """The guide's style from the theme's tokens."""
    colour = theme.theme.colours
    size = theme.font("body").pixelSize()
    return f"""
body {{ color: {colour["ink"]}; }}
h1 {{ font-size: {round(size * 1.7)}px; margin-top: 8px; margin-bottom: {size}px; }}
h2 {{ font-size: {round(size * 1.25)}px; margin-top: {round(size * 1.6)}px; margin-bottom: {size // 2}px; }}
p, li {{ font-size: {round(size * 1.08)}px; line-height: 140%; margin-top: 4px; margin-bottom: {size // 2}px; }}
td {{ font-size: {round(size * 1.08)}px; line-height: 125%; padding-right: 24px;
      border-bottom: 1px solid {colour["line"]}; }}
.key {{ background-color: {colour["chip"]}; color: {colour["ink"]}; font-size: {round(size * 0.95)}px; }}
"""
