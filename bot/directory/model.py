"""What the directory holds and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

Status = Literal["open", "ended", "unknown"]
PartOfDay = Literal["morning", "afternoon", "evening"]

PARTS: Mapping[str, tuple[time, time]] = {
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(23, 59)),
}


@dataclass(frozen=True)
class Point:
    """A place on the map in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Place:
    """A name that parents use for where they are.

    Attributes:
        area: id of the area it lies in, or None when it is in none of ours.
    """

    name: str
    point: Point
    area: str | None


@dataclass(frozen=True)
class Schedule:
    """When a service opens, as Open Referral means it.

    Attributes:
        freq: weekly or monthly; None for a single day (`dtstart`).
        byday: RFC 5545 days such as `TU` or `2MO`; bymonthday 1 to 31.
        interval: every so many weeks or months, counted from `dtstart`.
        valid_from, valid_to: the days for which this is known to hold.
    """

    freq: Literal["weekly", "monthly"] | None
    opens_at: time | None
    closes_at: time | None
    byday: tuple[str, ...] = ()
    bymonthday: tuple[int, ...] = ()
    interval: int = 1
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    notes: str | None = None


@dataclass(frozen=True)
class Session:
    """One dated opening, in Europe/London."""

    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Service:
    """One thing that families can go to or ask for.

    Attributes:
        topics: find_* intents that it answers.
        min_age_months, max_age_months: inclusive; None = open.
        cost_pence: None = not known; `is_free` likewise.
        offered: False → never among results, only answered by name.
        fictional: for demonstrations; every card says so.
        review_by: the last day on which it is offered; None = no limit.
        raw: the source's own record.
    """

    id: str
    area: str
    name: str
    topics: tuple[str, ...]
    status: Status
    offered: bool
    source: str
    checked_on: date
    also_called: tuple[str, ...] = ()
    summary: str | None = None
    organisation: str | None = None
    successor: str | None = None
    min_age_months: int | None = None
    max_age_months: int | None = None
    cost_text: str | None = None
    cost_pence: int | None = None
    is_free: bool | None = None
    address: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    opening: str | None = None
    how_to_join: str | None = None
    booking_needed: bool | None = None
    languages: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    fictional: bool = False
    review_by: date | None = None
    schedules: tuple[Schedule, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    @property
    def point(self) -> Point | None:
        """Where it is, when that is known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True)
class Query:
    """What is looked for; everything but the topics may be left open.

    Attributes:
        weekday: 0 = Monday; `on` is one day.
        within_km: straight line from `near`.
    """

    topics: tuple[str, ...]
    area: str | None = None
    near: Point | None = None
    near_name: str | None = None
    age_months: int | None = None
    on: date | None = None
    weekday: int | None = None
    part_of_day: PartOfDay | None = None
    free: bool = False
    max_cost_pence: int | None = None
    within_km: float | None = None
    language: str | None = None
    step_free: bool = False


@dataclass(frozen=True)
class Hit:
    """A service that fits, with its next session and how far it is (kilometres, one decimal)."""

    service: Service
    next_session: Session | None
    distance_km: float | None


@dataclass(frozen=True)
class Results:
    """One page of hits.

    Attributes:
        total: of all pages.
        widened: what of the query was given up, in this order: part_of_day, other_day,
            further_away, any_cost, any_language, any_access, any_age.
    """

    hits: tuple[Hit, ...]
    total: int
    offset: int
    widened: tuple[str, ...] = ()
