"""The evacuation list, the roll call's result and blank slips on paper, and the list as text (VIS-13)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.words import LANGUAGES, Words
from reports.evacuation import EvacuationRow, evacuation, evacuation_text, roll_call
from reports.slips import blank_slips
from tests.reports import samples
from tests.reports.reading import pages_of, squeezed, text_of

ZH = Words("zh_CN")


def test_everybody_is_on_paper_once_with_the_time_that_it_is_true_of(tmp_path: Path) -> None:
    """VIS-13: the time of the look, not only that of printing."""
    values = samples.evacuation_of(40)
    out = tmp_path / "list.pdf"
    evacuation(values, ZH, out)
    text = squeezed(text_of(out))
    assert "15:57" in text
    for number in range(1, 41):
        if number % 3:
            assert text.count(f"A{number:03d}") == 1 + (number <= 4), number
    for building in ("门诊楼", "住院部B座", "未注明楼宇"):
        assert building in text
    assert "昨夜按规关闭（没有登记离开）" in text
    assert "▲超时8人" in text


@pytest.mark.parametrize("count", [0, 1, 500])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_holds_everybody_a_line_each(count: int, language: str) -> None:
    """VIS-13: opens anywhere; lines end as the oldest editor wants them."""
    values = samples.evacuation_of(count)
    text = evacuation_text(values, Words(language))
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert sum(line.startswith("[ ] ") for line in text.split("\r\n")) == count + count // 10
    assert "2026-11-23 15:57" in text
    assert text.encode("utf-8-sig").startswith(b"\xef\xbb\xbf")


def test_a_name_with_a_line_end_breaks_no_line(tmp_path: Path) -> None:
    """Adversarial: what an import let in does not look like two people."""
    evil = EvacuationRow("张\r\n[ ] 李", "楼\n宇", "科\n室", "岗", samples.at(9), "", False)
    values = replace(samples.evacuation_of(0), people=[evil])
    lines = evacuation_text(values, ZH).split("\r\n")
    assert sum(line.startswith("[ ] ") for line in lines) == 1
    evacuation(values, ZH, tmp_path / "list.pdf")


def test_a_name_of_200_characters_and_a_rare_one_are_printed_whole(tmp_path: Path) -> None:
    names = ("慕容" * 100, "𠮷田")
    rows = [EvacuationRow(name, "楼", "骨科", "岗", samples.at(9), "") for name in names]
    out = tmp_path / "list.pdf"
    printed = evacuation(replace(samples.evacuation_of(0), people=rows), ZH, out)
    assert printed.missing == ()
    assert squeezed(text_of(out)).count("慕容") == 100


def test_the_missing_stand_first(tmp_path: Path) -> None:
    """VIS-13: who is still to be looked for is read first, with the count."""
    out = tmp_path / "roll.pdf"
    roll_call(samples.roll_call_of(12), ZH, out)
    text = squeezed(text_of(out))
    assert text.index("未找到3人") < text.index("已找到9人")
    assert "15:50结束（王建国）" in text
    roll_call(samples.roll_call_of(1), ZH, out)
    assert "还在点名" in text_of(out)


@pytest.mark.parametrize("count", [1, 4, 5, 23])
def test_every_slip_is_there_once_and_whole_on_its_page(count: int, tmp_path: Path) -> None:
    """VIS-13: at least four on a page, none parted by its end."""
    out = tmp_path / "slips.pdf"
    printed = blank_slips(samples.blank_slips_of(count), ZH, out)
    assert printed.pages <= 1 + (count - 1) // 4
    found = []
    for page in pages_of(out):
        numbers = re.findall(r"来访登记（停电用） +(SA[0-9]{4})", page)
        assert page.count("来电后按编号补录") == len(numbers)
        found += numbers
    assert found == list(samples.blank_slips_of(count).numbers)
