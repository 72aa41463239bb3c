"""The check of the texts finds what it is there to find."""

from pathlib import Path

import pytest

from tools.check_words import check

ZH = 'open_count = "还有 {n} 条"\nreturned = "还证"\nreason_rain = "下雨"\n'
EN = 'open_count = "{n} open"\nreturned = "Returned"\nreason_rain = "Rain"\n'
CODE = """
def show(words, reason, n):
    return words("visits.open_count", n=n), words("visits.returned"), words(f"visits.reason_{reason}")
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A tiny checkout whose texts are in order."""
    for path, text in {
        "resources/i18n/zh_CN/visits.toml": ZH,
        "resources/i18n/en/visits.toml": EN,
        "resources/i18n/zh_CN/errors.toml": 'no_right = "没有权限"\n',
        "resources/i18n/en/errors.toml": 'no_right = "You may not do this"\n',
        "app/page.py": CODE + '\ndef refuse():\n    raise DomainError("no_right", field="name")\n',
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    (tmp_path / "reports").mkdir()
    return tmp_path


def test_texts_in_order_have_no_fault(checkout: Path) -> None:
    assert check(checkout) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "fault"),
    [
        ("resources/i18n/en/visits.toml", 'returned = "Returned"\n', "", "en lacks visits.returned"),
        ("resources/i18n/zh_CN/visits.toml", 'returned = "还证"\n', "", "zh_CN lacks visits.returned"),
        ("resources/i18n/en/visits.toml", "{n} open", "{m} open", "visits.open_count: placeholders differ"),
        ("resources/i18n/en/visits.toml", "{n} open", "{n open", "en/visits.toml: open_count: expected '}'"),
        ("resources/i18n/en/visits.toml", '"Rain"', '" "', "reason_rain is no text, or an empty one"),
        ("resources/i18n/zh_CN/visits.toml", "{n}", "{code}", "{code} cannot be given as a value"),
        ("resources/i18n/en/errors.toml", "no_right =", "no_right", "en/errors.toml: cannot be read"),
        ("resources/i18n/zh_CN/visits.toml", '"还证"', '"「还证」"', "visits.returned: quotes are “ ”"),
        ("resources/i18n/zh_CN/visits.toml", '"还证"', '"还证(F9)"', "half-width mark in “证(”"),
        ("resources/i18n/zh_CN/visits.toml", '"还证"', '"还证: F9"', "half-width mark in “证:”"),
        ("app/page.py", '"visits.returned"', '"visits.retuned"', "app/page.py:3: no text visits.retuned"),
        ("app/page.py", '"no_right"', '"no_rite"', "no text errors.no_rite"),
        ("app/page.py", ", n=n", "", "visits.open_count needs n"),
        ("app/page.py", "visits.reason_", "visits.cause_", "no text begins with visits.cause_"),
        ("app/page.py", 'words(f"visits.reason_{reason}")', "reason", "nothing uses visits.reason_rain"),
        (
            "app/page.py",
            'raise DomainError("no_right", field="name")',
            "pass",
            "nothing uses errors.no_right",
        ),
    ],
)
def test_each_fault_is_found(checkout: Path, path: str, old: str, new: str, fault: str) -> None:
    file = checkout / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert any(fault in line for line in check(checkout)), check(checkout)
