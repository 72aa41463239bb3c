"""Photographs of documents, read by the real models, in this process and in the child that the window has."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont
from pytestqt.qtbot import QtBot

from app.devices.card_picture import MOST_PIXELS, decode, find_card
from app.devices.ocr import OcrReader, PhotoReader, SimulatedOcr, is_installed, trust
from app.devices.photo_child import Reader
from app.devices.photo_wire import MOST_BYTES, as_values, from_values, read_order
from app.devices.text_models import Picture
from app.domain.card_text import CardReading, Mark, ReadField
from app.errors import DomainError
from app.main import main
from app.words import LANGUAGES, Words

ROOT = Path(__file__).resolve().parents[2]
CARDS = ROOT / "tests" / "data" / "id_cards"
FONT = ROOT / "resources" / "fonts" / "NotoSansSC-Regular.ttf"
COMMAND = [sys.executable, "-m", "app", "identify", "--from-stdin", "--progress"]
LONG_MS = 60_000
with (CARDS / "truth.csv").open(encoding="utf-8", newline="") as rows:
    TRUTH = {row["file"]: (row["name"], row["number"]) for row in csv.DictReader(rows)}


def photo(name: str = "card_021.jpg") -> bytes:
    return (CARDS / name).read_bytes()


def as_jpeg(picture: Picture, quality: int = 88) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def picture_of(name: str = "card_021.jpg") -> Picture:
    return decode(photo(name))


def said(reading: CardReading | None) -> tuple[str, str]:
    assert reading is not None
    return reading.name.value, reading.number.value


def drawn(*lines: tuple[int, int, int, str]) -> bytes:
    """A light card on a dark desk with these lines: left, top, size, text."""
    card = Image.new("RGB", (860, 540), (232, 236, 240))
    pen = ImageDraw.Draw(card)
    for left, top, size, text in lines:
        pen.text((left, top), text, font=ImageFont.truetype(str(FONT), size), fill=(20, 20, 30))
    desk = Image.new("RGB", (1280, 800), (110, 85, 60))
    desk.paste(card, (210, 130))
    out = io.BytesIO()
    desk.save(out, "JPEG", quality=88)
    return out.getvalue()


def cat() -> bytes:
    """As near to a cat as ellipses come."""
    picture = np.full((720, 1280, 3), (80, 120, 90), np.uint8)
    cv2.ellipse(picture, (640, 400), (220, 190), 0, 0, 360, (60, 90, 140), -1)
    for x, inwards in ((500, 60), (780, -60)):
        cv2.fillPoly(picture, [np.array([[x - 80, 300], [x, 120], [x + 80, 300]])], (60, 90, 140))
        cv2.circle(picture, (x + inwards, 380), 30, (40, 220, 220), -1)
    noise = np.random.default_rng(1).normal(0, 9, picture.shape)
    return as_jpeg(np.clip(picture + noise, 0, 255).astype(np.uint8))


def bomb(side: int) -> bytes:
    """A PNG of a few kB whose header promises side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(2_000_000))) + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def child(qapp: object) -> Iterator[PhotoReader]:
    made: PhotoReader = OcrReader(COMMAND, longest_ms=LONG_MS)
    made.warm_up()
    yield made
    made.close()


@pytest.mark.parametrize("file", sorted(TRUTH))
def test_the_sample_photographs(reader: Reader, file: str) -> None:
    """Name and number whole, rare characters (䶮, 乜) and a last X too; the number proved by its check digit."""
    found = reader.read(photo(file))
    assert said(found) == TRUTH[file]
    assert found is not None
    assert found.kind == "resident_id"
    assert found.number.mark is Mark.sure
    assert found.birth == date(*(int(TRUTH[file][1][a:b]) for a, b in ((6, 10), (10, 12), (12, 14))))


def tilted(picture: Picture, degrees: float) -> Picture:
    turn = cv2.getRotationMatrix2D((640, 360), degrees, 0.8)
    return np.asarray(cv2.warpAffine(picture, turn, (1280, 720), borderMode=cv2.BORDER_REFLECT), np.uint8)


def on_white(picture: Picture) -> Picture:
    """Cut out and laid on a sheet that is hardly another colour."""
    corners = find_card(picture)
    assert corners is not None
    mask = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, corners.astype(np.int32), 1)
    return np.where(mask[:, :, None] == 1, picture, np.uint8(235))


CHANGES: dict[str, Callable[[Picture], Picture]] = {
    "quarter turn": lambda picture: np.rot90(picture).copy(),
    "upside down": lambda picture: np.rot90(picture, 2).copy(),
    "three quarters": lambda picture: np.rot90(picture, 3).copy(),
    "10 degrees": lambda picture: tilted(picture, 10),
    "dark": lambda picture: (picture * 0.25).astype(np.uint8),
    "blurred": lambda picture: np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.8), np.uint8),
    "small": lambda picture: np.asarray(
        cv2.resize(picture, (700, 394), interpolation=cv2.INTER_AREA), np.uint8
    ),
    "large": lambda picture: np.asarray(cv2.resize(picture, (3000, 1688)), np.uint8),
    "white desk": on_white,
    "no edge": lambda picture: picture[125:600, 250:930].copy(),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_photographs_as_they_come(reader: Reader, change: str) -> None:
    """Not trained for, only tried: turned, tilted, dark, blurred, small, large, on white, cut at its edges."""
    assert said(reader.read(as_jpeg(CHANGES[change](picture_of())))) == TRUTH["card_021.jpg"]


def test_a_phone_says_how_it_was_held(reader: Reader) -> None:
    """The orientation in a JPEG's EXIF block is followed before anything is looked for."""
    turned = Image.open(io.BytesIO(photo())).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    turned.save(out, "JPEG", quality=90, exif=exif)
    assert decode(out.getvalue()).shape[:2] == (720, 1280)
    assert said(reader.read(out.getvalue())) == TRUTH["card_021.jpg"]


def test_a_wrong_check_digit_is_never_right(reader: Reader) -> None:
    """VIS-7: read as printed, and doubtful."""
    found = reader.read(
        drawn(
            (60, 50, 22, "姓 名"),
            (150, 44, 32, "王 芳"),
            (60, 110, 26, "性 别  女"),
            (60, 450, 22, "公民身份号码"),
            (300, 440, 36, "210102198704129198"),
        )
    )
    assert found is not None
    assert (found.name.value, found.number.value) == ("王芳", "210102198704129198")
    assert (found.number.mark, found.number.reason, found.birth) == (Mark.doubtful, "check_digit", None)


@pytest.mark.parametrize("name", ["王𠮷", "欧阳杺娜"])  # read as 王□, as 欧阳□娜 or 欧阳秘娜
def test_a_character_that_the_model_does_not_know_leaves_a_mark(reader: Reader, name: str) -> None:
    """A name that lost a character looks like another name: □ stands for it, and the guard types it."""
    found = reader.read(
        drawn(
            (60, 50, 22, "姓 名"),
            (150, 44, 32, name),
            (60, 110, 26, "性 别  女"),
            (60, 450, 22, "公民身份号码"),
            (300, 440, 36, "21010219870412919X"),
        )
    )
    assert found is not None
    assert len(found.name.value) == len(name)
    assert found.name.mark is Mark.doubtful


def test_a_travel_permit(reader: Reader) -> None:
    """The name under its label; a number without a check digit is likely at most."""
    found = reader.read(
        drawn(
            (60, 24, 30, "港澳居民来往内地通行证"),
            (330, 120, 20, "姓名"),
            (330, 146, 30, "陈大文"),
            (330, 380, 20, "证件号码"),
            (330, 404, 34, "H10385526"),
        )
    )
    assert found is not None
    assert (found.kind, *said(found)) == ("hm_permit", "陈大文", "H10385526")
    assert found.number.mark is Mark.likely


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a cat": (cat, "photo_no_document"),
    "black": (lambda: as_jpeg(np.zeros((480, 640, 3), np.uint8)), "photo_no_document"),
    "the back": (
        lambda: drawn((260, 170, 50, "居 民 身 份 证"), (150, 400, 24, "签发机关  厦门市公安局")),
        "photo_back_side",
    ),
    "60 MB": (lambda: b"\xff\xd8" + bytes(60 << 20), "photo_too_large"),
    "a bomb": (lambda: bomb(40_000), "photo_too_many_pixels"),
    "a bomb that Pillow refuses": (lambda: bomb(8_001), "photo_too_many_pixels"),
    "half a JPEG": (lambda: photo()[: len(photo()) // 2], "photo_broken"),
    "a damaged JPEG": (
        lambda: bytes(b ^ 255 if n % 997 == 500 else b for n, b in enumerate(photo())),
        "photo_broken",
    ),
    "nothing": (lambda: b"", "photo_wrong_type"),
    "a text": (lambda: "姓名 王芳".encode(), "photo_wrong_type"),
    "a PDF": (lambda: b"%PDF-1.7\n", "photo_wrong_type"),
    "a dot": (lambda: as_jpeg(np.zeros((20, 30, 3), np.uint8)), "photo_too_small"),
    "a ribbon": (lambda: as_jpeg(np.zeros((130, 40_000, 3), np.uint8)), "photo_too_small"),
}


@pytest.mark.parametrize("case", sorted(BAD))
def test_what_is_no_photograph_of_a_document(reader: Reader, case: str) -> None:
    """One clear error each, in both languages, and the next photograph is read."""
    make, code = BAD[case]
    with pytest.raises(DomainError) as refused:
        reader.read(make())
    assert refused.value.code == code
    assert all(refused.value.text(Words(language)) for language in LANGUAGES)


def test_a_bomb_is_not_decoded() -> None:
    """The limit is looked up in the header: nothing of the picture's size is ever allocated."""
    before = psutil.Process().memory_info().rss
    with pytest.raises(DomainError, match="photo_too_many_pixels"):
        decode(bomb(int(MOST_PIXELS**0.5) + 1))
    assert psutil.Process().memory_info().rss - before < 60_000_000


def test_cancelled_before_the_next_step(reader: Reader) -> None:
    """Typing cancels: after each line it is asked whether anybody still waits."""
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(len(asked) == 2)
        return asked[-1]

    assert reader.read(photo(), cancelled) is None
    assert len(asked) == 3


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program starts and runs without `yinghou[ocr]`; only reading a photograph says what is missing."""
    assert is_installed()
    for name in ("text_models", "card_photo", "card_picture"):
        monkeypatch.delitem(sys.modules, f"app.devices.{name}")
        monkeypatch.delattr(f"app.devices.{name}")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(DomainError, match="photo_extra_missing"):
        Reader()


def test_the_engine_reports_to_nobody() -> None:
    """VIS-14: onnxruntime's wheels from 1.29 on hold a client that reports to their maker; ours must not."""
    found = importlib.util.find_spec("onnxruntime")
    assert found is not None
    assert found.origin is not None
    libraries = list((Path(found.origin).parent / "capi").glob("*.so*"))
    assert libraries
    assert not any(b"OneDsTelemetry" in library.read_bytes() for library in libraries)


def test_a_reading_goes_over_the_pipe_and_back() -> None:
    reading = CardReading(
        "resident_id",
        ReadField("王芳", 0.9, Mark.likely),
        ReadField("1", 0.5, Mark.doubtful, "check_digit", "2"),
        None,
    )
    assert from_values(json.loads(json.dumps(as_values(reading)))) == reading


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_far_to_trust_a_field_in_words(language: str) -> None:
    words = Words(language)
    texts = {trust(ReadField("x", 1.0, mark), words) for mark in Mark}
    texts |= {
        trust(ReadField("x", 1.0, Mark.doubtful, reason), words) for reason in ("unclear", "birth_differs")
    }
    assert len(texts) == len(Mark) + 2


# --- the child process -----------------------------------------------------------------------------------------------


def test_the_child_reads_one_after_another(qtbot: QtBot, child: PhotoReader) -> None:
    """Warmed up once; a refused picture in between changes nothing."""
    for file in ("card_021.jpg", "card_015.jpg"):
        with qtbot.waitSignal(child.photo_read, timeout=LONG_MS) as read:
            child.read(photo(file))
        assert said(read.args[0]) == TRUTH[file]
        with qtbot.waitSignal(child.refused, timeout=LONG_MS) as refused:
            child.read(b"no picture")
        assert refused.args[0].code == "photo_wrong_type"
        assert not child.busy


def test_a_cancelled_picture_is_never_answered(qtbot: QtBot, child: PhotoReader) -> None:
    """Typing cancels, a new picture cancels the one before: the next answer is the next picture's."""
    heard: list[CardReading] = []
    child.photo_read.connect(heard.append)
    child.read(photo("card_000.jpg"))
    child.cancel()
    assert not child.busy
    child.read(photo("card_017.jpg"))
    with qtbot.waitSignal(child.photo_read, timeout=LONG_MS):
        child.read(photo("card_038.jpg"))
    child.photo_read.disconnect(heard.append)
    assert [said(one) for one in heard] == [TRUTH["card_038.jpg"]]


def test_what_is_too_large_is_not_sent(qtbot: QtBot, child: PhotoReader) -> None:
    with qtbot.waitSignal(child.refused, timeout=1000) as refused:
        child.read(bytes(MOST_BYTES + 1))
    assert refused.args[0].code == "photo_too_large"


def test_a_missing_camera_is_said(qtbot: QtBot, child: PhotoReader, tmp_path: Path) -> None:
    """An unplugged camera is one clear message, and a file is read at once after."""
    with qtbot.waitSignal(child.refused, timeout=LONG_MS) as refused:
        child.photograph(str(tmp_path / "video0"))
    assert refused.args[0].code == "camera_none"
    with qtbot.waitSignal(child.photo_read, timeout=LONG_MS) as read:
        child.read(photo())
    assert said(read.args[0]) == TRUTH["card_021.jpg"]


def test_a_child_that_dies_or_hangs_is_replaced(qtbot: QtBot) -> None:
    """The guard is told at once, and the next photograph is read by a new child."""
    before = set(psutil.Process().children())
    made = OcrReader(COMMAND, longest_ms=LONG_MS)
    with qtbot.waitSignal(made.warmed_up, timeout=LONG_MS):
        made.warm_up()
    (process,) = set(psutil.Process().children()) - before
    process.send_signal(signal.SIGSTOP)
    with qtbot.waitSignal(made.refused, timeout=LONG_MS) as refused:
        made.read(photo())
        process.send_signal(signal.SIGKILL)
    assert refused.args[0].code == "photo_reader_died"
    made._clock.setInterval(200)
    with qtbot.waitSignal(made.refused, timeout=LONG_MS) as refused:
        made.read(photo())
    assert refused.args[0].code == "photo_too_slow"
    made._clock.setInterval(LONG_MS)
    with qtbot.waitSignal(made.photo_read, timeout=LONG_MS) as read:
        made.read(photo())
    assert said(read.args[0]) == TRUTH["card_021.jpg"]
    made.close()


def test_the_child_ends_with_its_parent_and_leaves_no_file(tmp_path: Path, own_home: Path) -> None:
    """VIS-14: the end of its input ends it in the middle of a picture; the picture was in memory only."""
    before = set(own_home.rglob("*"))
    process = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert "ready" in json.loads(process.stdout.readline())
    process.stdin.write(read_order(1, len(photo())) + photo())
    process.stdin.flush()
    assert "card" in json.loads(process.stdout.readline())
    process.stdin.write(read_order(2, len(photo())) + photo())
    process.stdin.close()
    assert process.wait(5) == 0
    process.stdout.close()
    assert list(tmp_path.iterdir()) == []
    assert set(own_home.rglob("*")) == before


def test_on_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One JSON object for each file, also for one that is none, which is named on stderr too."""
    (tmp_path / "cat.jpg").write_text("miaow")
    assert main(["identify", "--photo", str(CARDS / "card_017.jpg"), str(tmp_path / "cat.jpg")]) == 1
    out, err = capsys.readouterr()
    first, second = (json.loads(line) for line in out.splitlines())
    assert (first["name"], first["number"]) == TRUTH["card_017.jpg"]
    assert (first["kind"], first["valid"], first["birth"]) == ("resident_id", True, "1956-05-28")
    assert (second["valid"], second["reason"]) == (False, "photo_wrong_type")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("answer", [CardReading("resident_id"), DomainError("photo_no_document")])
def test_the_simulated_one_answers_as_told(qtbot: QtBot, answer: CardReading | DomainError) -> None:
    made: PhotoReader = SimulatedOcr(answer)
    made.read(b"x")
    made.cancel()
    assert not made.busy
    with qtbot.waitSignal(made.refused if isinstance(answer, DomainError) else made.photo_read) as told:
        made.read(b"x")
    assert told.args[0] is answer
    with qtbot.waitSignal(made.refused) as refused:
        made.read(bytes(MOST_BYTES + 1))
    assert refused.args[0].code == "photo_too_large"
