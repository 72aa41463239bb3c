"""The requests tab by keyboard, with real key events on a real site."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.ui.requests.conftest import Screen

Key = Qt.Key


def test_it_opens(screen: Screen) -> None:
    assert screen.page.list.model.rowCount() == 8
