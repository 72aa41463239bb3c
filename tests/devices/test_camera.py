"""One still from a camera: what is asked of OpenCV, and what is said when there is no camera, or no picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from app.devices.camera import SETTLING, OpenCvCamera, SimulatedCamera, cameras
from app.devices.card_picture import decode
from app.errors import DomainError
from app.words import LANGUAGES, Words


class Lens:
    """A capture of OpenCV's that delivers so many pictures, then none; `device` is pulled out before the first miss."""

    def __init__(self, pictures: int, opened: bool = True, device: Path | None = None) -> None:
        self.left, self.opened, self.device = pictures, opened, device
        self.released = False
        self.asked: dict[int, float] = {}

    def isOpened(self) -> bool:
        return self.opened

    def set(self, prop: int, value: float, /) -> bool:
        self.asked[prop] = value
        return True

    def read(self) -> tuple[bool, MatLike]:
        self.left -= 1
        if self.left < 0:
            if self.device is not None:
                self.device.unlink(missing_ok=True)
            return False, np.empty((0, 0, 3), np.uint8)
        # Dark until it has settled.
        return True, np.full((720, 1280, 3), 10 if self.left else 200, np.uint8)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def device(tmp_path: Path) -> Path:
    """A camera's node."""
    path = tmp_path / "video0"
    path.touch()
    return path


def test_a_still_is_the_picture_after_settling_and_the_camera_is_let_go(device: Path) -> None:
    lens = Lens(SETTLING + 1)
    picture = decode(OpenCvCamera(str(device), lambda _: lens).still())
    assert picture.shape == (720, 1280, 3)
    assert picture.mean() > 190
    assert lens.asked[cv2.CAP_PROP_FRAME_WIDTH] == 1920
    assert lens.released


@pytest.mark.parametrize(
    ("lens", "code"), [(Lens(0), "camera_no_picture"), (Lens(9, opened=False), "camera_denied")]
)
def test_a_camera_that_gives_nothing(device: Path, lens: Lens, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        OpenCvCamera(str(device), lambda _: lens).still()
    assert refused.value.code == code
    assert all(refused.value.text(Words(language)) for language in LANGUAGES)
    assert lens.released


def test_an_unplugged_camera(device: Path) -> None:
    """Pulled out while the picture is taken: said so, and the next try says that there is none."""
    camera = OpenCvCamera(str(device), lambda _: Lens(2, device=device))
    with pytest.raises(DomainError, match="camera_unplugged"):
        camera.still()
    with pytest.raises(DomainError, match="camera_none"):
        camera.still()


def test_what_is_no_camera(tmp_path: Path) -> None:
    """OpenCV itself, on a file that is none."""
    path = tmp_path / "video0"
    path.write_text("no camera")
    with pytest.raises(DomainError, match="camera_denied"):
        OpenCvCamera(str(path)).still()


def test_the_cameras_of_a_pc(tmp_path: Path) -> None:
    """A camera's node with index 0; its others carry no pictures."""
    devices, classes = tmp_path / "dev", tmp_path / "sys"
    devices.mkdir()
    for name, index in (("video0", "0"), ("video1", "1"), ("video2", "0"), ("video4", "0")):
        (classes / name).mkdir(parents=True)
        (classes / name / "index").write_text(index + "\n")
        if name != "video4":
            (devices / name).touch()
    assert cameras(devices, classes) == [str(devices / "video0"), str(devices / "video2")]
    assert cameras(devices, tmp_path / "none") == []


def test_the_simulated_one() -> None:
    camera = SimulatedCamera([b"a", b"b"])
    assert [camera.still() for _ in range(3)] == [b"a", b"b", b"a"]
    camera.unplugged = True
    with pytest.raises(DomainError, match="camera_unplugged"):
        camera.still()
    with pytest.raises(DomainError, match="camera_none"):
        SimulatedCamera([]).still()
