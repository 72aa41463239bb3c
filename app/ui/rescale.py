"""Margins and gaps of layouts at another zoom: they were set in px of the zoom at which their page was made."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

BASE = "yinghou_base"  # a layout's margins and gaps at 100 %, so that rounding never adds up


def rescale(root: QWidget, before: float, now: float) -> None:
    """Give all layouts below `root`, made or last scaled at the zoom `before`, the margins and gaps of `now`."""
    for box in root.findChildren(QBoxLayout):
        margins, gap = box.contentsMargins(), box.spacing()
        base = _base(box, [margins.left(), margins.top(), margins.right(), margins.bottom(), gap], before)
        left, top, right, bottom, gap = (_scaled(length, now) for length in base)
        box.setContentsMargins(left, top, right, bottom)
        box.setSpacing(gap)
    for grid in root.findChildren(QGridLayout):
        margins = grid.contentsMargins()
        lengths = [margins.left(), margins.top(), margins.right(), margins.bottom()]
        lengths += [grid.horizontalSpacing(), grid.verticalSpacing()]
        left, top, right, bottom, across, down = (
            _scaled(length, now) for length in _base(grid, lengths, before)
        )
        grid.setContentsMargins(left, top, right, bottom)
        grid.setHorizontalSpacing(across)
        grid.setVerticalSpacing(down)


def _base(layout: QBoxLayout | QGridLayout, lengths: list[int], before: float) -> list[float]:
    kept = layout.property(BASE)
    if isinstance(kept, list) and [_scaled(length, before) for length in kept] == lengths:
        return kept
    base = [length / before if length > 1 else float(length) for length in lengths]
    layout.setProperty(BASE, base)
    return base


def _scaled(length: float, factor: float) -> int:
    # 0 and -1 (the style's own) stay; 1 is a hairline at every zoom.
    return round(length * factor) if length > 1 else round(length)
