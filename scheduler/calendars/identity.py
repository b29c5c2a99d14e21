"""Keyed identities and pseudonyms of events and patients, and the site secret behind them.

An unkeyed hash of a record number can be reversed by trying all numbers; a keyed one cannot by anyone
who lacks the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from spine_vigil.scheduler.errors import FileError
from spine_vigil.scheduler.files.atomic import write_new

SECRET_BYTES = 32
CODE_LETTERS = 8


@dataclass(frozen=True, slots=True)
class SiteSecret:
    """The key of a site. It never prints itself, and leaves this class only to be written to its file."""

    _key: bytes = field(repr=False)

    def window_uid(self, patient_id: str, protocol: str, schedule: str, number: int) -> str:
        """Return the UID of a window: the same for ever, with no date in it, so that a window that moves keeps it."""
        return _uuid(self._digest("window", patient_id, protocol, schedule, number))

    def patient_code(self, patient_id: str) -> str:
        """Return the pseudonym of a patient: 8 letters or digits, to be looked up by those who hold the key."""
        return base64.b32encode(self._digest("patient", patient_id)).decode("ascii")[:CODE_LETTERS]

    def part_uid(self, part: str, window_uid: str) -> str:
        """Return the UID of a part of a window, e.g. a milestone; as stable as that of the window."""
        return _uuid(self._digest("part", part, window_uid))

    def content_hash(self, content: bytes) -> str:
        """Return a keyed hash of an event's content.

        Keyed, since an event can say so little that all of it can be tried.
        """
        return hmac.new(self._key, b"content:" + content, hashlib.sha256).hexdigest()[:32]

    def fingerprint(self) -> str:
        """Return a hash by which a state file recognises the secret that it was made under."""
        return self._digest("state").hex()[:16]

    def _digest(self, *parts: str | int) -> bytes:
        # As JSON no two lists of parts read alike; the first part keeps UIDs and codes apart.
        return hmac.new(self._key, json.dumps(parts).encode("ascii"), hashlib.sha256).digest()

    def save_new(self, path: Path) -> None:
        """Write the secret to a file that does not exist yet, readable by its owner alone. Raises FileError."""
        try:
            write_new(path, f"{self._key.hex()}\n".encode("ascii"))
        except OSError as problem:
            raise FileError(f"cannot write the site secret {path}: {problem.strerror}; see --secret-file") from None


def _uuid(digest: bytes) -> str:
    parts = bytearray(digest[:16])
    parts[6] = parts[6] & 0x0F | 0x80  # RFC 9562, version 8: a UUID whose making is its maker's own
    parts[8] = parts[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(parts)))


def make_secret() -> SiteSecret:
    """Return a new secret. Random by purpose: it is the one output that must not be reproducible."""
    return SiteSecret(secrets.token_bytes(SECRET_BYTES))


def read_secret(path: Path) -> SiteSecret | None:
    """Return the secret that a file holds; None where there is no such file. Raises FileError."""
    again = "restore it from a backup, or remove it to start anew (every event then gets another identity)"
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise FileError(f"cannot read the site secret {path}: {problem.strerror}") from None
    except ValueError:
        raise FileError(f"{path} is no site secret ({2 * SECRET_BYTES} hexadecimal digits); {again}") from None
    if len(key) < SECRET_BYTES:
        raise FileError(f"{path} is too short for a site secret ({2 * SECRET_BYTES} hexadecimal digits); {again}")
    return SiteSecret(key)


def is_readable_by_others(path: Path) -> bool:
    """Tell whether anyone but the owner of a file may read or change it."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)
