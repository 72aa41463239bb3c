"""libcups through ctypes: the dozen functions that printing needs, and IPP answers as plain values.

Only functions without variable arguments are used, so that the calls are right on every processor.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char, c_char_p, c_double, c_int, c_void_p

from app.errors import DomainError

Values = tuple[str | int | bool, ...]
Group = dict[str, Values]
"""The attributes of one printer or job by IPP name."""

CANCEL_JOB = 0x0008
GET_JOB_ATTRIBUTES = 0x0009
GET_PRINTER_ATTRIBUTES = 0x000B
CUPS_GET_PRINTERS = 0x4002

STATUS_OK = 0x00FF
STATUS_FORBIDDEN = (0x0401, 0x0402, 0x0403, 0x1000)
STATUS_NOT_POSSIBLE = 0x0404
STATUS_NOT_FOUND = 0x0406

_OPERATION_GROUP = 0x01
_INTEGER, _BOOLEAN, _ENUM, _KEYWORD, _URI, _NAME = 0x21, 0x22, 0x23, 0x44, 0x45, 0x42
_STRINGS = range(0x35, 0x4B)

_TIMEOUT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
_PASSWORD = ctypes.CFUNCTYPE(c_void_p, c_char_p, c_void_p, c_char_p, c_char_p, c_void_p)


class _Option(ctypes.Structure):
    _fields_ = (("name", c_char_p), ("value", c_char_p))


class _Media(ctypes.Structure):
    _fields_ = (
        ("pwg", c_char_p),
        ("legacy", c_char_p),
        ("ppd", c_char_p),
        ("width", c_int),
        ("length", c_int),
    )


_FUNCTIONS: dict[str, tuple[object, list[object]]] = {
    "cupsServer": (c_char_p, []),
    "cupsSetServer": (None, [c_char_p]),
    "cupsEncryption": (c_int, []),
    "ippPort": (c_int, []),
    "cupsUser": (c_char_p, []),
    "cupsSetPasswordCB2": (None, [_PASSWORD, c_void_p]),
    "httpConnect2": (c_void_p, [c_char_p, c_int, c_void_p, c_int, c_int, c_int, c_int, c_void_p]),
    "httpSetTimeout": (None, [c_void_p, c_double, _TIMEOUT, c_void_p]),
    "httpClose": (None, [c_void_p]),
    "cupsGetDefault2": (c_char_p, [c_void_p]),
    "cupsAddOption": (c_int, [c_char_p, c_char_p, c_int, POINTER(POINTER(_Option))]),
    "cupsFreeOptions": (None, [c_int, POINTER(_Option)]),
    "cupsPrintFile2": (c_int, [c_void_p, c_char_p, c_char_p, c_char_p, c_int, POINTER(_Option)]),
    "cupsDoRequest": (c_void_p, [c_void_p, c_void_p, c_char_p]),
    "cupsLastError": (c_int, []),
    "cupsLastErrorString": (c_char_p, []),
    "ippNewRequest": (c_void_p, [c_int]),
    "ippAddString": (c_void_p, [c_void_p, c_int, c_int, c_char_p, c_char_p, c_char_p]),
    "ippAddStrings": (c_void_p, [c_void_p, c_int, c_int, c_char_p, c_int, c_char_p, POINTER(c_char_p)]),
    "ippAddInteger": (c_void_p, [c_void_p, c_int, c_int, c_char_p, c_int]),
    "ippDelete": (None, [c_void_p]),
    "ippFirstAttribute": (c_void_p, [c_void_p]),
    "ippNextAttribute": (c_void_p, [c_void_p]),
    "ippGetName": (c_char_p, [c_void_p]),
    "ippGetGroupTag": (c_int, [c_void_p]),
    "ippGetValueTag": (c_int, [c_void_p]),
    "ippGetCount": (c_int, [c_void_p]),
    "ippGetInteger": (c_int, [c_void_p, c_int]),
    "ippGetBoolean": (c_char, [c_void_p, c_int]),
    "ippGetString": (c_char_p, [c_void_p, c_int, c_void_p]),
    "pwgMediaForPWG": (POINTER(_Media), [c_char_p]),
}


class IppError(Exception):
    """The scheduler answered no: `status` is IPP's number, `text` the scheduler's own words."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status:#06x} {text}")
        self.status = status
        self.text = text


class Libcups:
    """The library of this PC. DomainError printing_unavailable if there is none."""

    def __init__(self, library: str = "libcups.so.2") -> None:
        try:
            self._library = ctypes.CDLL(library)
        except OSError as error:
            raise DomainError("printing_unavailable") from error
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(self._library, name)
            function.restype, function.argtypes = result, arguments
        # Without these libcups would wait for ever for a scheduler that hangs, and ask for a password on the
        # terminal.
        self._give_up = _TIMEOUT(lambda http, data: 0)
        self._no_password = _PASSWORD(lambda prompt, http, method, resource, data: None)

    @contextmanager
    def connection(self, server: str | None, seconds: float) -> Iterator[Connection]:
        """A fresh connection: `server` is a socket's path, `host` or `host:port`, None the PC's own.

        DomainError printing_scheduler_down if nothing answers within `seconds`.
        """
        c = self._library
        # Thread-local in libcups: the caller may be any thread.
        c.cupsSetPasswordCB2(self._no_password, None)
        c.cupsSetServer(None if server is None else server.encode())
        http = c.httpConnect2(
            c.cupsServer(), c.ippPort(), None, 0, c.cupsEncryption(), 1, int(seconds * 1000), None
        )
        if not http:
            raise DomainError("printing_scheduler_down")
        c.httpSetTimeout(http, seconds, self._give_up, None)
        try:
            yield Connection(c, http)
        finally:
            c.httpClose(http)

    def short_media(self, keyword: str) -> str:
        """The name people know (A4, Letter) for IPP's (iso_a4_210x297mm); else the same word."""
        media = self._library.pwgMediaForPWG(keyword.encode())
        return media.contents.ppd.decode() if media and media.contents.ppd else keyword


class Connection:
    """One open connection to the scheduler; asked once or twice and closed."""

    def __init__(self, library: ctypes.CDLL, http: int) -> None:
        self._library = library
        self._http = http

    def ask(
        self, operation: int, uri: str, wanted: tuple[str, ...] = (), job: int | None = None
    ) -> list[Group]:
        """One IPP request about a printer (or one job of it): the answer's groups of attributes.

        IppError when the scheduler says no; DomainError printing_scheduler_down when it does not answer.
        """
        c = self._library
        request = c.ippNewRequest(operation)
        c.ippAddString(request, _OPERATION_GROUP, _URI, b"printer-uri", None, uri.encode())
        if job is not None:
            c.ippAddInteger(request, _OPERATION_GROUP, _INTEGER, b"job-id", job)
        c.ippAddString(request, _OPERATION_GROUP, _NAME, b"requesting-user-name", None, c.cupsUser())
        if wanted:
            names = (c_char_p * len(wanted))(*(name.encode() for name in wanted))
            c.ippAddStrings(
                request, _OPERATION_GROUP, _KEYWORD, b"requested-attributes", len(wanted), None, names
            )
        response = c.cupsDoRequest(self._http, request, b"/")
        error = self._error()
        if not response and error.status not in STATUS_FORBIDDEN:
            raise DomainError("printing_scheduler_down")
        try:
            if error.status > STATUS_OK:
                raise error
            return self._groups(response)
        finally:
            if response:
                c.ippDelete(response)

    def _error(self) -> IppError:
        text = self._library.cupsLastErrorString() or b""
        return IppError(self._library.cupsLastError(), text.decode(errors="replace"))

    def _groups(self, response: int) -> list[Group]:
        c = self._library
        groups: list[Group] = [{}]
        tag = 0
        attribute = c.ippFirstAttribute(response)
        while attribute:
            name = c.ippGetName(attribute)
            if c.ippGetGroupTag(attribute) != tag or name is None:
                tag = c.ippGetGroupTag(attribute)
                groups.append({})
            if name is not None and tag != _OPERATION_GROUP:
                groups[-1][name.decode()] = self._values(attribute)
            attribute = c.ippNextAttribute(response)
        return [group for group in groups if group]

    def _values(self, attribute: int) -> Values:
        c = self._library
        kind, count = c.ippGetValueTag(attribute), range(c.ippGetCount(attribute))
        if kind in (_INTEGER, _ENUM):
            return tuple(int(c.ippGetInteger(attribute, i)) for i in count)
        if kind == _BOOLEAN:
            return tuple(c.ippGetBoolean(attribute, i) != b"\0" for i in count)
        if kind in _STRINGS:
            return tuple((c.ippGetString(attribute, i, None) or b"").decode(errors="replace") for i in count)
        return ()

    def default_queue(self) -> str:
        """The queue this user prints on by default (own choice, else the scheduler's) or ""."""
        name: bytes | None = self._library.cupsGetDefault2(self._http)
        return name.decode() if name else ""

    def print_file(self, queue: str, file: bytes, title: str, options: Mapping[str, str]) -> int:
        """Sends one file as it is and answers the job's number. IppError with the reason."""
        c = self._library
        chosen = POINTER(_Option)()
        count = 0
        for name, value in options.items():
            count = c.cupsAddOption(name.encode(), value.encode(), count, byref(chosen))
        try:
            number: int = c.cupsPrintFile2(self._http, queue.encode(), file, title.encode(), count, chosen)
        finally:
            c.cupsFreeOptions(count, chosen)
        if number <= 0:
            raise self._error()
        return number
