"""The guide: both languages alike, shown in the program, found by words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.help.guide import CHAPTERS, GUIDE, chapter, read_chapter
from app.ui.help.page import HelpPage
from app.ui.services import Services
from app.ui.theme import Theme, start_look
from tests.ui.kit.samples import services_for
from tests.ui.site.conftest import activate


@pytest.fixture
def services(qapp: QApplication) -> Iterator[Services]:
    made = services_for(start_look(qapp, Theme.load("light")))
    yield made
    made.background.close()


@pytest.mark.parametrize("code", CHAPTERS)
def test_both_languages_have_the_same_chapters_and_keys(code: str) -> None:
    """The same sections, and the same key caps in the same tables."""
    chinese, english = (read_chapter(code, language) for language in ("zh_CN", "en"))
    assert len(chinese.sections) == len(english.sections)
    assert chinese.title
    assert english.title
    keys = [_table_keys(GUIDE / language / f"{code}.md") for language in ("zh_CN", "en")]
    assert keys[0] == keys[1]


def _table_keys(path: Path) -> list[str]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return re.findall(r"`([^`]+)`", "\n".join(line.rsplit("|", 2)[0] for line in lines))


def test_no_chapter_says_an_unknown_sign() -> None:
    """Every file of the guide is a chapter, in both languages."""
    for language in ("zh_CN", "en"):
        assert {path.stem for path in (GUIDE / language).glob("*.md")} == set(CHAPTERS)


def test_markdown_becomes_html() -> None:
    made = chapter(
        "x", "# 一\n\n## 二 & 三\n\n1. 按 `F2`\n2. **要紧** <b>\n   接着\n\n| a | `b` |\n|---|---|\n| c | d |"
    )
    assert made.title == "一"
    assert [title for _, title in made.sections] == ["二 & 三"]
    assert '<span class="key">&nbsp;F2&nbsp;</span>' in made.html
    assert "<li><b>要紧</b> &lt;b&gt; 接着</li>" in made.html
    assert made.html.count("<tr>") == 2


def test_the_guide_by_keys_in_both_languages(qtbot: QtBot, services: Services) -> None:
    page = HelpPage(services)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    activate(qtbot, page)
    page.shown()
    assert page.chapter() == "start"
    page.open("visits")
    assert page.chapter() == "visits"
    assert "25 秒" in page.text.toPlainText()
    services.words.switch("en")
    page.retranslate()
    assert page.chapter() == "visits"
    assert "25 seconds" in page.text.toPlainText()
    QTest.keyClick(page.contents, Qt.Key.Key_Down)
    assert page.text.verticalScrollBar().value() >= 0
    QTest.keyClick(page.contents, Qt.Key.Key_Right)
    assert page.focusWidget() is page.text
    QTest.keyClick(page.text, Qt.Key.Key_Escape)
    assert page.focusWidget() is page.contents


def test_a_word_is_found_in_another_chapter(qtbot: QtBot, services: Services) -> None:
    page = HelpPage(services)
    qtbot.addWidget(page)
    page.show()
    page.search.setText("恢复码")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.chapter() == "site"
    assert page.text.textCursor().selectedText() == "恢复码"
    page.search.setText("没有这个词")
    with qtbot.waitSignal(page.message):
        QTest.keyClick(page.search, Qt.Key.Key_Return)
