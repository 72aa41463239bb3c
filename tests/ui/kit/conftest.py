"""A look and services for the kit's tests, closed behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.services import Services
from app.ui.theme import Look, Theme, start_look
from tests.ui.kit.samples import services_for


@pytest.fixture
def look(qapp: QApplication) -> Look:
    return start_look(qapp, Theme.load("light"))


@pytest.fixture
def services(qtbot: QtBot, look: Look) -> Iterator[Services]:
    made = services_for(look)
    yield made
    made.bus.stop()
    made.jobs.close()
    made.background.close()
