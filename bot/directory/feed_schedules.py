"""When a service is on, from its own times and those of its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.directory import feed_values as read
from bot.directory.feed_offer import schedules
from bot.directory.feed_record import mappings
from bot.directory.model import Schedule

_SEVERAL = 2


def schedules_of(record: Mapping[str, Any], description: str, number_of: Mapping[int, int]) -> tuple[Schedule, ...]:
    """The times of a record, each where it is held, without the days on which it is closed.

    Args:
        number_of: place in the service by place in the record.
    """
    found = _at_their_places(record, description, number_of)
    closed = _closed_days(record)
    return tuple(replace(one, except_on=tuple(sorted({*one.except_on, *closed}))) for one in found) if closed else found


def _at_their_places(record: Mapping[str, Any], description: str, number_of: Mapping[int, int]) -> tuple[Schedule, ...]:
    """The times of the service itself, then those of its places; a time that is given on both levels is that of the place."""
    own = schedules(mappings(record, "schedules"), description)
    ats = [(n, times) for n, at in enumerate(mappings(record, "service_at_locations")) if (times := mappings(at, "schedules"))]
    if not ats:
        return own
    is_one = len(set(number_of.values())) < _SEVERAL
    # What is held at a place that was left out is left out with it.
    kept = [(n, times) for n, times in ats if is_one or n in number_of]
    there = [replace(one, place=None if is_one else number_of[n]) for n, times in kept for one in schedules(times, description)]
    known = {_bare(one) for one in there}
    return tuple(dict.fromkeys([*(one for one in own if _bare(one) not in known), *there]))


def _bare(schedule: Schedule) -> Schedule:
    """When it is, without where and without words."""
    return replace(schedule, place=None, notes=None)


def _closed_days(record: Mapping[str, Any]) -> list[date]:
    """Every day of the holidays on which it is closed; a span of more than half a year is a slip."""
    closures = record.get("closures")
    found: list[date] = []
    for closure in closures if isinstance(closures, list) else ():
        first, last = (read.day(value) for value in closure)
        if first and last and first <= last and (last - first).days <= 183:
            found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return found
