"""The only place that asks the time. Everything is wall-clock time in England."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def aware(at: datetime) -> datetime:
    """An instant as the database gives it back, in Europe/London.

    SQLite forgets the zone; every instant is written in London time.
    """
    return at.replace(tzinfo=LONDON) if at.tzinfo is None else at.astimezone(LONDON)


def later(at: datetime, by: timedelta) -> datetime:
    """The instant so much time after another, in Europe/London; negative spans are allowed.

    `at + by` moves the hands of the clock: in the two nights of the year in which those are moved anyway it is an hour off.
    """
    return (at.astimezone(timezone.utc) + by).astimezone(LONDON)


def elapsed(since: datetime, until: datetime) -> timedelta:
    """How much time lies between two instants; `until - since` is what a clock on the wall shows. See `later`."""
    return until.astimezone(timezone.utc) - since.astimezone(timezone.utc)


class Clock(Protocol):
    """What a room asks for the time."""

    def now(self) -> datetime:
        """The present instant, aware, in Europe/London."""

    def today(self) -> date:
        """The present day in Europe/London."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware, in Europe/London."""
        return datetime.now(LONDON)

    def today(self) -> date:
        """The present day in Europe/London."""
        return self.now().date()


@dataclass
class StoppedClock:
    """A clock that stands still until it is moved; for tests and demonstrations."""

    at: datetime

    def now(self) -> datetime:
        """The instant at which this clock stands, in Europe/London."""
        return self.at.astimezone(LONDON)

    def today(self) -> date:
        """The day on which this clock stands."""
        return self.now().date()

    def advance(self, by: timedelta) -> None:
        """Move the clock; negative steps are allowed."""
        self.at += by
