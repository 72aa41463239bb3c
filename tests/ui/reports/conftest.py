"""A sample site with its window on the tab of documents; children of the real program make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.domain.people import Actor
from app.operations import site as operations
from app.operations.demo import make_demo
from app.operations.opening import Opened, open_drafts, open_site
from app.ui.background import Background
from app.ui.change_bus import ChangeBus
from app.ui.jobs_view import JobRunner
from app.ui.language import Language
from app.ui.main_window import MainWindow
from app.ui.pages import PageSpec
from app.ui.reports.page import ReportsPage
from app.ui.services import Services
from app.ui.session import Session, SignedIn
from app.ui.theme import Theme, start_look
from tests.ui.kit.samples import show_active

WAIT = 20_000  # ms: a child of the program on a busy machine
SPECS = (PageSpec("reports", "window.tab_reports", "report", "app.ui.reports.page:ReportsPage"),)


@dataclass(frozen=True, slots=True)
class Shown:
    """The window with its page, and what they stand on."""

    window: MainWindow
    page: ReportsPage
    services: Services

    def made(self, qtbot: QtBot) -> str:
        """Wait until the document asked for is in sight; its text, from the PDF itself."""
        page = self.page
        qtbot.waitUntil(lambda: page.preview.pages > 0 and not page.working and page.fresh, timeout=WAIT)
        document = page.preview.document
        return "\n".join(document.getAllText(at).text() for at in range(document.pageCount()))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a hospital with a few hundred visits until now."""
    folder = tmp_path_factory.mktemp("site") / "data"
    make_demo(
        folder, "hospital", visits=300, requests=60, seed=5, until=datetime.now(UTC).replace(microsecond=0)
    )
    return folder


@pytest.fixture
def opened(site: Path) -> Iterator[Opened]:
    """The site, opened as the window opens it."""
    made = open_site(site)
    yield made
    made.close()


@pytest.fixture
def show(qtbot: QtBot, qapp: QApplication, opened: Opened, site: Path) -> Iterator[Callable[..., Shown]]:
    """`show("guard", "post")` signs somebody in and opens the window on the documents."""
    store, look = opened.store, start_look(qapp, Theme.load("light"))
    drafts = open_drafts(store)
    shown: list[Shown] = []

    def make(whom: str = "clerk", station: str = "center") -> Shown:
        actor = operations.sign_in_as(store, whom, station)
        services = Services(
            Language("zh_CN"),
            look,
            Background(),
            ChangeBus(),
            Session(signed_in(actor)),
            JobRunner(options=["--data", str(site), "--lang", "zh_CN"]),
            drafts.of(str(actor.staff_id)),
            store,
        )
        window = MainWindow(services, SPECS)
        qtbot.addWidget(window)
        show_active(qtbot, window)
        page = window.front
        assert isinstance(page, ReportsPage)
        shown.append(Shown(window, page, services))
        return shown[-1]

    yield make
    for one in shown:
        one.services.bus.stop()
        one.services.jobs.close()
        one.services.background.close()
        one.page.folder.close()
    drafts.close()


def signed_in(actor: Actor) -> SignedIn:
    """The person at the window, as `program.py` makes it."""
    post = actor.station.removeprefix("post:") if actor.post_id is not None else "服务中心"
    return SignedIn(
        actor=actor, station=actor.station, person=actor.name, station_name=post, rights=actor.rights
    )


def answer_dialog(app: QApplication, act: Callable[[QFileDialog], object]) -> None:
    """When the file dialog has opened, do something with it."""

    def look() -> None:
        dialog = app.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)
