"""The site's own facts, rights, backup and check, tables in and out: real files, real child jobs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from app.queries import site as queries
from app.queries.backups import backup_files
from app.queries.exports import export_table
from app.ui.site.care import CareSection
from app.ui.site.disclosures import DisclosuresSection
from app.ui.site.facts import FactsSection
from app.ui.site.page import SECTIONS, SitePage
from app.ui.site.rights import RightsSection
from app.ui.site.tables import TablesSection
from tests.ui.site.conftest import Desk, modifier

Key = Qt.Key
CTRL, ALT = modifier("Control"), modifier("Alt")
LONG = 20_000  # ms: a child of its own starts and works on two busy cores


def test_the_sections_are_reached_by_keys(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    assert desk.focus() is desk.page.side
    desk.press(Key.Key_Down, Key.Key_Right)
    assert desk.page.section.code == SECTIONS[1]
    assert desk.page.section.isAncestorOf(desk.focus())
    desk.press((Key.Key_PageDown, CTRL))
    assert desk.page.section.code == SECTIONS[2]
    desk.press(Key.Key_Escape)
    assert desk.focus() is desk.page.side


def test_every_section_opens_in_both_languages(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    for code in SECTIONS:
        desk.page.show_section(code)
    desk.services.words.switch("en")
    desk.page.retranslate()
    desk.page._entered()
    assert not desk.errors


def test_the_sites_facts_are_changed(open_desk: Callable[..., Desk]) -> None:
    """MODE-1: name, mode and the five methods are the site's to set."""
    desk = open_desk()
    facts = desk.page.section
    assert isinstance(facts, FactsSection)
    desk.until(lambda: facts._facts is not None)
    facts.enter()
    desk.press((Key.Key_A, CTRL), "滨江大厦")
    facts.inputs["methods"].set_value(["one_stop", "first_contact"])  # type: ignore[attr-defined]  # a Many
    assert facts.draft() is not None
    desk.press((Key.Key_Return, CTRL))
    desk.until(lambda: queries.facts(desk.services.house, desk.actor).name == "滨江大厦")
    desk.until(lambda: facts.draft() is None)
    assert queries.facts(desk.services.house, desk.actor).methods == ("one_stop", "first_contact")


def test_the_rights_are_shown_as_they_stand(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("guard")
    desk.page.show_section("rights")
    rights = desk.page.section
    assert isinstance(rights, RightsSection)
    desk.until(lambda: rights.model.rowCount() > 0)
    row = next(row for row in rights._rows if row.right == "staff.edit")
    assert row.roles == {"administrator"}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_roles_names_are_whole_at_150_percent(open_desk: Callable[..., Desk], language: str) -> None:
    """LOOK: 1366x768 at 150 %: each header has the room that it asks for, the last with its wider edge."""
    desk = open_desk(language=language)
    desk.services.theme.use(factor=1.5)
    page = SitePage(desk.services)
    desk.qtbot.addWidget(page)
    page.resize(1366, 640)
    with desk.qtbot.waitExposed(page):
        page.show()
    page.show_section("rights")
    rights = page.section
    assert isinstance(rights, RightsSection)
    desk.until(lambda: rights.model.rowCount() > 0)
    head, last = rights.table.horizontalHeader(), rights.model.columnCount() - 1
    assert not head.isHidden()
    metrics, pad, edge = QFontMetrics(head.font()), rights.theme.px(8), rights.theme.px(18)
    for at in range(1, last + 1):
        name = rights.model.headerData(at, Qt.Orientation.Horizontal)
        assert head.sectionSize(at) >= metrics.horizontalAdvance(name) + pad + (edge if at == last else pad)
    assert sum(head.sectionSize(at) for at in range(last + 1)) <= rights.table.viewport().width()


def test_who_saw_whole_numbers_is_shown_to_who_may_know(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    """VIS-14: the manager's unmasked export stands in the list with its reason; a guard sees a line and no rows."""
    desk = open_desk("manager")
    export_table(desk.services.house, desk.actor, "visits", tmp_path / "调取.csv", reason="公安调取")
    desk.page.show_section("disclosures")
    section = desk.page.section
    assert isinstance(section, DisclosuresSection)
    desk.until(lambda: section.model.rowCount() == 1)
    assert section.stack.currentWidget() is section.table
    shown = [section.model.index(0, column).data() for column in range(4)]
    assert shown[1:] == [desk.actor.name, "导出来访登记：调取.csv", "公安调取"]
    export_table(desk.services.house, desk.actor, "staff", tmp_path / "b.csv", reason="盘点")
    section.changed(frozenset({"disclosures"}))
    desk.until(lambda: section.model.rowCount() == 2)
    assert section.model.index(0, 3).data() == "盘点"


def opened_disclosures(desk: Desk) -> DisclosuresSection:
    """The section, its list asked for and empty."""
    desk.page.show_section("disclosures")
    section = desk.page.section
    assert isinstance(section, DisclosuresSection)
    desk.until(section.model.complete)
    assert section.model.rowCount() == 0
    return section


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_an_empty_list_of_disclosures_says_so(
    open_desk: Callable[..., Desk], tmp_path: Path, language: str
) -> None:
    """VIS-14: a sentence until the first one; Esc goes back from it, and the focus follows the rows that come."""
    desk = open_desk("manager", language=language)
    section = opened_disclosures(desk)
    assert section.stack.currentWidget() is section.empty
    assert section.empty.text() == desk.services.words("site_page.disclosed_empty")
    assert section.note.text() == desk.services.words("site_page.disclosed_note")
    section.enter()
    desk.press(Key.Key_Escape)
    assert desk.focus() is desk.page.side
    section.enter()
    export_table(desk.services.house, desk.actor, "visits", tmp_path / "a.csv", reason="公安调取")
    section.changed(frozenset({"disclosures"}))
    desk.until(lambda: section.stack.currentWidget() is section.table)
    assert desk.focus() is section.table


def test_who_may_not_see_the_disclosures_is_told(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("guard")
    section = opened_disclosures(desk)
    assert section.stack.currentWidget() is section.empty
    assert section.empty.text() == desk.services.words("site_page.disclosed_not_yours")
    assert not desk.errors


def test_a_backup_and_a_check_run_as_children(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.page.show_section("care")
    care = desk.page.section
    assert isinstance(care, CareSection)
    desk.press((Key.Key_B, ALT))
    desk.qtbot.waitUntil(lambda: bool(backup_files(desk.services.house, desk.actor)), timeout=LONG)
    desk.qtbot.waitUntil(lambda: care.model.rowCount() == 1, timeout=LONG)
    desk.press((Key.Key_C, ALT))
    desk.qtbot.waitUntil(lambda: care._checked == "whole", timeout=LONG)
    assert care.result.text() == "数据完好"


def test_bad_rows_are_shown_and_the_good_ones_taken(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    """A file is imported whole or not at all; Alt+G takes the good rows."""
    file = tmp_path / "用户.csv"
    file.write_text("name,kind\n新租户甲,tenant\n,tenant\n", encoding="utf-8")
    desk = open_desk()
    desk.page.show_section("tables")
    tables = desk.page.section
    assert isinstance(tables, TablesSection)
    tables.enter()
    desk.press(str(file), Key.Key_Return)
    desk.qtbot.waitUntil(lambda: tables.model.rowCount() == 1, timeout=LONG)
    bad = tables.model.row_at(0)
    assert bad is not None
    assert bad.line == "3"
    assert "没有填" in bad.text
    names = [row.name for row in queries.customers(desk.services.house, desk.actor)]
    assert "新租户甲" not in names
    desk.press((Key.Key_G, ALT))
    desk.qtbot.waitUntil(
        lambda: "新租户甲" in [row.name for row in queries.customers(desk.services.house, desk.actor)],
        timeout=LONG,
    )
    desk.qtbot.waitUntil(lambda: not desk.services.jobs.jobs, timeout=LONG)


def test_a_file_that_is_not_there_is_said_at_its_field(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    desk.page.show_section("tables")
    tables = desk.page.section
    assert isinstance(tables, TablesSection)
    tables.enter()
    desk.press("/nowhere/at-all.csv", Key.Key_Return)
    assert "at-all.csv" in tables.form.error("file").text()


def test_every_section_is_named_whole(open_desk: Callable[..., Desk]) -> None:
    """In English and large type the list of sections is as wide as its longest name."""
    page = open_desk().page
    page.services.words.switch("en")
    page.theme.use(factor=1.3, large=True)
    page.retranslate()
    letters = QFontMetrics(page.theme.font("body"))
    panel = page.side.parentWidget()
    assert panel is not None
    room = panel.width() - page.theme.px(36)
    assert all(
        letters.horizontalAdvance(page.words(f"site_page.section_{code}")) <= room for code in SECTIONS
    )
    page.theme.use(factor=1.0, large=False)
