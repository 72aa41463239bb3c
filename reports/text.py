"""Lines: where Chinese text may be broken, and what to do where a cell must stay one line.

Line breaking follows 避头尾 (GB/T 15834, CLREQ): no closing mark at the start of a line, no opening mark at its end;
Latin words and numbers stay whole; a full-width closing mark at a line's end may be squeezed to its left half, where
its ink is. All widths are points; nothing is ever lost: the lines joined are the text without its line feeds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

NO_START = frozenset(
    "、。,．,.;；:：!！?？%％‰°′″℃)）]］}｝」』】〕〉》〗〙〞’”›»…—–‥~～·・•/／々ゝゞヽヾー々〻ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ，"
)
"""Characters that do not begin a line."""
NO_END = frozenset("(（[［{｛「『【〔〈《〖〘〝‘“‹«$＄￥¥#＃№@")
"""Characters that do not end a line."""
SQUEEZABLE = frozenset("、。，．；：）］｝」』】〕〉》〗")
"""Full-width closing marks whose ink stands in the left half of their square."""

SHARED_MARKS = frozenset("“”‘’…—·")
"""Marks that Chinese text shares with Latin text; in a Chinese face they are full-width."""


def _is_wide(char: str) -> bool:
    """Characters around which a line may be broken: Chinese, Japanese, full-width marks."""
    return unicodedata.east_asian_width(char) in "WF" or char in SHARED_MARKS


def _tokens(text: str) -> list[str]:
    """Pieces that are never broken inside: a Latin word or number, one Chinese character, a run of spaces."""
    tokens: list[str] = []
    narrow = False
    for char in text:
        if char.isspace() and char != "\xa0":
            if tokens and tokens[-1].isspace():
                tokens[-1] += char
            else:
                tokens.append(char)
            narrow = False
        elif _joins(char):
            if tokens and not tokens[-1].isspace():
                tokens[-1] += char
            else:
                tokens.append(char)
        elif _is_wide(char):
            tokens.append(char)
            narrow = False
        else:
            if narrow:
                tokens[-1] += char
            else:
                tokens.append(char)
            narrow = True
    return tokens


def _joins(char: str) -> bool:
    """Marks that belong to the character before them: accents, variation selectors, joiners."""
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")


def chunks(text: str) -> list[str]:
    """The pieces between which a line may end: tokens glued where a break would put a mark on the wrong side.

    Spaces stay with what is before them.
    """
    pieces: list[str] = []
    glue = False
    for token in _tokens(text):
        if pieces and (glue or token.isspace() or (token[0] in NO_START and not pieces[-1][-1].isspace())):
            pieces[-1] += token
        else:
            pieces.append(token)
        glue = token[-1] in NO_END
    return pieces


def fitted_width(line: str, advances: Mapping[str, float], size: float) -> float:
    """Width of a line in points as it counts at the margin: without spaces at its end, its last mark squeezed."""
    inked = line.rstrip()
    width = sum(map(advances.__getitem__, inked))
    if inked and inked[-1] in SQUEEZABLE:
        width -= advances[inked[-1]] / 2
    return width * size


def break_lines(text: str, advances: Mapping[str, float], size: float, width: float) -> list[str]:
    """Break text into lines no wider than `width` points (one character alone may be wider).

    `advances` are widths in em, see `Fonts.advances`. A line feed always breaks. Empty text is one empty line.
    """
    lines: list[str] = []
    for paragraph in text.replace("\r\n", "\n").split("\n"):
        lines.extend(_break_paragraph(paragraph, advances, size, width))
    return lines


def _break_paragraph(text: str, advances: Mapping[str, float], size: float, width: float) -> list[str]:
    if sum(map(advances.__getitem__, text)) * size <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for chunk in chunks(text):
        if fitted_width(line + chunk, advances, size) <= width:
            line += chunk
            continue
        if line:
            lines.append(line)
        line = chunk
        if fitted_width(chunk, advances, size) > width:
            *whole, line = _break_anywhere(chunk, advances, size, width)
            lines.extend(whole)
    lines.append(line)
    return lines


def _break_anywhere(chunk: str, advances: Mapping[str, float], size: float, width: float) -> list[str]:
    """Break a word that is wider than the line itself, at any character, but not before a joined mark."""
    lines: list[str] = []
    line = ""
    for char in chunk:
        if line and not _joins(char) and fitted_width(line + char, advances, size) > width:
            lines.append(line)
            line = ""
        line += char
    lines.append(line)
    return lines


def shorten(text: str, advances: Mapping[str, float], size: float, width: float) -> str:
    """The text, or as much of its beginning as fits into `width` points with … after it."""
    if sum(map(advances.__getitem__, text)) * size <= width:
        return text
    room = width / size - advances["…"]
    kept = 0
    for char in text:
        room -= advances[char]
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + "…"


def fitting_size(
    text: str, advances: Mapping[str, float], size: float, width: float, smallest: float
) -> float:
    """The size, in quarter points between `smallest` and `size`, at which the text is one line of `width` points.

    `smallest` when it is too long even then: `shorten` it.
    """
    em = sum(map(advances.__getitem__, text))
    if em * size <= width:
        return size
    return max(smallest, int(width / em * 4) / 4)
