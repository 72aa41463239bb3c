"""The start: what the window finds in its environment before Qt is there (RECIPES sections 1 and 2)."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

import pytest

import app.main
import app.ui.program

NAMES = ("QT_IM_MODULES", "IBUS_ENABLE_SYNC_MODE", "QT_IM_MODULE")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str | None]:
    """What the input method's names were when the window was opened; the window itself is not opened."""
    seen: dict[str, str | None] = {}

    def look(options: Namespace) -> int:
        seen.update({name: os.environ.get(name) for name in NAMES})
        return 0

    monkeypatch.setattr(app.ui.program, "run_window", look)
    monkeypatch.setattr(sys, "platform", "linux")
    for name in NAMES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    machine_id = tmp_path / "machine-id"
    machine_id.write_text("0" * 32 + "\n", encoding="ascii")
    monkeypatch.setattr(app.main, "MACHINE_IDS", (str(machine_id),))
    return seen


def test_a_chinese_desktops_fcitx_gives_chinese(
    found: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """RECIPES 1: QT_IM_MODULE=fcitx alone gives letters; the list beside it gives Chinese. Digits stay in order."""
    monkeypatch.setenv("QT_IM_MODULE", "fcitx")
    assert app.main.window(Namespace()) == 0
    assert found["QT_IM_MODULE"] == "fcitx"
    assert str(found["QT_IM_MODULES"]).endswith("fcitx;ibus")
    assert found["IBUS_ENABLE_SYNC_MODE"] == "1"


def test_what_somebody_has_set_stays(found: dict[str, str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who chose another input method keeps it."""
    monkeypatch.setenv("QT_IM_MODULES", "xim")
    monkeypatch.setenv("IBUS_ENABLE_SYNC_MODE", "0")
    app.main.window(Namespace())
    assert (found["QT_IM_MODULES"], found["IBUS_ENABLE_SYNC_MODE"]) == ("xim", "0")


def test_without_a_machine_id_no_input_method_is_asked_for(
    found: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The D-Bus library would end the program."""
    monkeypatch.setattr(app.main, "MACHINE_IDS", ())
    app.main.window(Namespace())
    assert found["QT_IM_MODULES"] is None
