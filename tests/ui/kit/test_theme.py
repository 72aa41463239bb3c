"""The theme files: every text reads on its ground; the three themes hold the same tokens."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from app.ui.icons import icon
from app.ui.immortals import CONSTANTS, keep_constants_alive
from app.ui.theme import RESOURCES, THEMES, Look, Theme, load_fonts, style_sheet

GROUNDS = ("paper", "ground", "side", "hover", "chip")
# Every text and the ground on which the kit paints it. The post uses all of these: 7 : 1 (LOOK).
POST = [
    (text, ground)
    for text in ("ink", "ink_soft", "accent_ink")
    for ground in ("paper", "ground", "side", "hover")
]
POST += [("ink", "chip"), ("ink", "accent_soft"), ("accent_ink", "accent_soft"), ("on_accent", "accent")]
POST += [
    ("on_accent", "accent_hover"),
    ("on_accent", "red_fill"),
    ("green", "green_soft"),
    ("green", "paper"),
]
POST += [(tone, ground) for tone in ("amber", "red") for ground in ("paper", "ground", f"{tone}_soft")]
POST += [("ink", "amber_soft"), ("ink", "red_soft"), ("paper", "ink")]
# Soft words on a tinted row and the placeholder of an empty field: 4.5 : 1.
DESK = [("ink_soft", tint) for tint in ("amber_soft", "red_soft", "accent_soft", "chip")]
DESK += [("ink_faint", "paper"), ("amber", "ground"), ("red", "ground")]
SHAPES = [("line_strong", "paper"), ("amber_mark", "paper"), ("red_mark", "paper"), ("green_mark", "paper")]


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula() -> None:
    """Known values: black on white 21 : 1, #767676 on white 4.54 : 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    ("pairs", "least"), [(POST, 7.0), (DESK, 4.5), (SHAPES, 3.0)], ids=["post", "desk", "shapes"]
)
def test_contrast(name: str, pairs: list[tuple[str, str]], least: float) -> None:
    """LOOK: ≥ 4.5 : 1 everywhere, ≥ 7 : 1 at the post; a shape that means something ≥ 3 : 1."""
    colours = Theme.load(name).colours
    found = {(text, ground): round(contrast(colours[text], colours[ground]), 2) for text, ground in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < least} == {}


def test_the_themes_hold_the_same_tokens() -> None:
    first, *others = [Theme.load(name) for name in THEMES]
    for other in others:
        assert other.colours.keys() == first.colours.keys()
        assert (other.sizes, other.rows) == (first.sizes, first.rows)
    assert (first.rows["desk"], first.rows["post"], first.step) == (32, 48, 4)


def test_no_such_theme() -> None:
    with pytest.raises(ValueError, match="mauve"):
        Theme.load("mauve")


def test_every_colour_asked_for_exists() -> None:
    """No widget asks for a token that no theme has."""
    names = set(Theme.load("light").colours)
    asked = set()
    for path in (Path(RESOURCES).parent / "app" / "ui").rglob("*.py"):
        asked |= set(re.findall(r"""\.colour\("([a-z_]+)"\)""", path.read_text(encoding="utf-8")))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "tone" and isinstance(node.value, ast.Constant):
                asked.add(str(node.value.value))
    assert asked
    assert (
        asked - names - {"", "neutral", "info", "done", "warn", "error"} - {"accent", "amber", "red", "green"}
        == set()
    )


def test_fonts_are_shipped_and_figures_are_tabular(look: Look) -> None:
    assert load_fonts() == ()
    for role in ("body", "clock"):
        metrics = QFontMetrics(look.font(role, bold=True))
        assert len({metrics.horizontalAdvance(figure * 8) for figure in "0123456789"}) == 1
    assert QFontMetrics(look.font()).inFont("迎")


def test_zoom_and_large_type(qapp: QApplication, look: Look) -> None:
    """100 to 200 %; large type makes post and desk rows higher, the clock is large already."""
    body, clock, row = look.font().pixelSize(), look.font("clock").pixelSize(), look.row("post")
    look.use(large=True)
    assert look.font().pixelSize() > body
    assert look.font("clock").pixelSize() == clock
    assert look.row("post") > row
    look.use(large=False, factor=9.0)
    assert look.font().pixelSize() == 2 * body
    look.use(factor=0.1)
    assert look.font().pixelSize() == body
    assert qapp.font().pixelSize() == body


def test_a_colour_is_a_copy(look: Look) -> None:
    """Who makes a colour see-through for himself changes nobody else's."""
    look.colour("red").setAlpha(0)
    assert look.colour("red").alpha() == 255


def test_all_icons_can_be_drawn(look: Look) -> None:
    names = [path.stem for path in (RESOURCES / "icons").glob("*.svg")]
    assert {"warning", "caution", "check", "done", "error", "info", "command", "visitor"} <= set(names)
    for name in names:
        image = icon(look, name, "ink", 16).pixmap(16, 16).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16)), name


def test_the_style_sheet_is_small_and_made_of_tokens(look: Look) -> None:
    sheet = style_sheet(look)
    assert len(sheet) < 6000
    assert set(re.findall("#[0-9a-f]{6}", sheet)) <= set(look.theme.colours.values())


def test_the_constants_never_run_out(look: Look) -> None:
    """PySide6 6.12 drops references to None and True; Python 3.11 would end after 5,000 calls."""
    keep_constants_alive()
    for _ in range(20_000):
        look.changed.emit()
        look.setObjectName("look")
    if sys.version_info < (3, 12):
        assert all(sys.getrefcount(constant) > 1 << 59 for constant in CONSTANTS)
