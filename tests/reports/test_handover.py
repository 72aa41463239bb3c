"""The handover sheet: always one page, whatever there is to hand over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.domain.handover import Counted
from app.words import LANGUAGES, Words
from reports.handover import HandoverSheets, Sheet, handover
from reports.visits import TallyFigures, TallyLine, visit_figures
from tests.reports import samples
from tests.reports.reading import pages_of, squeezed, text_of

ZH = Words("zh_CN")


def render(folder: Path, *sheets: Sheet, language: str = "zh_CN") -> Path:
    out = folder / "handover.pdf"
    handover(HandoverSheets(samples.head(), "东门岗", samples.DAY, sheets), Words(language), out)
    return out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 5, 40, 500])
def test_one_handover_is_one_page(count: int, language: str, tmp_path: Path) -> None:
    """VIS-16: lists give way, figures stay whole, both signature lines are on it."""
    [page] = pages_of(render(tmp_path, samples.handover_sheet_of(count), language=language))
    words = Words(language)
    for code in ("handed_over_by", "taken_over_by"):
        assert words(f"handover.{code}").rstrip("_") in page
    if count == 500:
        assert squeezed(words("handover.and_more", n=500, names="", rest=0))[:4] in squeezed(page)


def test_the_sheet_says_who_signed_and_what_differs(tmp_path: Path) -> None:
    """VIS-16: a difference is marked by sign and word; the chain's end stands on paper; nobody yet is said."""
    things = (
        Counted("对讲机", 4, 4),
        Counted("钥匙", 12, 11),
        Counted("手电", 3, None),
        Counted("伞", None, 6),
    )
    sheet = replace(
        samples.handover_sheet_of(1),
        things=things,
        chains=[("A", 4711, "0123456789abcdef" * 4)],
        notes="门禁坏",
    )
    text = squeezed(text_of(render(tmp_path, sheet)))
    for said in (
        "对讲机4（与上次一致）",
        "钥匙11（上次12，-1）▲",
        "手电未清点",
        "伞6",
        "A-47110123456789abcdef0123456789abcdef",
        "门禁坏",
        "王建国已用PIN签认15:02",
        "赵志强已用PIN签认15:02",
        "VIS-03",
        "2026年11月23日（星期一）",
    ):
        assert squeezed(said) in text, said
    waiting = replace(sheet, incoming="", taken_at=None)
    assert "尚未接班" in text_of(render(tmp_path, waiting))


def test_the_newest_lines_are_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    """VIS-16."""
    whole = samples.handover_sheet_of(60)
    [page] = pages_of(render(tmp_path, whole))
    last = whole.lines[-1]
    assert f"{last.at:%H:%M} 事件" in page
    shown = page.count(" 事件 ")
    assert 0 < shown < 60
    assert f"较早的还有 {60 - shown} 条" in page


def test_a_night_shifts_times_say_their_day(tmp_path: Path) -> None:
    """VIS-16: over midnight."""
    sheet = replace(
        samples.handover_sheet_of(0), since=samples.at(23), at=samples.at(7, 3, date(2026, 11, 24))
    )
    assert "23:00 至 11-24 07:03" in text_of(render(tmp_path, sheet))


def test_tallies_stand_beside_the_figures(tmp_path: Path) -> None:
    """VIS-1, VIS-15: by kind, reason, day, shift and post; without any the section is not there."""
    out = tmp_path / "figures.pdf"
    visit_figures(samples.visit_figures_of(3), ZH, out)
    assert "一键计数" not in text_of(out)
    lines = [TallyLine("11-23", (57, 3))]
    tallies = TallyFigures([("就诊", 57), ("劝返", 3)], [("没有预约", 3)], lines, lines, lines)
    visit_figures(replace(samples.visit_figures_of(3), tallies=tallies), ZH, out)
    text = squeezed(text_of(out))
    for said in (
        "不登记的来人（一键计数）：60人",
        "没有预约",
        "计数来人·按日",
        "计数来人·按班次",
        "计数来人·按岗亭",
    ):
        assert said in text, said
