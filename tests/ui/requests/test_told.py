"""The first contact's first stamp: what its form asks for (REQ-2)."""

from __future__ import annotations

from app.queries import requests_card
from app.ui.requests.action_panel import ActionPanel
from tests.ui.requests.conftest import Screen


def test_told_asks_for_no_words(screen: Screen) -> None:
    """REQ-2: a stamp is a time and a person; both are there without anything typed."""
    screen.show("lock")
    screen.page.panels.begin("tell")
    screen.settle()
    panel = screen.page.card.panel()
    assert isinstance(panel, ActionPanel)
    screen.next()
    assert screen.page.card.panel() is None
    desk = screen.desk
    told = requests_card.card(desk.store, desk.clerk, screen.made["lock"]).stamps[0]
    assert (told.code, told.at, told.by) == ("told", desk.clock.now(), desk.clerk.name)
