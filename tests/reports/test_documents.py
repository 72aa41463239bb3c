"""Every document, in both languages, with nothing, one and many: content, fonts, soundness, pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.words import LANGUAGES, Words
from reports.registry import REPORTS
from reports.visits import visit_log
from tests.reports import samples
from tests.reports.reading import fonts_of, info_of, is_sound, pages_of, squeezed, text_of

ZH = Words("zh_CN")
MAKERS: dict[str, Callable[[int], Any]] = {
    "visit_log": samples.visit_log_of,
    "visit_figures": samples.visit_figures_of,
    "handover": samples.handover_of,
    "job_slip": lambda count: samples.job_slip_of("漏水。" * count),
    "request_list": samples.request_list_of,
    "follow_up_form": samples.follow_up_form_of,
    "evacuation": samples.evacuation_of,
    "roll_call": samples.roll_call_of,
    "blank_slips": samples.blank_slips_of,
}
EMPTY = {
    "visit_log": "当日没有来访登记",
    "handover": "这一天没有交接班记录",
    "visit_figures": "本期没有数据",
    "job_slip": "（未填写）",
    "request_list": "没有符合条件的服务请求",
    "follow_up_form": "没有待回访的服务请求",
    "evacuation": "现在没有人在访",
    "roll_call": "还没有找到人",
    "blank_slips": "还没有领过编号",
}


def render(name: str, value: Any, folder: Path, language: str = "zh_CN") -> Path:
    out = folder / f"{name}-{language}.pdf"
    printed = REPORTS[name].render(value, Words(language), out)
    assert printed.pages == len(pages_of(out)) == int(info_of(out)["Pages"])
    assert printed.missing == ()
    return out


def test_there_are_samples_for_all_reports() -> None:
    assert list(MAKERS) == list(REPORTS)
    assert all(isinstance(MAKERS[name](1), report.values) for name, report in REPORTS.items())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 30])
@pytest.mark.parametrize("name", MAKERS)
def test_every_document_is_sound_and_embeds_its_fonts(
    name: str, count: int, language: str, tmp_path: Path
) -> None:
    out = render(name, MAKERS[name](count), tmp_path, language)
    assert is_sound(out)
    fonts = fonts_of(out)
    assert fonts
    for font, embedded, subset, unicode in fonts:
        assert "Noto" in font
        assert embedded
        assert subset
        assert unicode
    for number, page in enumerate(pages_of(out), 1):
        assert "安和物业服务有限公司" in page
        assert Words(language)("reports.page", number=number, total=len(pages_of(out))) in page
        assert "2026-11-23 15:58" in page
        assert REPORTS[name].form.number in page
    assert info_of(out)["Title"].startswith(Words(language)(f"reports.{name}"))
    assert info_of(out)["Author"] == "安和物业服务有限公司"
    assert info_of(out)["CreationDate"] == "D:20261123155800+08'00'"


@pytest.mark.parametrize("name", MAKERS)
def test_an_empty_document_says_so(name: str, tmp_path: Path) -> None:
    out = render(name, MAKERS[name](0), tmp_path)
    assert squeezed(EMPTY[name]) in squeezed(text_of(out))


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_values_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    digests = set()
    for _ in range(2):
        digests.add(hashlib.sha256(render(name, MAKERS[name](7), tmp_path).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_paper_of_a_sample_site_says_so_and_others_do_not(tmp_path: Path) -> None:
    slip = samples.job_slip_of()
    assert "样例" in text_of(render("job_slip", slip, tmp_path))
    assert "样例" not in text_of(
        render("job_slip", replace(slip, letterhead=samples.head(sample=False)), tmp_path)
    )


def test_a_failed_write_leaves_the_older_document(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    with pytest.raises(FileNotFoundError):
        visit_log(samples.visit_log_of(1), ZH, folder / "log.pdf")
    out = tmp_path / "log.pdf"
    visit_log(samples.visit_log_of(1), ZH, out)
    before = out.read_bytes()

    def broken() -> Any:
        yield next(samples.visit_rows(1))
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        visit_log(replace(samples.visit_log_of(1), rows=broken()), ZH, out)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["log.pdf"]


def test_both_languages_have_the_same_texts() -> None:
    chinese, english = (Words(language).file("reports") for language in LANGUAGES)
    assert list(chinese) == list(english)
    for key, text in chinese.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", english[key])), key
