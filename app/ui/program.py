"""The running window: what is opened, in which order, and how it ends. Wired here, handed on to pages as `Services`.

Who is known beforehand (`--as`) sees the window at once, its line takes keys, and the rest is imported and opened
in the worker thread meanwhile (GOALS: start). So this file imports nothing heavy before it is needed.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEventLoop, QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from app import settings
from app.errors import DomainError
from app.ui.collector import Collector
from app.ui.frame import Frame
from app.ui.language import Language
from app.ui.theme import Look, Theme, start_look

if TYPE_CHECKING:
    import argparse

    from app.domain.people import Actor
    from app.domain.readings import Reading
    from app.operations import opening
    from app.ui.main_window import MainWindow
    from app.ui.readers import Readers
    from app.ui.session import SignedIn

SWITCH_SECONDS = 0.0005
HOUR_MS = 3_600_000
LONGEST_MS = 500  # an empty window is waited for
OF_WINDOWS = "window"  # owner of the drafts; whose a page's draft is stands in its name (`half_filled.py`)
WHO_MAY = {"staff", "staff_roles", "role_rights"}  # a change in these may change what the person here may do
SMALL_SCREEN = (
    1440,
    860,
)  # the window takes the whole of a screen of this size, so that its frame hides nothing


class Program(QObject):
    """One run of the window on one data folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        self.collector = Collector(self)
        self.options = options
        self.folder: Path = settings.data_folder(options.data)
        loaded = settings.load(self.folder)
        self.kept = loaded.settings
        self.words = Language(options.lang or self.kept.language)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.app = app
        self.look: Look = start_look(app, Theme.load(self.kept.theme), self.kept.zoom, self.kept.large)
        self.opened: opening.Opened | None = None
        self.frame: Frame | None = None
        self.background: Any = None
        self.drafts: Any = None
        self.readers: Readers | None = None
        self.main_window: MainWindow | None = None
        self._half_made: MainWindow | None = None
        self._steps: Iterator[None] = iter(())
        self.status = 0
        self._signing_out = False
        self._translator = QTranslator(self)
        self.words.changed.connect(self._translate)
        self.words.changed.connect(self._relabel)

    def start(self) -> bool:
        """Shows the window; False when it cannot be or the person left before.

        Somebody who is known (`--as`, on a site that is there) is not kept waiting: the site is opened afterwards.
        Who signs in sees the empty window until it can be asked who it is.
        """
        there = bool(self._url()) or (self.folder / "keys.json").is_file()
        if self.options.as_whom and there:
            self.frame = Frame(self.look, self.words, line=self._station_asked().startswith("post"))
            self.frame.painted.connect(self._begin)
            self._put_up(self.frame)
            return True
        self._translate()
        if there and not self._stands():
            return False
        if self._enter_by_asking():
            return True
        if self.frame is not None:
            self.frame.hide()
        return False

    def _stands(self) -> bool:
        """The empty window can be seen; False when it was closed at once."""
        if self.frame is None:
            self.frame = Frame(self.look, self.words, line=False)
            seen = QEventLoop()
            self.frame.painted.connect(seen.quit)
            QTimer.singleShot(LONGEST_MS, seen, seen.quit)
            self._put_up(self.frame)
            seen.exec()
        self.frame.activateWindow()
        return self.frame.isVisible()

    def _enter_by_asking(self) -> bool:
        """Opens the site, or makes one, and asks who is there; False when it cannot be or the person left."""
        from app.ui.background import Background
        from app.ui.start.asking import awaited
        from app.ui.start.flow import signed_in

        self.background = self.background or Background(self)
        try:
            if not self._site_is_there():
                return False
            store = awaited(self.background, self._open)
            station = self.options.station or self.kept.station
            actor = (
                awaited(self.background, self._signed_in_as, store)
                if self.options.as_whom
                else signed_in(self.look, self.words, self.background, store, station)
            )
        except DomainError as error:
            return self._refused(error)
        if actor is None or not self._stands():
            return False
        self._ready(actor)
        return self.status == 0

    def close(self) -> None:
        """Ends what runs, in order; nothing that was asked to be written is dropped."""
        window = self.main_window or self._half_made
        if self.readers is not None:
            self.readers.close()
            self.readers = None
        if window is not None:
            self.bus.stop()
            self.jobs.close()
            self.rounds.close()
        if self.background is not None:
            self.background.close()
        if self.drafts is not None:
            self.drafts_close()
        if window is not None:
            window.deleteLater()
            self._half_made, self._steps = None, iter(())
            self.main_window = None
        if self.opened is not None:
            self.opened.close()
            self.opened = None
        self.collector.close()

    def drafts_close(self) -> None:
        """Closes the file of half-filled forms."""
        self.drafts.close()
        self.drafts = None

    def enter(self, actor: Actor, *, by_pin: bool = False) -> None:
        """Somebody else is at the window now (a change of guard, another post), or has other rights."""
        assert self.opened is not None
        self.session.enter(self._signed_in(self.opened.store, actor, by_pin))

    def _put_up(self, frame: Frame) -> None:
        room = self.app.primaryScreen().availableGeometry()
        if room.width() <= SMALL_SCREEN[0] or room.height() <= SMALL_SCREEN[1]:
            frame.showMaximized()
        else:
            frame.show()
        frame.activateWindow()

    # --- steps --------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """The window can be seen: now the rest, in the worker thread."""
        from app.ui.background import Background

        self.background = self.background or Background(self)
        self.background.run(self._open_and_sign_in, done=self._ready, failed=self._not_opened, owner=self)

    def _open_and_sign_in(self) -> Actor:
        """In the worker thread: the site, who is there, and the modules of the first page."""
        actor = self._signed_in_as(self._open())
        for name in ("main_window", "finders", "jobs_view", f"{_first_page(actor)}.page"):
            importlib.import_module(f"app.ui.{name}")
        return actor

    def _not_opened(self, error: DomainError) -> None:
        self.status = 1
        if self.frame is not None:
            self.frame.hide()
        self._refused(error)
        self.app.exit(1)

    def _ready(self, actor: Actor) -> None:
        """The site is open: the real window is put together and moves into the one that stands there already."""
        if self.opened is None or self.frame is None:
            return  # left before it was open
        self._translate()
        self._steps = self._put_together(actor, self.opened.store, self.frame)
        self._step()

    def _step(self) -> None:
        """One more step; between two of them keys, paint and whatever else waits have their turn."""
        if self.opened is not None and next(self._steps, self) is not self:
            QTimer.singleShot(0, self, self._step)

    def _put_together(self, actor: Actor, store: Any, frame: Frame) -> Iterator[None]:
        """The window in steps, each short enough that nobody waits for it (GOALS: 50 ms)."""
        from app.ui.background import Background
        from app.ui.change_bus import ChangeBus
        from app.ui.finders import Finder
        from app.ui.jobs_view import JobRunner
        from app.ui.main_window import MainWindow
        from app.ui.page import Page
        from app.ui.services import Services
        from app.ui.session import Session

        self.session = Session(self._signed_in(store, actor))
        self.background = self.background or Background(self)
        self.bus = ChangeBus(self)
        self.jobs = JobRunner(options=self._job_options())
        self.bus.changed.connect(self._people_changed)
        services = Services(
            self.words,
            self.look,
            self.background,
            self.bus,
            self.session,
            self.jobs,
            self.drafts.of(OF_WINDOWS),
            store,
            lambda: self.readers,
        )
        window = self._half_made = MainWindow(services, first=None)
        for kind in ("visitor", "request", "customer", "person"):
            window.add_provider(kind, Finder(kind, services, window.show_page, window))
        window.settings_changed.connect(self._keep_settings)
        window.add_command("window.change_guard", "Ctrl+Shift+G", self._change_guard)
        window.add_command("window.sign_in_other", "Ctrl+Shift+U", self._sign_in_other)
        window.add_command("requests_page.new", "Ctrl+N", self._new_request, "requests.take")
        self._add_evacuation(services, window)
        yield
        self.bus.follow(store, self.background)  # from here on: before any page asks or writes
        window.begin(_first_page(actor))
        yield
        frame.adopt(window)
        self.main_window, self._half_made = window, None
        page = window.front
        if isinstance(page, Page):
            page.shown()
            frame.hand_over(page)
        self._people_changed(frozenset(WHO_MAY))  # since the moment of signing in, which the bus has not seen
        self._backup_timer = QTimer(self)
        self._backup_timer.setInterval(HOUR_MS)
        self._backup_timer.timeout.connect(self._daily_backup)
        self._backup_timer.start()
        QTimer.singleShot(20_000, self, self._daily_backup)
        self._begin_rounds()
        self.collector.settle()
        yield
        self._listen(store)

    def _listen(self, store: Any) -> None:
        """From here on what scanners and a card reader read goes where it belongs (VIS-8)."""
        from app.ui.readers import Readers

        self.readers = Readers(
            self.kept.card_reader, lambda: store.clock.now().astimezone(store.site.zone).date(), self
        )
        self.readers.read.connect(self._read)
        self.readers.typed.connect(self._typed)
        self.readers.refused.connect(cast("MainWindow", self.main_window).show_error)
        self.readers.port_chosen.connect(self._keep_port)

    def _read(self, reading: Reading) -> None:
        """At a post into the registration, from any tab; elsewhere, and over an open dialog, into the field in use."""
        at_post = cast("Actor", self.session.actor).post_id is not None
        if at_post and QApplication.activeModalWidget() is None:
            cast("MainWindow", self.main_window).show_page("visits", reading)
        else:
            cast("Readers", self.readers).give(reading.text)

    def _typed(self, text: str) -> None:
        """Of the post's line: what is not made of letters alone would become a visitor's name there."""
        from app.domain.readings import SCAN, Reading
        from app.domain.typed import is_letters
        from app.ui.visits.line import EntryLine

        if isinstance(QApplication.focusWidget(), EntryLine) and not is_letters(text):
            self._read(Reading(SCAN, text))
        else:
            cast("Readers", self.readers).give(text)

    def _keep_port(self, port: str) -> None:
        self.kept = replace(self.kept, card_reader=port)
        self._write_settings()

    def _begin_rounds(self) -> None:
        self.rounds.begin()

    def _add_evacuation(self, services: Any, window: MainWindow) -> None:
        """The evacuation list on every page, and what goes on by itself: its copies, the night's closing (VIS-13)."""
        from app.ui.evacuation.desk import KEYS, EvacuationDesk
        from app.ui.evacuation.rounds import Rounds
        from app.ui.jobs_view import JobRunner

        desk = EvacuationDesk(services, window)
        desk.said.connect(window.say)
        desk.error.connect(window.show_error)
        desk.saved.connect(window.note_saved)
        for key, name, right in KEYS:
            window.add_command(f"evacuation.key_{name}", key, getattr(desk, name), right)
        window.add_command("evacuation.key_folder", "", self._evacuation_folder)
        self.rounds = Rounds(services, JobRunner(options=self._job_options()), self)
        self.rounds.failed.connect(self._copies_fail)
        self.rounds.mended.connect(self._copies_mended)

    def _copies_fail(self, error: DomainError) -> None:
        if self.main_window is not None:
            said = self.words("evacuation.not_saved", why=error.text(self.words.words))
            self.main_window.status.warn(said)

    def _copies_mended(self) -> None:
        if self.main_window is not None:
            self.main_window.status.warn("")

    def _evacuation_folder(self) -> None:
        """Another folder for the copies, kept with this PC's choices."""
        from app.ui.evacuation.folder import FolderDialog

        window = cast("MainWindow", self.main_window)
        folder = FolderDialog(window.services, self.kept.evacuation, window).ask()
        if isinstance(folder, str):
            self.kept = replace(self.kept, evacuation=folder)
            self._write_settings()
            said = settings.evacuation_folder(self.folder, self.kept)
            window.say(self.words("evacuation.folder_kept", folder=said), "done")
            self.rounds.save_now()

    def _site_is_there(self) -> bool:
        """An empty folder is offered a site first; False when the person left instead."""
        from app.operations import opening
        from app.ui.start.flow import first_site

        nothing_there = (
            not self._url() and not opening.has_site(self.folder) and opening.is_empty(self.folder)
        )
        return not nothing_there or first_site(self.look, self.words, self.folder)

    def _open(self) -> Any:
        """In the worker thread (an older file is saved and upgraded first): the site's store and its drafts."""
        from app.operations import opening

        self.opened = opening.open_site(self.folder, self._url())
        self.drafts = opening.open_drafts(self.opened.store)
        return self.opened.store

    def _url(self) -> str:
        return str(self.options.database or self.kept.database)

    def _signed_in_as(self, store: Any) -> Actor:
        from app.operations.site import sign_in_as

        return sign_in_as(store, self.options.as_whom, self._station_asked())

    def _station_asked(self) -> str:
        """A guard without a station stands at the first post, everybody else at the center."""
        station = self.options.station or self.kept.station
        return station or ("post" if self.options.as_whom == "guard" else "center")

    def _signed_in(self, store: Any, actor: Actor, by_pin: bool = False) -> SignedIn:
        from app.ui.session import SignedIn

        name = actor.station.removeprefix("post:")
        station = name if actor.post_id is not None else self.words(f"window.station_{actor.station}")
        role = next((role for role in ROLE_ORDER if role in actor.roles), "")
        return SignedIn(
            actor=actor,
            station=actor.station,
            person=actor.name,
            role=self.words(f"site.role_{role}") if role else "",
            station_name=station,
            site_name=store.site.name,
            zone=store.site.zone.key,
            sample=store.secrets.sample,
            rights=actor.rights,
            by_pin=by_pin,
        )

    def _job_options(self) -> list[str]:
        options = ["--data", str(self.folder), "--lang", self.words.name]
        # A server's address may hold its password, and everybody sees a command line: the child reads our settings.
        if self.options.database:
            options += ["--database", self.options.database]
        return options

    def _change_guard(self) -> None:
        """At a post: another guard by PIN. Elsewhere: somebody else signs in."""
        assert self.opened is not None
        before = cast("Actor", self.session.actor)
        if before.post_id is None:
            self._sign_in_other()
            return
        from app.ui.start.flow import change_guard

        window, enter = cast("MainWindow", self.main_window), partial(self.enter, by_pin=True)
        try:
            change_guard(self.look, self.words, self.background, self.opened.store, before, enter, window)
        except DomainError as error:
            window.show_error(error)

    def _sign_in_other(self) -> None:
        """Somebody else signs in; what is typed stays where it is."""
        assert self.opened is not None
        before = cast("Actor", self.session.actor)
        from app.ui.start.flow import offered_station, signed_in

        window = cast("MainWindow", self.main_window)
        station, here = offered_station(before)
        try:
            actor = signed_in(self.look, self.words, self.background, self.opened.store, station, here=here)
        except DomainError as error:
            window.show_error(error)
            return
        window.activateWindow()  # not every window system gives the focus back by itself
        if actor is not None:
            self.enter(actor)
            if _first_page(actor) != _first_page(before):
                window.show_page(_first_page(actor))

    def _new_request(self) -> None:
        """Ctrl+N on any page: the form of a new request."""
        window = cast("MainWindow", self.main_window)
        try:
            cast("Actor", self.session.actor).need("requests.take")
        except DomainError as error:
            window.show_error(error)
            return
        window.show_page("requests", "new")

    def _people_changed(self, names: frozenset[str]) -> None:
        """Somebody's roles, rights or place changed: perhaps those of the person here."""
        if names & WHO_MAY and self.opened is not None:
            from app.operations.site import actor_now

            now = self.session.now
            known = partial(self._known_again, now)
            self.background.run(
                actor_now, self.opened.store, now.actor, by_pin=now.by_pin, done=known, owner=self
            )

    def _known_again(self, asked: SignedIn, actor: Actor | None) -> None:
        now = self.session.now
        if asked.actor is not now.actor or self._signing_out:
            return  # somebody else by now, or another question came first
        if actor is None:
            self._sign_out(now.person)
        elif actor != now.actor:
            self.enter(actor, by_pin=now.by_pin)

    def _sign_out(self, person: str) -> None:
        """The person here is no longer one of the site's: somebody else signs in, or the window closes."""
        from app.ui.start.flow import signed_in

        assert self.opened is not None
        assert self.frame is not None
        window, before = cast("MainWindow", self.main_window), cast("Actor", self.session.actor)
        window.keep_drafts()
        self._signing_out = True
        self.app.setQuitOnLastWindowClosed(False)
        self.frame.hide()
        try:
            notice = self.words("start.signed_out", name=person)
            store = self.opened.store
            actor = signed_in(self.look, self.words, self.background, store, before.station, notice)
        except DomainError as error:
            actor = None
            self._refused(error)
        finally:
            self._signing_out = False
            self.app.setQuitOnLastWindowClosed(True)
        if actor is None:
            self.frame.close()
            self.app.quit()
            return
        self.enter(actor)
        self._put_up(self.frame)

    def _refused(self, error: DomainError) -> bool:
        from app.ui.start.flow import ask_recovery_code, tell

        asked = error.code == "key_missing"
        if asked and ask_recovery_code(self.look, self.words, self.background, self.folder):
            return self.start()
        tell(self.look, self.words, error)
        return False

    def _daily_backup(self) -> None:
        self.jobs.start(["backup", "--daily"], self.words("window.job_backup"), None, None)

    def _keep_settings(self, chosen: dict[str, Any]) -> None:
        self.kept = replace(
            self.kept,
            language=chosen["language"],
            theme=chosen["theme"],
            zoom=chosen["zoom"],
            large=chosen["large_type"],
        )
        self._write_settings()

    def _write_settings(self) -> None:
        try:
            settings.save(self.folder, self.kept)
        except OSError:
            logging.getLogger(__name__).warning("the settings could not be written")

    def _relabel(self) -> None:
        """Station and role stand in the status bar as words: in the language in force."""
        if self.opened is not None and self.main_window is not None:
            self.enter(cast("Actor", self.session.actor), by_pin=self.session.now.by_pin)

    def _translate(self) -> None:
        """Qt's own texts (file dialogs, the menus of fields) in the language in force."""
        self.app.removeTranslator(self._translator)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(QLocale(self.words.name), "qtbase", "_", folder):
            self.app.installTranslator(self._translator)


ROLE_ORDER = ("manager", "administrator", "supervisor", "clerk", "guard", "technician", "quality")


def run_window(options: argparse.Namespace) -> int:
    """Opens the window and runs until it is closed; answers the exit status."""
    sys.setswitchinterval(SWITCH_SECONDS)
    logging.basicConfig(level=os.environ.get("YINGHOU_LOG", "WARNING"))
    app = cast("QApplication", QApplication.instance() or QApplication(sys.argv[:1]))
    app.setApplicationName("yinghou")
    app.setDesktopFileName("yinghou")
    program = Program(options)
    if not program.start():
        program.close()
        return 1
    status = app.exec()
    program.close()
    return status or program.status


def _first_page(actor: Actor) -> str:
    return "visits" if actor.post_id is not None else "requests"
