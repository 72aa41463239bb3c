"""Reading one photograph of a document: the card is found and cropped, and only the lines that are needed are read.

Fast first, thorough only where that did not do: the card at a fixed small size, number line and top rows; then its
other lines; then the whole picture at a finer size. Nothing is kept between two photographs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from app.devices.card_picture import decode, find_card, straighten
from app.devices.text_models import Character, Corners, Picture, TextModels, cut_out
from app.domain.card_text import CardReading, TextLine, is_simplified_of, read_card
from app.errors import DomainError

CARD_LONGEST = 512  # pixels: the letters of a card's labels are then 17 high
WHOLE_LONGEST = (960, 1536)
FEWEST_LINES = 2
MOST_LINES = 90  # read in all: a document has thirty, the printed page that it lies on takes the others
MOST_FOUND = 60
ASKED, TELLING = (
    5,
    5.0,
)  # so many lines say which way up the picture stands, best those five times as long as high
TOP, BOTTOM, LEFT = 0.17, 0.12, 0.6  # of what the lines cover: where name and number mostly stand
AT_ONCE = 10  # lines read between two looks at what they say
CLOSE = 0.02  # a second choice is one from here on
UNSURE = 0.8  # below, a line is read again
CHINESE = "\u3400"
OTHER_CUTS = (0.08, -0.06)  # of its height


Mapping = NDArray[np.float64]
"""3 × 3: places of one picture in another, seen askew."""
Box = tuple[float, float, float, float]
"""Left, top, width and height of a line set level."""


class Cancelled(Exception):  # noqa: N818 - no error: nobody waits for the answer any more
    """The guard has typed meanwhile: nobody waits for this photograph."""


@dataclass(frozen=True, slots=True)
class _View:
    """A picture to look for lines in, at most `longest` pixels long, and how its places lie in the photograph."""

    picture: Picture
    longest: int
    onto_photo: Mapping


@dataclass(frozen=True, slots=True)
class _Found:
    """Lines found in a view: their corners in the photograph, and their boxes set level."""

    photo: Picture
    corners: list[Corners]
    boxes: list[Box]


def read_photo(
    models: TextModels, data: bytes, today: date, cancelled: Callable[[], bool] = lambda: False
) -> CardReading:
    """What the document in this photograph says. `cancelled` is asked between the steps (some 50 ms each).

    Raises:
        DomainError: what `decode` raises; `photo_no_document` (nothing that is one in it), `photo_back_side` (an
            identity card's other side).
        Cancelled: when `cancelled` says so.
    """
    photo = decode(data)
    best, left = CardReading(), MOST_LINES
    for view in _views(photo):
        if cancelled():
            raise Cancelled
        found = _lines(models, photo, view)
        if found is None or left <= 0:
            continue
        reading, taken = _read(models, found, today, left, cancelled)
        left -= taken
        if reading.enough or _same(reading, best):
            return reading
        best = max(best, reading, key=_worth)
    if best.empty:
        raise DomainError("photo_back_side" if best.back else "photo_no_document")
    return best


def _views(photo: Picture) -> Iterator[_View]:
    """The card alone; the whole picture; the whole picture as fine as it is."""
    corners = find_card(photo)
    if corners is not None:
        yield _View(*straighten(photo, corners, CARD_LONGEST))
    for longest in WHOLE_LONGEST:
        yield _View(photo, longest, np.eye(3))
        if max(photo.shape[:2]) <= longest:
            break


def _same(reading: CardReading, other: CardReading) -> bool:
    """Whether two looks, at the card and at the whole, agree: then it is so in print, and a third says no more."""
    return not reading.empty and (reading.name.value, reading.number.value) == (
        other.name.value,
        other.number.value,
    )


def _worth(reading: CardReading) -> tuple[bool, bool, bool, bool, float]:
    number, name = reading.number, reading.name
    return (
        bool(number.value) and not number.reason,
        bool(name.value),
        bool(number.value),
        reading.back,
        number.confidence + name.confidence,
    )


def _lines(models: TextModels, photo: Picture, view: _View) -> _Found | None:
    """The lines of a view, each from its own top left corner on; None when there are too few for a document."""
    corners = models.find(view.picture, view.longest)
    if len(corners) < FEWEST_LINES:
        return None
    corners = sorted(corners, key=_length, reverse=True)[:MOST_FOUND]
    if sum(_length(one) if _tall(one) else -_length(one) for one in corners) > 0:
        corners = [np.roll(one, 1, axis=0) for one in corners]  # a quarter turn
    placed = [cv2.perspectiveTransform(one[None], view.onto_photo)[0].astype(np.float32) for one in corners]
    told = sorted(placed, key=_unlike)[:ASKED]
    asked = [models.upside_down(cut_out(photo, one)) for one in told]
    if sum(asked) / len(asked) > 0.5:
        corners, placed = ([np.roll(one, 2, axis=0) for one in each] for each in (corners, placed))
    return _Found(photo, placed, _level(corners))


def _read(
    models: TextModels, found: _Found, today: date, most: int, cancelled: Callable[[], bool]
) -> tuple[CardReading, int]:
    """Read group after group until name and number are there; the reading, and how many lines were read for it."""
    lines: list[TextLine] = []
    reading, taken = CardReading(), 0
    for group in _groups(found.boxes):
        for place in group:
            if cancelled():
                raise Cancelled
            characters = _characters(models, found.photo, found.corners[place])
            line = _line(characters, found.boxes[place])
            if line.text.strip():
                lines.append(line)
        taken += len(group)
        reading = read_card(lines, today)
        if reading.complete or taken >= most:
            break
    return reading, taken


def _groups(boxes: Sequence[Box]) -> list[list[int]]:
    """Which lines to read first: the longest of the bottom row (a number), the top rows, then the others by and by.

    A row is never parted: a name may stand in two boxes.
    """
    rows = _rows(boxes)
    first, last = _middle(boxes[rows[0][0]]), _middle(boxes[rows[-1][0]])
    left, right = min(box[0] for box in boxes), max(box[0] + box[2] for box in boxes)
    low = last - BOTTOM * (last - first)
    bottom = [place for row in rows for place in row if _middle(boxes[row[0]]) >= low]
    number = max(bottom, key=lambda place: boxes[place][2])
    high = first + TOP * (last - first)
    top = [place for row in rows for place in row if _middle(boxes[row[0]]) <= high and place != number]
    top = [place for place in top if boxes[place][0] < left + LEFT * (right - left)]
    groups, rest = [[number], top], list[int]()
    for row in rows:
        rest += [place for place in row if place != number and place not in top]
        if len(rest) >= AT_ONCE:
            groups.append(rest)
            rest = []
    return [group for group in (*groups, rest) if group]


def _rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Which boxes stand on one row, from top to bottom; in each row the one with the highest middle first."""
    rows: list[list[int]] = []
    for place in sorted(range(len(boxes)), key=lambda one: _middle(boxes[one])):
        if rows and _middle(boxes[place]) - _middle(boxes[rows[-1][0]]) < boxes[rows[-1][0]][3] / 2:
            rows[-1].append(place)
        else:
            rows.append([place])
    return rows


def _middle(box: Box) -> float:
    return box[1] + box[3] / 2


def _characters(models: TextModels, picture: Picture, corners: Corners) -> list[Character]:
    """The characters of one line; a line with an unsure Chinese one is read again from other cuts, which then vote."""
    characters = models.read(cut_out(picture, corners))
    if not any(one.sure < UNSURE and one.text >= CHINESE for one in characters):
        return characters
    readings = [characters, *(models.read(cut_out(picture, _grown(corners, more))) for more in OTHER_CUTS)]
    # A cut that makes another number of characters of it says nothing about each.
    alike = [reading for reading in readings if len(reading) == len(characters)]
    return [_elected(same) for same in zip(*alike, strict=True)]


def _elected(same: Sequence[Character]) -> Character:
    """One character as several cuts read it: the two likeliest choices, and how sure they are on average."""
    votes: dict[str, float] = {}
    for one in same:
        for text, sure in ((one.text, one.sure), (one.second, one.second_sure)):
            votes[text] = votes.get(text, 0.0) + sure / len(same)
    (first, sure), (second, second_sure), *_ = sorted(votes.items(), key=lambda each: -each[1])
    return Character(first, sure, second, second_sure)


def _grown(corners: Corners, share: float) -> Corners:
    """The box of a line with so much of its height put around it (or taken away)."""
    along = (corners[1] - corners[0]) / max(1.0, _across(corners))
    down = (corners[3] - corners[0]) / max(1.0, _down(corners))
    more = share * _down(corners)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    moved = [corner + (x * along + y * down) * more for corner, (x, y) in zip(corners, signs, strict=True)]
    return np.array(moved, np.float32)


def _line(characters: Sequence[Character], box: Box) -> TextLine:
    """A line as text: each character the likelier choice, its simplified form where that is the other choice."""
    chosen = [
        (one.second, one.sure + one.second_sure)
        if one.second_sure >= CLOSE and is_simplified_of(one.second, one.text)
        else (one.text, one.sure)
        for one in characters
    ]
    weakest = min((sure for text, sure in chosen if not text.isspace()), default=0.0)
    return TextLine("".join(text for text, _ in chosen), *box, weakest)


def _level(corners: Sequence[Corners]) -> list[Box]:
    """Left, top, width and height of each line after turning all by the slope of the longest: rows are then level."""
    x, y = np.sum([one[1] - one[0] + one[2] - one[3] for one in corners[:5]], axis=0)
    cosine, sine = x / np.hypot(x, y), y / np.hypot(x, y)
    boxes = []
    for one in corners:
        middle = one.mean(axis=0)
        width = float(np.hypot(*(one[1] - one[0])) + np.hypot(*(one[2] - one[3]))) / 2
        height = float(np.hypot(*(one[3] - one[0])) + np.hypot(*(one[2] - one[1]))) / 2
        across, down = middle[0] * cosine + middle[1] * sine, middle[1] * cosine - middle[0] * sine
        boxes.append((float(across) - width / 2, float(down) - height / 2, width, height))
    return boxes


def _length(corners: Corners) -> float:
    return max(_across(corners), _down(corners))


def _unlike(corners: Corners) -> float:
    """How far a line's shape is from the one that tells best which way up it stands."""
    return abs(float(np.log(max(1.0, _across(corners)) / max(1.0, _down(corners)) / TELLING)))


def _tall(corners: Corners) -> bool:
    return _down(corners) > 1.5 * _across(corners)


def _across(corners: Corners) -> float:
    return float(np.hypot(*(corners[1] - corners[0])))


def _down(corners: Corners) -> float:
    return float(np.hypot(*(corners[3] - corners[0])))
