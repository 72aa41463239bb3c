"""Keys of a site: encrypted columns, keyed digests for searching, wrapped keys (docs/threat-model.md).

The site's key (32 random bytes) never stands in clear in the data folder. `keys.json` holds it wrapped twice: by this
PC's key (a 0600 file outside the data folder, or the system's keyring) and by the recovery code. From it three keys
follow by HKDF: for encryption, for digests, and for backups.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets as random_source
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import DomainError

KEY_ID = b"\x01"
NONCE = 12
DIGEST = 16

# Everybody has this one: it protects nothing, and it is how a sample site is known (`--as` works only under it).
SAMPLE_KEY = hashlib.sha256(b"yinghou sample site, published key").digest()

RECOVERY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"yinghou " + purpose).derive(key)


class Secrets:
    """Encrypts and digests for one site. `random` makes nonces: the sample site's is seeded."""

    def __init__(self, site_key: bytes, random: Callable[[int], bytes] = os.urandom) -> None:
        self.site_key = site_key
        self._cipher = AESGCM(_derive(site_key, b"columns"))
        self._digest_key = _derive(site_key, b"digests")
        self.audit_key = _derive(site_key, b"audit")
        self.backup_key = _derive(site_key, b"backups")
        self.drafts_key = _derive(site_key, b"drafts")
        self._random = random

    def random_bytes(self, count: int) -> bytes:
        """Bytes for a salt or a key: from the system, on the sample site of `demo` from its seed."""
        return self._random(count)

    @property
    def sample(self) -> bool:
        """Whether the site's key is the published one, so that nothing in it is real."""
        return hmac.compare_digest(self.site_key, SAMPLE_KEY)

    def seal(self, text: str, place: str, site_id: int, row: UUID) -> bytes | None:
        """Ciphertext of a column's value, bound to its place (`table.column`), site and row; None for ""."""
        if not text:
            return None
        nonce = self._random(NONCE)
        bound = b"%s:%d:" % (place.encode(), site_id) + row.bytes
        return KEY_ID + nonce + self._cipher.encrypt(nonce, text.encode(), bound)

    def open(self, sealed: bytes | None, place: str, site_id: int, row: UUID) -> str:
        """The value of a sealed column, "" for None.

        Raises:
            DomainError: `damaged_value` when the tag does not fit: a flipped bit, a row copied from elsewhere.
        """
        if sealed is None:
            return ""
        bound = b"%s:%d:" % (place.encode(), site_id) + row.bytes
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], bound).decode()
        except (InvalidTag, ValueError) as fault:
            raise DomainError("damaged_value", place=place) from fault

    def digest(self, what: str, value: str) -> bytes:
        """A keyed digest for searching by equality; `what` keeps kinds of values apart. 16 bytes."""
        return hmac.digest(self._digest_key, f"{what}:{value}".encode(), "sha256")[:DIGEST]

    def search_key(self, what: str, value: str) -> str:
        """The same digest as a key of `search_keys`: `what` and 11 letters of base64 (66 bits)."""
        return f"{what}:{base64.b64encode(self.digest(what, value))[:11].decode()}"


# --- the PC's key ----------------------------------------------------------------------------------------------------


def pc_key_folder() -> Path:
    """Where this PC's key lives: the user's configuration, never the data folder."""
    import platformdirs

    return Path(platformdirs.user_config_dir("yinghou", appauthor=False))


def pc_key(make: bool = False) -> bytes | None:
    """This PC's key, made when asked for and not there; None when there is none.

    Linux keeps it in a file that only its owner can read: a keyring there needs a desktop session, and a backup at
    night has none. Windows and macOS keep it in the system's keyring.
    """
    if sys.platform != "linux":
        import keyring

        stored = keyring.get_password("yinghou", "pc-key")
        if stored is None and make:
            stored = base64.b64encode(random_source.token_bytes(32)).decode()
            keyring.set_password("yinghou", "pc-key", stored)
        return None if stored is None else base64.b64decode(stored)
    path = pc_key_folder() / "pc.key"
    if not path.exists():
        if not make:
            return None
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(random_source.token_bytes(32))
                out.flush()
                os.fsync(out.fileno())
    raw = path.read_bytes()
    return raw if len(raw) == 32 else None


# --- wrapping --------------------------------------------------------------------------------------------------------


def wrap(key: bytes, by: bytes, purpose: str, random: Callable[[int], bytes] = os.urandom) -> str:
    """A key encrypted by another key, as base64 text."""
    nonce = random(NONCE)
    return base64.b64encode(nonce + AESGCM(by).encrypt(nonce, key, purpose.encode())).decode()


def unwrap(wrapped: str, by: bytes, purpose: str) -> bytes | None:
    """The wrapped key, or None when `by` is not the key that wrapped it."""
    try:
        raw = base64.b64decode(wrapped, validate=True)
        return AESGCM(by).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
    except (InvalidTag, ValueError):
        return None


def new_recovery_code() -> str:
    """25 letters in groups of five (125 bits), without letters that are misread."""
    letters = "".join(random_source.choice(RECOVERY_ALPHABET) for _ in range(25))
    return "-".join(letters[i : i + 5] for i in range(0, 25, 5))


def recovery_key(code: str, salt: bytes) -> bytes:
    """The key that a recovery code stands for (argon2id, so that a photograph of half a code does not help)."""
    from argon2.low_level import Type, hash_secret_raw

    plain = "".join(c for c in code.upper() if c in RECOVERY_ALPHABET)
    return hash_secret_raw(
        plain.encode(), salt, time_cost=3, memory_cost=65536, parallelism=2, hash_len=32, type=Type.ID
    )


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`keys.json` of a data folder or the head of a backup: the wrapped site key and this folder's writer.

    `mac` proves all but `by_pc`, which proves itself each time: a damaged recovery part would not be seen before it is
    needed. Older programs wrote none ("").
    """

    site_id: int
    by_pc: str
    by_recovery: str
    salt: str
    writer_id: str
    writer_key: str
    mac: str = ""

    def signed(self, site_key: bytes) -> KeyFile:
        """The same with its MAC."""
        return replace(self, mac=self._mac(site_key))

    def holds(self, site_key: bytes) -> bool:
        """Whether the MAC fits."""
        return hmac.compare_digest(self.mac.encode(), self._mac(site_key).encode())

    def sound(self, site_key: bytes) -> bool:
        """Whether nothing speaks against it: the MAC fits, or an older program wrote none."""
        return not self.mac or self.holds(site_key)

    def _mac(self, site_key: bytes) -> str:
        parts = [self.site_id, self.by_recovery, self.salt, self.writer_id, self.writer_key]
        return hmac.new(_derive(site_key, b"key file"), json.dumps(parts).encode(), "sha256").hexdigest()

    def text(self) -> str:
        """The file's content."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, indent=1)

    @classmethod
    def read(cls, text: str) -> KeyFile:
        """Reads the file's content.

        Raises:
            DomainError: `key_file_damaged`.
        """
        try:
            raw = json.loads(text)
            texts = {name: str(raw[name]) for name in cls.__slots__ if name not in ("site_id", "mac")}
            read = cls(int(raw["site_id"]), **texts, mac=str(raw.get("mac", "")))
            if not 0 <= read.site_id < 1 << 63:
                raise ValueError("no number of a site")
            UUID(bytes=base64.b64decode(read.writer_id, validate=True))
            base64.b64decode(read.salt, validate=True)
            return read
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as fault:
            raise DomainError("key_file_damaged") from fault

    def site_key(self, recovery_code: str = "") -> bytes:
        """The site's key, by this PC's key or by the recovery code.

        Raises:
            DomainError: `key_missing` (no key on this PC opens it), `recovery_code_wrong`.
        """
        if recovery_code:
            key = unwrap(
                self.by_recovery, recovery_key(recovery_code, base64.b64decode(self.salt)), "site by recovery"
            )
            if key is None:
                raise DomainError("recovery_code_wrong")
            return key
        if self.by_pc == "sample":
            return SAMPLE_KEY
        mine = pc_key()
        key = None if mine is None else unwrap(self.by_pc, mine, "site by pc")
        if key is None:
            raise DomainError("key_missing")
        return key
