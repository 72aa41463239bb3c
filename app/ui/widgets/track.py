"""The stations of a request as a track (REQ-1) and the first contact's four stamps as boxes (REQ-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.icons import paint_icon
from app.ui.theme import Look


@dataclass(frozen=True, slots=True)
class Station:
    """One station: its name, `done`, `current` or `open`, and below it time and person."""

    name: str
    state: str = "open"
    note: str = "—"


class StationTrack(QWidget):
    """Circles on a line: ✓ filled for done, a ring with a dot for the current one, empty for the open ones."""

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._stations: tuple[Station, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_stations(self, stations: Sequence[Station]) -> None:
        """Show these stations, in order."""
        self._stations = tuple(stations)
        self.setAccessibleName(", ".join(f"{s.name} {s.note}" for s in stations))
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        lines = QFontMetrics(theme.font("body")).height() + QFontMetrics(theme.font("caption")).height()
        return QSize(theme.px(480), theme.px(22 + 8) + lines + theme.px(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._stations:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, count = self._theme, len(self._stations)
        cell, radius = self.width() / count, theme.px(10)
        middle = radius + 1.0
        for at, station in enumerate(self._stations[:-1]):
            reached = self._stations[at + 1].state != "open" and station.state != "open"
            painter.setPen(QPen(theme.colour("accent_ink" if reached else "line"), 2))
            start, end = cell * (at + 0.5) + radius, cell * (at + 1.5) - radius
            painter.drawLine(QPointF(start, middle), QPointF(end, middle))
        for at, station in enumerate(self._stations):
            self._paint_station(painter, station, QPointF(cell * (at + 0.5), middle), radius, cell)

    def _name_role(self, cell: float) -> str:
        """All names in one size: the small one where one of them would not fit."""
        metrics = QFontMetrics(self._theme.font("body"))
        fits = all(metrics.horizontalAdvance(station.name) <= cell - 4 for station in self._stations)
        return "body" if fits else "caption"

    def _paint_station(
        self, painter: QPainter, station: Station, centre: QPointF, radius: float, cell: float
    ) -> None:
        theme = self._theme
        painter.setBrush(theme.colour("accent" if station.state != "open" else "paper"))
        edge = "accent" if station.state != "open" else "line_strong"
        painter.setPen(QPen(theme.colour(edge), 1.5))
        painter.drawEllipse(centre, radius - 0.75, radius - 0.75)
        if station.state == "done":
            box = QRectF(centre.x() - radius * 0.7, centre.y() - radius * 0.7, radius * 1.4, radius * 1.4)
            paint_icon(painter, "check", box, theme.colour("on_accent"))
        elif station.state == "current":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("on_accent"))
            painter.drawEllipse(centre, radius * 0.42, radius * 0.42)
        top = centre.y() + radius + theme.px(8)
        for text, role, tone in (
            (station.name, self._name_role(cell), "ink"),
            (station.note, "caption", "ink_soft"),
        ):
            font = theme.font(role, bold=text is station.name and station.state == "current")
            metrics = QFontMetrics(font)
            box = QRectF(centre.x() - cell / 2 + 2, top, cell - 4, metrics.height())
            painter.setFont(font)
            painter.setPen(theme.colour(tone))
            said = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)
            top += metrics.height()


@dataclass(frozen=True, slots=True)
class Stamp:
    """One of the four stamps: its label, what stands in it (`09:06`, or what it waits for), and whether it is given.

    `short` stands there where the text does not fit.
    """

    label: str
    text: str
    given: bool = False
    short: str = ""


class FourStamps(QWidget):
    """Boxes side by side in one hairline frame: label above, time (bold ink) or what is awaited (soft) below.

    Two and two where four would be too narrow for a day and a time.
    """

    def __init__(self, theme: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._stamps: tuple[Stamp, ...] = ()
        self._across = 4
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_stamps(self, stamps: Sequence[Stamp]) -> None:
        """Show these stamps, in order."""
        self._stamps = tuple(stamps)
        self.setAccessibleName(", ".join(f"{s.label} {s.text}" for s in stamps))
        self.update()

    def stamps(self) -> tuple[Stamp, ...]:
        """What is shown."""
        return self._stamps

    def sizeHint(self) -> QSize:
        theme = self._theme
        return QSize(theme.px(480), self._tall() * (4 // self._across))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = QFontMetrics(self._theme.font("body")).horizontalAdvance("→ 00-00 00:00") + self._theme.px(
            28
        )
        across = 4 if event.size().width() >= 4 * needed else 2
        if across != self._across:
            self._across = across
            self.updateGeometry()

    def _tall(self) -> int:
        """The height of one row of boxes."""
        theme = self._theme
        lines = QFontMetrics(theme.font("body")).height() + QFontMetrics(theme.font("caption")).height()
        return lines + theme.px(20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("paper"))
        radius = theme.theme.radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if not self._stamps:
            return
        cell, side, tall = self.width() / self._across, theme.px(14), self._tall()
        for at, stamp in enumerate(self._stamps):
            row, column = divmod(at, self._across)
            left = round(cell * column)
            if column:
                painter.fillRect(QRectF(left, row * tall + 1, 1, tall - 2), theme.colour("line"))
            elif row:
                painter.fillRect(QRectF(1, row * tall, self.width() - 2, 1), theme.colour("line"))
            top = row * tall + theme.px(9)
            wide = QFontMetrics(theme.font("body")).horizontalAdvance(stamp.text)
            own = stamp.short if stamp.short and wide > cell - 2 * side else stamp.text
            for text, role, tone in (
                (stamp.label, "caption", "ink_soft"),
                (own, "body", "ink" if stamp.given else "ink_soft"),
            ):
                metrics = QFontMetrics(theme.font(role))
                painter.setFont(theme.font(role))
                painter.setPen(theme.colour(tone))
                box = QRectF(left + side, top, cell - 2 * side, metrics.height())
                said = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
                painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
                top += metrics.height()
