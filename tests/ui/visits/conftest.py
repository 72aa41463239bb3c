"""The guard post's page in a real window, on a sample site with a clock that is turned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.operations.opening import open_drafts
from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.session import Session, SignedIn
from app.ui.theme import Theme, start_look
from app.ui.visits.page import VisitsPage
from tests.sample import Post, at_post, copied, made_site


@dataclass
class Screen:
    """The window, its page and the site behind it."""

    window: MainWindow
    page: VisitsPage
    post: Post
    services: Services
    qtbot: QtBot

    def settle(self) -> None:
        """Wait until what was committed is heard of and the worker has answered all questions."""
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.services.background.waiting == 0)

    def type(self, text: str) -> None:
        """Key events into the line, Chinese as an input method commits it, and the answers to them."""
        line = self.page.registration.line
        if text.isascii():
            QTest.keyClicks(line, text)
        else:
            composing = QInputMethodEvent("pinyin", [])
            QApplication.sendEvent(line, composing)
            commit = QInputMethodEvent()
            commit.setCommitString(text)
            QApplication.sendEvent(line, commit)
        self.settle()

    def answer(self, act: Callable[[QWidget], None]) -> None:
        """Do something in the next dialog that opens."""
        timer = QTimer(self.window)

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if dialog is not None and dialog.isActiveWindow():  # before, no shortcut of it hears a key
                timer.stop()
                act(dialog)

        timer.timeout.connect(look)
        timer.start(5)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifier)
        self.settle()


@pytest.fixture
def screen(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Screen]:
    with at_post(copied(made_site(tmp_path_factory), tmp_path / "site")) as post:
        words = Language("zh_CN")
        bus, background, jobs = ChangeBus(), Background(), JobRunner()
        bus.follow(post.store, background)
        drafts = open_drafts(post.store)
        now = SignedIn(
            actor=post.guard,
            station=post.guard.station,
            person=post.guard.name,
            station_name=post.guard.station.removeprefix("post:"),
            site_name=post.store.site.name,
            sample=True,
            rights=post.guard.rights,
        )
        services = Services(
            words,
            start_look(qapp, Theme.load("light")),
            background,
            bus,
            Session(now),
            jobs,
            drafts.of("guard"),
            post.store,
        )
        window = MainWindow(services, first="visits")
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(lambda: window.isActiveWindow() or QApplication.focusWidget() is not None)
        page = window.page("visits")
        assert isinstance(page, VisitsPage)
        made = Screen(window, page, post, services, qtbot)
        made.settle()
        yield made
        window.close()
        bus.stop()
        background.close()
        drafts.close()
