"""Line breaking and fitting (避头尾)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.fonts import Fonts
from reports.text import NO_END, NO_START, break_lines, chunks, fitted_width, fitting_size, shorten

FONTS = Fonts()
ADVANCES = FONTS.advances()
EM = 10.0
MIXED = st.text(
    st.sampled_from("中文访客来登记，。、；：（）《》“”…—·abcXYZ019-./ \u3000\n%￥()𠮷䶮㛃\u200b\u0301"),
    max_size=80,
)


def lines_of(text: str, ems: float) -> list[str]:
    return break_lines(text, ADVANCES, EM, ems * EM)


def test_a_line_does_not_begin_with_a_closing_mark() -> None:
    assert lines_of("请带制冷剂。先联系护士长", 5.5) == ["请带制冷剂。", "先联系护士", "长"]
    assert lines_of("请带制冷剂！先联系护士长", 5) == ["请带制冷", "剂！先联系", "护士长"]
    assert lines_of("请带制冷剂，", 5.4) == ["请带制冷", "剂，"]


def test_a_line_does_not_end_with_an_opening_mark() -> None:
    assert lines_of("参见规定《来访》", 5) == ["参见规定", "《来访》"]


def test_words_and_numbers_stay_whole() -> None:
    assert lines_of("单号 1123-E026 请回访", 6) == ["单号 ", "1123-E026 ", "请回访"]
    assert lines_of("R410A制冷剂两瓶", 4) == ["R410A制", "冷剂两瓶"]
    assert lines_of("within 25.0 s of it", 4) == ["within ", "25.0 s of ", "it"]


def test_a_word_wider_than_the_line_is_broken_all_the_same() -> None:
    lines = lines_of("Wolfeschlegelsteinhausenbergerdorff", 5)
    assert "".join(lines) == "Wolfeschlegelsteinhausenbergerdorff"
    assert len(lines) > 2
    assert all(fitted_width(line, ADVANCES, EM) <= 5 * EM for line in lines)


def test_a_name_of_60_characters_wraps_within_its_column() -> None:
    name = "阿卜杜拉希姆·" * 8 + "麦麦提江"
    assert len(name) == 60
    lines = lines_of(name, 9)
    assert "".join(lines) == name
    assert len(lines) >= 7
    assert not any(line.startswith("·") for line in lines)


def test_line_feeds_break() -> None:
    assert lines_of("陈静\n京A·D12345", 30) == ["陈静", "京A·D12345"]
    assert lines_of("一\r\n\n二", 30) == ["一", "", "二"]
    assert lines_of("", 30) == [""]


def test_accents_stay_with_their_letter() -> None:
    assert all(not line.startswith("\u0301") for line in lines_of("e\u0301" * 30, 3))


@given(MIXED, st.floats(1, 40))
def test_no_character_is_lost_and_no_line_is_too_wide(text: str, ems: float) -> None:
    lines = lines_of(text, ems)
    assert "".join(lines) == text.replace("\n", "")
    for line in lines:
        letters = [char for char in line.rstrip() if ADVANCES[char]]
        assert len(letters) <= 1 or fitted_width(line, ADVANCES, EM) <= ems * EM + 1e-6


@given(st.text(max_size=40), st.floats(3, 40))
def test_any_text_at_all_keeps_its_characters(text: str, ems: float) -> None:
    kept = text.replace("\r\n", "\n").replace("\n", "")
    assert "".join(lines_of(text, ems)) == kept


@given(MIXED, st.floats(8, 40))
def test_forbidden_marks_are_at_the_wrong_end_only_where_nothing_else_fits(text: str, ems: float) -> None:
    for paragraph in text.split("\n"):
        if any(fitted_width(chunk, ADVANCES, EM) > ems * EM for chunk in chunks(paragraph)):
            continue
        lines = lines_of(paragraph, ems)
        for before, after in pairwise(lines):
            if not before[-1].isspace():
                assert after[0] not in NO_START
                assert before[-1] not in NO_END


def test_shorten_and_shrink() -> None:
    assert shorten("短", ADVANCES, EM, 100) == "短"
    cut = shorten("市第一医院物业服务中心", ADVANCES, EM, 60)
    assert cut == "市第一医院…"
    assert FONTS.width(cut, EM) <= 60
    assert fitting_size("1123-E026", ADVANCES, 9.0, 1000, 6) == 9.0
    size = fitting_size("1123-E026", ADVANCES, 9.0, 40, 6)
    assert 6 <= size < 9
    assert FONTS.width("1123-E026", size) <= 40
    assert fitting_size("1123-E026", ADVANCES, 9.0, 1, 6) == 6


@pytest.mark.parametrize("bold", [False, True])
def test_widths_are_the_faces_own(bold: bool) -> None:
    assert FONTS.width("中文", 10, bold=bold) == pytest.approx(20)
    assert FONTS.width("0", 10, bold=bold) == FONTS.width("9", 10, bold=bold)
