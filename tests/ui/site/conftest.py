"""A real sample site on a real file, and the Site tab in a window of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.people import Actor
from app.operations import opening
from app.operations.site import create_site, sign_in_as
from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.services import Services
from app.ui.session import Session, SignedIn
from app.ui.site.page import SitePage
from app.ui.site.things import ThingsSection
from app.ui.theme import Theme, start_look
from tests.ui.kit.samples import KeptInMemory


@dataclass
class Desk:
    """The page, who sits there, and what the page said."""

    page: SitePage
    services: Services
    actor: Actor
    qtbot: QtBot
    said: list[str]
    errors: list[Any]

    def press(self, *keys: Any) -> None:
        """Real keys to whatever has the focus: texts are typed, others are keys or (key, modifier)."""
        for key in keys:
            activate(self.qtbot, self.page)
            widget = self.focus()
            if isinstance(key, str):
                type_text(self.qtbot, widget, key)
            elif isinstance(key, tuple):
                QTest.keyClick(widget, key[0], key[1])
            else:
                QTest.keyClick(widget, key)

    def focus(self) -> QWidget:
        """What has the focus in the page's window, also while no window manager gives it to the window."""
        widget = self.page.focusWidget()
        assert widget is not None
        return widget

    def section(self, code: str) -> ThingsSection:
        """Open a list and wait for its rows."""
        self.page.show_section(code)
        section = self.page.section
        assert isinstance(section, ThingsSection)
        self.until(section.model.complete)
        section.enter()
        return section

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that the worker thread brings about."""
        self.qtbot.waitUntil(true, timeout=5000)


@pytest.fixture
def open_desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes a site of a kind and opens its page for somebody."""
    closing: list[Callable[[], object]] = []

    def make(whom: str = "administrator", kind: str = "office", language: str = "zh_CN") -> Desk:
        folder = tmp_path / "data"
        if not folder.exists():
            create_site(folder, kind, admin="赵管理", password="lang-genug", sample=True)
        opened = opening.open_site(folder)
        closing.append(opened.close)
        store = opened.store
        actor = sign_in_as(store, whom, "center")
        look = start_look(qapp, Theme.load("light"))
        background, bus = Background(), ChangeBus()
        bus.follow(store, background)
        closing.extend((background.close, bus.stop))
        jobs = JobRunner(options=["--data", str(folder), "--lang", language])
        closing.append(jobs.close)
        session = Session(SignedIn(actor=actor, person=actor.name, rights=actor.rights, sample=True))
        services = Services(Language(language), look, background, bus, session, jobs, KeptInMemory(), store)
        page = SitePage(services)
        desk = Desk(page, services, actor, qtbot, [], [])
        page.message.connect(lambda text, tone: desk.said.append(text))
        page.error.connect(desk.errors.append)
        qtbot.addWidget(page)
        page.resize(1366, 700)
        with qtbot.waitExposed(page):
            page.show()
        activate(qtbot, page)
        page.shown()
        return desk

    yield make
    for close in reversed(closing):
        close()


def activate(qtbot: QtBot, window: QWidget) -> None:
    """Give the window the focus: without a window manager nobody does it after a dialog has closed."""
    if not window.isActiveWindow():
        window.windowHandle().requestActivate()
        qtbot.waitUntil(window.isActiveWindow, timeout=3000)


def type_text(qtbot: QtBot, widget: QWidget, text: str) -> None:
    """Type: Latin letters as keys, Chinese as an input method commits it."""
    if text.isascii():
        QTest.keyClicks(widget, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def modifier(name: str) -> Qt.KeyboardModifier:
    """A modifier by its name."""
    return Qt.KeyboardModifier[f"{name}Modifier"]
