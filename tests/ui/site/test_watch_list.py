"""The watch list in the Site tab: entering, changing, ending, two PCs, rights that go (VIS-11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.operations import watch_list as watching
from app.operations.site import sign_in_as
from app.queries import watch_list as queries
from app.ui.site.watch_list import EndDialog, WatchHitsSection, WatchListSection
from tests.operations.test_watch_list import REASON, values
from tests.ui.site.conftest import Desk, modifier

Key = Qt.Key
CTRL = modifier("Control")


def section_of(desk: Desk) -> WatchListSection:
    section = desk.section("watch_list")
    assert isinstance(section, WatchListSection)
    return section


def entries(desk: Desk) -> list[queries.EntryRow]:
    store = desk.services.house
    return queries.entries(store, sign_in_as(store, "manager", "center"), retired=True)


def enter(desk: Desk, **more: Any) -> Any:
    store = desk.services.house
    return watching.save_entry(store, sign_in_as(store, "manager", "center"), values(store, **more))


def test_somebody_is_entered_by_keys(open_desk: Callable[..., Desk]) -> None:
    """VIS-11: Ctrl+N, name, number, the ready-made days; the reason must be given, said at its field."""
    desk = open_desk("supervisor")
    section = section_of(desk)
    desk.press((Key.Key_N, CTRL), "张三", Key.Key_Tab, "11010519491231002x", (Key.Key_Return, CTRL))
    desk.until(lambda: section.form.error("reason").text() != "")
    section.inputs["reason"].setFocus()
    desk.press("多次推搡护士", (Key.Key_Return, CTRL))
    desk.until(lambda: len(entries(desk)) == 1)
    [row] = entries(desk)
    assert (row.name, row.number_shown[-4:], row.reason, row.todo) == (
        "张三",
        "002X",
        "多次推搡护士",
        "leader",
    )
    assert row.valid_until - row.valid_from == timedelta(days=180)
    desk.until(lambda: section.model.rowCount() == 1)
    assert section.model.index(0, 1).data() == "请领班到场"


def test_harsh_words_and_odd_days_are_said_at_their_field(open_desk: Callable[..., Desk]) -> None:
    """VIS-11: what was typed stays."""
    desk = open_desk("supervisor")
    section = section_of(desk)
    section.add()
    desk.press("张三")
    section.inputs["reason"].setPlainText("理由")  # type: ignore[attr-defined]  # a QPlainTextEdit
    words: Any = section.inputs["todo_words"]
    words.setText("请先搜 身")
    section.save()
    desk.until(lambda: section.form.error("todo_words").text() != "")
    words.setText("请到东侧门")
    until: Any = section.inputs["valid_until"]
    until.setText("明年")
    section.save()
    desk.until(lambda: section.form.error("valid_until").text() != "")
    assert words.text() == "请到东侧门"
    assert entries(desk) == []


def test_the_reason_is_shown_to_who_may_know_and_kept_by_who_may_not(open_desk: Callable[..., Desk]) -> None:
    """VIS-11: the supervisor changes what to do and leaves a reason that he never saw."""
    desk = open_desk("supervisor")
    enter(desk)
    section = section_of(desk)
    reason: Any = section.inputs["reason"]
    assert (reason.toPlainText(), reason.placeholderText()) == (
        "",
        desk.services.words("watch_list.hint_kept"),
    )
    section.inputs["todo"].setCurrentIndex(3)  # type: ignore[attr-defined]  # a Combo
    section.save()
    desk.until(lambda: entries(desk)[0].version == 2)
    assert (entries(desk)[0].todo, entries(desk)[0].reason) == ("accompany", REASON)


def test_two_pcs_change_one_entry(open_desk: Callable[..., Desk]) -> None:
    """VIS-11: the second is told and sees the other's in the list; what he typed stays, and counts when saved again."""
    desk = open_desk("manager")
    key = enter(desk)
    section = section_of(desk)
    name: Any = section.inputs["name"]
    name.setText("张三（我改的）")
    store = desk.services.house
    other = sign_in_as(store, "supervisor", "center")
    watching.save_entry(store, other, values(store, name="张三丰", reason=None), key, 1)
    section.changed(frozenset({"watch_entries"}))
    desk.until(lambda: section.model.index(0, 0).data() == "张三丰")
    section.save()
    desk.until(lambda: bool(desk.errors))
    assert desk.errors[0].code == "watch_changed"
    desk.until(lambda: desk.services.background.waiting == 0)
    assert name.text() == "张三（我改的）"
    assert entries(desk)[0].name == "张三丰"
    section.save()
    desk.until(lambda: entries(desk)[0].version == 3)
    assert entries(desk)[0].name == "张三（我改的）"


def test_an_entry_is_ended_with_a_reason_and_never_deleted(open_desk: Callable[..., Desk]) -> None:
    """VIS-11: Delete asks why; an empty answer is none; ended ones are shown when asked for, to be read only."""
    desk = open_desk("manager")
    enter(desk)
    section = section_of(desk)

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, EndDialog):
            QTimer.singleShot(20, answer)
            return
        QTest.keyClick(dialog.field, Key.Key_Return)
        assert dialog.form.error("reason").text() != ""
        dialog.field.setText("期满，无事")
        QTest.keyClick(dialog.field, Key.Key_Return)

    QTimer.singleShot(20, answer)
    desk.press(Key.Key_Delete)
    desk.until(lambda: section.model.rowCount() == 0)
    [row] = entries(desk)
    assert (row.state, row.end_reason) == ("ended", "期满，无事")
    section.with_retired.setChecked(True)
    desk.until(lambda: section.model.rowCount() == 1)
    desk.until(lambda: section._row is not None)
    assert section.save_button.isHidden()
    assert section.retire_button.isHidden()
    assert section.who.text().endswith("期满，无事")


def test_an_overdue_review_is_marked_and_first(open_desk: Callable[..., Desk]) -> None:
    """VIS-11."""
    desk = open_desk("manager", language="en")
    today = queries.site_day(desk.services.house)
    enter(desk, name="一", number="E12345678")
    past = today - timedelta(days=20)
    enter(desk, name="二", valid_from=past, review_on=today - timedelta(days=1))
    section = section_of(desk)
    assert [section.model.index(at, 0).data() for at in (0, 1)] == ["二", "一"]
    assert section.model.index(0, 2).data() == desk.services.words("watch_list.review_overdue")


def test_a_guard_sees_a_sentence_and_no_row(open_desk: Callable[..., Desk]) -> None:
    """VIS-11: neither entries nor hits; nothing is asked of the file that would be refused."""
    desk = open_desk("guard")
    enter(desk)
    section = section_of(desk)
    assert section.model.rowCount() == 0
    assert section.no_right.text() == desk.services.words("watch_list.not_yours")
    desk.page.show_section("watch_hits")
    hits = desk.page.section
    assert isinstance(hits, WatchHitsSection)
    assert hits.empty.text() == desk.services.words("watch_list.not_yours")
    assert not desk.errors


def test_rights_that_are_withdrawn_take_rows_reasons_and_drafts_along(open_desk: Callable[..., Desk]) -> None:
    """VIS-11: while the section is open: first the reason goes, then all of it, also what was typed."""
    desk = open_desk("manager")
    enter(desk)
    section = section_of(desk)
    reason: Any = section.inputs["reason"]
    name: Any = section.inputs["name"]
    desk.until(lambda: reason.toPlainText() == REASON)
    session, store = desk.services.session, desk.services.house

    def become(role: str) -> None:
        actor = sign_in_as(store, role, "center")
        session.enter(replace(session.now, actor=actor, person=actor.name, rights=actor.rights))

    become("supervisor")
    assert reason.toPlainText() == ""
    desk.until(section.model.complete)
    desk.until(lambda: name.text() == "张三")
    assert reason.toPlainText() == ""
    name.setText("张三，没存")
    become("guard")
    assert name.text() == ""
    desk.until(lambda: section.model.complete() and section.model.rowCount() == 0)
    assert name.text() == ""
    assert section.draft() is None
