"""An organiser's iCalendar file as schedules.

Source: RFC 5545. Changed and cancelled single dates (`RECURRENCE-ID`, `EXDATE`, `STATUS:CANCELLED`) are followed; hours are
those on the wall in England. An event of whole days is on all of them, at hours that nobody has written down; one that says
“closed” takes its days away from the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from bot.base.clock import LONDON
from bot.base.errors import BadInput
from bot.base.text import fold
from bot.directory.closures import day_of
from bot.directory.model import Schedule
from bot.directory.names import plain

MOST_BYTES = 5_000_000
_MOST_EVENTS = 2_000
_AHEAD_DAYS = 400
_MOST_DAYS = 14
"""A longer event is a season or a notice, and no session."""
_SHUT = re.compile(r"\bclos(?:ed|ure)\b(?! (?:group|session|membership|to)\b)")
_NOT_ON = re.compile(
    r"(?<!not )\bcancell?ed\b|\bnot (?:on|running)\b|\bno (?:\w+ ){0,3}(?:today|this week|sessions?|groups?|class(?:es)?)\b"
)
_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def read_calendar(content: bytes, today: date, names: Sequence[str] | None = None) -> tuple[Schedule, ...]:
    """The schedules of a calendar; what is over is left out.

    Args:
        names: of a hall's calendar only the events that are called so; None = all of it is one group's.
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
    changed, meant = _changed(events), _meant(events, names)
    found = [
        schedule
        for event in meant
        if event.get("DTSTART") is not None and str(event.get("STATUS") or "").upper() != "CANCELLED" and not _says_off(event)
        for schedule in _schedules(event, changed.get(str(event.get("UID") or ""), ()), today)
    ]
    # A hall that is closed is closed for everybody; what else is off is off for whom it names.
    off = [*(event for event in events if _SHUT.search(_summary(event))), *(event for event in meant if _says_off(event))]
    closed = {on for event in off for on in _whole_days(event)}
    kept = (_without(schedule, closed) for schedule in found if not _is_past(schedule, today))
    return tuple(dict.fromkeys(schedule for schedule in kept if schedule))


def _meant(events: Sequence[Any], names: Sequence[str] | None) -> list[Any]:
    """Those whose summary holds one of the names as whole words; a changed date without a summary is its event's."""
    if names is None:
        return list(events)
    wanted = [f" {name} " for one in names if (name := plain(one))]
    summaries = {str(one.get("UID") or ""): one.get("SUMMARY") for one in events if one.get("RECURRENCE-ID") is None}
    said = [plain(str(one.get("SUMMARY") or summaries.get(str(one.get("UID") or "")) or "")) for one in events]
    return [one for one, summary in zip(events, said) if any(name in f" {summary} " for name in wanted)]


def _summary(event: Any) -> str:
    return fold(str(event.get("SUMMARY") or ""))


def _says_off(event: Any) -> bool:
    summary = _summary(event)
    return bool(_SHUT.search(summary) or _NOT_ON.search(summary))


def _whole_days(event: Any) -> list[date]:
    """The days of an event that has no hours; its end is the day after it."""
    begins, ends, length = (event.get(name) for name in ("DTSTART", "DTEND", "DURATION"))
    if begins is None or isinstance(begins.dt, datetime):
        return []
    last = ends.dt if ends is not None else begins.dt + length.dt if length is not None else begins.dt
    count = max((day_of(last) - begins.dt).days, 1)
    return [begins.dt + timedelta(days=n) for n in range(min(count, _AHEAD_DAYS))]


def _without(schedule: Schedule, closed: Collection[date]) -> Schedule | None:
    """The schedule without those days; None where it was only then."""
    if not closed:
        return schedule
    if schedule.freq is None and schedule.dtstart in closed and not set(schedule.extra_on) - set(closed):
        return None
    return replace(schedule, except_on=tuple(sorted({*schedule.except_on, *closed})))


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
    following = _whole_days(event)[1:]
    if len(following) >= _MOST_DAYS:
        return
    one = Schedule(None, _hour(begins), _end_hour(event, begins), dtstart=first, all_day=not isinstance(begins, datetime))
    rule = event.get("RRULE")
    if event.get("RECURRENCE-ID") is not None:
        yield replace(one, extra_on=tuple(following))
        return
    without = tuple(sorted({*_dates(event.get("EXDATE")), *changed}))
    extra = tuple(sorted({*_dates(event.get("RDATE")), *(following if rule is None else ())}))
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
