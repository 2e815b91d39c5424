"""Sealing of contact details at rest, pseudonyms, and random references. The only user of `cryptography`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken

from bot.base.env_file import KEY_REMEDY
from bot.base.errors import SettingsError

REFERENCE_LENGTH = 6
_REFERENCE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike


class Sealer:
    """Encrypts what identifies a parent and turns addresses into pseudonyms.

    Args:
        key: the secret from `.env`, 32 bytes in URL-safe base64.
    """

    def __init__(self, key: str) -> None:
        try:
            raw = base64.urlsafe_b64decode(key)
            self._fernet = Fernet(key.encode("ascii"))
        except ValueError as error:
            raise SettingsError(f"KINLINE_KEY is not a key (44 letters, as `make setup` writes them): {KEY_REMEDY}") from error
        # Keys for different purposes are derived, so that one use says nothing about another.
        self._pseudonym_key = hmac.digest(raw, b"pseudonym", "sha256")
        self._button_key = hmac.digest(raw, b"button", "sha256")
        self._session_key = hmac.digest(raw, b"session", "sha256")

    def seal(self, text: str) -> str:
        """Encrypted text; differs each time."""
        return self._fernet.encrypt(text.encode("utf-8")).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text that was sealed.

        Raises:
            SettingsError: sealed with another key.
        """
        try:
            return self._fernet.decrypt(sealed.encode("ascii")).decode("utf-8")
        except InvalidToken as error:
            raise SettingsError("this record was sealed with another KINLINE_KEY; restore the old key in .env") from error

    def pseudonym(self, kind: str, address: str) -> str:
        """The name under which a parent is known inside: 32 hexadecimal letters, always the same."""
        return hmac.digest(self._pseudonym_key, f"{kind}\0{address}".encode(), "sha256").hex()[:32]

    def button_id(self, sender: str, payload: str) -> str:
        """An opaque id of 13 letters for a button; says nothing about what it does."""
        digest = hmac.digest(self._button_key, f"{sender}\0{payload}".encode(), "sha256")
        return base64.b32encode(digest).decode("ascii")[:13].lower()

    def session_token(self) -> str:
        """A fresh session id for a cookie: 256 random bits, and a mark that it was given out here."""
        random = secrets.token_urlsafe(32)
        return f"{random}.{self._mark(random)}"

    def is_session_token(self, token: str) -> bool:
        """Whether a session id was given out here; one that somebody made up was not."""
        random, _, mark = token.partition(".")
        return hmac.compare_digest(mark.encode(), self._mark(random).encode())

    def _mark(self, random: str) -> str:
        digest = hmac.digest(self._session_key, random.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode("ascii")[:22]


def new_key() -> str:
    """A fresh random key for `.env`."""
    return Fernet.generate_key().decode("ascii")


def new_reference(length: int = REFERENCE_LENGTH) -> str:
    """A random reference that is easy to read out; 31 letters and digits that do not look alike."""
    return "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(length))


def new_token() -> str:
    """A random session id for a cookie: 256 bits."""
    return secrets.token_urlsafe(32)


def fingerprint(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
