"""The recovery code in the window: wrong ones are said at the field, the right one opens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.operations.opening import open_site
from app.operations.site import create_site
from app.ui.background import Background
from app.ui.language import Language
from app.ui.start.unlock import Unlock
from app.ui.theme import Theme, start_look


def test_the_code_opens_the_folder_again(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, own_home: Path
) -> None:
    made = create_site(tmp_path / "site", "office", admin="站长", password="Zhi-chang 7 xiaoshi")
    [key] = own_home.rglob("pc.key")
    key.unlink()
    look, background = start_look(qapp, Theme.load("light")), Background()
    dialog = Unlock(look, Language("zh_CN"), background, tmp_path / "site")
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClicks(dialog.code, "AAAAA-BBBBB")
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog._form.error("code").text() != "" and not dialog.asking.busy)
    assert dialog.isVisible()
    dialog.code.clear()
    QTest.keyClicks(dialog.code, made.recovery_code.lower())
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.isHidden)
    background.close()
    open_site(tmp_path / "site").close()
