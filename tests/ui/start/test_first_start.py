"""The first start with real keys, real child jobs and a real data folder (MODE-2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.domain.people import pc_actor
from app.operations import opening
from app.operations.care import backup
from app.operations.site import create_site, sign_in
from app.queries import people as people_queries
from app.queries import site as queries
from app.ui.language import Language
from app.ui.start.first_start import FirstStart
from app.ui.theme import Theme, start_look
from tests.ui.site.conftest import activate, modifier, type_text

Key = Qt.Key
CTRL, ALT = modifier("Control"), modifier("Alt")
LONG = 60_000  # ms: a child of its own starts and works on two busy cores
Opener = Callable[[], FirstStart]


@pytest.fixture
def first(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Opener]:
    """Opens the first start on an empty folder."""
    made: list[FirstStart] = []

    def opened() -> FirstStart:
        dialog = FirstStart(start_look(qapp, Theme.load("light")), Language("zh_CN"), tmp_path / "data")
        made.append(dialog)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        activate(qtbot, dialog)
        return dialog

    yield opened
    for dialog in made:
        dialog.jobs.close()
        dialog.accept()


def press(qtbot: QtBot, dialog: FirstStart, *keys: Any) -> None:
    for key in keys:
        activate(qtbot, dialog)
        widget = dialog.focusWidget() or dialog
        if isinstance(key, str):
            type_text(qtbot, widget, key)
        elif isinstance(key, tuple):
            QTest.keyClick(widget, key[0], key[1])
        else:
            QTest.keyClick(widget, key)


def test_a_real_site_by_keys_alone(qtbot: QtBot, first: Opener, tmp_path: Path) -> None:
    """MODE-2: kind, name, posts, people and administrator typed; the recovery code shown once and kept."""
    dialog = first()
    press(qtbot, dialog, (Key.Key_4, ALT))
    press(qtbot, dialog, (Key.Key_2, ALT), "滨江大厦", Key.Key_Return)
    press(qtbot, dialog, "北门岗", Key.Key_Return, "后勤道口岗", Key.Key_Tab, Key.Key_Tab)
    press(qtbot, dialog, "王建国 护卫员", (Key.Key_Return, CTRL))
    press(qtbot, dialog, "张敏", Key.Key_Tab, "geheim-lang", Key.Key_Tab, "geheim-lang", Key.Key_Return)
    qtbot.waitUntil(lambda: dialog._here() is dialog.sheet, timeout=LONG)
    code = dialog.sheet._code
    assert len(code.replace("-", "")) == 25
    press(qtbot, dialog, "XXXXX", Key.Key_Return)
    assert dialog.result() != QDialog.DialogCode.Accepted
    assert dialog.sheet.form.error("last").text() != ""
    press(qtbot, dialog, (Key.Key_A, CTRL), code[-5:].lower(), Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    store = opening.open_site(tmp_path / "data")
    try:
        actor = sign_in(store.store, "张敏", "geheim-lang", "center")
        facts = queries.facts(store.store, actor)
        assert (facts.name, facts.kind, facts.mode, facts.sample) == (
            "滨江大厦",
            "office",
            "apartment",
            False,
        )
        posts = [(post.name, post.kind) for post in queries.posts(store.store, actor)]
        assert posts == [("北门岗", "main_gate"), ("后勤道口岗", "lane")]
        staff = {row.name: row.roles for row in people_queries.employees(store.store, actor)}
        assert staff == {"张敏": ("administrator",), "王建国": ("guard",)}
    finally:
        store.close()


def test_errors_stand_at_their_field_and_nothing_typed_goes(qtbot: QtBot, first: Opener) -> None:
    dialog = first()
    press(qtbot, dialog, (Key.Key_5, ALT), Key.Key_Return)
    assert dialog.site.form.error("name").text() != ""
    press(
        qtbot, dialog, "空站", Key.Key_Return, Key.Key_Tab, Key.Key_Tab, "李婷 厨师", (Key.Key_Return, CTRL)
    )
    assert "李婷" in dialog.places.form.error("people").text()
    press(qtbot, dialog, Key.Key_Escape)
    assert dialog._here() is dialog.site
    dialog.words.switch("en")
    assert dialog.next.text() == "Next"
    assert dialog.site.name.text() == "空站"
    assert dialog.places.fields["people"].toPlainText() == "李婷 厨师"


def test_short_and_different_passwords(qtbot: QtBot, first: Opener) -> None:
    dialog = first()
    press(qtbot, dialog, (Key.Key_4, ALT), "A", Key.Key_Return, (Key.Key_Return, CTRL))
    press(qtbot, dialog, "B", Key.Key_Tab, "kurz", Key.Key_Return)
    assert dialog.admin.form.error("password").text() != ""
    press(qtbot, dialog, "-lang-genug", Key.Key_Tab, "anders", Key.Key_Return)
    assert dialog.admin.form.error("again").text() != ""
    assert dialog.admin.form.error("password").text() == ""


def test_a_backup_comes_back(qtbot: QtBot, first: Opener, tmp_path: Path) -> None:
    """A wrong code is said at its field; the right one brings the site back."""
    made = create_site(tmp_path / "old", "empty", name="老站", admin="张敏", password="geheim-lang")
    opened = opening.open_site(tmp_path / "old")
    file = backup(opened.store, pc_actor(), tmp_path / "old.yhbackup").file
    opened.close()
    for key in (tmp_path.parent / "homes", Path.home()):
        for found in key.rglob("pc.key"):
            found.unlink()  # another PC
    dialog = first()
    press(qtbot, dialog, (Key.Key_6, ALT), str(file), Key.Key_Tab, Key.Key_Tab)
    dialog.restore.code.setFocus()
    press(qtbot, dialog, "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.restore.form.error("code").text() != "", timeout=LONG)
    assert dialog.restore.file.text() == str(file)
    press(qtbot, dialog, (Key.Key_A, CTRL), made.recovery_code, Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted, timeout=LONG)
    again = opening.open_site(tmp_path / "data")
    assert again.store.site.name == "老站"
    again.close()


def test_stopping_leaves_nothing(qtbot: QtBot, first: Opener, tmp_path: Path) -> None:
    dialog = first()
    press(qtbot, dialog, (Key.Key_1, ALT))
    qtbot.waitUntil(lambda: (tmp_path / "data" / "yinghou.db").exists(), timeout=LONG)
    press(qtbot, dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.making.running(), timeout=LONG)
    assert dialog._here() is dialog.how
    assert not list((tmp_path / "data").iterdir())
    assert dialog.strip.text() != ""


def test_the_sheet_is_saved_as_pdf_and_text(qtbot: QtBot, first: Opener, tmp_path: Path) -> None:
    dialog = first()
    dialog.sheet.show_code("ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2", "滨江大厦")
    dialog.sheet.save(tmp_path / "code.pdf")
    dialog.sheet.save(tmp_path / "code.txt")
    assert (tmp_path / "code.pdf").read_bytes().startswith(b"%PDF")
    text = (tmp_path / "code.txt").read_text(encoding="utf-8")
    assert "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2" in text
    assert "滨江大厦" in text
