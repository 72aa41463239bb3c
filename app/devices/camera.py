"""One still picture from a camera, in memory (VIS-14: the picture of a document is never stored).

By OpenCV's VideoCapture, which the extra `ocr` brings anyway: V4L2 on Linux, Media Foundation on Windows; Qt Multimedia
would be 200 MB more (PySide6-Addons). The camera is opened for each still and let go after it: its light is on only
then, and an unplugged one is noticed at once. The child process that reads photographs uses it: no window waits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import cv2
from cv2.typing import MatLike

from app.errors import DomainError

SETTLING = 6
"""So many pictures go by until light and focus are right."""
WIDTH, HEIGHT = 1920, 1080
QUALITY = 92
DEVICES = Path("/dev")
CLASSES = Path("/sys/class/video4linux")


class Camera(Protocol):
    """Takes stills."""

    def still(self) -> bytes:
        """One picture as the bytes of a JPEG.

        Raises:
            DomainError: `camera_none`, `camera_denied`, `camera_unplugged` (while it was taken), `camera_no_picture`.
        """
        ...


class Capture(Protocol):
    """What is used of cv2.VideoCapture."""

    def isOpened(self) -> bool:
        """Whether it delivers pictures."""
        ...

    def set(self, propId: int, value: float, /) -> bool:  # noqa: N803 - OpenCV's name
        """Ask for a size."""
        ...

    def read(self) -> tuple[bool, MatLike]:
        """The next picture."""
        ...

    def release(self) -> None:
        """Let go."""
        ...


def cameras(devices: Path = DEVICES, classes: Path = CLASSES) -> list[str]:
    """The cameras of this PC, as `OpenCvCamera` takes them: devices on Linux, numbers elsewhere (the first only)."""
    if sys.platform != "linux":
        return ["0"]
    found = []
    for entry in sorted(classes.glob("video*")):
        index = entry / "index"
        # A camera has further nodes, for what it says about its pictures.
        if (
            index.is_file()
            and index.read_text(encoding="ascii").strip() == "0"
            and (devices / entry.name).exists()
        ):
            found.append(str(devices / entry.name))
    return found


def open_capture(source: str) -> Capture:
    """OpenCV's capture of a device or a number."""
    if source.isdecimal():
        return cv2.VideoCapture(int(source))
    return cv2.VideoCapture(source, cv2.CAP_V4L2)


class OpenCvCamera:
    """A `Camera` of this PC: `source` is one of `cameras()`, "" the first of them."""

    def __init__(self, source: str = "", capture: Callable[[str], Capture] = open_capture) -> None:
        self._source = source
        self._capture = capture

    def still(self) -> bytes:
        """Open the camera, let it settle, take one picture, let it go."""
        source = self._source or next(iter(cameras()), "")
        if not source or not _there(source):
            raise DomainError("camera_none")
        if not source.isdecimal() and not os.access(source, os.R_OK | os.W_OK):
            raise DomainError("camera_denied", camera=source)
        capture = self._capture(source)
        try:
            if not capture.isOpened():
                raise DomainError("camera_denied", camera=source)
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
            return self._taken(capture, source)
        finally:
            capture.release()

    def _taken(self, capture: Capture, source: str) -> bytes:
        for _ in range(SETTLING):
            capture.read()
        good, picture = capture.read()
        if not good or picture is None or not picture.size:
            raise DomainError("camera_no_picture" if _there(source) else "camera_unplugged")
        written, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        if not written:
            raise DomainError("camera_no_picture")
        return jpeg.tobytes()


class SimulatedCamera:
    """A `Camera` that shows these pictures in turn, for training and tests; `unplugged` as a guard would do it."""

    def __init__(self, pictures: Sequence[bytes]) -> None:
        self.pictures = list(pictures)
        self.unplugged = False

    def still(self) -> bytes:
        """The next picture; the first again after the last."""
        if self.unplugged:
            raise DomainError("camera_unplugged")
        if not self.pictures:
            raise DomainError("camera_none")
        self.pictures.append(picture := self.pictures.pop(0))
        return picture


def _there(source: str) -> bool:
    return source.isdecimal() or Path(source).exists()
