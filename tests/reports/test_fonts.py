"""Which face draws what, and that what none can draw is said."""

from __future__ import annotations

from pathlib import Path

from app.words import Words
from reports.fonts import FALLBACK, REGULAR, Fonts, Shape
from reports.requests import job_slip
from tests.reports import samples
from tests.reports.reading import fonts_of, is_sound, squeezed, text_of

ZH = Words("zh_CN")


def test_rare_characters_find_their_face() -> None:
    fonts = Fonts()
    assert fonts.character("䶮").face == REGULAR
    assert fonts.character("㛃").face == REGULAR
    assert fonts.character("𠮷").face == FALLBACK
    assert fonts.missing == []


def test_what_has_no_ink_is_not_missing() -> None:
    fonts = Fonts()
    for char in "\u200b\ufeff\ufe0f\U000e0101":
        assert fonts.character(char).shape is Shape.NOTHING
    for char in "\t\u2009\u2028":
        assert fonts.character(char).drawn == " "
    assert fonts.missing == []


def test_a_character_that_no_face_has_is_said_once() -> None:
    fonts = Fonts()
    for char in "ሀ中ሀ\x00":
        fonts.character(char)
    assert fonts.missing == ["ሀ", "\x00"]
    assert fonts.character("ሀ").drawn == "U+1200"


def test_rare_characters_are_embedded_and_copied_right(tmp_path: Path) -> None:
    out = tmp_path / "slip.pdf"
    printed = job_slip(samples.job_slip_of("联系䶮龙、㛃兰、𠮷田。"), ZH, out)
    assert printed.missing == ()
    assert "联系䶮龙、㛃兰、𠮷田。" in squeezed(text_of(out))
    fonts = fonts_of(out)
    assert any(FALLBACK in name for name, *_ in fonts)
    assert all(embedded and subset and unicode for _, embedded, subset, unicode in fonts)


def test_a_missing_character_is_drawn_as_its_code_and_copied_as_itself(tmp_path: Path) -> None:
    plain, boxed = tmp_path / "plain.pdf", tmp_path / "boxed.pdf"
    job_slip(samples.job_slip_of("甲乙"), ZH, plain)
    printed = job_slip(samples.job_slip_of("甲ሀ乙𪛖\x07丙"), ZH, boxed)
    assert printed.missing == ("ሀ", "𪛖", "\x07")
    text = squeezed(text_of(boxed))
    assert "甲ሀ乙𪛖" in text
    assert "丙" in text
    assert is_sound(boxed)


def test_lone_surrogates_and_brackets_do_not_break_the_file(tmp_path: Path) -> None:
    out = tmp_path / "slip.pdf"
    printed = job_slip(samples.job_slip_of("a\\b(c)) \ud800 e\r\nf"), ZH, out)
    assert printed.missing == ("\ud800",)
    assert is_sound(out)
    assert "a\\b(c))" in text_of(out)


def test_every_code_of_a_subset_is_copied_right(tmp_path: Path) -> None:
    """More than 256 characters: several subsets, with codes that PDF strings must escape."""
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 600)]
    text = "".join(characters)
    out = tmp_path / "slip.pdf"
    printed = job_slip(samples.job_slip_of(text), ZH, out)
    assert printed.missing == ()
    assert text in squeezed(text_of(out)).replace("派工单·1123-E026", "")
