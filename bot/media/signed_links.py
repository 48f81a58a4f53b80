"""Signed, expiring links to sources, and the secret key that they are signed with.

A token says which source and until when, and proves that we said so. It hides neither; the source id is
random, so a token says nothing about people or jobs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
import os
import re
import secrets
import tempfile
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.domain.errors import SettingsError

KEY_FILE = "secret.key"
_KEY_BYTES = 32
_SOURCE_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LONGEST_TOKEN = 256


def new_source_id() -> str:
    """128 random bits as 22 characters that are safe in links and object names."""
    return secrets.token_urlsafe(16)


def check_source_id(source_id: str) -> str:
    """``source_id`` itself. Raises ValueError unless it is 16 to 64 characters of base64url's alphabet."""
    if not _SOURCE_ID.fullmatch(source_id):
        raise ValueError("a source id is 16 to 64 characters of A-Z, a-z, 0-9, - and _")
    return source_id


def derive_key(secret: SecretStr, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose: what one leaks or signs is of no use for another.

    HKDF's extract step (RFC 5869, 2.2) with the purpose as salt. Raises ValueError for an empty secret.
    """
    value = secret.get_secret_value().encode()
    if not value:
        raise ValueError("nothing can be signed with an empty secret key")
    return hmac.new(f"imagine-bot {purpose}".encode(), value, hashlib.sha256).digest()


class SignedLinks:
    """Signs and verifies tokens for ``/media/{token}``. A token is ``expiry-source_id.signature``.

    Raises ValueError for an empty secret.
    """

    def __init__(self, secret: SecretStr) -> None:
        self._key = derive_key(secret, "media links 1")

    def sign(self, source_id: str, expires_at: datetime) -> str:
        """A token that is good until ``expires_at`` (aware; rounded up to a second). The same for the same
        arguments. Raises ValueError for a malformed source id."""
        expiry = math.ceil(expires_at.timestamp())
        return self._token(check_source_id(source_id), expiry)

    def verify(self, token: str, now: datetime) -> str | None:
        """The source id; None for a token that we did not sign letter by letter, or that has expired.

        The token is built anew and compared as a whole, in constant time: nothing that merely decodes to
        the same (case, padding, spare bits, leading zeros) passes.
        """
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            return None
        match = re.fullmatch(r"([0-9a-f]{1,12})-([A-Za-z0-9_-]{16,64})\.[A-Za-z0-9_-]{43}", token)
        if match is None:
            return None
        expiry, source_id = int(match.group(1), 16), match.group(2)
        genuine = hmac.compare_digest(self._token(source_id, expiry).encode(), token.encode())
        return source_id if genuine and now.timestamp() < expiry else None

    def _token(self, source_id: str, expiry: int) -> str:
        body = f"{expiry:x}-{source_id}"
        digest = hmac.new(self._key, body.encode(), hashlib.sha256).digest()
        return f"{body}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def load_or_make_secret_key(folder: Path) -> SecretStr:
    """The installation's secret from ``secret.key`` in ``folder``, made on first use (folder included).

    The file is readable by its owner only, appears whole or not at all, and is never replaced: of two
    processes that start at once, both use the first one's. Blocking; safe to repeat.
    Raises SettingsError when it cannot be read, written or is no key of ours.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make_key(path)
        path.chmod(0o600)
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(f"it cannot be read or written ({type(error).__name__})") from error
    if len(key) < _KEY_BYTES:
        raise _unusable("it is damaged")
    return SecretStr(key)


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(_KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _publish(Path(name), path)
    finally:
        Path(name).unlink(missing_ok=True)


def _publish(part: Path, path: Path) -> None:
    """Give the whole file its name unless another process has just done so."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _unusable(why: str) -> SettingsError:
    return SettingsError(
        [f"The file {KEY_FILE} beside the database holds the secret key, but {why}; set IMAGINE_SECRET_KEY."]
    )
