"""Icons: small SVG shapes in `resources/icons`, tinted with a colour of the theme, sharp on every screen.

The shapes are taken from Material Design Icons (Apache 2.0) as `qtawesome` ships them, by `resources/icons/make.py`;
importing qtawesome itself costs 0.26 s, more than the whole start may (GOALS).
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.theme import RESOURCES, Look


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Draw an icon into a box. FileNotFoundError for a name that is not in `resources/icons`."""
    _renderer(name, colour.name()).render(painter, box)


def icon(theme: Look, name: str, tone: str = "ink_soft", size: int = 20) -> QIcon:
    """An icon for Qt's own widgets, drawn sharp for up to three device pixels a logical one."""
    made = QIcon()
    for density in (1, 2, 3):
        pixmap = QPixmap(QSize(size, size) * density)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_icon(painter, name, QRectF(0, 0, size * density, size * density), theme.colour(tone))
        painter.end()
        pixmap.setDevicePixelRatio(density)
        made.addPixmap(pixmap)
    return made
