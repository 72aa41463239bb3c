"""A panel at 1366x768: its button is in sight when it opens, and nothing scrolls that need not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QScrollArea, QWidget

from app.ui.requests.action_panel import ActionPanel
from tests.ui.requests.conftest import Screen

INSIDE = (1366, 749)  # of a screen of 768, below a frame


def seen(area: QScrollArea, part: QWidget) -> bool:
    place = QRect(part.mapTo(area.viewport(), QPoint(0, 0)), part.size())
    return area.viewport().rect().contains(place)


def opened(screen: Screen, name: str, code: str) -> ActionPanel:
    screen.show(name)
    screen.page.panels.begin(code)
    screen.settle()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    return panel


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize(
    ("name", "code"), [("lamp", "follow_up"), ("cards", "confirm"), ("hot", "report_done")]
)
def test_a_form_is_whole_at_1366x768(screen: Screen, language: str, name: str, code: str) -> None:
    """REQ-7: the whole form with the request it is about, however long its history is."""
    screen.window.resize(*INSIDE)
    screen.window.switch_language(language)
    panel = opened(screen, name, code)
    area = screen.page.card.area
    assert seen(area, panel.send_button)
    assert seen(area, screen.page.card.title)
    assert area.verticalScrollBar().maximum() == 0


def test_where_it_is_too_low_the_form_comes_first(screen: Screen) -> None:
    """REQ-1: the button is in sight; the request's words go up before the first field does."""
    screen.window.resize(INSIDE[0], 690)
    panel = opened(screen, "lamp", "follow_up")
    area = screen.page.card.area
    assert seen(area, panel.send_button)
    assert seen(area, panel.fields["outcome"])
    screen.window.resize(INSIDE[0], 500)
    panel = opened(screen, "lamp", "follow_up")
    assert seen(area, panel.title)
