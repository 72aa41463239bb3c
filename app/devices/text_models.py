"""Printed text in a picture: where its lines are, which way up they stand, and what they say.

The three models are PP-OCR's, as they lie in rapidocr's wheel (Apache-2.0; nothing is downloaded). They are run here
with onnxruntime and not by rapidocr's own pipeline, because that reads every line of the whole picture, keeps no
second choice of a character, and costs a second of imports. Only the child process imports this module.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from app.domain.card_text import UNKNOWN_CHARACTER
from app.errors import DomainError

# Should somebody install a later onnxruntime than pyproject.toml allows: it reports to nobody (VIS-14).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

Picture = NDArray[np.uint8]
"""Height × width × 3, blue green red."""
Corners = NDArray[np.float32]
"""4 × 2: top left, top right, bottom right, bottom left, in pixels."""

HEIGHT = 48  # a line's height as the reading model was trained
NARROWEST, STEP = 160, 32
WIDEST = 2400  # pixels at that height: a line of a document has less than a hundred characters
INK, TEXT = 0.3, 0.5  # from here on a pixel is ink, a box is text (PP-OCR's own thresholds)
GROWTH = 1.6  # the finding model marks the core of a line; so much is put around it
SMALLEST = 3  # pixels of the map that the finding model answers
BLANK = 0.75  # a step less likely blank than this has ink in it
UNKNOWN, UNKNOWN_SURE = UNKNOWN_CHARACTER, 0.5
SIDEWAYS = (192, HEIGHT)


@dataclass(frozen=True, slots=True)
class Character:
    """One character as read, how sure (0 to 1), and the second choice."""

    text: str
    sure: float
    second: str
    second_sure: float


@dataclass(frozen=True, slots=True)
class TextModels:
    """The sessions of the three models. Made once by `load_models`, used by one thread."""

    finder: onnxruntime.InferenceSession
    reader: onnxruntime.InferenceSession
    turner: onnxruntime.InferenceSession
    characters: tuple[str, ...]

    def find(self, picture: Picture, longest: int) -> list[Corners]:
        """The corners of the lines of text; the picture is looked at with its longer side at most `longest` pixels."""
        height, width = picture.shape[:2]
        scale = min(1.0, longest / max(height, width))
        size = tuple(max(32, round(side * scale / 32) * 32) for side in (width, height))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        inked = self.finder.run(None, {self.finder.get_inputs()[0].name: _signal(small)[None]})[0][0, 0]
        return _boxes(inked, width / size[0], height / size[1])

    def read(self, strip: Picture) -> list[Character]:
        """The characters of one line as `cut_out` answers it."""
        wide = strip.shape[1]
        field = np.zeros((1, 3, HEIGHT, max(NARROWEST, -(-wide // STEP) * STEP)), np.float32)
        field[0, :, :, :wide] = _signal(strip)
        chances = self.reader.run(None, {self.reader.get_inputs()[0].name: field})[0][0]
        return self._characters(chances)

    def upside_down(self, strip: Picture) -> float:
        """How sure it is that this line stands on its head (0 to 1)."""
        wide = min(SIDEWAYS[0], strip.shape[1])
        field = np.zeros((1, 3, HEIGHT, SIDEWAYS[0]), np.float32)
        field[0, :, :, :wide] = _signal(cv2.resize(strip, (wide, HEIGHT)))
        return float(self.turner.run(None, {self.turner.get_inputs()[0].name: field})[0][0, 1])

    def _characters(self, chances: NDArray[np.float32]) -> list[Character]:
        """What a line says: at each step the likeliest character; repeats and blanks (place 0) are dropped.

        A step that is neither blank nor anything known is a character that the model has never seen.
        """
        best = chances.argmax(axis=1)
        found = []
        for step in np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1])))):
            row = chances[step].copy()
            first = int(best[step])
            sure, row[first], row[0] = float(row[first]), 0.0, 0.0
            other = int(row.argmax())
            found.append(
                (
                    int(step),
                    Character(self.characters[first], sure, self.characters[other], float(row[other])),
                )
            )
        for step in np.flatnonzero((best == 0) & (chances[:, 0] < BLANK)):
            likeliest = int(chances[step, 1:].argmax()) + 1
            beside = best[max(0, step - 1) : step + 2]
            known = self.characters[likeliest].isspace() or likeliest in beside
            if not known and all(abs(step - place) > 1 for place, _ in found):
                found.append((int(step), Character(UNKNOWN, UNKNOWN_SURE, "", 0.0)))
        return [one for _, one in sorted(found, key=lambda each: each[0])]


def load_models(threads: int = 0) -> TextModels:
    """Load the models of rapidocr's wheel and run each once (about a second); 0 threads: one for each core.

    Raises:
        DomainError: `photo_extra_missing` when rapidocr is not installed, or without its models.
    """
    folder = model_folder()
    finder = _session(folder, "*_det_*.onnx", threads)
    reader = _session(folder, "*_rec_*.onnx", threads)
    turner = _session(folder, "*_cls_*.onnx", threads)
    named = reader.get_modelmeta().custom_metadata_map["character"].splitlines()
    models = TextModels(finder, reader, turner, ("", *named, " "))
    blank = np.full((320, 512, 3), 255, np.uint8)
    models.find(blank, 640)
    models.read(blank[:HEIGHT])
    models.upside_down(blank[:HEIGHT])
    return models


def model_folder() -> Path:
    """Where rapidocr's wheel keeps its models; the package itself is not imported."""
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise DomainError("photo_extra_missing")
    return Path(found.origin).parent / "models"


def cut_out(picture: Picture, corners: Corners) -> Picture:
    """One line of the picture, upright and `HEIGHT` pixels high; sampled once, so that nothing is lost on the way."""
    width = max(_distance(corners[0], corners[1]), _distance(corners[3], corners[2]), 1.0)
    height = max(_distance(corners[0], corners[3]), _distance(corners[1], corners[2]), 1.0)
    high = HEIGHT if height <= 2 * HEIGHT else round(height)
    wide = min(WIDEST * high // HEIGHT, max(1, round(width * high / height)))
    place = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    mapped = cv2.getPerspectiveTransform(corners.astype(np.float32), place)
    strip = cv2.warpPerspective(
        picture, mapped, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    if high != HEIGHT:
        strip = cv2.resize(strip, (max(1, wide * HEIGHT // high), HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(strip, np.uint8)


def _session(folder: Path, pattern: str, threads: int) -> onnxruntime.InferenceSession:
    files: Sequence[Path] = sorted(folder.glob(pattern))
    if not files:
        raise DomainError("photo_extra_missing")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads
    # Threads that wait busily took half of the processor's time, and on a busy machine most of the clock's (measured).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(files[-1]), options, providers=["CPUExecutionProvider"])


def _signal(picture: MatLike) -> NDArray[np.float32]:
    """Channels first, -1 to 1, as all three models take it."""
    return np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32) / np.float32(127.5) - np.float32(1)


def _boxes(inked: NDArray[np.float32], across: float, down: float) -> list[Corners]:
    """The boxes around what is ink, grown to the whole height of their letters, in the picture's pixels."""
    mask = cv2.dilate((inked > INK).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        centre, (wide, high), angle = cv2.minAreaRect(contour)
        if min(wide, high) < SMALLEST or _ink(inked, contour) < TEXT:
            continue
        more = wide * high * GROWTH / (2 * (wide + high)) * 2
        points = cv2.boxPoints((centre, (wide + more, high + more), angle))
        found.append(_ordered(points) * np.array([across, down], np.float32))
    return found


def _ink(inked: NDArray[np.float32], contour: MatLike) -> float:
    """How much of a box is ink, on average."""
    left, top, wide, high = cv2.boundingRect(contour)
    mask = np.zeros((high, wide), np.uint8)
    corners = cv2.boxPoints(cv2.minAreaRect(contour)) - np.array([left, top], np.float32)
    cv2.fillPoly(mask, [corners.astype(np.int32)], [1])
    return float(cv2.mean(inked[top : top + high, left : left + wide], mask)[0])


def _ordered(points: MatLike) -> Corners:
    """Top left, top right, bottom right, bottom left; a line is taken to run from left to right."""
    by_x = points[np.argsort(points[:, 0])]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.hypot(*(one - other)))
