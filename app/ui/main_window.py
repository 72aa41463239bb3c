"""The window: tabs in order, each page made when first shown, the foot, Ctrl+K, F1, language, look and drafts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.errors import DomainError
from app.ui import messages
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
DRAFTS_EVERY = 3000  # ms between two looks at what is typed and not saved
ZOOM_STEP = 0.1


class MainWindow(QMainWindow):
    """`MainWindow(services)`; `settings_changed(dict)` when the user takes another language, theme, zoom or type.

    `first` is the page shown first; `server` says that the rows are written to a server's database.
    """

    settings_changed = Signal(object)
    language_changed = Signal(str)

    def __init__(
        self, services: Services, specs: Sequence[PageSpec] = PAGES, first: str = "", *, server: bool = False
    ) -> None:
        super().__init__()
        self.services = services
        self.specs = tuple(spec for spec in specs if services.session.may(spec.right))
        self._pages: dict[str, QWidget] = {}
        self._providers: dict[str, Provider] = {}
        self._front = -1
        self._kept: dict[str, Mapping[str, Any] | None] = {}
        self._more: list[tuple[str, str, Callable[[], object]]] = []
        self.setMinimumSize(640, 400)
        self.resize(1366, 768)
        self._database = "window.database_server" if server else "window.database_here"
        self._build()
        self.status.set_database(self._database, True)
        self._bind()
        self.retranslate()
        self._drafts = QTimer(self)
        self._drafts.setInterval(DRAFTS_EVERY)
        self._drafts.timeout.connect(self.keep_drafts)
        self._drafts.start()
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
        if page is not before:
            if isinstance(before, Page):
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
        """Something is durable now: say when, in the site's time."""
        from zoneinfo import ZoneInfo  # late, as the start must be quick

        zone = ZoneInfo(self.services.session.now.zone)
        self.status.set_saved(datetime.now(UTC).astimezone(zone))

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

    def add_command(self, text_code: str, keys: str, run: Callable[[], object]) -> None:
        """Another thing that the window can do everywhere: its key, its place in Ctrl+K and under F1."""
        self._more.append((text_code, keys, run))
        self._shortcut(keys, run)

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
        for at, spec in enumerate(self.specs):
            tab = self.head.tab(at)
            tab.setText(words(spec.title_code))
            tab.setToolTip(f"Ctrl+{at + 1}")
            tab.updateGeometry()
        for child in self.findChildren(QWidget):
            again = getattr(child, "retranslate", None)
            if again is not None:
                again()
        self.search.updateGeometry()

    def keep_drafts(self) -> None:
        """Save what is typed and not yet saved; forget what is saved by now. Runs by itself every few seconds."""
        for code, page in self._pages.items():
            if not isinstance(page, Page) or code not in self._kept:
                continue
            draft = page.draft()
            if draft == self._kept[code]:
                continue
            self._kept[code] = draft
            drafts = self.services.drafts
            if draft is None:
                self.services.background.run(drafts.forget, code)
            else:
                self.services.background.run(drafts.save, code, draft)

    def commands(self) -> list[Command]:
        """What Ctrl+K offers: the page's own first, then the window's."""
        words, theme = self.services.words, self.services.theme
        page = self.front
        offered = list(page.commands()) if isinstance(page, Page) else []
        for at, spec in enumerate(self.specs):
            text = words("window.go_to", page=words(spec.title_code))
            offered.append(Command(text, f"Ctrl+{at + 1}", partial(self.show_page, spec.code)))
        offered.append(Command(words("window.command_keys"), "F1", self.show_keys))
        offered += [Command(words(code), keys, run) for code, keys, run in self._more]
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
            *((keys, words(code)) for code, keys, _ in self._more),
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
        self.keep_drafts()
        self._drafts.stop()
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
        for at, spec in enumerate(self.specs[:9]):
            self._shortcut(f"Ctrl+{at + 1}", partial(self.show_page, spec.code))
        for keys, steps in (("Ctrl++", 1), ("Ctrl+=", 1), ("Ctrl+-", -1), ("Ctrl+0", 0)):
            self._shortcut(keys, partial(self.zoom, steps))

    def _shortcut(self, keys: str, run: Any) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(run)

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
            page.wanted.connect(self.show_page)
            restore = partial(self._restore, spec.code)
            services.background.run(services.drafts.load, spec.code, done=restore, owner=page)
        return page

    def _restore(self, code: str, draft: Mapping[str, Any] | None) -> None:
        page = self._pages.get(code)
        self._kept[code] = draft
        if draft and isinstance(page, Page):
            page.restore_draft(draft)
            self.say(self.services.words("window.draft_back"), "info")

    def _counted(self, code: str, count: int, tone: str) -> None:
        at = next(at for at, spec in enumerate(self.specs) if spec.code == code)
        self.head.tab(at).set_count(count, tone)

    def _tab_chosen(self, at: int) -> None:
        self.show_page(self.specs[at].code)

    def _open_box(self) -> None:
        self.box.begin()

    def _open_guide(self) -> None:
        self.show_page("help", self.specs[self._front].code)

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
