"""An organiser's iCalendar file as schedules.

Source: RFC 5545. Changed and cancelled single dates (`RECURRENCE-ID`, `EXDATE`, `STATUS:CANCELLED`) are followed; hours are
those on the wall in England.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from bot.base.clock import LONDON
from bot.base.errors import BadInput
from bot.directory.closures import day_of
from bot.directory.model import Schedule

MOST_BYTES = 5_000_000
_MOST_EVENTS = 2_000
_AHEAD_DAYS = 400
_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def read_calendar(content: bytes, today: date) -> tuple[Schedule, ...]:
    """The schedules of a calendar; what is over is left out.

    Args:
        today: rules that have no place in a schedule (yearly, every second day) are written out from here on.

    Raises:
        BadInput: not a calendar, or too large.
    """
    if len(content) > MOST_BYTES:
        raise BadInput("the calendar is larger than 5 MB")
    try:
        events = Calendar.from_ical(content).walk("VEVENT")[:_MOST_EVENTS]
    except (ValueError, IndexError, KeyError) as error:
        raise BadInput("not an iCalendar file") from error
    changed = _changed(events)
    found: list[Schedule] = []
    for event in events:
        if str(event.get("STATUS") or "").upper() == "CANCELLED" or event.get("DTSTART") is None:
            continue
        found += _schedules(event, changed.get(str(event.get("UID") or ""), ()), today)
    return tuple(dict.fromkeys(schedule for schedule in found if not _is_past(schedule, today)))


def _changed(events: Sequence[Any]) -> Mapping[str, tuple[date, ...]]:
    """Per event, the days of its rule that another entry moves or cancels."""
    found: dict[str, tuple[date, ...]] = {}
    for event in events:
        if event.get("RECURRENCE-ID") is not None:
            uid = str(event.get("UID") or "")
            found[uid] = (*found.get(uid, ()), _local_day(event.get("RECURRENCE-ID").dt))
    return found


def _schedules(event: Any, changed: tuple[date, ...], today: date) -> Iterator[Schedule]:
    begins = event.get("DTSTART").dt
    first = _local_day(begins)
    one = Schedule(None, _hour(begins), _end_hour(event, begins), dtstart=first)
    rule = event.get("RRULE")
    if event.get("RECURRENCE-ID") is not None:
        yield one
        return
    without = tuple(sorted({*_dates(event.get("EXDATE")), *changed}))
    extra = tuple(sorted(_dates(event.get("RDATE"))))
    if rule is None:
        yield replace(one, except_on=without, extra_on=extra)
        return
    schedule = _by_rule(one, rule)
    if schedule is not None:
        yield replace(schedule, except_on=without, extra_on=extra, on_bank_holidays=False)
        return
    for on in sorted({*_written_out(event, first, today), *extra} - set(without)):
        yield replace(one, dtstart=on)


def _by_rule(one: Schedule, rule: Mapping[str, list[Any]]) -> Schedule | None:
    """The rule as a schedule, or None where it cannot be said as one."""
    freq = str(rule.get("FREQ", [""])[0]).upper()
    interval = int(rule.get("INTERVAL", [1])[0])
    if set(rule) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"} or freq not in {"WEEKLY", "MONTHLY", "DAILY"}:
        return None
    if freq == "DAILY" and (interval != 1 or "COUNT" in rule):
        return None
    byday = tuple(str(day).upper() for day in rule.get("BYDAY", ()))
    until = rule.get("UNTIL")
    return replace(
        one,
        freq="monthly" if freq == "MONTHLY" else "weekly",
        byday=_WEEK if freq == "DAILY" and not byday else byday,
        bymonthday=tuple(int(day) for day in rule.get("BYMONTHDAY", ())),
        interval=interval,
        until=_local_day(until[0]) if until else None,
        count=int(rule["COUNT"][0]) if "COUNT" in rule else None,
    )


def _written_out(event: Any, first: date, today: date) -> list[date]:
    rule = event.get("RRULE").to_ical().decode()
    begins = datetime.combine(first, time(0))
    try:
        found = rrulestr(rule, dtstart=begins, ignoretz=True).between(
            datetime.combine(today, time(0)), datetime.combine(today + timedelta(days=_AHEAD_DAYS), time(0)), inc=True
        )
    except ValueError:
        return []
    return [at.date() for at in found]


def _dates(value: Any) -> list[date]:
    entries = value if isinstance(value, list) else [value] if value is not None else []
    return [_local_day(one.dt) for entry in entries for one in entry.dts if isinstance(one.dt, date)]


def _local_day(value: date | datetime) -> date:
    return day_of(value.astimezone(LONDON) if isinstance(value, datetime) and value.tzinfo else value)


def _hour(value: date | datetime) -> time | None:
    if not isinstance(value, datetime):
        return None
    return (value.astimezone(LONDON) if value.tzinfo else value).time().replace(second=0, microsecond=0)


def _end_hour(event: Any, begins: date | datetime) -> time | None:
    if event.get("DTEND") is not None:
        return _hour(event.get("DTEND").dt)
    length = event.get("DURATION")
    return _hour(begins + length.dt) if length is not None and isinstance(begins, datetime) else None


def _is_past(schedule: Schedule, today: date) -> bool:
    if any(on >= today for on in schedule.extra_on):
        return False
    last = schedule.dtstart if schedule.freq is None else schedule.until
    return last is not None and last < today
