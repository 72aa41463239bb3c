"""Job slip, request list, follow-up form."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image

from app.words import Words
from reports.registry import REPORTS
from tests.reports import samples
from tests.reports.reading import pages_of, squeezed, text_of

ZH = Words("zh_CN")


def render(name: str, value: Any, folder: Path) -> Path:
    out = folder / f"{name}.pdf"
    REPORTS[name].render(value, ZH, out)
    return out


def test_the_job_slip_is_one_page_and_asks_for_tick_and_signature(tmp_path: Path) -> None:
    """REQ-10."""
    pages = pages_of(render("job_slip", samples.job_slip_of(), tmp_path))
    assert len(pages) == 1
    for expected in (
        "1123-E026", "紧急", "2026-11-23 10:30", "手术室", "门诊楼 3 层 5 号手术间", "孙护士长", "8321", "李婷",
        "赵师傅", "R410A 制冷剂", "☐ 满意", "☐ 基本满意", "☐ 不满意", "用户签字", "用户意见", "开始", "完工",
    ):  # fmt: skip
        assert expected in pages[0]


def test_a_job_without_a_promise_leaves_room_to_write_it(tmp_path: Path) -> None:
    """REQ-2: the promised time may be empty at intake."""
    text = text_of(render("job_slip", replace(samples.job_slip_of(), promised_at=None), tmp_path))
    assert re.search(r"承诺时限\s+月\s+日\s+时\s+分", text)


def test_the_qr_of_a_slip_can_be_read(tmp_path: Path) -> None:
    """REQ-10: scanned back with another library than the one that drew it."""
    out = render("job_slip", samples.job_slip_of(), tmp_path)
    subprocess.run(["pdftoppm", "-png", "-r", "100", "-singlefile", out, tmp_path / "slip"], check=True)
    with Image.open(tmp_path / "slip.png") as picture:
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["YHR1123-E0267"]


def test_the_request_list_marks_what_is_overdue(tmp_path: Path) -> None:
    """REQ-5: overdue is visible at a glance."""
    rows = [replace(row, overdue=number == 1) for number, row in enumerate(samples.request_rows(3))]
    text = text_of(render("request_list", replace(samples.request_list_of(0), rows=rows), tmp_path))
    marked = [line for line in text.splitlines() if "▲" in line and "E0" in line]
    assert len(marked) == 1
    assert "1123-E002" in marked[0]
    assert "共 3 件，▲ 逾期 1 件。" in text


def test_the_follow_up_form_has_a_row_and_three_ticks_for_each_request(tmp_path: Path) -> None:
    """REQ-7: A satisfied, B fairly satisfied, C dissatisfied; the answer known is ticked."""
    out = render("follow_up_form", samples.follow_up_form_of(3), tmp_path)
    text = text_of(out)
    assert text.count("☑") == 2
    assert text.count("☐") == 7
    for expected in ("A 满意", "B 基本", "被访人", "回访人", "1123-E003", "仍有异响，请再查一次"):
        assert expected in text
    assert "C不" in squeezed(text)
    assert text_of(render("follow_up_form", samples.follow_up_form_of(1), tmp_path)).count("1123-E") == 1


def test_the_urgency_stands_beside_any_number(tmp_path: Path) -> None:
    """REQ-8: told by phone, so a number of another site's pattern may be long."""
    slip = replace(samples.job_slip_of(), number="1123-E026-退单-2026-长编号")
    text = text_of(render("job_slip", slip, tmp_path))
    assert "紧急" in text
    assert "1123-E026-退单-2026-长编号" in text
