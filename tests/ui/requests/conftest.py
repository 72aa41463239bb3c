"""The requests page in a real window, on a sample hospital with a clock that is turned."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.db.folder import open_store
from app.errors import DomainError
from app.operations.opening import open_drafts
from app.operations.site import sign_in_as
from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.main_window import MainWindow
from app.ui.requests.page import RequestsPage
from app.ui.services import Services
from app.ui.session import Session, SignedIn
from app.ui.theme import Theme, start_look
from tests.clocks import TurnedClock
from tests.ui.requests.samples import Desk, a_morning

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Losing = Callable[[], AbstractContextManager[None]]


@dataclass
class Screen:
    """The window, its page and the desk behind it. Counts every key that it presses."""

    window: MainWindow
    page: RequestsPage
    desk: Desk
    services: Services
    made: dict[str, UUID]
    keys: int = 0

    def settle(self) -> None:
        """Wait until the worker has answered all questions."""
        for _ in range(3):
            late = time.monotonic() + 10
            while self.services.background._waiting and time.monotonic() < late:
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
            assert not self.services.background._waiting
            QApplication.processEvents()

    def focus(self) -> QWidget:
        """The widget that the next key goes to."""
        return QApplication.focusWidget() or self.page

    def tab_stops(self) -> list[QWidget]:
        """What has the focus, and where Tab goes from there until it is back (or 30 times)."""
        stops = [self.focus()]
        for _ in range(30):
            self.key(Qt.Key.Key_Tab)
            if self.focus() is stops[0]:
                break
            stops.append(self.focus())
        return stops

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key where the focus is; a modifier held is a key too."""
        self.keys += 1 if modifier == Qt.KeyboardModifier.NoModifier else 2
        QTest.keyClick(self.focus(), key, modifier)
        self.settle()

    def type(self, text: str) -> None:
        """Latin keys, one after the other."""
        for sign in text:
            self.keys += 1
            QTest.keyClicks(self.focus(), sign)
        self.settle()

    def compose(self, pinyin: str, text: str) -> None:
        """Chinese through an input method: each letter is composed, the space bar commits."""
        for at in range(1, len(pinyin) + 1):
            self.keys += 1
            QApplication.sendEvent(self.focus(), QInputMethodEvent(pinyin[:at], []))
        self.keys += 1
        commit = QInputMethodEvent()
        commit.setCommitString(text)
        QApplication.sendEvent(self.focus(), commit)
        self.settle()

    def next(self) -> None:
        """Ctrl+Return, not the second of a double press."""
        self.desk.clock.pass_by(1)
        self.key(Qt.Key.Key_Return, CONTROL)

    def show(self, name: str) -> None:
        """A request of the morning at the right."""
        self.page.show_request(self.made[name])
        self.settle()


@contextmanager
def opened_screen(
    folder: Path, app: QApplication, language: str = "zh_CN", as_whom: str = "李婷"
) -> Iterator[Screen]:
    """A window of its own on a site's folder, with the morning's requests when `folder` has none yet."""
    clock = TurnedClock()
    opened = open_store(folder, clock=clock)
    store = opened.store
    clerk = sign_in_as(store, as_whom, "center")
    desk = Desk(store, clock, clerk)
    made = a_morning(desk)
    words = Language(language)
    bus, background, jobs = ChangeBus(), Background(), JobRunner()
    bus.follow(store, background)
    drafts = open_drafts(store)
    now = SignedIn(
        actor=clerk,
        station="center",
        person=clerk.name,
        station_name="服务中心",
        site_name=store.site.name,
        sample=True,
        rights=clerk.rights,
    )
    look = start_look(app, Theme.load("light"))
    services = Services(words, look, background, bus, Session(now), jobs, drafts.of("clerk"), store)
    window = MainWindow(services, first="requests")
    window.show()
    assert QTest.qWaitForWindowExposed(window)
    window.activateWindow()
    page = window.page("requests")
    assert isinstance(page, RequestsPage)
    screen = Screen(window, page, desk, services, made)
    screen.settle()
    try:
        yield screen
    finally:
        window.close()
        bus.stop()
        background.close()
        window.deleteLater()
        QApplication.processEvents()
        drafts.close()
        opened.close()


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[Screen]:
    with opened_screen(folder, qapp) as made:
        yield made


@pytest.fixture
def answer_lost(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> Losing:
    """A `with` block of it: what is written is on the disk, but the answer gets lost on its way, after the commit."""
    store = screen.desk.store
    work = store.work

    def losing(*about: Any) -> Any:
        work(*about)
        raise DomainError("server_gone")

    @contextmanager
    def lost() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr(store, "work", losing)
            yield

    return lost
