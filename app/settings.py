"""This PC's choices for a data folder: language, look, station, server; one TOML file, replaced whole.

They are no data: a file that cannot be read means the defaults, never a program that does not start.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from app.words import LANGUAGES

FILE = "settings.toml"
EVACUATION = "evacuation"
THEMES = ("light", "dark", "high_contrast")
SMALLEST, LARGEST = 1.0, 2.0  # the zoom, as a factor
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Settings:
    """What this PC shows and how.

    `zoom` is a factor, `large` the large type of a post, `database` a server's URL ("" for the folder's own file),
    `station` as in `--station` ("" when it was never chosen). `card_reader` is the port of the resident-card reader: a
    device (/dev/ttyUSB0, COM3), "auto" (the USB serial ports in turn) or "" (none); it is tried, never checked here.
    `evacuation` is where the evacuation list is saved ("" for a folder of its own in the data folder).
    """

    language: str = "zh_CN"
    theme: str = "light"
    large: bool = False
    zoom: float = 1.0
    station: str = ""
    database: str = ""
    card_reader: str = ""
    evacuation: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and the names of the values in the file that make no sense (the defaults stand in for them)."""

    settings: Settings
    ignored: tuple[str, ...] = ()


def load(folder: Path) -> Loaded:
    """Reads a folder's settings; never raises for what the file holds."""
    try:
        raw = tomllib.loads((folder / FILE).read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return Loaded(Settings())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return Loaded(Settings(), (FILE,))
    names = {field.name for field in fields(Settings)}
    good = {name: value for name, value in raw.items() if name in names and _holds(name, value)}
    return Loaded(Settings(**good), tuple(sorted(set(raw) - set(good))))


def save(folder: Path, settings: Settings) -> None:
    """Replaces the settings whole: another reader sees the old ones or the new ones, also after a power cut.

    Raises:
        OSError: the folder cannot be written.
    """
    import tomli_w

    path = folder / FILE
    part = folder / f".{FILE}.{os.getpid()}.part"
    try:
        with part.open("wb") as out:
            part.chmod(0o600)
            out.write(tomli_w.dumps(asdict(settings)).encode())
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def evacuation_folder(folder: Path, kept: Settings) -> Path:
    """Where this PC saves the evacuation list of a data folder (VIS-13). Makes nothing."""
    return Path(kept.evacuation) if kept.evacuation else folder / EVACUATION


def data_folder(argument: str | Path | None = None) -> Path:
    """The data folder: `--data`, else `YINGHOU_DATA`, else where this system keeps a user's data. Makes nothing."""
    chosen = argument or os.environ.get("YINGHOU_DATA")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("yinghou", appauthor=False))


def _holds(name: str, value: Any) -> bool:
    """Whether a value of the file may be used."""
    if name == "language":
        return value in LANGUAGES
    if name == "theme":
        return value in THEMES
    if name == "large":
        return isinstance(value, bool)
    if name == "zoom":
        return type(value) in (int, float) and SMALLEST <= value <= LARGEST
    return isinstance(value, str) and len(value) <= LONGEST and value.isprintable()
