"""What Open Referral has no field for, carried in `x_kinline` so that a directory given out comes back equal.

Only what reading the rest of the record would not give is in it. It comes from outside like everything else, so each
value must be of the right kind, and what decides whether and as what a service is shown (ids, area, status, dates of
checking) cannot be set through it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.directory import feed_values as read
from bot.directory.feed_record import MOST_PLACES
from bot.directory.model import Schedule, Service, Venue

_MOST_ITEMS, _MOST_MONTHS = 400, 1440


def _yes_no(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise ValueError
    return value


def _certain(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _text(value: Any) -> str | None:
    return read.plain_text(value)


def _whole(most: int) -> Callable[[Any], int | None]:
    def check(value: Any) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most):
            raise ValueError
        return value

    return check


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(text for one in value[:_MOST_ITEMS] if (text := read.plain_text(one, 300)))


def _days(value: Any) -> tuple[date, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(date.fromisoformat(str(one)) for one in value[:_MOST_ITEMS])


def _degrees(value: Any) -> float | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or not -180 <= value <= 180):
        raise ValueError
    return value


def _venues(value: Any) -> tuple[Venue, ...]:
    if not isinstance(value, list):
        raise ValueError
    found = []
    for one in value[: MOST_PLACES - 1]:
        at = read.point(one)
        if at is None and one.get("latitude") is not None:
            raise ValueError
        point = (at.latitude, at.longitude) if at else (None, None)
        found.append(Venue(_text(one.get("address")), _text(one.get("postcode")), *point))
    return tuple(found)


def _link(value: Any) -> str | None:
    """As it is written, without a scheme too, if it can be followed."""
    if value is not None and read.link(value) is None:
        raise ValueError
    return read.plain_text(value)


SERVICE_EXTRAS: Mapping[str, Callable[[Any], Any]] = {
    "also_called": _texts, "summary": _text, "organisation": _text, "successor": _text, "kind": _text, "for_whom": _text,
    "min_age_months": _whole(_MOST_MONTHS), "max_age_months": _whole(_MOST_MONTHS), "cost_text": _text,
    "cost_pence": _whole(read.MOST_PENCE), "is_free": _yes_no, "address": _text, "postcode": _text, "latitude": _degrees,
    "longitude": _degrees, "phone": read.phone, "email": read.email, "url": _link, "opening": _text, "how_to_join": _text,
    "booking_needed": _yes_no, "languages": _texts, "access": _texts, "step_free": _yes_no, "online": _certain,
    "other_places": _venues,
}  # fmt: skip
"""Field of a service → its check, which gives the value or raises ValueError."""

SCHEDULE_EXTRAS: Mapping[str, Callable[[Any], Any]] = {
    "term_time_only": _certain, "holidays_only": _certain, "on_bank_holidays": _certain, "except_on": _days, "extra_on": _days,
    "notes": _text, "place": _whole(_MOST_ITEMS), "all_day": _certain,
}  # fmt: skip


def with_extras(service: Service, extras: Any, topics: Collection[str]) -> Service:
    """The service with the extras that are sound; others are passed over.

    `offered: false` keeps something from being offered that would be; nothing is offered by an extra.
    """
    if not isinstance(extras, Mapping):
        return service
    found = replace(service, **_sound(extras, SERVICE_EXTRAS))
    if isinstance(extras.get("topics"), list):
        found = replace(found, topics=tuple(topic for topic in extras["topics"] if topic in topics))
        found = replace(found, offered=found.status == "open" and bool(found.topics))
    if extras.get("offered") is False:
        found = replace(found, offered=False)
    rows, order = extras.get("schedules"), extras.get("schedule_order")
    if isinstance(rows, list) and len(rows) == len(found.schedules):
        found = replace(found, schedules=tuple(_with_extras(one, row) for one, row in zip(found.schedules, rows)))
    if isinstance(order, list) and sorted(map(str, order)) == sorted(map(str, range(len(found.schedules)))):
        found = replace(found, schedules=tuple(found.schedules[int(n)] for n in order))
    return found


def _with_extras(schedule: Schedule, extras: Any) -> Schedule:
    known = {name: check for name, check in SCHEDULE_EXTRAS.items() if name in Schedule.__dataclass_fields__}
    return replace(schedule, **_sound(extras, known)) if isinstance(extras, Mapping) else schedule


def _sound(extras: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    sound = {}
    for name, check in checks.items():
        if name in extras:
            try:
                sound[name] = check(extras[name])
            except (ValueError, TypeError, AttributeError):
                continue
    return sound
