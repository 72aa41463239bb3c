"""The running window: what is opened, in which order, and how it ends. Wired here, handed on to pages as `Services`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from app import settings
from app.domain.people import Actor
from app.errors import DomainError
from app.operations import opening
from app.operations import site as operations
from app.queries.changes import Changes
from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.finders import Finder
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.session import Session, SignedIn
from app.ui.start.flow import first_site, signed_in, tell
from app.ui.theme import Look, Theme, start_look

SWITCH_SECONDS = 0.0005
HOUR_MS = 3_600_000


class Program(QObject):
    """One run of the window on one data folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
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
        self.main_window: MainWindow | None = None
        self._translator = QTranslator(self)
        self._translate()
        self.words.changed.connect(self._translate)

    def start(self) -> bool:
        """Opens the site, signs somebody in and shows the window; False when the person left before."""
        try:
            self.opened = self._open()
        except DomainError as error:
            return self._refused(error)
        if self.opened is None:
            return False
        store = self.opened.store
        try:
            actor = self._sign_in(store)
        except DomainError as error:
            return self._refused(error)
        if actor is None:
            return False
        self.session = Session(self._signed_in(store, actor))
        self.background = Background(self)
        self.bus = ChangeBus(self)
        self.jobs = JobRunner(options=self._job_options())
        store.committed = self.bus.publish
        self.drafts = opening.open_drafts(store)
        services = Services(
            self.words,
            self.look,
            self.background,
            self.bus,
            self.session,
            self.jobs,
            self.drafts.of(str(actor.staff_id)),
            store,
        )
        first = "visits" if actor.post_id is not None else "requests"
        self.main_window = MainWindow(services, first=first)
        for kind in ("visitor", "request", "customer", "person"):
            self.main_window.add_provider(
                kind, Finder(kind, services, self.main_window.show_page, self.main_window)
            )
        self.main_window.settings_changed.connect(self._keep_settings)
        self.main_window.show()
        self.bus.watch(Changes(store).newest, self.background)
        self._backup_timer = QTimer(self)
        self._backup_timer.setInterval(HOUR_MS)
        self._backup_timer.timeout.connect(self._daily_backup)
        self._backup_timer.start()
        QTimer.singleShot(20_000, self, self._daily_backup)
        return True

    def close(self) -> None:
        """Ends what runs, in order; nothing that was asked to be written is dropped."""
        if self.main_window is not None:
            self.bus.stop()
            self.jobs.close()
            self.background.close()
            self.drafts_close()
            self.main_window.deleteLater()
        if self.opened is not None:
            self.opened.close()
            self.opened = None

    def drafts_close(self) -> None:
        """Closes the file of half-filled forms."""
        self.drafts.close()

    def enter(self, actor: Actor) -> None:
        """Somebody else is at the window now (a change of guard, another post)."""
        assert self.opened is not None
        self.session.enter(self._signed_in(self.opened.store, actor))

    # --- steps --------------------------------------------------------------------------------------------------------

    def _open(self) -> opening.Opened | None:
        url = self.options.database or self.kept.database
        nothing_there = not url and not opening.has_site(self.folder) and opening.is_empty(self.folder)
        if nothing_there and not first_site(self.look, self.words, self.folder):
            return None
        return opening.open_site(self.folder, url)

    def _sign_in(self, store: Any) -> Actor | None:
        station = self.options.station or self.kept.station
        if self.options.as_whom:
            return operations.sign_in_as(
                store, self.options.as_whom, self._station(station, self.options.as_whom)
            )
        return signed_in(self.look, self.words, store, station)

    def _station(self, station: str, whom: str) -> str:
        """A guard without a station stands at the first post, everybody else at the center."""
        return station or ("post" if whom == "guard" else "center")

    def _signed_in(self, store: Any, actor: Actor) -> SignedIn:
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
        )

    def _job_options(self) -> list[str]:
        options = ["--data", str(self.folder), "--lang", self.words.name]
        if self.options.database or self.kept.database:
            options += ["--database", self.options.database or self.kept.database]
        return options

    def _refused(self, error: DomainError) -> bool:
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
        try:
            settings.save(self.folder, self.kept)
        except OSError:
            logging.getLogger(__name__).warning("the settings could not be written")

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
    return status
