"""The file that a backup is: a head that this PC's key or the recovery code opens, then encrypted chunks.

    "yinghou backup 1"   magic and version
    head                 JSON: the key file's text without a secret in clear, and this file's salt; its length before it
    sha256               of all that, so that a damaged head is not taken for a missing key
    chunks               length, then AES-256-GCM of compressed bytes; the first holds the manifest

A chunk's nonce is its place and whether it is the last one, and the head's digest is bound to each: a chunk that is cut
off, doubled, swapped or taken from another backup does not open.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.db.base import EPOCH, to_micros
from app.db.secrets import KeyFile
from app.errors import DomainError

MAGIC = b"yinghou backup "
VERSION = b"1\n"
CHUNK = 1 << 20
LARGEST = 2 * CHUNK
LENGTH = struct.Struct(">I")
NONCE = struct.Struct(">7xIB")
SALT = 32


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `sha256` and `size` (bytes) are the database's; `heads` are the audit chains' ends."""

    made_at: datetime
    site: str
    schema: str
    size: int
    sha256: str
    heads: tuple[tuple[str, int, str], ...]
    rows: dict[str, int]

    def text(self) -> str:
        """As JSON."""
        return json.dumps({**asdict(self), "made_at": to_micros(self.made_at)}, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Manifest:
        """From JSON. Raises ValueError, KeyError or TypeError for anything else."""
        raw = json.loads(text)
        heads = tuple((str(writer), int(seq), str(digest)) for writer, seq, digest in raw.pop("heads"))
        return cls(made_at=EPOCH + timedelta(microseconds=raw.pop("made_at")), heads=heads, **raw)


@contextmanager
def file_faults(path: Path) -> Iterator[None]:
    """Turns what a disk or a folder refuses into errors that the user can act on."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DomainError("disk_full") from fault
        if fault.errno == errno.EIO:
            raise DomainError("disk_fault") from fault
        raise DomainError("cannot_write_file", file=str(path)) from fault


def write(target: Path, keys: KeyFile, backup_key: bytes, manifest: Manifest, source: Path) -> None:
    """Writes the container, whole or not at all: beside the target first, on the disk, then renamed.

    Raises:
        DomainError: `disk_full`, `cannot_write_file`, `disk_fault`.
    """
    salt = os.urandom(SALT)
    text = json.dumps({"keys": keys.text(), "salt": salt.hex()}).encode()
    head = MAGIC + VERSION + LENGTH.pack(len(text)) + text
    bound = hashlib.sha256(head).digest()
    cipher = AESGCM(_file_key(backup_key, salt))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    with file_faults(target):
        try:
            with part.open("wb") as out, source.open("rb") as content:
                part.chmod(0o600)
                out.write(head + bound)
                for place, last, plain in _numbered(_plain(manifest, content)):
                    sealed = cipher.encrypt(NONCE.pack(place, last), zlib.compress(plain, 1), bound)
                    out.write(LENGTH.pack(len(sealed)) + sealed)
                out.flush()
                os.fsync(out.fileno())
            part.replace(target)
            sync_folder(target.parent)
        finally:
            part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Brings a rename to the disk, where the system knows that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Container:
    """A backup file, its head read. Nothing of it is believed before its tag fits."""

    def __init__(self, path: Path) -> None:
        """Reads the head.

        Raises:
            DomainError: `backup_missing`, `not_a_backup`, `newer_backup`, `backup_damaged`.
        """
        self.path = path
        try:
            with path.open("rb") as raw:
                start = raw.read(len(MAGIC) + len(VERSION))
                if not start.startswith(MAGIC):
                    raise DomainError("not_a_backup", file=path.name)
                if start[len(MAGIC) :] != VERSION:
                    raise DomainError("newer_backup", file=path.name)
                packed = raw.read(LENGTH.size)
                text = raw.read(min(_length(packed), CHUNK))
                self._bound = raw.read(32)
                self._start = raw.tell()
        except OSError as fault:
            raise DomainError("backup_missing", file=str(path)) from fault
        if hashlib.sha256(start + packed + text).digest() != self._bound:
            raise DomainError("backup_damaged", file=path.name)
        try:
            head = json.loads(text)
            self.keys = KeyFile.read(head["keys"])
            self._salt = bytes.fromhex(head["salt"])
        except (ValueError, KeyError, TypeError, RecursionError, DomainError) as fault:
            raise DomainError("backup_damaged", file=path.name) from fault

    def manifest(self, backup_key: bytes) -> Manifest:
        """The manifest alone.

        Raises:
            DomainError: `backup_damaged`.
        """
        with self._opened() as raw:
            return self._manifest(next(self._chunks(raw, backup_key), b""))

    def content(self, backup_key: bytes) -> Iterator[bytes]:
        """The database, piece by piece; ends well only if all of it is whole and its sha256 is the manifest's.

        Raises:
            DomainError: `backup_damaged`.
        """
        with self._opened() as raw:
            chunks = self._chunks(raw, backup_key)
            manifest = self._manifest(next(chunks, b""))
            whole, size = hashlib.sha256(), 0
            for chunk in chunks:
                whole.update(chunk)
                size += len(chunk)
                yield chunk
            if size != manifest.size or whole.hexdigest() != manifest.sha256:
                raise DomainError("backup_damaged", file=self.path.name)

    def verify(self, backup_key: bytes) -> Manifest:
        """Reads all of it and answers the manifest.

        Raises:
            DomainError: `backup_damaged`.
        """
        for _ in self.content(backup_key):
            pass
        return self.manifest(backup_key)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self.path.open("rb") as raw:
                raw.seek(self._start)
                yield raw
        except OSError as fault:
            raise DomainError("backup_missing", file=str(self.path)) from fault

    def _manifest(self, chunk: bytes) -> Manifest:
        try:
            return Manifest.read(chunk.decode())
        except (ValueError, KeyError, TypeError, OverflowError) as fault:
            raise DomainError("backup_damaged", file=self.path.name) from fault

    def _chunks(self, raw: BinaryIO, backup_key: bytes) -> Iterator[bytes]:
        cipher = AESGCM(_file_key(backup_key, self._salt))
        sealed = self._sealed(raw)
        place = 0
        while sealed:
            following = self._sealed(raw)
            try:
                plain = cipher.decrypt(NONCE.pack(place, not following), sealed, self._bound)
                yield zlib.decompress(plain)
            except (InvalidTag, zlib.error) as fault:
                raise DomainError("backup_damaged", file=self.path.name) from fault
            sealed = following
            place += 1

    def _sealed(self, raw: BinaryIO) -> bytes:
        """The next chunk as it stands in the file, b"" at the end."""
        packed = raw.read(LENGTH.size)
        if not packed:
            return b""
        length = _length(packed)
        sealed = raw.read(min(length, LARGEST))
        if len(sealed) != length or not length:
            raise DomainError("backup_damaged", file=self.path.name)
        return sealed


def _length(packed: bytes) -> int:
    return int.from_bytes(packed, "big")


def _file_key(backup_key: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"yinghou backup file").derive(backup_key)


def _plain(manifest: Manifest, content: BinaryIO) -> Iterator[bytes]:
    yield manifest.text().encode()
    while chunk := content.read(CHUNK):
        yield chunk


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, bool, bytes]]:
    """Each chunk with its place and whether it is the last."""
    place, waiting = 0, b""
    for chunk in chunks:
        if waiting:
            yield place, False, waiting
            place += 1
        waiting = chunk
    yield place, True, waiting
