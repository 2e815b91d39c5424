"""Every error that Kinline raises on purpose.

KinlineError
├── SettingsError        a setting is missing or wrong; the process must not start
├── ContentError         a content, catalogue or training file is broken: file, line, what to do
├── StoreUnavailable     the database cannot be read or written now
├── EncoderUnavailable   the encoder cannot be loaded on this machine
└── BadInput             what a parent (or a caller) gave cannot be used; doors answer kindly
    ├── PlaceNotFound
    │   └── PostcodeNotFound
    └── PhoneNotUsable   with a `reason`

Doors translate these into replies, HTTP statuses and exit codes; rooms never do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal


class KinlineError(Exception):
    """Root of all errors that are raised on purpose."""


class SettingsError(KinlineError):
    """A setting is missing or wrong; says which variable and what to do."""


class ContentError(KinlineError):
    """A file that people edit is broken.

    Attributes:
        path: the file, relative to the repository where possible.
        line: 1-based line, or None when the whole file is meant.
    """

    def __init__(self, path: Path | str, line: int | None, problem: str, remedy: str) -> None:
        self.path = Path(path)
        self.line = line
        self.problem = problem
        self.remedy = remedy
        where = f"{self.path}:{line}" if line else str(self.path)
        super().__init__(f"{where}: {problem}. What to do: {remedy}")


class StoreUnavailable(KinlineError):
    """The database cannot be read or written now."""


class EncoderUnavailable(KinlineError):
    """The text encoder cannot be loaded on this machine."""


class BadInput(KinlineError):
    """What was given cannot be used."""


class PlaceNotFound(BadInput):
    """No such neighbourhood, town or postcode is known here."""


class PostcodeNotFound(PlaceNotFound):
    """Well formed, but not in the shipped table of outcodes."""


PhoneReason = Literal["not_a_number", "foreign", "premium", "incomplete"]


class PhoneNotUsable(BadInput):
    """A number that a connector cannot ring; `reason` says why."""

    def __init__(self, reason: PhoneReason) -> None:
        self.reason: PhoneReason = reason
        super().__init__(f"phone number not usable: {reason}")
