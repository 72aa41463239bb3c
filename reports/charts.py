"""Charts for paper: labels at the marks, a line for the target, no legend, readable without colour.

All are drawn with their lower left corner at (x, y), sizes in points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports import pen as pens
from reports.pen import Pen

LABEL = 7.5
WIDEST_BAR = 44.0
BAR: pens.Colour = (0.24, 0.25, 0.27)
TARGET_SECONDS = 25
"""VIS-1: from document received to document returned."""
HELD_BARS = 36
"""Bars of the chart of held times: one for each second below 35, the last for all that took longer."""


def held_bars(seconds: Iterable[float]) -> tuple[int, ...]:
    """Held times counted as `held_times` draws them. Exactly 25.0 s is within the standard (VIS-1: at most 25)."""
    counts = [0] * HELD_BARS
    for held in seconds:
        place = int(held) - (held == TARGET_SECONDS)
        counts[min(max(place, 0), HELD_BARS - 1)] += 1
    return tuple(counts)


def _plain(number: float) -> str:
    return f"{number:g}"


def held_times(
    pen: Pen,
    x: float,
    y: float,
    width: float,
    height: float,
    counts: Sequence[int],
    *,
    unit: str,
    target: str,
    over: str,
    axis: str,
) -> None:
    """How many documents were held how long, against the target of 25 s (VIS-1).

    `counts[n]` is the number held from n to below n + 1 seconds, the last one everything longer. Bars past the target
    are hollow, so that they differ in black and white too. `unit` names seconds on the axis, `target` stands at the
    line, `over` over the bars behind it, `axis` at the upper left ("人次").
    """
    base = y + 14
    top = y + height - 34  # clear of the target's two lines, whichever bar is the highest
    step = width / len(counts)
    highest = max(max(counts), 1)
    line = x + TARGET_SECONDS * step
    pen.text(x, y + height - 8, axis, LABEL, colour=pens.QUIET)
    for second, count in enumerate(counts):
        if not count:
            continue
        tall = max((top - base) * count / highest, 0.8)
        left = x + second * step + step * 0.1
        if second < TARGET_SECONDS:
            pen.box(left, base, step * 0.8, tall, BAR)
        else:
            pen.frame(left + 0.35, base, step * 0.8 - 0.7, tall, colour=pens.OVER, line=0.7)
    peak = max(range(len(counts)), key=counts.__getitem__)
    if counts[peak]:
        pen.text(x + (peak + 0.5) * step, top + 3, _plain(counts[peak]), LABEL, bold=True, align="centre")
    pen.rule(x, base, x + width, base, colour=pens.INK, width=0.5)
    for second in range(0, len(counts), 5):
        label = f"{second}+ {unit}" if second + 5 >= len(counts) else str(second)
        pen.rule(x + second * step, base, x + second * step, base - 2.5, colour=pens.INK, width=0.5)
        pen.text(x + second * step, base - 11, label, LABEL, align="centre", colour=pens.QUIET)
    pen.dashed(line, base, line, y + height, colour=pens.OVER, width=0.9)
    pen.text(line + 4, y + height - 8, target, LABEL, bold=True, colour=pens.OVER)
    pen.text(line + 4, y + height - 18, over, LABEL, colour=pens.QUIET)


def upright_bars(
    pen: Pen, x: float, y: float, width: float, height: float, bars: Sequence[tuple[str, int]], *, axis: str
) -> None:
    """One upright bar for each (label, count), the count above it: visitors by hour, say."""
    base = y + 14
    top = y + height - 22
    step = min(width / max(len(bars), 1), WIDEST_BAR)
    highest = max([count for _, count in bars] + [1])
    pen.text(x, y + height - 8, axis, LABEL, colour=pens.QUIET)
    widest = max((pen.lettering(LABEL).width(label) for label, _ in bars), default=0.0)
    every = 1 if widest + 3 <= step else 2
    for place, (label, count) in enumerate(bars):
        middle = x + (place + 0.5) * step
        tall = (top - base) * count / highest
        if count:
            pen.box(middle - step * 0.34, base, step * 0.68, max(tall, 0.8), BAR)
            peak = count == highest
            pen.text(middle, base + max(tall, 0.8) + 3, _plain(count), LABEL, bold=peak, align="centre")
        if place % every == 0:
            pen.text(middle, base - 11, label, LABEL, align="centre", colour=pens.QUIET)
    pen.rule(x, base, x + width, base, colour=pens.INK, width=0.5)


def lying_bar(pen: Pen, x: float, middle: float, width: float, share: float, label: str) -> None:
    """A lying bar of `share` (0 to 1) of `width`, its number right of it. `middle` is the middle of its height."""
    length = max(width * share, 0.8)
    pen.box(x, middle - 3.5, length, 7, BAR)
    pen.text(x + length + 4, middle - 0.38 * 8.5, label, 8.5)
