"""Serial ports by pyserial, the same on Linux and Windows; imported when a reader is first used (8 ms).

Chosen over termios (Linux only) and QtSerialPort (only in PySide6-Addons, with all of its other modules). pyserial's
last release, 3.5, is of November 2020: pure Python, in use everywhere, its types are kept, but fixes come slowly. It is
used here and nowhere else, so that another can take its place.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from app.words import Words

BAUD = 115200
AUTO = "auto"
WAIT_SECONDS = 0.1
"""How long one read waits for the first byte: so long takes a stop at most."""
if sys.platform == "win32":
    GONE: tuple[type[Exception], ...] = (OSError, ValueError)
else:
    import termios

    # pyserial lets termios.error through when a device goes while it is being set up.
    GONE = (OSError, ValueError, termios.error)
NOT_THERE = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO)


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A port of this PC: the device to open, what it says it is, and whether it is on USB."""

    device: str
    name: str
    usb: bool


class LineGoneError(OSError):
    """The device is not there, or not any more."""


class LineDeniedError(OSError):
    """The device is there and cannot be opened: another program has it, or this user may not."""


class SerialLine:
    """An open port, 115200 8N1, ours alone; a `card_module.Line`. Use it as a context manager.

    Every call raises LineGoneError when the device is gone; opening also LineDeniedError.
    """

    def __init__(self, port: str, wait: float = WAIT_SECONDS) -> None:
        import serial

        try:
            self._port = serial.Serial(port, BAUD, timeout=wait, write_timeout=1.0, exclusive=True)
        except GONE as error:
            raise _why(error, port) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*GONE):
            self._port.close()

    def write(self, data: bytes) -> None:
        """Sends all of it."""
        try:
            self._port.write(data)
        except GONE as error:
            raise LineGoneError from error

    def read(self) -> bytes:
        """What has come, or b'' after `wait` seconds."""
        try:
            first = self._port.read(1)
            return bytes(first + self._port.read(self._port.in_waiting)) if first else b""
        except GONE as error:
            raise LineGoneError from error

    def drop_input(self) -> None:
        """Throws away what has come and was not read."""
        try:
            self._port.reset_input_buffer()
        except GONE as error:
            raise LineGoneError from error


def serial_ports() -> list[SerialPort]:
    """The serial ports of this PC now, those on USB first."""
    from serial.tools.list_ports import comports

    try:
        here = list(comports())
    except OSError:  # a device that goes while it is looked at; the next look is right
        here = []
    found = [SerialPort(p.device, p.product or p.description or "", p.vid is not None) for p in here]
    return sorted(found, key=lambda port: (not port.usb, port.device))


def usb_ports() -> list[str]:
    """The devices that "auto" tries: a reader on a built-in port is set by name."""
    return [port.device for port in serial_ports() if port.usb]


def port_choices(words: Words, chosen: str, ports: Sequence[SerialPort]) -> list[tuple[str, str]]:
    """What the setting `card_reader` can be: (value, text), with what is chosen now even if it is not plugged in."""
    choices = [("", words("devices.port_none")), (AUTO, words("devices.port_auto"))]
    for port in ports:
        named = words("devices.port_named", port=port.device, name=port.name)
        choices.append((port.device, named if port.name not in ("", "n/a") else port.device))
    if chosen not in dict(choices):
        choices.append((chosen, words("devices.port_absent", port=chosen)))
    return choices


def _why(error: Exception, port: str) -> OSError:
    """Why a port was not opened: on Linux there is an errno, on Windows pyserial has only words."""
    if isinstance(error, ValueError) or getattr(error, "errno", None) in NOT_THERE:
        return LineGoneError(port)
    return LineGoneError(port) if "FileNotFoundError" in str(error) else LineDeniedError(port)
