"""The Site tab's lists by keyboard alone, on real sites (MODE-2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.operations.site_editing import save_purpose
from app.queries import people as people_queries
from app.queries import site as queries
from app.ui.site.staff import Secret
from app.ui.site.things import ThingsSection
from app.ui.widgets.dialogs import Dialog
from tests.ui.site.conftest import Desk, modifier

Key = Qt.Key
CTRL, ALT = modifier("Control"), modifier("Alt")


def name_at(section: ThingsSection, at: int) -> str:
    """The name in a row, "" when there is none."""
    row = section.model.row_at(at)
    return "" if row is None else str(row.name)


def answer_dialog(key: Qt.Key, desk: Desk, typed: str = "") -> None:
    """Press a key in the dialog that opens next."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, Dialog):
            QTimer.singleShot(20, answer)
            return
        if typed and isinstance(dialog, Secret):
            QTest.keyClicks(dialog.field, typed)
        QTest.keyClick(dialog, key)

    QTimer.singleShot(20, answer)


def test_a_post_is_added_by_keys(open_desk: Callable[..., Desk]) -> None:
    """MODE-2: Ctrl+N, the name, Tab to the kind, Return: the post is on file, shown and chosen."""
    desk = open_desk()
    posts = desk.section("posts")
    before = posts.model.rowCount()
    desk.press((Key.Key_N, CTRL))
    assert desk.focus() is posts.inputs["name"]
    desk.press("南门岗", Key.Key_Tab, Key.Key_Down, Key.Key_Return)
    desk.until(lambda: posts.model.rowCount() == before + 1)
    made = queries.posts(desk.services.house, desk.actor)[-1]
    assert (made.name, made.kind) == ("南门岗", "lane")
    assert posts.table.currentIndex().row() == before
    assert desk.focus() is posts.table
    assert desk.said == ["已保存“南门岗”"]


def test_return_changes_and_an_empty_name_is_said_at_its_field(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desks = desk.section("desks")
    desk.press(Key.Key_Return)
    name = desks.inputs["name"]
    assert desk.focus() is name
    desk.press((Key.Key_A, CTRL), Key.Key_Delete, Key.Key_Return)
    desk.until(lambda: desks.form.error("name").text() != "")
    assert name.property("wrong") is True
    desk.press("左9", Key.Key_Return)
    desk.until(lambda: queries.desks(desk.services.house, desk.actor)[0].name == "左9")
    assert desks.form.error("name").text() == ""


def test_a_taken_name_is_refused_at_its_field_and_stays(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    shown = desk.section("purposes")
    first = name_at(shown, 0)
    desk.press((Key.Key_N, CTRL), first, Key.Key_Return)
    desk.until(lambda: shown.form.error("name").text() != "")
    assert shown.inputs["name"].text() == first  # type: ignore[attr-defined]  # a line edit


def test_delete_retires_after_a_question_and_brings_back(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    shown = desk.section("purposes")
    before = shown.model.rowCount()
    name = name_at(shown, 0)
    answer_dialog(Key.Key_Escape, desk)
    desk.press(Key.Key_Delete)
    assert shown.model.rowCount() == before
    answer_dialog(Key.Key_Return, desk)
    desk.press(Key.Key_Delete)
    desk.until(lambda: shown.model.rowCount() == before - 1)
    shown.with_retired.setChecked(True)
    desk.until(lambda: shown.model.rowCount() == before)
    at = next(at for at in range(before) if name_at(shown, at) == name)
    shown.table.selectRow(at)
    shown.table.setFocus()
    desk.press(Key.Key_Delete)
    desk.until(lambda: name in [row.name for row in queries.purposes(desk.services.house, desk.actor)])


def test_alt_down_moves_a_row(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    shown = desk.section("posts")
    first = name_at(shown, 0)
    desk.press((Key.Key_Down, ALT))
    desk.until(lambda: queries.posts(desk.services.house, desk.actor)[1].name == first)
    desk.until(lambda: name_at(shown, 1) == first)
    assert shown.table.currentIndex().row() == 1


def test_shift_hours_are_checked_at_their_field(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    shifts = desk.section("shifts")
    desk.press((Key.Key_N, CTRL), "行政班", Key.Key_Tab, "8点", Key.Key_Return)
    assert shifts.form.error("starts").text() != ""
    desk.press((Key.Key_A, CTRL), "8:30", Key.Key_Tab, "17:00", Key.Key_Return)
    desk.until(lambda: "行政班" in [row.name for row in queries.shifts(desk.services.house, desk.actor)])
    made = next(row for row in queries.shifts(desk.services.house, desk.actor) if row.name == "行政班")
    assert (made.starts, made.ends) == (510, 1020)


def test_what_is_typed_survives_another_row_a_refresh_and_a_closed_window(
    open_desk: Callable[..., Desk],
) -> None:
    """GOALS: nothing typed is ever thrown away."""
    desk = open_desk()
    shown = desk.section("purposes")
    desk.press(Key.Key_Return, "改", Key.Key_Escape, Key.Key_Down)
    assert "改" not in shown.inputs["name"].text()  # type: ignore[attr-defined]  # a line edit
    save_purpose(desk.services.house, desk.actor, "别处加的")
    desk.until(lambda: "别处加的" in [name_at(shown, at) for at in range(shown.model.rowCount())])
    desk.press(Key.Key_Up)
    assert shown.inputs["name"].text().endswith("改")  # type: ignore[attr-defined]  # a line edit
    kept = desk.page.draft()
    assert kept is not None
    again = open_desk()
    again.page.restore_draft(kept)
    opened = again.section("purposes")
    again.until(lambda: opened.inputs["name"].text().endswith("改"))  # type: ignore[attr-defined]  # a line edit


def test_a_person_gets_roles_a_password_and_a_pin(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    staff = desk.section("staff")
    desk.press(
        (Key.Key_N, CTRL), "牛小伟", Key.Key_Tab, "护卫员", Key.Key_Tab, Key.Key_Space, (Key.Key_S, CTRL)
    )
    house = desk.services.house
    desk.until(lambda: "牛小伟" in [row.name for row in people_queries.employees(house, desk.actor)])
    desk.until(lambda: staff._row is not None and staff._row.name == "牛小伟")
    answer_dialog(Key.Key_Return, desk, "erstes-wort")
    desk.press((Key.Key_1, ALT))
    desk.until(lambda: people_queries.employees(house, desk.actor)[-1].has_password is True)
    answer_dialog(Key.Key_Return, desk, "4711")
    desk.press((Key.Key_2, ALT))
    desk.until(lambda: people_queries.employees(house, desk.actor)[-1].has_pin is True)
    made = people_queries.employees(house, desk.actor)[-1]
    assert made.roles == ("guard",)


def test_customers_are_found_by_pinyin(open_desk: Callable[..., Desk]) -> None:
    """REQ-9 in the Site tab's long lists."""
    desk = open_desk(kind="hospital")
    shown = desk.section("customers")
    whole = shown.model.rowCount()
    desk.press((Key.Key_F, CTRL), "gk")
    desk.until(lambda: 0 < shown.model.rowCount() < whole)
    assert "骨科" in [name_at(shown, at) for at in range(shown.model.rowCount())]


@pytest.mark.parametrize("whom", ["guard", "clerk"])
def test_who_has_no_right_may_look_and_not_change(open_desk: Callable[..., Desk], whom: str) -> None:
    desk = open_desk(whom)
    shown = desk.section("posts")
    assert shown.model.rowCount() > 0
    assert not shown.inputs["name"].isEnabled()
    assert not shown.save_button.isVisibleTo(shown)
    desk.press((Key.Key_N, CTRL))
    assert [error.code for error in desk.errors] == ["no_right"]


def test_the_other_language_while_typing(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    shown = desk.section("posts")
    desk.press((Key.Key_N, CTRL), "半个名")
    desk.services.words.switch("en")
    desk.page.retranslate()
    shown.retranslate()
    assert shown.inputs["name"].text() == "半个名"  # type: ignore[attr-defined]  # a line edit
    assert shown.save_button.text() == "Save"
    assert shown.form_card._title.text() == "New"
