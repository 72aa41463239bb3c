"""The Site tab (MODE-1, MODE-2): sections left, each a list with its form; everybody may look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.ui.page import Command, KeyGroups, Page
from app.ui.services import Services
from app.ui.site.care import CareSection
from app.ui.site.devices import DevicesSection
from app.ui.site.disclosures import DisclosuresSection
from app.ui.site.facts import FactsSection
from app.ui.site.kinds import kinds
from app.ui.site.rights import RightsSection
from app.ui.site.section import Section
from app.ui.site.staff import StaffSection
from app.ui.site.tables import TablesSection
from app.ui.site.things import ThingsSection
from app.ui.site.watch_list import WatchHitsSection, WatchListSection
from app.ui.widgets.card import Panel, Rule
from app.ui.widgets.rows import CELL, Cell
from app.ui.widgets.tables import Table

SECTIONS = (
    "facts",
    "staff",
    "customers",
    "contacts",
    "buildings",
    "posts",
    "desks",
    "shifts",
    "purposes",
    "tally_kinds",
    "counted_things",
    "service_items",
    "watch_list",
    "watch_hits",
    "rights",
    "disclosures",
    "care",
    "tables",
    "devices",
)
OWN = {
    "facts": FactsSection,
    "watch_list": WatchListSection,
    "watch_hits": WatchHitsSection,
    "rights": RightsSection,
    "disclosures": DisclosuresSection,
    "care": CareSection,
    "tables": TablesSection,
    "devices": DevicesSection,
}


class SitePage(Page):
    """Arrows in the left list change the section; → or Return goes into it, Esc comes back."""

    page_code = "site"

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(services, parent)
        theme = self.theme
        self._kinds = kinds(self.words)
        self._sections: dict[str, Section] = {}
        self._drafts: dict[str, Mapping[str, Any]] = {}
        self.side = Table(theme, header=False, rules=False)
        self._model = QStandardItemModel(0, 1, self)
        for code in SECTIONS:
            self._model.appendRow(QStandardItem(code))
        self.side.setModel(self._model)
        self.side.horizontalHeader().setStretchLastSection(True)
        self.side.taken.connect(self._enter)
        self.side.clicked.connect(self._enter)
        self.side.selectionModel().currentRowChanged.connect(self._moved)
        panel = self._panel = Panel(theme, "side")
        theme.changed.connect(self._measure)
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, theme.px(10), 0, theme.px(10))
        column.addWidget(self.side)
        self.stack = QStackedWidget()
        right = QVBoxLayout()
        right.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        right.addWidget(self.stack)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(panel)
        whole.addWidget(Rule(theme, down=True))
        whole.addLayout(right, 1)
        for keys, slot in (
            ("Ctrl+N", self._add),
            ("Ctrl+PgDown", self._next),
            ("Ctrl+PgUp", self._previous),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        services.bus.changed.connect(self._changed)
        services.session.changed.connect(self._entered)
        self.retranslate()
        self.side.selectRow(0)

    # --- the window's questions ---------------------------------------------------------------------------------------

    def shown(self) -> None:
        """The tab or section came to the front."""
        section = self.section
        section.shown()
        if not section.isAncestorOf(self.focusWidget() or self):
            self.side.setFocus()

    def open(self, argument: object) -> None:
        """Show what is asked for."""
        if isinstance(argument, str) and argument in SECTIONS:
            self.show_section(argument)
            self.section.enter()

    def retranslate(self) -> None:
        """All texts in the language in force."""
        for at, code in enumerate(SECTIONS):
            text = self.words(f"site_page.section_{code}")
            self._model.item(at).setText(text)
            self._model.item(at).setData(Cell(text), CELL)
        self._measure()

    def _measure(self) -> None:
        """As wide as the longest name, in the language and the type in force."""
        letters = QFontMetrics(self.theme.font("body"))
        names = [self._model.item(at).text() for at in range(len(SECTIONS))]
        longest = max(letters.horizontalAdvance(name) for name in names)
        self._panel.setFixedWidth(max(self.theme.px(184), longest + self.theme.px(2 * 18 + 6)))

    def keys(self) -> KeyGroups:
        """The keys for F1."""
        words = self.words
        return (
            (
                words("site_page.keys_lists"),
                [
                    ("Ctrl+N", words("site_page.add")),
                    ("Return", words("site_page.key_change")),
                    ("Ctrl+Return", words("site_page.save")),
                    ("Delete", words("site_page.key_retire")),
                    ("Alt+↑  Alt+↓", words("site_page.key_order")),
                    ("Ctrl+F", words("site_page.search")),
                    ("Escape", words("site_page.key_back")),
                ],
            ),
            (
                words("site_page.keys_sections"),
                [
                    ("Ctrl+PgUp  Ctrl+PgDown", words("site_page.key_section")),
                    ("Alt+1", words("site_page.do_password")),
                    ("Alt+2", words("site_page.do_pin")),
                    ("Alt+3", words("site_page.do_away")),
                    ("Alt+B", words("site_page.backup_now")),
                    ("Alt+C", words("site_page.check_now")),
                ],
            ),
        )

    def commands(self) -> Sequence[Command]:
        """What Ctrl+K offers here."""
        return self.section.commands()

    def draft(self) -> Mapping[str, Any] | None:
        """What is typed and not saved."""
        kept = dict(self._drafts)
        for code, section in self._sections.items():
            value = section.draft()
            if value is not None:
                kept[code] = value
        return kept or None

    def restore_draft(self, value: Mapping[str, Any]) -> None:
        """Put back what was typed."""
        for code, kept in value.items():
            if code in self._sections:
                self._sections[code].restore_draft(kept)
            elif code in SECTIONS:
                self._drafts[code] = kept

    # --- sections -----------------------------------------------------------------------------------------------------

    @property
    def section(self) -> Section:
        """The section in front."""
        front = self.stack.currentWidget()
        assert isinstance(front, Section)
        return front

    def show_section(self, code: str) -> None:
        """Bring a section to the front; it is made the first time."""
        self.side.selectRow(SECTIONS.index(code))

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        code = SECTIONS[current.row()]
        section = self._sections.get(code) or self._make(code)
        self.stack.setCurrentWidget(section)
        section.shown()

    def _make(self, code: str) -> Section:
        section: Section
        if code in OWN:
            section = OWN[code](self.services, code, self)
        elif code == "staff":
            section = StaffSection(self.services, self._kinds[code], self)
        else:
            section = ThingsSection(self.services, self._kinds[code], self)
        self._sections[code] = section
        self.stack.addWidget(section)
        section.saved.connect(self.saved)
        section.message.connect(self.message)
        section.error.connect(self.error)
        section.leaving.connect(self._back)
        if code in self._drafts:
            section.restore_draft(self._drafts.pop(code))
        return section

    def _enter(self, index: QModelIndex) -> None:
        self.section.enter()

    def _back(self) -> None:
        self.side.setFocus()

    def _add(self) -> None:
        self.section.add()

    def _next(self) -> None:
        self._step(1)

    def _previous(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        at = self.side.currentIndex().row() + by
        if 0 <= at < len(SECTIONS):
            self.side.selectRow(at)
            self.section.enter()

    def _changed(self, names: frozenset[str]) -> None:
        for section in self._sections.values():
            if section.isVisible():
                section.changed(names)

    def _entered(self) -> None:
        """Somebody else signed in: his rights."""
        if self.isVisible():
            self.section.shown()
        for section in self._sections.values():
            again = getattr(section, "retranslate", None)
            if again is not None:
                again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Right and self.side.hasFocus():
            self.section.enter()
        else:
            super().keyPressEvent(event)
