"""Passwords, second factors and recovery codes. The only user of argon2, pyotp and segno."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import segno
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from bot.base.errors import BadInput
from bot.base.sealing import fingerprint
from bot.base.text import ascii_digits

STEP_S = 30
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
RECOVERY_CODES = 8
IDLE_AT_MOST = timedelta(hours=10)
"""A signed-in browser is signed out after so long, however busy it is."""

WINDOW = timedelta(minutes=15)
FREE_TRIES = 5
"""Failures within the window before each further try has to wait, twice as long each time."""
LONGEST_WAIT = timedelta(minutes=15)

# Argon2id with the library's defaults, which follow RFC 9106, second recommended option (64 MiB).
# Source: https://www.rfc-editor.org/rfc/rfc9106#section-4, read 2026-11-22.
_hasher = PasswordHasher()
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$NotARealHashOfAnythingAtAllButOfTheRightLength00"


def check_password(password: str, login: str, name: str) -> None:
    """Whether a password may be chosen: length counts, not kinds of letters.

    Source: NCSC, “Password policy: updating your approach”, and NIST SP 800-63B 5.1.1; read 2026-11-22.

    Raises:
        BadInput: too short, too long, or easy to guess.
    """
    folded = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"The password needs {SHORTEST_PASSWORD} characters or more: three words that do not belong together are good.")
    if len(password) > LONGEST_PASSWORD:
        raise BadInput(f"The password may have {LONGEST_PASSWORD} characters at most.")
    parts = [p for p in (*login.split("@", maxsplit=1)[0].split("."), *name.split()) if len(p) > 3]
    if len(set(folded)) < 5 or "password" in folded or "kinline" in folded or any(p.casefold() in folded for p in parts):
        raise BadInput("This password is easy to guess. Leave out your name and “password”.")


def hash_password(password: str) -> str:
    """For storing."""
    return _hasher.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Whether it is the right one; takes as long when there is no such account."""
    try:
        return _hasher.verify(stored or _NOBODY, password[:LONGEST_PASSWORD]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def wait_before_next(number: int, last: datetime | None, now: datetime) -> timedelta:
    """How long somebody who has failed `number` times must wait; zero when they may try."""
    if number < FREE_TRIES or last is None:
        return timedelta(0)
    wait = min(timedelta(seconds=15 * 2 ** min(number - FREE_TRIES, 10)), LONGEST_WAIT)
    return max(last + wait - now, timedelta(0))


def new_secret() -> str:
    """For an authenticator app: 160 bits in base32."""
    return str(pyotp.random_base32())


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The time step of a code, which may be one step early or late and in the digits of any script; None when it is wrong."""
    digits = "".join(c for c in ascii_digits(code) if c.isascii() and c.isdecimal())
    step = int(at.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    return next((s for s in (step, step - 1, step + 1) if len(digits) == 6 and secrets.compare_digest(totp.generate_otp(s), digits)), None)


@dataclass(frozen=True)
class Enrolment:
    """What somebody needs to set up an authenticator app."""

    secret: str
    svg: str

    @property
    def grouped(self) -> str:
        """The secret in groups of four, to be typed."""
        return " ".join(self.secret[i : i + 4] for i in range(0, len(self.secret), 4))


def enrolment(secret: str, login: str) -> Enrolment:
    """The QR code of a secret as inline SVG without styles of its own."""
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Kinline desk")
    out = io.BytesIO()
    code = segno.make(address, error="m")
    code.save(out, kind="svg", scale=4, border=3, xmldecl=False, svgns=True, nl=False, svgclass="qr", light="#fff")
    return Enrolment(secret, out.getvalue().decode("utf-8"))


def new_recovery_codes() -> tuple[list[str], list[str]]:
    """Codes to be shown once, and their hashes; each 50 random bits, so that a plain hash is enough."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    codes = ["-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    return codes, [hash_recovery(code) for code in codes]


def hash_recovery(code: str) -> str:
    """The stored form of a recovery code, whatever its case and dashes."""
    return fingerprint("".join(c for c in code.casefold() if c.isalnum()).encode())
