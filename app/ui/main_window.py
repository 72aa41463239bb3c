"""The window: tabs in order, each page made when first shown, the foot, Ctrl+K, F1, language, look and drafts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.errors import DomainError
from app.ui import messages
from app.ui.half_filled import HalfFilled
from app.ui.page import Command, Page
from app.ui.pages import PAGES, PageSpec
from app.ui.rescale import rescale
from app.ui.services import Services
from app.ui.status import StatusBar
from app.ui.theme import THEMES
from app.ui.widgets.strip import Strip
from app.ui.widgets.tabs import Head, IconButton, SearchButton

if TYPE_CHECKING:
    from app.ui.command_box import CommandBox, Provider
    from app.ui.keys import KeysOverlay

log = logging.getLogger(__name__)
ZOOM_STEP = 0.1


class MainWindow(QMainWindow):
    """`MainWindow(services)`; `settings_changed(dict)` when the user takes another language, theme, zoom or type.

    `first` is the page shown first (None: none yet, `begin` shows it later); `server` says that the rows are written to
    a server's database.
    """

    settings_changed = Signal(object)
    language_changed = Signal(str)

    def __init__(
        self,
        services: Services,
        specs: Sequence[PageSpec] = PAGES,
        first: str | None = "",
        *,
        server: bool = False,
    ) -> None:
        super().__init__()
        self.services = services
        self._offered = tuple(specs)
        self.specs = self._allowed()
        self._pages: dict[str, QWidget] = {}
        self._providers: dict[str, Provider] = {}
        self._counts: dict[str, tuple[int, str]] = {}
        self._front = -1
        self._from: tuple[str, QWidget | None] | None = None
        self._more: list[tuple[Command, QShortcut, str]] = []
        self.setMinimumSize(640, 400)
        self.resize(1366, 768)
        self._database = "window.database_server" if server else "window.database_here"
        self._build()
        self.status.set_database(self._database, True)
        self._bind()
        self.retranslate()
        self.half_filled = HalfFilled(services, self)
        self.half_filled.restored.connect(self._say_restored)
        services.session.changed.connect(self._entered)
        if first is not None:
            self.begin(first)

    def begin(self, first: str) -> None:
        """Show this page first, or the first there is."""
        codes = [spec.code for spec in self.specs]
        self.show_page(first if first in codes else codes[0])

    def page(self, code: str) -> QWidget | None:
        """The page of this code, if it was made already."""
        return self._pages.get(code)

    @property
    def front(self) -> QWidget | None:
        """The page in front."""
        return self.stack.currentWidget()

    def show_page(self, code: str, argument: object = None) -> None:
        """Bring a page to the front (and make it, the first time); `argument` is handed to its `open`."""
        at = next((at for at, spec in enumerate(self.specs) if spec.code == code), -1)
        if at < 0:
            return
        before = self.front
        page = self._pages.get(code) or self._make(self.specs[at])
        if page is not before or at != self._front:
            if isinstance(before, Page) and page is not before:
                before.hidden()
            self._front = at
            self.head.tab(at).setChecked(True)
            self.stack.setCurrentWidget(page)
            if isinstance(page, Page):
                page.shown()
        if isinstance(page, Page) and argument is not None:
            page.open(argument)

    def say(self, text: str, tone: str = "info") -> None:
        """A message over the foot of the page: info, done, warn, error."""
        self.strip.say(text, tone)

    def show_error(self, error: DomainError) -> None:
        """An error that belongs to no field."""
        messages.show(error, self.strip, self.services.words)

    def note_saved(self) -> None:
        """Something is durable now: say when, in the site's time. What could not be done before is past."""
        from zoneinfo import ZoneInfo  # late, as the start must be quick

        zone, house = ZoneInfo(self.services.session.now.zone), self.services.house
        now = datetime.now(UTC) if house is None else house.clock.now()
        self.status.set_saved(now.astimezone(zone))
        if self.strip.tone() == "error" and not self.strip.asking():
            self.strip.dismiss()

    def add_provider(self, code: str, provider: Provider) -> None:
        """Let Ctrl+K find more: visitors, requests, customers, people."""
        self._providers[code] = provider
        if "box" in self.__dict__:
            self.box.add_provider(code, provider)

    @cached_property
    def box(self) -> CommandBox:
        """The box of Ctrl+K, made when first opened."""
        from app.ui.command_box import CommandBox
        from app.ui.commands import CommandProvider

        services = self.services
        box = CommandBox(services.theme, services.words, self)
        box.add_provider("commands", CommandProvider(self.commands, services.background, self))
        for code, provider in self._providers.items():
            box.add_provider(code, provider)
        return box

    @cached_property
    def keys_overlay(self) -> KeysOverlay:
        """The keys of F1, made when first opened."""
        from app.ui.keys import KeysOverlay

        overlay = KeysOverlay(self.services.theme, self.services.words, self)
        overlay.guide.connect(self._open_guide)
        return overlay

    def add_command(self, text_code: str, keys: str, run: Callable[[], object], right: str = "") -> None:
        """Another thing that the window can do everywhere: its key, its place in Ctrl+K and under F1.

        `right` is needed for it ("": none). A page that has this key itself goes before the window.
        """
        self._more.append((Command(text_code, keys, run), self._shortcut(keys, run), right))
        self._page_first()

    def switch_language(self, name: str) -> None:
        """Take a language: every widget with `retranslate` writes its texts again; nothing typed goes."""
        self.services.words.switch(name)

    def set_look(
        self, *, name: str | None = None, factor: float | None = None, large: bool | None = None
    ) -> None:
        """Another theme, zoom or type size, kept in the settings."""
        theme = self.services.theme
        before = theme.factor
        theme.use(name=name, factor=factor, large=large)
        if theme.factor != before:
            rescale(self, before, theme.factor)
        self._tell_settings()

    def zoom(self, steps: int) -> None:
        """Larger or smaller by tenths; 0 goes back to 100 %."""
        theme = self.services.theme
        self.set_look(factor=theme.factor + steps * ZOOM_STEP if steps else 1.0)

    def retranslate(self) -> None:
        """The window's own texts, then every child that has `retranslate`."""
        words = self.services.words
        self.setWindowTitle(words("window.title"))
        self.search.setText(words("window.search"))
        self.search.setToolTip(words("window.search_tip"))
        self.display.setToolTip(words("window.settings"))
        self.display.setAccessibleName(words("window.settings"))
        self._name_tabs()
        for child in self.findChildren(QWidget):
            again = getattr(child, "retranslate", None)
            if again is not None:
                again()
        self.search.updateGeometry()

    def keep_drafts(self) -> None:
        """Save what is typed and not yet saved, now."""
        self.half_filled.keep()

    def commands(self) -> list[Command]:
        """What Ctrl+K offers: the page's own first, then the window's."""
        words, theme = self.services.words, self.services.theme
        page = self.front
        offered = list(page.commands()) if isinstance(page, Page) else []
        for at, spec in enumerate(self.specs):
            text = words("window.go_to", page=words(spec.title_code))
            offered.append(Command(text, f"Ctrl+{at + 1}", partial(self.show_page, spec.code)))
        offered.append(Command(words("window.command_keys"), "F1", self.show_keys))
        offered += [replace(one, text=words(one.text)) for one in self._anywhere()]
        for name in THEMES:
            text = words("window.command_theme", theme=words(f"window.theme_{name}"))
            offered.append(Command(text, "", partial(self.set_look, name=name)))
        text = words("window.command_large_off" if theme.large else "window.command_large_on")
        offered.append(Command(text, "", partial(self.set_look, large=not theme.large)))
        offered.append(Command(words("window.zoom_in"), "Ctrl++", partial(self.zoom, 1)))
        offered.append(Command(words("window.zoom_out"), "Ctrl+-", partial(self.zoom, -1)))
        offered.append(Command(words("window.zoom_reset"), "Ctrl+0", partial(self.zoom, 0)))
        other = partial(self.switch_language, self.services.words.next())
        offered.append(Command(words("window.language_switch"), "", other))
        return offered

    def show_keys(self) -> None:
        """F1: the keys of the page in front, and those of the window."""
        words, page = self.services.words, self.front
        own = list(page.keys()) if isinstance(page, Page) else []
        everywhere = [
            (f"Ctrl+1…{len(self.specs)}", words("keys.tabs")),
            ("Ctrl+K", words("keys.search")),
            ("F1  Ctrl+/", words("keys.keys")),
            *((one.keys, words(one.text)) for one in self._anywhere() if one.keys),
            ("Escape", words("keys.leave")),
            ("Ctrl++", words("window.zoom_in")),
            ("Ctrl+-", words("window.zoom_out")),
            ("Ctrl+0", words("window.zoom_reset")),
        ]
        title = words(self.specs[self._front].title_code)
        self.keys_overlay.show_keys(title, [*own, (words("keys.everywhere"), everywhere)])

    def closeEvent(self, event: QCloseEvent) -> None:
        jobs = self.services.jobs
        if jobs.jobs and not self._may_stop(len(jobs.jobs)):
            event.ignore()
            return
        self.half_filled.stop()
        self.services.bus.stop()
        jobs.close()
        event.accept()

    def _may_stop(self, count: int) -> bool:
        from app.ui.widgets.dialogs import confirm

        words = self.services.words
        title, text = words("window.close_title"), words("window.close_jobs", n=count)
        verb, stay = words("window.close_verb"), words("window.close_stay")
        return confirm(self, self.services.theme, words, title, text, verb, leave=stay)

    def _build(self) -> None:
        services, theme = self.services, self.services.theme
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = Head(theme)
        self.head.set_tabs([services.words(spec.title_code) for spec in self.specs])
        self.search = SearchButton(theme, "Ctrl+K")
        self.display = IconButton(theme, "contrast")
        self.head.add_right(self.search)
        self.head.add_right(self.display)
        self.stack = QStackedWidget()
        self.status = StatusBar(services)
        column.addWidget(self.head)
        column.addWidget(self.stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self.strip = Strip(theme, self.stack, overlay=True)

    def _bind(self) -> None:
        services = self.services
        self.head.chosen.connect(self._tab_chosen)
        self.stack.currentChanged.connect(self._page_first)
        self.search.clicked.connect(self._open_box)
        self.display.clicked.connect(self._open_menu)
        services.words.changed.connect(self._language_changed)
        services.background.failure.connect(self.show_error)
        services.jobs.failure.connect(self.show_error)
        services.bus.lost.connect(self._database_lost)
        services.bus.found.connect(self._database_found)
        self._shortcut("F1", self.show_keys)
        self._shortcut("Ctrl+/", self.show_keys)
        self._shortcut("Ctrl+K", self._open_box)
        for at in range(min(len(self._offered), 9)):
            self._shortcut(f"Ctrl+{at + 1}", partial(self._tab_chosen, at))
        for keys, steps in (("Ctrl++", 1), ("Ctrl+=", 1), ("Ctrl+-", -1), ("Ctrl+0", 0)):
            self._shortcut(keys, partial(self.zoom, steps))

    def _shortcut(self, keys: str, run: Any) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(run)
        return shortcut

    def _anywhere(self) -> list[Command]:
        """What was added, as far as the person may do it and the page in front has no such key of its own."""
        may = self.services.session.may
        return [command for command, shortcut, right in self._more if shortcut.isEnabled() and may(right)]

    def _page_first(self, _at: int = 0) -> None:
        """Two shortcuts of one key would both stay silent: the window's own rests where the page has it."""
        page = self.front
        own = {one.key() for one in page.findChildren(QShortcut)} if page is not None else set()
        for _, shortcut, _ in self._more:
            shortcut.setEnabled(shortcut.key() not in own)

    def _make(self, spec: PageSpec) -> QWidget:
        services = self.services
        try:
            page: QWidget = spec.make(services, self.stack)
        except Exception:  # one broken page must not take the others away: logged, said, the rest works
            log.exception("page %s", spec.code)
            from app.ui.widgets.empty import EmptyState

            page = EmptyState(services.theme, services.words("window.page_failed"), parent=self.stack)
        self._pages[spec.code] = page
        self.stack.addWidget(page)
        if isinstance(page, Page):
            page.page_code = page.page_code or spec.code
            page.counted.connect(partial(self._counted, spec.code))
            page.saved.connect(self.note_saved)
            page.message.connect(self.say)
            page.error.connect(self.show_error)
            page.wanted.connect(self._visit)
            page.leaving.connect(self._go_back)
            self.half_filled.hold(spec, page)
        return page

    def _say_restored(self) -> None:
        self.say(self.services.words("window.draft_back"), "info")

    def _allowed(self) -> tuple[PageSpec, ...]:
        return tuple(spec for spec in self._offered if self.services.session.may(spec.right))

    def _entered(self) -> None:
        """Another person, another post, or other rights: his tabs, and nobody else's half-filled forms."""
        front, self._from = self.specs[self._front].code, None
        stale = self.half_filled.change_owner()
        if (allowed := self._allowed()) != self.specs:
            stale += [spec.code for spec in self.specs if spec not in allowed and spec.code not in stale]
            self.specs = allowed
            self.head.set_tabs([spec.code for spec in allowed])
            self._name_tabs()
        for code in stale:
            self._unmake(code)
        codes = [spec.code for spec in self.specs]
        if front in codes and front in self._pages:
            self._front = codes.index(front)
            self.head.tab(self._front).setChecked(True)
        else:
            self._front = -1
            self.show_page(front if front in codes else codes[0])

    def _name_tabs(self) -> None:
        for at, spec in enumerate(self.specs):
            tab = self.head.tab(at)
            tab.setText(self.services.words(spec.title_code))
            tab.setToolTip(f"Ctrl+{at + 1}")
            tab.set_count(*self._counts.get(spec.code, (0, "")))
            tab.updateGeometry()

    def _unmake(self, code: str) -> None:
        self.half_filled.drop(code)
        self._counts.pop(code, None)
        page = self._pages.pop(code, None)
        if page is not None:
            self.stack.removeWidget(page)
            page.hide()
            page.deleteLater()

    def _counted(self, code: str, count: int, tone: str) -> None:
        self._counts[code] = count, tone
        at = next((at for at, spec in enumerate(self.specs) if spec.code == code), -1)
        if at >= 0:
            self.head.tab(at).set_count(count, tone)

    def _tab_chosen(self, at: int) -> None:
        if at < len(self.specs):
            self._from = None
            self.show_page(self.specs[at].code)

    def _visit(self, code: str, argument: object) -> None:
        """Another page for a while: its Esc comes back to where the focus is now."""
        self._from = self.specs[self._front].code, self.focusWidget()
        self.show_page(code, argument)

    def _go_back(self) -> None:
        if self._from is None:
            return
        (code, focus), self._from = self._from, None
        self.show_page(code)
        if focus is not None and isValid(focus) and focus.isVisible():
            focus.setFocus()

    def _open_box(self) -> None:
        self.box.begin()

    def _open_guide(self) -> None:
        code = self.specs[self._front].code
        if code != "help":
            self._visit("help", code)

    def _language_changed(self) -> None:
        self.retranslate()
        self.language_changed.emit(self.services.words.name)
        self._tell_settings()

    def _tell_settings(self) -> None:
        theme = self.services.theme
        self.settings_changed.emit(
            {
                "language": self.services.words.name,
                "theme": theme.theme.name,
                "zoom": theme.factor,
                "large_type": theme.large,
            }
        )

    def _database_lost(self, error: DomainError) -> None:
        self.status.set_database("window.database_lost", False)
        self.show_error(error)

    def _database_found(self) -> None:
        self.status.set_database(self._database, True)
        self.strip.say(self.services.words("window.database_found"), "done")

    def display_menu(self) -> QMenu:
        """The menu of the display button: theme, type, zoom, language."""
        words, theme = self.services.words, self.services.theme
        menu = QMenu(self)
        group = QActionGroup(menu)
        for name in THEMES:
            action = QAction(words(f"window.theme_{name}"), menu, checkable=True)
            action.setChecked(theme.theme.name == name)
            action.triggered.connect(partial(self.set_look, name=name))
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        large = menu.addAction(words("window.large_type"))
        large.setCheckable(True)
        large.setChecked(theme.large)
        large.triggered.connect(partial(self.set_look, large=not theme.large))
        menu.addSeparator()
        menu.addAction(words("window.zoom", percent=round(theme.factor * 100))).setEnabled(False)
        for code, keys, steps in (
            ("zoom_in", "Ctrl++", 1),
            ("zoom_out", "Ctrl+-", -1),
            ("zoom_reset", "Ctrl+0", 0),
        ):
            menu.addAction(f"{words(f'window.{code}')}\t{keys}").triggered.connect(partial(self.zoom, steps))
        menu.addSeparator()
        other = partial(self.switch_language, words.next())
        menu.addAction(words("window.language_switch")).triggered.connect(other)
        return menu

    def _open_menu(self) -> None:
        menu = self.display_menu()
        corner = self.display.mapToGlobal(QPoint(self.display.width(), self.display.height() + 4))
        menu.exec(corner - QPoint(menu.sizeHint().width(), 0))
        menu.deleteLater()
