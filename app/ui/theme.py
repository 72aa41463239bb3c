"""The look: tokens read from `resources/themes/<name>.toml`, fonts, palette and the one small style sheet (LOOK).

`Theme` is the frozen file. `Look` is the live look that every widget gets: it answers colours, fonts and sizes, and
says `changed` when the user takes another theme, zoom or large type. Sizes are logical pixels, which
Qt scales to the screen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

RESOURCES = Path(__file__).resolve().parent.parent.parent / "resources"
THEMES = ("light", "dark", "high_contrast")
FAMILY = "Noto Sans SC"
FALLBACK = "Noto Sans JP"  # 𠮷 and other signs that the simplified font lacks
LARGE_TYPE = 1.25  # how much larger the large type of a post is
ALREADY_LARGE = ("figure", "line", "clock")  # large type leaves these as they are
SMALLEST, LARGEST = 1.0, 2.0  # the zoom, as a factor


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme file: colours by name (`#rrggbb`), type sizes by role and row heights in logical px."""

    name: str
    colours: Mapping[str, str]
    sizes: Mapping[str, int]
    rows: Mapping[str, int]
    step: int
    radius: int

    @staticmethod
    def load(name: str) -> Theme:
        """Read `resources/themes/<name>.toml`. ValueError for a name that is none of THEMES."""
        if name not in THEMES:
            raise ValueError(f"no such theme: {name}")
        file = tomllib.loads((RESOURCES / "themes" / f"{name}.toml").read_text(encoding="utf-8"))
        return Theme(
            name, file["colours"], file["type"], file["rows"], file["space"]["step"], file["space"]["radius"]
        )


class Look(QObject):
    """The look in force. Read it when painting; connect `changed` to repaint or measure again."""

    changed = Signal()

    def __init__(self, theme: Theme, factor: float = 1.0, large: bool = False) -> None:
        super().__init__()
        self.theme = theme
        self.factor = factor
        self.large = large
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[tuple[str, bool], QFont] = {}

    def use(self, *, name: str | None = None, factor: float | None = None, large: bool | None = None) -> None:
        """Change the theme, the zoom (1.0 to 2.0) or the large type while the program runs."""
        if name is not None:
            self.theme = Theme.load(name)
        if factor is not None:
            self.factor = min(max(round(factor, 2), SMALLEST), LARGEST)
        if large is not None:
            self.large = large
        self._colours.clear()
        self._fonts.clear()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, self)
        self.changed.emit()

    def colour(self, name: str) -> QColor:
        """The colour of a token. KeyError for an unknown one."""
        found = self._colours.get(name)
        if found is None:
            found = self._colours[name] = QColor(self.theme.colours[name])
        return QColor(found)  # a copy: who changes its alpha changes only his own

    def font(self, role: str = "body", bold: bool = False) -> QFont:
        """The font of a role: caption, body, lead, title, figure, line, clock. Figures are tabular."""
        found = self._fonts.get((role, bold))
        if found is None:
            found = QFont([FAMILY, FALLBACK])
            factor = self.factor if role in ALREADY_LARGE else self.type_factor
            found.setPixelSize(round(self.theme.sizes[role] * factor))
            found.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
            found.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[(role, bold)] = found
        return found

    @property
    def type_factor(self) -> float:
        """How much larger than its token a letter is: zoom times large type."""
        return self.factor * (LARGE_TYPE if self.large else 1.0)

    def px(self, length: float) -> int:
        """A length of the drawing (logical px at 100 %) at the zoom in force."""
        return round(length * self.factor)

    def row(self, kind: str = "desk") -> int:
        """The height of a row, `desk` (32) or `post` (48), in logical px at the zoom and type in force."""
        return round(self.theme.rows[kind] * self.type_factor)

    @property
    def dark(self) -> bool:
        """Whether the ground is dark."""
        return self.colour("ground").lightness() < 128


@cache
def load_fonts() -> tuple[str, ...]:
    """Load the shipped fonts once (about 30 ms); answer the names of the files that could not be read."""
    files = sorted((RESOURCES / "fonts").glob("*.ttf"))
    return tuple(file.name for file in files if QFontDatabase.addApplicationFont(str(file)) < 0)


def apply(app: QApplication, look: Look) -> None:
    """Put the look on the application: Fusion, palette, font and the one style sheet made from the tokens."""
    load_fonts()
    if app.style().name().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(look))
    app.setFont(look.font("body"))
    app.setStyleSheet(style_sheet(look))


def start_look(app: QApplication, theme: Theme, factor: float = 1.0, large: bool = False) -> Look:
    """Make the look and apply it; what `main.py` and the tests call first."""
    look = Look(theme, factor, large)
    apply(app, look)
    return look


def _palette(look: Look) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, name in (
        (role.Window, "ground"),
        (role.WindowText, "ink"),
        (role.Base, "paper"),
        (role.AlternateBase, "side"),
        (role.Text, "ink"),
        (role.PlaceholderText, "ink_faint"),
        (role.Button, "paper"),
        (role.ButtonText, "ink"),
        (role.BrightText, "red"),
        (role.ToolTipBase, "ink"),
        (role.ToolTipText, "paper"),
        (role.Highlight, "accent_soft"),
        (role.HighlightedText, "ink"),
        (role.Link, "accent_ink"),
        (role.LinkVisited, "accent_ink"),
        (role.Light, "paper"),
        (role.Midlight, "line"),
        (role.Mid, "line"),
        (role.Dark, "line_strong"),
        (role.Shadow, "line_strong"),
        (role.Accent, "accent_ink"),
    ):
        palette.setColor(which, look.colour(name))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, look.colour("ink_faint"))
    return palette


def style_sheet(look: Look) -> str:
    """The style sheet for Qt's own widgets; what is ours paints itself."""
    colour = look.theme.colours
    small, half, step = look.px(4), look.px(6), look.px(8)
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {{
    background: {colour["paper"]}; color: {colour["ink"]}; border: 1px solid {colour["line_strong"]};
    border-radius: {half}px; padding: {small}px {step}px;
    selection-background-color: {colour["accent"]}; selection-color: {colour["on_accent"]}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{
    border: 2px solid {colour["accent_ink"]}; padding: {small - 1}px {step - 1}px; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{
    background: {colour["chip"]}; color: {colour["ink_soft"]}; border-color: {colour["line"]}; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] {{
    border: 2px solid {colour["red_mark"]}; padding: {small - 1}px {step - 1}px; }}
QLineEdit[kind="line"] {{ border: none; border-bottom: {look.px(3)}px solid {colour["accent_ink"]};
    border-radius: 0; background: transparent; padding: {step}px {small}px; }}
QLineEdit[kind="bare"] {{ border: none; background: transparent; padding: {step}px {small}px; }}
QComboBox::drop-down {{ border: none; width: {look.px(24)}px; }}
QComboBox QAbstractItemView {{ border: 1px solid {colour["line_strong"]}; outline: 0; }}
QAbstractItemView {{ background: transparent; border: none; outline: 0; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ background: transparent; color: {colour["ink_soft"]}; border: none;
    border-bottom: 1px solid {colour["line"]}; padding: {small}px {step}px; }}
QHeaderView::section:first {{ padding-left: {look.px(18)}px; }}
QHeaderView::section:last {{ padding-right: {look.px(18)}px; }}
QHeaderView::section:only-one {{ padding-left: {look.px(18)}px; padding-right: {look.px(18)}px; }}
QScrollBar:vertical {{ background: transparent; width: {look.px(10)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {look.px(10)}px; margin: 0; }}
QScrollBar::handle {{ background: {colour["line_strong"]}; border: 2px solid transparent;
    border-radius: {look.px(3)}px; min-height: {look.px(28)}px; min-width: {look.px(28)}px;
    margin: {look.px(2)}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QScrollArea, QScrollArea > QWidget > QWidget[kind="clear"] {{ background: transparent; border: none; }}
QToolTip {{ background: {colour["ink"]}; color: {colour["paper"]}; border: none; padding: {half}px {step}px; }}
QMenu {{ background: {colour["paper"]}; border: 1px solid {colour["line_strong"]}; padding: {small}px; }}
QMenu::item {{ padding: {half}px {look.px(24)}px; border-radius: {small}px; }}
QMenu::item:selected {{ background: {colour["accent_soft"]}; color: {colour["ink"]}; }}
QMenu::separator {{ height: 1px; background: {colour["line"]}; margin: {small}px {step}px; }}
QSplitter::handle {{ background: {colour["line"]}; }}
"""
