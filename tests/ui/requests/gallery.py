"""Saves pictures of the requests page: `python -m tests.ui.requests.gallery FOLDER [zh_CN|en] [theme] [large]`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.operations import requests_way as way
from app.ui.requests.actions import BY_CODE
from tests.sample import make_site
from tests.ui.requests.conftest import ALT, CONTROL, Screen, opened_screen

Key = Qt.Key


def pictures(screen: Screen, folder: Path, size: tuple[int, int]) -> None:
    """Walks through the states."""
    window = screen.window
    window.resize(*size)
    screen.settle()

    def save(name: str) -> None:
        screen.settle()
        window.strip.dismiss()
        screen.settle()
        window.grab().save(str(folder / f"{name}.png"))

    screen.show("hot")
    save("request")
    screen.show("leak")
    save("paused")
    screen.show("bell")
    screen.page.panels.begin("dispatch")
    save("dispatch")
    screen.type("c")
    save("dispatch_typed")
    screen.key(Key.Key_Escape)
    screen.key(Key.Key_Escape)
    screen.show("hot")
    for code in ("report_done", "pause", "promise", "hand_over"):
        screen.page.panels.begin(code)
        save(code)
        screen.key(Key.Key_Escape)
        screen.key(Key.Key_Escape)
    screen.show("cards")
    screen.page.panels.begin("confirm")
    save("confirm")
    screen.key(Key.Key_Escape)
    screen.show("lamp")
    save("almost")
    screen.page.panels.begin("set_satisfied")
    screen.next()
    screen.page.panels.begin("follow_up")
    save("follow_up")
    screen.key(Key.Key_Escape)
    screen.key(Key.Key_N, CONTROL)
    save("intake_empty")
    screen.type("sss")
    save("intake_customer")
    screen.key(Key.Key_Return)
    screen.type("kt")
    save("intake_kind")
    screen.key(Key.Key_Return)
    screen.compose("wuhaoshoushujianerhaowudu", "五号手术间,二十七度")
    screen.key(Key.Key_3, ALT)
    save("intake_full")
    screen.key(Key.Key_N, CONTROL)
    save("intake_second")
    screen.key(Key.Key_Escape)
    screen.show("projector")
    save("parked")
    card = screen.page.card.card
    assert card is not None
    screen.page.panels.begin("report_done")
    screen.compose("huanlexian", "换了一根线")
    way.report_done(
        screen.desk.store, screen.desk.clerk, card.request.id, card.request.version, "换了 HDMI 线"
    )
    screen.next()
    save("lost_race")
    screen.key(Key.Key_X, ALT)
    screen.key(Key.Key_Slash)
    screen.type("bell not there")
    save("nothing_found")
    assert BY_CODE


def main() -> None:
    """The arguments are a folder, a language and a theme."""
    folder = Path(sys.argv[1])
    language = sys.argv[2] if len(sys.argv) > 2 else "zh_CN"
    theme = sys.argv[3] if len(sys.argv) > 3 else "light"
    size = (1366, 768) if len(sys.argv) < 5 else (1920, 1080)
    factor = float(os.environ.get("QT_SCALE_FACTOR", "1"))
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with (
        tempfile.TemporaryDirectory() as made,
        opened_screen(make_site(Path(made) / "s"), app, language) as screen,
    ):
        screen.window.set_look(name=theme)
        pictures(screen, folder, (round(size[0] / factor), round(size[1] / factor)))


if __name__ == "__main__":
    main()
