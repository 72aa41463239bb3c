"""The form that completes a record later, by keyboard alone (VIS-3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.db.visits import visit_corrections
from app.domain.visits import OVERRIDE_REASONS
from app.queries.visitor_search import matches
from app.queries.visits import card as visit_card
from app.ui.visits.complete import CompleteDialog
from app.ui.widgets.combo import Combo
from tests.operations.test_visitors import mixed, names
from tests.operations.test_visits import rows
from tests.ui.visits.conftest import Screen
from tests.ui.visits.test_page import NUMBER, Key, Modifier, stored

CTRL = Modifier.ControlModifier


def keys(screen: Screen, *presses: str | Qt.Key) -> None:
    """Letters and keys where the focus is, and the answers to them; Ctrl+Enter is `Key_Save`."""
    for press in presses:
        here = QApplication.focusWidget()
        assert here is not None
        if isinstance(press, str):
            QTest.keyClicks(here, press)
        elif press == Key.Key_Save:
            QTest.keyClick(here, Key.Key_Return, CTRL)
        else:
            QTest.keyClick(here, press)
        screen.settle()


def in_form(screen: Screen, act: Callable[[CompleteDialog], None]) -> None:
    """Open the newest unfinished record from its list and do something in its form."""
    screen.services.bus.publish({"visits"})
    screen.settle()
    while screen.page.lists._which != "unfinished":
        screen.key(Key.Key_F3)
    screen.key(Key.Key_Down, CTRL)
    seen: list[CompleteDialog] = []

    def once(dialog: QWidget) -> None:
        assert isinstance(dialog, CompleteDialog)
        seen.append(dialog)
        dialog.activateWindow()
        screen.qtbot.waitUntil(lambda: dialog.isActiveWindow() and QApplication.focusWidget() is not None)
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    screen.answer(once)
    screen.key(Key.Key_Return)
    screen.qtbot.waitUntil(lambda: bool(seen) and QApplication.activeModalWidget() is None)
    screen.settle()


def test_pinyin_finds_host_and_purpose_and_enter_moves_on(screen: Screen) -> None:
    """VIS-3: as in the registration line; nothing is stored before the last field."""
    screen.post.register(visitor="张顺", host="", purpose="", document_number=NUMBER)

    def fill(dialog: CompleteDialog) -> None:
        assert dialog.focusWidget() is dialog.host
        keys(screen, "guke")
        assert dialog.host.matches()
        keys(screen, Key.Key_Return)
        assert dialog.host.text().startswith("骨科")
        assert dialog.focusWidget() is dialog.purpose
        assert stored(screen)[0].missing == ("host", "purpose")
        keys(screen, "sh")
        assert dialog.purpose.matches()
        keys(screen, Key.Key_Return)
        assert dialog.purpose.text() == "送货"
        keys(screen, Key.Key_Return, Key.Key_Return)
        assert stored(screen)[0].missing == ("host", "purpose")
        assert dialog.focusWidget() is dialog.pass_number
        keys(screen, Key.Key_Return)

    in_form(screen, fill)
    assert stored(screen)[0].missing == ()
    assert stored(screen)[0].host.startswith("骨科")


def test_ctrl_enter_stores_at_once_also_with_offers_open(screen: Screen) -> None:
    """VIS-3: and letters that stand for the marked offer are taken for it."""
    screen.post.register(visitor="张顺", host="", purpose="", document_number=NUMBER)

    def fill(dialog: CompleteDialog) -> None:
        keys(screen, "guke")
        assert dialog.host.matches()
        keys(screen, Key.Key_Save)
        assert not dialog.isVisible()

    assert "09:" not in screen.window.status.saved_text()
    in_form(screen, fill)
    assert stored(screen)[0].host.startswith("骨科")
    assert stored(screen)[0].missing == ("purpose",)
    assert "09:00:06" in screen.window.status.saved_text()  # by the site's own clock
    assert "待补" in screen.page.strip.text()


def test_a_host_of_no_directory_is_said_and_kept(screen: Screen) -> None:
    """VIS-3."""
    screen.post.register(visitor="张顺", host="", document_number=NUMBER)

    def fill(dialog: CompleteDialog) -> None:
        keys(screen, "zzz9")
        assert "通讯录" in dialog.form.error("host").text()
        keys(screen, Key.Key_Save)

    in_form(screen, fill)
    assert (stored(screen)[0].host, stored(screen)[0].missing) == ("zzz9", ())


@pytest.mark.parametrize(
    ("steps", "people", "visitor"),
    [(1, {"张三": 2}, "张三"), (2, {"李四": 2}, "李四"), (3, {"张三": 1, "李四": 1}, "李四")],
)
def test_another_name_on_file_is_settled_in_the_form(
    screen: Screen, steps: int, people: dict[str, int], visitor: str
) -> None:
    """VIS-3: typed wrong here, wrong on file, or another's number: arrow keys choose, Ctrl+Enter stores."""
    mixed(screen.post)

    def fill(dialog: CompleteDialog) -> None:
        assert dialog.focusWidget() is dialog.settle
        assert "张三" in dialog.form.error("settle").text()
        keys(screen, *[Key.Key_Down] * steps, Key.Key_Save)

    in_form(screen, fill)
    assert names(screen.post) == people
    assert stored(screen)[0].visitor == visitor


def test_a_phone_behind_the_name_goes_to_its_own_field(screen: Screen) -> None:
    """VIS-14."""
    screen.post.register(visitor="", document_number=NUMBER)

    def fill(dialog: CompleteDialog) -> None:
        assert dialog.focusWidget() is dialog.visitor
        dialog.visitor.setText("张三13912345678")
        keys(screen, Key.Key_Save)

    in_form(screen, fill)
    assert stored(screen)[0].visitor == "张三"


@pytest.mark.parametrize(
    ("field", "wrong", "right"),
    [
        ("phone", "1391234599", "139-1234-5999"),
        ("plate", "RUBBISH", "京A·3K7P9"),
        ("pass_number", "长" * 201, "Ａ０１７"),
        ("host", "骨科 13912345678", "骨科"),
    ],
)
def test_a_text_that_is_wrong_is_said_at_its_field_and_stays(
    screen: Screen, field: str, wrong: str, right: str
) -> None:
    """VIS-7, VIS-14: nothing typed is cut or cleared; put right it is stored in the form in which it is found."""
    screen.post.register(visitor="张顺", purpose="", document_number=NUMBER)

    def fill(dialog: CompleteDialog) -> None:
        line = getattr(dialog, field)
        line.setText(wrong)
        keys(screen, Key.Key_Save)
        assert dialog.isVisible()
        assert dialog.form.error(field).text() != ""
        assert line.text() == wrong
        line.setText(right)
        keys(screen, Key.Key_Save)
        assert not dialog.isVisible()

    in_form(screen, fill)
    row = stored(screen)[0]
    assert field not in ("plate", "pass_number") or getattr(row, field) in ("京A3K7P9", "A017")
    [found] = matches(screen.post.store, screen.post.guard, "13912345999" if field == "phone" else "919X")
    assert found.name == "张顺"


@pytest.mark.parametrize(
    ("field", "wrong", "code"),
    [("phone", "1391234599", "card_says_so"), ("plate", "京A3I7P9", "hard_to_read")],
)
def test_a_number_that_fits_no_rule_is_kept_with_a_reason(
    screen: Screen, field: str, wrong: str, code: str
) -> None:
    """VIS-7: asked when the field is left, in the words of the registration, and by keyboard alone."""
    screen.post.register(visitor="张顺", purpose="", document_number=NUMBER)
    steps = OVERRIDE_REASONS.index(code) + 1

    def fill(dialog: CompleteDialog) -> None:
        line, why = getattr(dialog, field), dialog.form.field(f"why_{field}")
        assert isinstance(why, Combo)
        line.setFocus()
        assert not why.isVisible()
        line.setText(wrong)
        keys(screen, Key.Key_Save)
        assert dialog.isVisible()
        assert why.isVisible()
        assert "照录" in dialog.form.error(field).text()
        assert dialog.focusWidget() is line
        keys(screen, Key.Key_Return)
        assert dialog.focusWidget() is why
        keys(screen, *[Key.Key_Down] * steps)
        assert why.currentText() == screen.services.words(f"visits.override_{code}")
        keys(screen, Key.Key_Save)
        assert not dialog.isVisible()

    in_form(screen, fill)
    [kept] = rows(screen.post, visit_corrections)
    assert (kept.field, kept.reason) == (field, code)
    card = visit_card(screen.post.store, screen.post.guard, stored(screen)[0].visit_id)
    assert card is not None
    assert card.phone_shown.endswith("99") if field == "phone" else card.fields.plate == wrong


def test_the_reason_goes_with_the_wrong_number(screen: Screen) -> None:
    """VIS-7: put right, nothing is asked and nothing is kept about it."""
    screen.post.register(visitor="张顺", purpose="", document_number=NUMBER)

    def fill(dialog: CompleteDialog) -> None:
        why = dialog.form.field("why_phone")
        assert isinstance(why, Combo)
        dialog.phone.setFocus()
        dialog.phone.setText("1391234599")
        keys(screen, Key.Key_Return, Key.Key_Down)
        assert why.isVisible()
        assert "照录" in dialog.form.error("phone").text()
        assert why.currentIndex() == 1
        dialog.phone.setFocus()
        dialog.phone.setText("13912345999")
        keys(screen, Key.Key_Save)

    in_form(screen, fill)
    assert rows(screen.post, visit_corrections) == []


def test_a_number_that_waited_is_looked_at_without_typing_it_again(screen: Screen) -> None:
    """VIS-7: it went back unexplained; the card on the desk is enough to choose the reason."""
    screen.post.register(visitor="张顺", document_number="210102198806159032", override_reason="unchecked")

    def fill(dialog: CompleteDialog) -> None:
        assert dialog.focusWidget() is dialog.number
        keys(screen, Key.Key_Return, Key.Key_Down, Key.Key_Save)

    in_form(screen, fill)
    assert stored(screen)[0].missing == ()
