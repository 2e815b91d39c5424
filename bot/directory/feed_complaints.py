"""What of a record was not taken over because it makes no sense, for the report of an import.

A value that makes no sense becomes unknown and never loses its record; here it is said, so that a publisher can mend it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from bot.directory import feed_values as read
from bot.directory.feed_price import pence_of, pence_said
from bot.directory.feed_record import MOST_PLACES, mappings
from bot.directory.model import Schedule, Service
from bot.directory.recurrence import has_days, session_on

_LONGEST_SHOWN = 60
_NOTHING: tuple[Any, ...] = (None, "", [], {})
_ANY_DAY = date(2026, 1, 1)
_SINGLE: Mapping[str, tuple[str, Any]] = {
    "url": ("url", read.link), "email": ("email", read.email), "minimum_age": ("min_age_months", read.age),
    "maximum_age": ("max_age_months", read.age), "assured_date": ("", read.day),
}  # fmt: skip
"""Field of a record → the field of the service that shows that it was usable, and how it is read."""
_OF_SCHEDULE: Mapping[str, Any] = {
    "opens_at": read.clock_time, "closes_at": read.clock_time, "dtstart": read.day, "until": read.day, "valid_from": read.day,
    "valid_to": read.day,
}  # fmt: skip


def complaints(record: Mapping[str, Any], service: Service) -> Iterator[tuple[str, str]]:
    """Kinds of what was left out, each with the value as the source gives it.

    Args:
        record: in the shape of Open Referral UK 3.0.
        service: what was made of it.
    """
    for name, (taken, reads) in _SINGLE.items():
        # What was taken over was usable; reading it a second time would double the time of an import's reading.
        if getattr(service, taken, None) is None and record.get(name) not in _NOTHING and reads(record[name]) is None:
            yield f"{name} is not usable", _shown(record[name])
    if service.min_age_months is None and service.max_age_months is None:
        low, high = (read.age(record.get(name)) for name in ("minimum_age", "maximum_age"))
        if low and high and high.months < low.months:
            yield "the highest age is below the lowest", f"{record['minimum_age']} to {record['maximum_age']}"
    for amount in _unusable_amounts(record):
        yield "amount of a price is not usable", _shown(amount)
    if isinstance(record.get("description"), str) and len(record["description"]) > read.MOST_READ:
        yield "a description is too long, so it was cut", f"{len(record['description'])} characters"
    ats = mappings(record, "service_at_locations")
    for holder in (record, *ats):
        for row in mappings(holder, "schedules"):
            yield from _of_row(row)
    yield from (complaint for schedule in service.schedules if (complaint := _of_schedule(schedule)))
    if ats:
        yield from _of_places(ats, service)


def _of_places(ats: Sequence[Mapping[str, Any]], service: Service) -> Iterator[tuple[str, str]]:
    if len(ats) > MOST_PLACES and len(service.places) == MOST_PLACES:
        yield f"a service has many places, so the first {MOST_PLACES} are kept", f"{len(ats)} places"
        return
    for at in ats:
        place = at.get("location")
        if isinstance(place, Mapping) and place.get("latitude") not in _NOTHING:
            yield from _of_point(place, service)


def _unusable_amounts(record: Mapping[str, Any]) -> list[Any]:
    amounts = [option.get("amount") for option in mappings(record, "cost_options")]
    # What is usable comes first: most amounts are, and an import asks this of every record.
    given = [one for one in amounts if pence_of(one) is None and one not in _NOTHING]
    return [one for one in given if not isinstance(one, str) or pence_said(one) is None]


def _of_row(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    values = tuple(map(row.get, _OF_SCHEDULE))
    try:
        return _of_values(values)
    except TypeError:  # a list or the like stands in one of them
        return _of_values.__wrapped__(values)


@lru_cache(maxsize=8192, typed=True)
def _of_values(values: tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
    """Kept, since the same opening times come again and again in a feed."""
    read_as = zip(_OF_SCHEDULE.items(), values)
    unusable = [(name, value) for (name, reads), value in read_as if value not in _NOTHING and reads(value) is None]
    return tuple((f"{name} of a schedule is not usable", _shown(value)) for name, value in unusable)


def _of_point(place: Mapping[str, Any], service: Service) -> Iterator[tuple[str, str]]:
    at = read.point(place)
    if at is None:
        kind = "a point is not in Great Britain"
    elif not place.get("masked") and at not in (service.point, *(venue.point for venue in service.other_places)):
        kind = "a point lies far from its postcode, so the postcode counts"
    else:
        return
    yield kind, _shown(f"{place.get('latitude')}, {place.get('longitude')}")


@lru_cache(maxsize=8192)
def _of_schedule(schedule: Schedule) -> tuple[str, str] | None:
    first, last = schedule.dtstart or schedule.valid_from, schedule.until
    if first and last and last < first:
        return "a schedule ends before it begins", f"{first} to {last}"
    if not has_days(schedule):
        parts = (schedule.freq, *schedule.byday, *map(str, schedule.bymonthday), f"every {schedule.interval}" * (schedule.interval > 1))
        return "a schedule gives no day", ", ".join(part for part in parts if part)
    opens_at, closes_at = schedule.opens_at, schedule.closes_at
    held = session_on(schedule, schedule.dtstart or _ANY_DAY)
    if held and closes_at and held.ends_at is None:
        return "a session ends before it starts, so its end is not shown", f"{opens_at} to {closes_at}"
    return None


def _shown(value: Any) -> str:
    text = " ".join(str(value)[: _LONGEST_SHOWN + 1].split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
