"""Key caps and buttons. A button shows its verb and the small cap of the key that does the same."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from app.ui.theme import Look

RESTING = 0.3  # how much of a cap is seen whose key does something else for the moment

SIGNS = {
    "Return": "↵",
    "Enter": "↵",
    "Escape": "Esc",
    "Backspace": "⌫",
    "Up": "↑",
    "Down": "↓",
    "Left": "←",
    "Right": "→",
}


def key_text(keys: str) -> str:
    """How a key is written in a cap: `Ctrl+Return` → `Ctrl ↵`, `Alt+1…6` stays with a space."""
    parts = [SIGNS.get(part, part) for part in keys.split("+") if part]
    return " ".join([*parts, "+"] if keys.endswith("+") else parts)


def cap_width(theme: Look, keys: str, role: str = "caption") -> int:
    """The width of a key cap in logical px."""
    metrics = QFontMetrics(theme.font(role))
    return max(metrics.horizontalAdvance(key_text(keys)) + theme.px(14), cap_height(theme, role))


def cap_height(theme: Look, role: str = "caption") -> int:
    """The height of a key cap in logical px."""
    return round(theme.font(role).pixelSize() * 1.75)


def paint_cap(
    painter: QPainter, theme: Look, box: QRectF, keys: str, *, on_accent: bool = False, role: str = "caption"
) -> None:
    """Draw a key cap into `box`: paper, hairline, a thicker foot."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if on_accent:
        fill, edge, ink = QColor(255, 255, 255, 30), QColor(255, 255, 255, 115), theme.colour("on_accent")
    else:
        fill, edge, ink = theme.colour("paper"), theme.colour("line"), theme.colour("ink_soft")
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(inner, 4, 4)
    painter.setClipRect(QRectF(box.left(), box.bottom() - 4, box.width(), 4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(edge, 1))
    painter.drawRoundedRect(inner.adjusted(0, 0, 0, -1), 4, 4)
    painter.setClipping(False)
    painter.setPen(ink)
    painter.setFont(theme.font(role))
    painter.drawText(box.adjusted(0, 0, 0, -1), Qt.AlignmentFlag.AlignCenter, key_text(keys))
    painter.restore()


class KeyCap(QWidget):
    """One key as a small cap."""

    def __init__(
        self, theme: Look, keys: str, parent: QWidget | None = None, *, role: str = "caption"
    ) -> None:
        super().__init__(parent)
        self._theme, self._keys, self._role = theme, keys, role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_keys(self, keys: str) -> None:
        """Another key."""
        self._keys = keys
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(cap_width(self._theme, self._keys, self._role), cap_height(self._theme, self._role))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_cap(QPainter(self), self._theme, QRectF(self.rect()), self._keys, role=self._role)


class KeyHint(QAbstractButton):
    """A key cap and its verb, as in the foot of the post: also clickable, never in the tab order."""

    def __init__(
        self,
        theme: Look,
        text: str,
        keys: str,
        parent: QWidget | None = None,
        *,
        role: str = "body",
        tone: str = "ink",
    ) -> None:
        super().__init__(parent)
        self._theme, self._keys, self._role, self._tone = theme, keys, role, tone
        self._resting = False
        self.setText(text)
        self.setAccessibleName(f"{text} ({keys})")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def rest(self, resting: bool) -> None:
        """Its key does something else for the moment: the cap goes pale."""
        self._resting = resting
        self.update()

    def resting(self) -> bool:
        """Whether the key belongs to something else just now."""
        return self._resting

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(self._role))
        width = (
            cap_width(self._theme, self._keys) + self._theme.px(7) + metrics.horizontalAdvance(self.text())
        )
        return QSize(width + 1, max(cap_height(self._theme), metrics.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, height, wide = self._theme, cap_height(self._theme), cap_width(self._theme, self._keys)
        painter.setOpacity(RESTING if self._resting else 1.0)
        paint_cap(painter, theme, QRectF(0, (self.height() - height) // 2, wide, height), self._keys)
        painter.setOpacity(1.0)
        painter.setFont(theme.font(self._role))
        name = "accent_ink" if self.underMouse() and self.isEnabled() else self._tone
        painter.setPen(theme.colour(name if self.isEnabled() else "ink_faint"))
        box = self.rect().adjusted(wide + theme.px(7), 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class _Button(QPushButton):
    """What all buttons share: measured by verb and cap. `key` is shown, and pressing it clicks if `bind`."""

    side, between = 16, 16

    def __init__(
        self,
        theme: Look,
        text: str,
        key: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "body",
        bind: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self._theme, self._key, self._role = theme, key, role
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if key and bind:
            # Not setShortcut(): that clicks only 100 ms later, with an animation.
            QShortcut(QKeySequence(key), self).activated.connect(self.click)
        theme.changed.connect(self.updateGeometry)

    @property
    def key(self) -> str:
        """The key in the cap."""
        return self._key

    def tall(self) -> int:
        """The height in logical px."""
        return round(self._theme.font(self._role).pixelSize() * 2.3)

    def cap_role(self) -> str:
        """The type of the cap."""
        return (
            "body"
            if self._theme.font(self._role).pixelSize() > self._theme.font("lead").pixelSize()
            else "caption"
        )

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(self._role, bold=True))
        width = metrics.horizontalAdvance(self.text()) + 2 * self._theme.px(self.side)
        if self._key:
            width += self._theme.px(self.between) + cap_width(self._theme, self._key, self.cap_role())
        return QSize(width, self.tall())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint_content(self, painter: QPainter, ink: str, bold: bool, on_accent: bool) -> None:
        """Verb left and cap right, or the verb in the middle when there is no cap."""
        theme, side = self._theme, self._theme.px(self.side)
        painter.setPen(theme.colour(ink if self.isEnabled() else "ink_faint"))
        painter.setFont(theme.font(self._role, bold))
        if not self._key:
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
            return
        box = self.rect().adjusted(side, 0, -side, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        wide, high = cap_width(theme, self._key, self.cap_role()), cap_height(theme, self.cap_role())
        cap = QRectF(self.width() - side - wide, (self.height() - high) // 2, wide, high)
        paint_cap(painter, theme, cap, self._key, on_accent=on_accent, role=self.cap_role())

    def paint_ground(self, painter: QPainter, fill: str, edge: str | None) -> None:
        """The rounded ground, with a ring when it holds the focus."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colour(edge), 1) if edge else Qt.PenStyle.NoPen)
        inner = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inner, self._theme.theme.radius - 2, self._theme.theme.radius - 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour("on_accent" if fill == "accent" else "accent_ink"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 4, 4)


class PrimaryButton(_Button):
    """The next thing to do: one on a page, filled with the accent, its key in a cap. `big` is 还证 at the post."""

    between = 20

    def __init__(
        self,
        theme: Look,
        text: str,
        key: str = "",
        parent: QWidget | None = None,
        *,
        big: bool = False,
        danger: bool = False,
        bind: bool = False,
    ) -> None:
        super().__init__(theme, text, key, parent, role="figure" if big else "body", bind=bind)
        self._danger = danger

    def tall(self) -> int:
        return self._theme.px(56) if self._role == "figure" else super().tall() + self._theme.px(2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.isEnabled():
            self.paint_ground(painter, "chip", "line")
            self.paint_content(painter, "ink_faint", True, on_accent=False)
            return
        fill = (
            "red_fill" if self._danger else "accent_hover" if self.underMouse() or self.isDown() else "accent"
        )
        self.paint_ground(painter, fill, None)
        self.paint_content(painter, "on_accent", True, on_accent=True)


class PlainButton(_Button):
    """A paper button with a hairline: the second choice of a dialog, a seat at the desk. `checked` = taken."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.isChecked():
            self.paint_ground(painter, "accent_soft", "accent_ink")
        else:
            self.paint_ground(
                painter, "hover" if self.underMouse() or self.isDown() else "paper", "line_strong"
            )
        self.paint_content(
            painter, "accent_ink" if self.isChecked() else "ink", self.isChecked(), on_accent=False
        )


class QuietButton(_Button):
    """A verb in the accent's colour without a ground: what else can be done here."""

    side, between = 8, 7

    def __init__(
        self,
        theme: Look,
        text: str,
        key: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "body",
        tone: str = "accent_ink",
        bind: bool = False,
    ) -> None:
        super().__init__(theme, text, key, parent, role=role, bind=bind)
        self._tone = tone

    def tall(self) -> int:
        return round(self._theme.font(self._role).pixelSize() * 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter, "hover" if self.underMouse() or self.isDown() else "", None)
        self.paint_content(painter, self._tone, False, on_accent=False)
