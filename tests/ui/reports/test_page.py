"""The page of documents with real keys, real children and the real site (issue 3: Paper)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtPdf import QPdfDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.business_day import day_of
from app.ui.reports.documents import DOCUMENTS
from app.ui.theme import THEMES
from tests.ui.reports.conftest import WAIT, Shown, answer_dialog

KEY, CONTROL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Show = Callable[..., Shown]


def today(shown: Shown) -> Any:
    house = shown.services.house
    return day_of(house.clock.now(), house.site.zone, 0)


def pdfs(shown: Shown) -> list[Path]:
    return list(shown.page.folder.path.glob("*.pdf"))


def test_at_a_post_its_own_log_of_today_is_there_at_once(qtbot: QtBot, show: Show) -> None:
    shown = show("guard", "post")
    text = shown.made(qtbot)
    asked = shown.page.options.asked
    assert (asked.name, asked.post) == ("visit_log", shown.services.session.now.station_name)
    assert (asked.first, asked.last) == (today(shown), today(shown))
    assert asked.post in text
    assert asked.first is not None
    assert f"{asked.first.year} 年 {asked.first.month} 月 {asked.first.day} 日" in text
    assert shown.page.list.hasFocus()
    assert shown.page.options.quick.value() == "today"


def test_documents_are_walked_by_the_arrow_keys(qtbot: QtBot, show: Show) -> None:
    shown = show()
    assert "全部未办结" in shown.made(qtbot)
    page = shown.page
    for _ in DOCUMENTS:
        QTest.keyClick(page.list, KEY.Key_Up)
    assert page.options.asked.name == "visit_log"
    assert not page.print_button.isEnabled()
    assert "来访登记日报" in shown.made(qtbot).replace("\n", "")
    assert page.print_button.isEnabled()
    assert len(pdfs(shown)) == 1, "those walked over were not made; the older one is gone"
    for one in DOCUMENTS[1:]:
        QTest.keyClick(page.list, KEY.Key_Down)
        assert page.options.asked.name == one.name
        assert one.form in shown.made(qtbot)


def test_days_posts_and_lists_by_keys(qtbot: QtBot, show: Show) -> None:
    shown = show("guard", "post")
    shown.made(qtbot)
    page, options = shown.page, shown.page.options
    QTest.keyClick(page.list, KEY.Key_2, ALT)
    yesterday = QDate(today(shown)).addDays(-1)
    assert options.first.date() == yesterday
    assert f"{yesterday.month()} 月 {yesterday.day()} 日" in shown.made(qtbot)
    QTest.keyClick(page.list, KEY.Key_3, ALT)
    assert options.first.date() == yesterday, "a log is of one day"
    QTest.keyClick(page.list, KEY.Key_Return)
    assert options.first.hasFocus()
    options.first.setCurrentSection(options.first.Section.DaySection)
    QTest.keyClick(options.first, KEY.Key_Down)
    assert options.quick.value() is None
    other = options.first.date()
    qtbot.waitUntil(lambda: page.working, timeout=WAIT)
    assert f"{other.month()} 月 {other.day()} 日" in shown.made(qtbot)
    posts = [options.post.itemText(at) for at in range(options.post.count())]
    options.post.setFocus()
    QTest.keyClick(options.post, KEY.Key_End)
    assert options.asked.post == posts[-1]
    assert posts[-1] in shown.made(qtbot)
    page.open({"name": "visit_figures"})
    assert options.post.itemText(0) == "全部岗位"
    QTest.keyClick(page.list, KEY.Key_5, ALT)
    last_month = QDate(today(shown)).addMonths(-1)
    assert options.first.date() == QDate(last_month.year(), last_month.month(), 1)
    assert f"{last_month.year()} 年 {last_month.month()} 月 1 日" in shown.made(qtbot)


def test_what_was_asked_of_each_document_is_kept(qtbot: QtBot, show: Show) -> None:
    """GOALS: nothing typed is ever thrown away."""
    shown = show()
    shown.made(qtbot)
    page = shown.page
    page.open({"name": "visit_figures"})
    QTest.keyClick(page.list, KEY.Key_2, ALT)
    QTest.keyClick(page.list, KEY.Key_Down)
    QTest.keyClick(page.list, KEY.Key_Up)
    assert page.options.quick.value() == "yesterday"
    shown.made(qtbot)


def test_a_job_slip_by_its_number(qtbot: QtBot, show: Show) -> None:
    """REQ-10; a number that there is not is said at its field, and the rest is kept."""
    shown = show()
    shown.made(qtbot)
    page, line = shown.page, shown.page.options.number
    page.open({"name": "request_list", "scope": "all"})
    listed = shown.made(qtbot)
    number = next(word for word in listed.split() if len(word) == 9 and word[4:6] == "-A")
    page.open({"name": "job_slip", "number": number})
    assert number in shown.made(qtbot)
    assert line.text() == number
    page.list.setFocus()
    QTest.keyClick(page.list, KEY.Key_Return)
    assert line.hasFocus()
    line.selectAll()
    QTest.keyClicks(line, "9999-Z99")
    QTest.keyClick(line, KEY.Key_Return)
    qtbot.waitUntil(lambda: page.options.fault.isVisible(), timeout=WAIT)
    assert "9999-Z99" in page.options.fault.text()
    assert page.preview.pages == 0
    assert not page.save_button.isEnabled()
    assert pdfs(shown) == []
    line.selectAll()
    QTest.keyClicks(line, number)
    QTest.keyClick(line, KEY.Key_Return)
    assert number in shown.made(qtbot)
    assert not page.options.fault.isVisible()


def test_what_another_page_wants_before_this_one_is_ready(qtbot: QtBot, show: Show) -> None:
    shown = show()
    shown.window.show_page("reports", {"name": "follow_up_form", "first": today(shown)})
    assert "回访登记表" in shown.made(qtbot).replace(" ", "")
    assert shown.page.options.asked.first == today(shown)
    shown.page.open("no such thing")
    shown.page.open({"name": "no such thing"})
    assert shown.page.options.asked.name == "follow_up_form"


def test_making_shows_progress_and_can_be_stopped(qtbot: QtBot, show: Show) -> None:
    shown = show()
    shown.made(qtbot)
    page = shown.page
    QTest.keyClick(page.list, KEY.Key_F5)
    assert page.preview.stack.currentWidget() is page.preview.view, "no skeleton for a blink"
    qtbot.waitUntil(lambda: page.preview.skeleton.isVisible())
    assert "服务请求清单" in page.preview.skeleton.text.text()
    assert shown.window.status.jobs.isVisible()
    QTest.keyClick(page.list, KEY.Key_Escape)
    qtbot.waitUntil(lambda: not shown.services.jobs.jobs, timeout=WAIT)
    assert page.preview.message.isVisible()
    assert not page.print_button.isEnabled()
    QTest.keyClick(page.list, KEY.Key_F5)
    shown.services.jobs.jobs[0].stop()  # the stop button of the status bar
    qtbot.waitUntil(lambda: page.preview.message.isVisible() and not page.working, timeout=WAIT)
    QTest.keyClick(page.list, KEY.Key_F5)
    shown.made(qtbot)


def test_pages_and_zoom_by_keys(qtbot: QtBot, show: Show) -> None:
    shown = show()
    shown.page.open({"name": "request_list", "scope": "all"})
    shown.made(qtbot)
    page, preview = shown.page, shown.page.preview
    pages = preview.pages
    assert pages > 1
    assert preview.page.text() == f"第 1 页，共 {pages} 页"
    assert not preview.back.isEnabled()
    QTest.keyClick(page.list, KEY.Key_PageDown)
    width = preview.view.verticalScrollBar().value()
    assert width > 0
    assert preview.back.isEnabled()
    QTest.keyClick(page.list, KEY.Key_PageUp)
    assert preview.view.verticalScrollBar().value() == 0
    QTest.keyClick(page.list, KEY.Key_F6)
    assert preview.zoom.value() == "page"
    QTest.keyClick(page.list, KEY.Key_PageDown)
    qtbot.waitUntil(lambda: preview.at == 1)
    assert preview.page.text() == f"第 2 页，共 {pages} 页"
    QTest.keyClick(page.list, KEY.Key_End, CONTROL)
    qtbot.waitUntil(lambda: preview.at == pages - 1)
    QTest.keyClick(page.list, KEY.Key_F6)
    assert preview.at == pages - 1, "the page stays in sight"
    QTest.keyClick(page.list, KEY.Key_Home, CONTROL)
    qtbot.waitUntil(lambda: preview.at == 0)


def test_saved_as_pdf_and_the_folder_is_remembered(
    qtbot: QtBot, qapp: QApplication, show: Show, tmp_path: Path
) -> None:
    shown = show()
    shown.made(qtbot)
    page, target = shown.page, tmp_path / "清单"
    names: list[str] = []

    def type_name(dialog: QFileDialog) -> None:
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(line, QLineEdit)
        names.append(line.text())
        line.setText(str(target))
        QTest.keyClick(line, KEY.Key_Return)

    answer_dialog(qapp, type_name)
    QTest.keyClick(page.list, KEY.Key_S, CONTROL)
    qtbot.waitUntil(lambda: page.strip.isVisible(), timeout=WAIT)
    assert names == ["服务请求清单 全部未办结.pdf"]
    assert page.strip.text() == f"已保存为 {target}.pdf"
    saved = QPdfDocument()
    assert saved.load(f"{target}.pdf") == QPdfDocument.Error.None_
    assert saved.pageCount() == page.preview.pages
    saved.close()
    folders: list[str] = []

    def leave(dialog: QFileDialog) -> None:
        folders.append(dialog.directory().absolutePath())
        QTest.keyClick(dialog, KEY.Key_Escape)

    again = show()
    again.made(qtbot)
    answer_dialog(qapp, leave)
    QTest.keyClick(again.page.list, KEY.Key_S, CONTROL)
    qtbot.waitUntil(lambda: folders == [str(tmp_path)], timeout=WAIT)


def test_a_place_that_cannot_be_written_is_said(
    qtbot: QtBot, qapp: QApplication, show: Show, tmp_path: Path
) -> None:
    shown = show()
    shown.made(qtbot)
    page = shown.page
    (tmp_path / "taken.pdf").mkdir()

    page.output._saver.save(pdfs(shown)[0], tmp_path / "taken.pdf")
    qtbot.waitUntil(lambda: page.strip.isVisible(), timeout=WAIT)
    assert page.strip.tone() == "error"
    assert "taken.pdf" in page.strip.text()
    QTest.keyClick(page.list, KEY.Key_Escape)
    assert not page.strip.isVisible()
    assert page.preview.pages > 0


def test_the_other_language_is_another_document(qtbot: QtBot, show: Show) -> None:
    shown = show()
    shown.made(qtbot)
    page = shown.page
    shown.window.switch_language("en")
    assert page.title.text() == "Service requests"
    assert page.print_button.text() == "Print"
    assert "Service requests" in shown.made(qtbot)
    assert page.preview.page.text().startswith("Page 1 of")
    shown.window.switch_language("zh_CN")
    assert page.title.text() == "服务请求清单"
    shown.made(qtbot)


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_and_size(qtbot: QtBot, show: Show, name: str) -> None:
    """Nothing is wider than its place, at any size of type; a text that does not fit has a second row."""
    shown = show()
    shown.made(qtbot)
    shown.window.set_look(name=name, factor=1.5)
    shown.window.resize(1000, 700)
    shown.page.open({"name": "visit_figures"})
    shown.made(qtbot)
    options = shown.page.options
    for widget in (options.first, options.last, options.quick, options.post):
        place = widget.mapTo(options, widget.rect().bottomRight())
        assert options.rect().contains(place), widget
    assert shown.page.preview.height() > 200
    shown.window.set_look(name="light", factor=1.0)


def test_who_comes_back_finds_it_made_anew(qtbot: QtBot, show: Show) -> None:
    shown = show()
    shown.made(qtbot)
    page, before = shown.page, pdfs(shown)
    page.hide()
    shown.services.bus.publish({"visits"})
    page.show()
    page.shown()
    qtbot.waitUntil(lambda: page.working, timeout=WAIT)
    shown.made(qtbot)
    assert pdfs(shown) != before


def test_nothing_is_left_on_the_disk(qtbot: QtBot, show: Show) -> None:
    shown = show()
    shown.made(qtbot)
    folder = shown.page.folder.path
    assert folder.exists()
    shown.page.folder.close()
    assert not folder.exists()


def test_keys_and_commands_are_told(qtbot: QtBot, show: Show) -> None:
    shown = show()
    shown.made(qtbot)
    groups = shown.page.keys()
    keys = [key for _, group in groups for key, _ in group]
    assert {"Ctrl+P", "Ctrl+S", "F5", "F6", "PgDn"} <= set(keys)
    names = [command.text for command in shown.page.commands()]
    assert "派工单" in names
    next(one for one in shown.page.commands() if one.text == "派工单").run()
    assert shown.page.options.asked.name == "job_slip"
    shown.made(qtbot)


def test_my_list_with_my_name_at_its_foot(qtbot: QtBot, show: Show) -> None:
    """REQ-9: «mine» is of the person signed in, who stands at the foot; the child knows it from the window alone."""
    shown = show("clerk")
    shown.made(qtbot)
    options = shown.page.options
    options.scope.setFocus()
    QTest.keyClick(options.scope, KEY.Key_Home)
    assert options.asked.scope == "mine"
    text = shown.made(qtbot)
    assert "我是首问" in text
    name = shown.services.session.now.person
    assert f"打印：{name}" in text
