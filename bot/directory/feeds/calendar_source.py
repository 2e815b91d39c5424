"""Where an organiser's calendar is read from: a file on this machine, or an address on the web."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.base.errors import BadInput
from bot.directory.calendars.read import MOST_BYTES
from bot.directory.feeds.fetch import Fetcher, FetchError, Limits


@dataclass(frozen=True)
class CalendarRead:
    """What a source gave.

    Attributes:
        content: None when its server says that it has not changed.
        etag: the server's mark of this version; empty for files, and for servers that give none.
    """

    content: bytes | None
    etag: str = ""


def is_on_the_web(source: str) -> bool:
    """Whether it is an address rather than a file."""
    return "://" in source


def read_source(source: str, etag: str, limits: Limits) -> CalendarRead:
    """Read a calendar.

    Args:
        source: a path, or an address that begins with `https://` (`webcal://` means the same; `http://` only in a private network).
        etag: of the version that is known; empty to have it whatever it is.

    Raises:
        BadInput: it cannot be read; says why, without the address.
    """
    if not is_on_the_web(source):
        try:
            return CalendarRead(Path(source).read_bytes())
        except OSError as error:
            raise BadInput(f"cannot read the calendar: {error.strerror}") from error
    scheme, _, rest = source.partition("://")
    if scheme.lower() not in ({"https", "webcal", "http"} if limits.private else {"https", "webcal"}):
        raise BadInput("cannot read the calendar: give an address that begins with https://")
    fetcher = Fetcher(limits)
    try:
        return CalendarRead(*fetcher.calendar(f"https://{rest}" if scheme.lower() == "webcal" else source, etag, MOST_BYTES))
    except FetchError as error:
        raise BadInput(f"cannot read the calendar: {error}") from error
    finally:
        fetcher.close()
