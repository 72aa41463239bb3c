"""The real window in this process, on a site's folder, typed into by key events and watched while it paints."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

import app.ui  # noqa: F401  # first: it makes PySide6 6.12 safe under Python 3.11
from app.operations.opening import Store, open_drafts
from app.operations.site import sign_in_as
from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.collector import Collector
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.session import Session, SignedIn
from app.ui.theme import Theme, start_look
from app.ui.visits.choices import ChoiceList
from app.ui.visits.line import EntryLine
from app.ui.visits.page import VisitsPage
from tests.benchmarks.sites import opened

PATIENCE = 20.0


class TooLateError(Exception):
    """The window did not do what was waited for."""


@dataclass
class Window:
    """A window at work. Times are `time.perf_counter()`."""

    main: MainWindow
    services: Services
    store: Store
    painted: dict[str, float] = field(default_factory=dict)

    @property
    def page(self) -> VisitsPage:
        """The guard post's page."""
        page = self.main.page("visits")
        assert isinstance(page, VisitsPage)
        return page

    def wait(self, until: Callable[[], bool]) -> None:
        """Runs the event loop until then."""
        late = time.perf_counter() + PATIENCE
        while not until():
            if time.perf_counter() > late:
                raise TooLateError
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)

    def settle(self) -> None:
        """Until the worker has answered all and everything is painted."""
        for _ in range(3):
            self.wait(lambda: self.services.background.waiting == 0)
            QApplication.processEvents()

    def press(
        self,
        key: Qt.Key | int,
        text: str = "",
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        target: QWidget | None = None,
    ) -> float:
        """Posts a key as the window system would, down and up; answers when."""
        aim = target or QApplication.focusWidget() or self.main
        at = time.perf_counter()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(aim, QKeyEvent(kind, int(key), modifiers, text))
        return at

    def letter(self, letter: str, target: QWidget | None = None) -> float:
        """A letter or digit."""
        return self.press(ord(letter.upper()) if letter.isascii() else 0, letter, target=target)

    def commit(self, text: str) -> float:
        """A text that an input method gives."""
        at = time.perf_counter()
        event = QInputMethodEvent()
        event.setCommitString(text)
        QCoreApplication.postEvent(QApplication.focusWidget() or self.page.registration.line, event)
        return at


@contextmanager
def window(folder: Path, *, first: str = "visits") -> Iterator[Window]:
    """The window shown at 1366x768, a guard at the first post (or a clerk at the center)."""
    application = QApplication.instance() or QApplication(["yinghou"])
    assert isinstance(application, QApplication)
    with opened(folder) as store:
        whom, station = ("guard", "post") if first == "visits" else ("clerk", "center")
        actor = sign_in_as(store, whom, station)
        words = Language("zh_CN")
        collector = Collector()
        bus, background, jobs = ChangeBus(), Background(), JobRunner(options=["--data", str(folder)])
        bus.follow(store, background)
        drafts = open_drafts(store)
        now = SignedIn(
            actor=actor,
            station=actor.station,
            person=actor.name,
            station_name=actor.station.removeprefix("post:"),
            site_name=store.site.name,
            zone=store.site.zone.key,
            sample=True,
            rights=actor.rights,
        )
        look = start_look(application, Theme.load("light"))
        services = Services(
            words, look, background, bus, Session(now), jobs, drafts.of(str(actor.staff_id)), store
        )
        main = MainWindow(services, first=first)
        made = Window(main, services, store)
        _watch(made)
        main.show()
        main.activateWindow()
        made.wait(main.isVisible)
        page = main.front
        shown = getattr(page, "shown", None)
        if shown is not None:
            shown()
        made.settle()
        collector.settle()
        try:
            yield made
        finally:
            jobs.close()  # else the window asks whether they may be stopped
            made.wait(lambda: not jobs.jobs)
            main.close()
            bus.stop()
            background.close()
            QApplication.processEvents()
            main.deleteLater()
            QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
            drafts.close()
            collector.close()


def _watch(made: Window) -> None:
    """Notes when the list under the line and the line itself have been painted (the end of `paintEvent`)."""
    for kind, name in ((ChoiceList, "choices"), (EntryLine, "line")):
        own = kind.paintEvent

        def paint(self: QWidget, event: QPaintEvent, own: object = own, name: str = name) -> None:
            own(self, event)  # type: ignore[operator]  # a paintEvent
            made.painted[name] = time.perf_counter()

        kind.paintEvent = paint  # type: ignore[method-assign]  # a benchmark may look inside
