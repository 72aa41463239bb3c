"""Charts count right and can be read without colour."""

from __future__ import annotations

from pathlib import Path

from app.words import Words
from reports.charts import HELD_BARS, held_bars
from reports.visits import visit_log
from tests.reports import samples
from tests.reports.reading import text_of

ZH = Words("zh_CN")


def test_held_times_are_counted_by_second_and_25_is_within() -> None:
    """VIS-1: at most 25 seconds."""
    counts = held_bars([0.0, 2.9, 3.0, 24.99, 25.0, 25.01, 34.9, 35.0, 600.0, -0.2])
    assert len(counts) == HELD_BARS
    assert sum(counts) == 10
    assert counts[0] == 2
    assert (counts[2], counts[3]) == (1, 1)
    assert counts[24] == 2
    assert counts[25] == 1
    assert (counts[34], counts[35]) == (1, 2)


def test_the_chart_names_its_target_and_its_peak(tmp_path: Path) -> None:
    log = samples.visit_log_of(212)
    visit_log(log, ZH, tmp_path / "log.pdf")
    first = text_of(tmp_path / "log.pdf", 1)
    assert "25 秒（标准）" in first
    assert str(max(log.held)) in first
    assert f"超过 {log.figures.with_document - log.figures.within} 人次" in first


def test_there_is_no_chart_of_nothing(tmp_path: Path) -> None:
    visit_log(samples.visit_log_of(0), ZH, tmp_path / "log.pdf")
    assert "25 秒（标准）" not in text_of(tmp_path / "log.pdf")
