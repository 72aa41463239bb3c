"""A photograph as it came from a camera or a file: decoded within bounds, and the card found in it.

Everything happens in memory. What cannot be a photograph of a document is refused before its pixels are decoded: by its
bytes, its kind and the size that its header tells (an image bomb is small as a file).
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from PIL import (
    BmpImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from app.devices.photo_wire import check_size
from app.devices.text_models import Corners, Picture
from app.errors import DomainError

MOST_PIXELS = 64_000_000  # a phone's best camera; decoded 190 MB
FEWEST_PIXELS = 120  # on the shorter side: no letter of a card can be read in less
# What cameras and phones write. A plugin is known to Pillow once it is imported; all others stay unknown.
FORMATS = tuple(
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        BmpImagePlugin.BmpImageFile,
    )
)
LONGEST = 2200  # a larger picture is made smaller: letters are then still 60 pixels high
LOOKED_AT = 360  # pixels of the shorter side in which the card is looked for
SMALLEST_PART, LARGEST_PART = 0.08, 0.97
NARROWEST, WIDEST = 1.2, 1.95  # long side to short side: ID-1 1.59, passport 1.42, seen askew
FULL_SHARE = 0.88  # a card's outline fills its four corners, but for their roundness
FIT = 8  # how much a good rectangle goes before a large one
MARGIN = 0.035  # on each side: the outline may be the inner one of the card's edge


def decode(data: bytes) -> Picture:
    """The picture in these bytes, turned as its camera says, at most `LONGEST` pixels long.

    Raises:
        DomainError: `photo_too_large` (bytes), `photo_too_many_pixels`, `photo_too_small`, `photo_wrong_type` (no
            picture, or of a kind that cannot be read), `photo_broken`.
    """
    check_size(len(data))
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs at another size than ours.
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _pixels(image)
    except UnidentifiedImageError as fault:
        raise DomainError("photo_wrong_type") from fault
    except Image.DecompressionBombError as fault:
        raise _too_many() from fault
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, MemoryError) as fault:
        raise DomainError("photo_broken") from fault


def find_card(picture: Picture) -> Corners | None:
    """The four corners of the card, in pixels, long side on top; None when no outline in the picture looks like one."""
    scale = LOOKED_AT / min(picture.shape[:2])
    small = (
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    )
    whole = small.shape[0] * small.shape[1]
    best, best_worth = None, 0.0
    for outline in _outlines(np.asarray(small, np.uint8)):
        _, _, wide, high = cv2.boundingRect(outline)
        if wide * high <= SMALLEST_PART * whole:
            continue
        hull = cv2.convexHull(outline)
        area = cv2.contourArea(hull)
        if not SMALLEST_PART * whole < area < LARGEST_PART * whole or area <= best_worth:
            continue
        corners = _four_corners(hull, area)
        if corners is None:
            continue
        # Where other things touch the card, the outline around them all is larger and less of a rectangle.
        worth = area * _likeness(corners, area) ** FIT
        if worth > best_worth:
            best, best_worth = corners, worth
    return None if best is None else best / np.float32(min(scale, 1.0))


def straighten(picture: Picture, corners: Corners, longest: int) -> tuple[Picture, int, NDArray[np.float64]]:
    """The card as if seen from straight above, with a narrow margin, `longest` pixels wide.

    Answers it, `longest`, and the 3 × 3 matrix that leads from its places to those of the picture.
    """
    middle = corners.mean(axis=0)
    outer = (middle + (corners - middle) * (1 + 2 * MARGIN)).astype(np.float32)
    top, right, bottom, left = (float(np.hypot(*(outer[n] - outer[(n + 1) % 4]))) for n in range(4))
    width, height = max(top, bottom), max(left, right)
    size = (longest, max(1, round(longest * height / width)))
    # Smaller first by whole averages, or the warp leaves pixels out.
    scale = min(1.0, size[0] / width)
    small = (
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    )
    place = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    onto_small = cv2.getPerspectiveTransform(place, (outer * np.float32(scale)).astype(np.float32))
    flat = cv2.warpPerspective(
        small,
        onto_small,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    onto_picture = np.diag([1 / scale, 1 / scale, 1.0]) @ onto_small
    return np.asarray(flat, np.uint8), longest, np.asarray(onto_picture, np.float64)


def _pixels(image: Image.Image) -> Picture:
    wide, high = image.size
    if wide * high > MOST_PIXELS:
        raise _too_many()
    if min(wide, high) < FEWEST_PIXELS:
        raise DomainError("photo_too_small", pixels=FEWEST_PIXELS)
    # A JPEG can be decoded at half or a quarter of its size, which is quicker by as much.
    image.draft("RGB", (LONGEST // 2, LONGEST // 2))
    upright = ImageOps.exif_transpose(image).convert("RGB")
    picture: MatLike = np.asarray(upright, np.uint8)[:, :, ::-1]
    scale = LONGEST / max(picture.shape[:2])
    if scale < 1:
        wide, high = (round(side * scale) for side in picture.shape[1::-1])
        if min(wide, high) < FEWEST_PIXELS:
            raise DomainError("photo_too_small", pixels=FEWEST_PIXELS)
        picture = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(picture, np.uint8)


def _too_many() -> DomainError:
    return DomainError("photo_too_many_pixels", megapixels=MOST_PIXELS // 1_000_000)


def _outlines(small: Picture) -> list[NDArray[np.int32]]:
    """Outlines of what stands out: by edges in grey and in saturation, and by brightness as a whole.

    Inner ones too: on a printed page the outer outline of the card's edge holds the letters around it as well.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    colour = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2HSV)[:, :, 1], (7, 7), 0)
    kernel = np.ones((3, 3), np.uint8)
    masks = []
    for plane, high in ((grey, 90), (grey, 40), (colour, 70)):
        masks.append(cv2.dilate(cv2.Canny(plane, high // 3, high), kernel))
    for plane in (grey, colour):
        _, mask = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        masks += [mask, cv2.bitwise_not(mask)]
    found: list[NDArray[np.int32]] = []
    for mask in masks:
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        found += [np.asarray(one, np.int32) for one in contours if len(one) >= 4]
    return found


def _four_corners(hull: MatLike, area: float) -> Corners | None:
    """The corners of an outline that is nearly a card's, else None.

    They are where the four longest straight sides meet, so that round corners are not cut off.
    """
    around = cv2.arcLength(hull, True)
    best, least = None, area * 1.2
    for share in (0.012, 0.02, 0.035, 0.05):
        points = cv2.approxPolyDP(hull, share * around, True).reshape(-1, 2).astype(np.float32)
        corners = _meeting(points) if 4 <= len(points) <= 12 else None
        if corners is not None and _like_a_card(corners, area):
            covered = cv2.contourArea(corners)
            if covered < least:
                best, least = corners, covered
    return None if best is None else _long_side_on_top(best)


def _meeting(points: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Where the four longest sides of a polygon meet, going round it."""
    sides = [(points[n], points[(n + 1) % len(points)]) for n in range(len(points))]
    longest = sorted(range(len(sides)), key=lambda n: -float(np.hypot(*(sides[n][0] - sides[n][1]))))[:4]
    chosen = [sides[n] for n in sorted(longest)]
    corners = []
    for n in range(4):
        (a, b), (c, d) = chosen[n - 1], chosen[n]
        one, other = b - a, d - c
        cross = float(one[0] * other[1] - one[1] * other[0])
        if abs(cross) < 0.3 * float(np.hypot(*one) * np.hypot(*other)):
            return None
        along = float((c - a)[0] * other[1] - (c - a)[1] * other[0]) / cross
        corners.append(a + one * along)
    return np.array(corners, np.float32)


def _like_a_card(corners: NDArray[np.float32], area: float) -> bool:
    if not cv2.isContourConvex(corners):
        return False
    sides = [float(np.hypot(*(corners[n] - corners[(n + 1) % 4]))) for n in range(4)]
    one, other = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    if min(sides) < 0.7 * min(one, other):
        return False
    share = area / max(1.0, float(cv2.contourArea(corners)))
    return FULL_SHARE <= share <= 1.08 and NARROWEST <= max(one, other) / min(one, other) <= WIDEST


def _likeness(corners: NDArray[np.float32], area: float) -> float:
    """1 for an outline that is a rectangle seen from straight above, less for what bulges or is askew."""
    sides = [float(np.hypot(*(corners[n] - corners[(n + 1) % 4]))) for n in range(4)]
    share = area / max(1.0, float(cv2.contourArea(corners)))
    pairs = ((sides[0], sides[2]), (sides[1], sides[3]))
    return min(share, 1 / share) * float(np.prod([min(pair) / max(pair) for pair in pairs]))


def _long_side_on_top(corners: NDArray[np.float32]) -> Corners:
    """Clockwise from a corner after which a long side comes; of the two such, the one nearer to the top left."""
    if cv2.contourArea(corners, oriented=True) < 0:
        corners = corners[::-1]
    first = float(np.hypot(*(corners[0] - corners[1]))) + float(np.hypot(*(corners[2] - corners[3])))
    second = float(np.hypot(*(corners[1] - corners[2]))) + float(np.hypot(*(corners[3] - corners[0])))
    start = 0 if first >= second else 1
    turned = [np.roll(corners, -start - more, axis=0) for more in (0, 2)]
    return np.asarray(min(turned, key=lambda one: float(one[0].sum())), np.float32)
