"""The visit log and the visit figures."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.words import Words
from reports.registry import REPORTS
from reports.visits import share, visit_log
from tests.reports import samples
from tests.reports.reading import is_sound, pages_of, text_of

ZH = Words("zh_CN")


def render(name: str, value: Any, folder: Path) -> Path:
    out = folder / f"{name}.pdf"
    REPORTS[name].render(value, ZH, out)
    return out


def test_the_visit_log_of_5000_rows_repeats_its_header_and_keeps_every_row(tmp_path: Path) -> None:
    out = render("visit_log", samples.visit_log_of(5000), tmp_path)
    pages = pages_of(out)
    assert len(pages) > 100
    header = re.compile(
        r"编号\s+时间\s+姓名 / 车牌\s+证件\s+证件号码\s+到访\s+事由\s+用时\s+访客证\s+离开\s+备注"
    )
    with_rows = [page for page in pages if "1123-E" in page]
    assert len(with_rows) >= len(pages) - 1
    assert all(header.search(page) for page in with_rows)
    numbers = re.findall(r"1123-E(\d+)", text_of(out))
    assert [int(number) for number in numbers] == list(range(1, 5001))
    assert is_sound(out)


def test_the_visit_log_shows_what_vis_2_and_vis_14_ask(tmp_path: Path) -> None:
    """VIS-1, VIS-2: over 25 s is marked, no document has no clock; VIS-14: numbers stay masked; VIS-3: unfinished."""
    [row] = samples.visit_rows(1)
    rows = [
        replace(row, number="N1", held_seconds=25.0, document_number="*" * 14 + "0921", marks=()),
        replace(row, number="N2", held_seconds=25.04, marks=("unfinished", "late")),
        replace(
            row, number="N3", held_seconds=None, document_kind="", document_number="", marks=("discarded",)
        ),
        replace(
            row, number="N4", left_at=row.received_at + timedelta(days=1), visitor="", plate="京A·D12345"
        ),
    ]
    out = tmp_path / "log.pdf"
    visit_log(replace(samples.visit_log_of(4), rows=rows), ZH, out)
    lines = {
        line.split()[0]: line
        for line in text_of(out).splitlines()
        if line.startswith(("N1", "N2", "N3", "N4"))
    }
    assert "25.0 " in lines["N1"]
    assert "▲" not in lines["N1"]
    assert "**************0921" in lines["N1"]
    assert re.search(r"25\.1\s*▲", lines["N2"])
    assert "未补全、" in text_of(out)
    assert "补录" in text_of(out)
    assert lines["N3"].count("—") == 3  # VIS-7: no kind, no number, no clock
    assert "作废" in lines["N3"]
    assert "次日" in text_of(out)
    assert "京A·D12345" in text_of(out)


def test_the_head_of_the_log_and_its_notes(tmp_path: Path) -> None:
    """VIS-3: the share within 25 s stands beside the share complete at return; VIS-15: reasons with counts."""
    log = samples.visit_log_of(212)
    figures = replace(log.figures, visits=212, with_document=187, within=186, median=5.8, p95=17.2)
    text = text_of(
        render("visit_log", replace(log, figures=figures, reasons=[("证件难以辨认", 1)]), tmp_path)
    )
    for expected in ("212", "187", "99.4", "5.8 / 17.2", "95.7", "东门岗", "2026 年 11 月 23 日（星期一）"):
        assert expected in text
    assert "▲ 超过 25 秒 1 人次：证件难以辨认 1。" in text
    assert "交班人" in text
    assert "接班人" in text


def test_the_figures_show_every_table_of_vis_15(tmp_path: Path) -> None:
    text = text_of(render("visit_figures", samples.visit_figures_of(3), tmp_path))
    for expected in (
        "按日", "按班次", "按岗位", "按护卫员", "按登记方式", "各时段来访", "到访科室 / 用户（前 15 位）", "用时存疑",
        "2026-11-21", "早班", "东门岗", "尉迟晓", "预约扫码", "药剂科", "9时", "25 秒（标准）",
    ):  # fmt: skip
        assert expected in text


def test_the_figures_show_fifteen_customers_the_largest_first(tmp_path: Path) -> None:
    customers = [(f"科室{number:02d}", 100 - number) for number in range(1, 20)]
    figures = replace(samples.visit_figures_of(1), customers=customers)
    text = text_of(render("visit_figures", figures, tmp_path))
    assert re.findall(r"科室\d\d", text) == [f"科室{number:02d}" for number in range(1, 16)]


def test_shares_and_seconds_are_never_embellished(tmp_path: Path) -> None:
    """100% means all; a time over 25 s is not printed as 25.0."""
    assert share(9999, 10000) == "99.9%"
    assert share(10000, 10000) == "100%"
    assert share(0, 0) == "—"
    over = replace(next(iter(samples.visit_log_of(1).rows)), held_seconds=25.04)
    text = text_of(render("visit_log", replace(samples.visit_log_of(1), rows=[over]), tmp_path))
    assert "25.1" in text


def test_hours_without_visits_are_shown_as_none(tmp_path: Path) -> None:
    """VIS-15: visitors by hour."""
    figures = replace(samples.visit_figures_of(1), hours=[(8, 5), (11, 2)])
    text = text_of(render("visit_figures", figures, tmp_path))
    assert all(f"{hour}时" in text for hour in (8, 9, 10, 11))
    assert "12时" not in text
