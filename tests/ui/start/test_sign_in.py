"""Signing in and changing the guard, by real keys on real sites."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.db.store import Store
from app.domain.people import Actor
from app.domain.site import SAMPLE_PIN
from app.operations import opening, staff_editing
from app.operations.site import change_guard, create_site, sign_in, sign_in_as
from app.queries.people import must_change_password, sign_in_people
from app.ui.background import Background
from app.ui.language import Language
from app.ui.start.flow import checked, offered_station
from app.ui.start.guard_change import GuardChange
from app.ui.start.new_password import NewPassword
from app.ui.start.sign_in import Chosen, Entrance, SignIn
from app.ui.theme import Look, Theme, start_look
from tests.ui.site.conftest import activate, modifier, type_text

Key = Qt.Key
ALT = modifier("Alt")
PASSWORD = "geheim-lang"
Asked = SignIn | GuardChange | NewPassword


@pytest.fixture
def look(qapp: QApplication) -> Look:
    return start_look(qapp, Theme.load("light"))


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Store]:
    create_site(tmp_path / "sample", "office", admin="赵管理", password=PASSWORD, sample=True)
    opened = opening.open_site(tmp_path / "sample")
    yield opened.store
    opened.close()


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Store]:
    create_site(tmp_path / "real", "empty", name="真站", admin="张敏", password=PASSWORD)
    opened = opening.open_site(tmp_path / "real")
    yield opened.store
    opened.close()


@pytest.fixture
def background() -> Iterator[Background]:
    made = Background()
    yield made
    made.close()


def show(qtbot: QtBot, dialog: Asked) -> None:
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    activate(qtbot, dialog)


def press(qtbot: QtBot, dialog: Asked, *keys: Any) -> None:
    """Keys one after the other, each once the one before is answered."""
    for key in keys:
        qtbot.waitUntil(lambda: not dialog.asking.busy)
        widget = dialog.focusWidget() or dialog
        if isinstance(key, str):
            type_text(qtbot, widget, key)
        elif isinstance(key, tuple):
            QTest.keyClick(widget, key[0], key[1])
        else:
            QTest.keyClick(widget, key)
    qtbot.waitUntil(lambda: not dialog.asking.busy)


def signing_in(store: Store, look: Look, background: Background, sample: bool) -> SignIn:
    check = partial(_check, store, sample)
    read = partial(_entrance, store)
    return SignIn(look, Language("zh_CN"), background, store.site.name, sample, read, check)


def _entrance(store: Store) -> Entrance:
    return Entrance(sign_in_people(store))


def _check(store: Store, sample: bool, chosen: Chosen) -> Actor:
    return checked(store, sample, chosen.name, chosen.password, chosen.station)


def test_one_key_a_role_on_a_sample_site(
    qtbot: QtBot, look: Look, sample: Store, background: Background
) -> None:
    """The first of each role has Alt+1 … 7, in the order of the roles."""
    dialog = signing_in(sample, look, background, True)
    show(qtbot, dialog)
    press(qtbot, dialog, (Key.Key_2, ALT))
    assert dialog.result() == QDialog.DialogCode.Accepted
    actor = dialog._answer
    assert isinstance(actor, Actor)
    assert "clerk" in actor.roles


def test_a_guard_of_a_sample_site_stands_at_the_first_post(
    qtbot: QtBot, look: Look, sample: Store, background: Background
) -> None:
    dialog = signing_in(sample, look, background, True)
    show(qtbot, dialog)
    press(qtbot, dialog, "wjg", Key.Key_Return)
    actor = dialog._answer
    assert isinstance(actor, Actor)
    assert (actor.name, actor.station) == ("王建国", "post:大堂岗")


def test_who_comes_after_a_clerk_stands_where_they_work(sample: Store) -> None:
    """A guard does not land at the center because a clerk was there; a station chosen on purpose stays."""
    before = sign_in_as(sample, "clerk", "center")
    station, here = offered_station(before)
    assert checked(sample, True, "王建国", "", station, here).station == "post:大堂岗"
    assert checked(sample, True, before.name, "", station, here).station == "center"
    post = checked(sample, True, "王建国", "", station, here)
    assert offered_station(post) == ("", "post:大堂岗")
    assert offered_station(sign_in_as(sample, "clerk", "all")) == ("all", "post")


def test_a_wrong_password_is_said_at_its_field_and_locks(
    qtbot: QtBot, look: Look, real: Store, background: Background
) -> None:
    dialog = signing_in(real, look, background, False)
    show(qtbot, dialog)
    press(qtbot, dialog, "张敏", Key.Key_Return)
    assert dialog.focusWidget() is dialog.password
    for _ in range(4):
        press(qtbot, dialog, "falsch-falsch", Key.Key_Return)
        assert "不对" in dialog.form.error("password").text()
    press(qtbot, dialog, "falsch-falsch", Key.Key_Return)
    assert "锁定" in dialog.form.error("password").text()
    assert dialog.line.text() == "张敏"
    assert dialog.result() != QDialog.DialogCode.Accepted


def test_name_and_password(qtbot: QtBot, look: Look, real: Store, background: Background) -> None:
    dialog = signing_in(real, look, background, False)
    show(qtbot, dialog)
    press(qtbot, dialog, "张敏", Key.Key_Return, PASSWORD, Key.Key_Return)
    assert isinstance(dialog._answer, Actor)


def test_a_given_password_is_changed_first(
    qtbot: QtBot, look: Look, real: Store, background: Background
) -> None:
    """Who was given a password by somebody else chooses his own before work begins."""
    chief = sign_in(real, "张敏", PASSWORD, "center")
    key = staff_editing.save_employee(
        real, chief, staff_editing.StaffValues("李婷", roles=frozenset({"clerk"}))
    )
    staff_editing.set_password(real, chief, key, "vom-chef-gegeben")
    actor = sign_in(real, "李婷", "vom-chef-gegeben", "center")
    assert must_change_password(real, actor)
    change = partial(staff_editing.change_password, real, actor, "vom-chef-gegeben")
    dialog = NewPassword(look, Language("zh_CN"), background, "李婷", change, "vom-chef-gegeben")
    show(qtbot, dialog)
    press(qtbot, dialog, "vom-chef-gegeben", Key.Key_Return)
    assert dialog.form.error("password").text() != ""
    dialog.new.selectAll()
    press(qtbot, dialog, "mein-eigenes", Key.Key_Tab, "mein-eigene", Key.Key_Return)
    assert dialog.form.error("again").text() != ""
    press(qtbot, dialog, "s", Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert not must_change_password(real, sign_in(real, "李婷", "mein-eigenes", "center"))


def test_the_guard_is_changed_by_pinyin_and_pin(
    qtbot: QtBot, look: Look, sample: Store, background: Background
) -> None:
    """The right PIN takes over the post with what a PIN gives; a wrong one is said at its field."""
    actor = sign_in_as(sample, "王建国", "post")
    people = partial(sign_in_people, sample, with_pin=True)

    def check(person: Any, pin: str) -> Actor:
        return change_guard(sample, person.staff_id, pin, actor.station)

    dialog = GuardChange(look, Language("zh_CN"), background, people, check, "大堂岗")
    show(qtbot, dialog)
    press(qtbot, dialog, "zzq", Key.Key_Return)
    assert dialog.focusWidget() is dialog.pin
    press(qtbot, dialog, "9999x", Key.Key_Return)
    assert dialog.pin.text() == "9999"
    assert "PIN" in dialog.form.error("pin").text()
    press(qtbot, dialog, SAMPLE_PIN, Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    taken = dialog.value()
    assert isinstance(taken, Actor)
    assert (taken.name, taken.station) == ("赵志强", actor.station)
    assert "visits.register" in taken.rights


def test_a_number_chooses_too(qtbot: QtBot, look: Look, sample: Store, background: Background) -> None:
    people = sign_in_people(sample, with_pin=True)
    dialog = GuardChange(
        look, Language("zh_CN"), background, lambda: people, lambda person, pin: person, "大堂岗"
    )
    show(qtbot, dialog)
    press(qtbot, dialog, "3", Key.Key_Return)
    assert dialog.picker.line.text() == people[2].name
    dialog.reject()
