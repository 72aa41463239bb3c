"""Take the program's icons out of qtawesome's Material Design font (Apache 2.0) and write them as SVG files here.

Run it when an icon is added: `python resources/icons/make.py` (needs the package qtawesome and a display or offscreen).
"""

from __future__ import annotations

import json
from pathlib import Path

import qtawesome
from PySide6.QtGui import QGuiApplication, QPainterPath, QRawFont

HERE = Path(__file__).resolve().parent
FONTS = Path(qtawesome.__file__).parent / "fonts"
ICONS = {
    "warning": "triangle",
    "caution": "alert-outline",
    "check": "check",
    "phone": "phone",
    "search": "magnify",
    "close": "close",
    "info": "information-outline",
    "done": "check-circle-outline",
    "error": "alert-circle-outline",
    "plus": "plus",
    "minus": "minus",
    "dot": "circle",
    "chevron_down": "chevron-down",
    "chevron_right": "chevron-right",
    "person": "account-outline",
    "visitor": "card-account-details-outline",
    "request": "clipboard-text-outline",
    "report": "chart-box-outline",
    "site": "office-building-outline",
    "post": "shield-account-outline",
    "customer": "domain",
    "help": "help-circle-outline",
    "command": "keyboard-outline",
    "settings": "cog-outline",
    "contrast": "brightness-6",
    "language": "translate",
    "print": "printer-outline",
    "lock": "lock-outline",
    "save": "content-save-outline",
    "export": "tray-arrow-down",
    "import": "tray-arrow-up",
    "pause": "pause-circle-outline",
    "back": "undo",
    "edit": "pencil-outline",
    "car": "car-outline",
    "pass": "badge-account-horizontal-outline",
    "clock": "clock-outline",
    "list": "format-list-bulleted",
    "text_size": "format-size",
    "copy": "content-copy",
    "backup": "backup-restore",
    "eye": "eye-outline",
    "eye_off": "eye-off-outline",
}


def svg(path: QPainterPath, size: float) -> str:
    """The outline as an SVG text of `size` × `size` units, filled with the current colour."""
    said, index = [], 0
    while index < path.elementCount():
        point = path.elementAt(index)
        at = f"{point.x:.2f} {point.y:.2f}"
        if point.type is QPainterPath.ElementType.MoveToElement:
            said.append(f"M{at}")
        elif point.type is QPainterPath.ElementType.LineToElement:
            said.append(f"L{at}")
        else:
            two, three = path.elementAt(index + 1), path.elementAt(index + 2)
            said.append(f"C{at} {two.x:.2f} {two.y:.2f} {three.x:.2f} {three.y:.2f}")
            index += 2
        index += 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size:g} {size:g}">'
        f'<path fill="currentColor" fill-rule="evenodd" d="{"".join(said)}Z"/></svg>\n'
    )


def main() -> None:
    """Write every icon of ICONS."""
    app = QGuiApplication([])
    font = QRawFont(str(next(FONTS.glob("materialdesignicons6-webfont-*.ttf"))), 24)
    codes = json.loads(next(FONTS.glob("materialdesignicons6-webfont-charmap-*.json")).read_text())
    for name, glyph in ICONS.items():
        index = font.glyphIndexesForString(chr(int(codes[glyph], 16)))[0]
        path = font.pathForGlyph(index)
        path.translate(0, font.ascent())
        (HERE / f"{name}.svg").write_text(svg(path, 24), encoding="utf-8")
    app.quit()


if __name__ == "__main__":
    main()
