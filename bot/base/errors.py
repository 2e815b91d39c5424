"""Every error that Kinline raises on purpose.

KinlineError
├── SettingsError        a setting is missing or wrong; the process must not start
├── ContentError         a content, catalogue or training file is broken: file, line, what to do
├── StoreUnavailable     the database cannot be read or written now
├── EncoderUnavailable   the encoder cannot be loaded on this machine
├── AlreadyAnswered      a message was answered or withdrawn meanwhile: nothing more must come of it
│   └── Reworded           the parent has changed its words meanwhile: those are answered
├── Overloaded           more messages wait than can be kept in order; the sender is asked to come again
├── SendError            a channel's provider did not take a message
│   ├── TryLater         it asks for patience, or could not be reached: nothing has gone out
│   ├── SendUncertain    it may have taken it: the answer never came, or made no sense
│   ├── SendRefused      it will never take this one
│   │   └── WindowClosed   so long after the parent's last message it takes templates alone
│   └── ParentUnreachable  the parent has blocked the bot, or the account is gone
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


class AlreadyAnswered(KinlineError):
    """A message was answered or withdrawn meanwhile: nothing more must come of it."""


class Reworded(AlreadyAnswered):
    """The parent has changed a message while its turn ran: nothing must come of the old words, and the new ones are answered."""


class Overloaded(KinlineError):
    """More messages wait than can be kept in order; the sender is asked to come again."""


class SendError(KinlineError):
    """A channel's provider did not take a message; `problem` is a short code without personal data."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


class TryLater(SendError):
    """Nothing has gone out; the same message may be sent again.

    Attributes:
        after_s: how many seconds the provider asks to wait; None when it does not say.
        is_too_fast: it was refused because of the provider's limits, and not because something is broken there.
    """

    def __init__(self, problem: str, after_s: float | None = None, *, is_too_fast: bool = False) -> None:
        self.after_s, self.is_too_fast = after_s, is_too_fast
        super().__init__(problem)


class SendUncertain(SendError):
    """Perhaps it has gone out, perhaps not; sending it again might show it twice."""


class SendRefused(SendError):
    """The provider will never take this message."""


class WindowClosed(SendRefused):
    """The parent wrote too long ago for anything but a template."""


class ParentUnreachable(SendError):
    """The parent has blocked the bot, or the account does not exist any more."""


class BadInput(KinlineError):
    """What was given cannot be used."""


class PlaceNotFound(BadInput):
    """No such neighbourhood, town or postcode is known here."""


class PostcodeNotFound(PlaceNotFound):
    """Well formed, but not in the shipped table of outcodes."""


PhoneReason = Literal["not_a_number", "foreign", "premium", "incomplete", "no_such_number"]


class PhoneNotUsable(BadInput):
    """A number that a connector cannot ring; `reason` says why."""

    def __init__(self, reason: PhoneReason) -> None:
        self.reason: PhoneReason = reason
        super().__init__(f"phone number not usable: {reason}")
