"""Rules of an iCalendar file (`RRULE`): as schedules, and those that are none written out day by day.

Source: RFC 5545, 3.3.10. The hours that a rule may name are passed over: when an event begins, its own entry says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr

from bot.base.clock import LONDON
from bot.directory.closures import day_of
from bot.directory.model import Schedule
from bot.directory.recurrence import WEEK, is_byday

_FREQS = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_OF_SCHEDULE = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"})
_OF_DAYS = _OF_SCHEDULE | {"BYMONTH", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"}
_OF_HOURS = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_MOST_INTERVALS, _MOST_TIMES, _MOST_NAMED = 1000, 10_000, 100
_SAME_CALENDAR_YEARS, _NEARLY_LAST_YEAR = 400, 9990


def schedule_of_rule(one: Schedule, rule: Mapping[str, list[Any]]) -> Schedule | None:
    """The rule as a schedule, or None where it cannot be said as one.

    Args:
        one: the first time, with its day and hours.

    Raises:
        ValueError: it comes round within a day or never, is none of RFC 5545, or names hundreds of days.
    """
    freq, interval = str(rule.get("FREQ", [""])[0]).upper(), int(rule.get("INTERVAL", [1])[0])
    most = max(map(len, rule.values()), default=0)
    if freq not in _FREQS or not 1 <= interval <= _MOST_INTERVALS or most > _MOST_NAMED or set(rule) - _OF_DAYS - _OF_HOURS:
        raise ValueError("no rule for a group")
    if freq == "YEARLY" or set(rule) - _OF_SCHEDULE or (freq == "DAILY" and (interval != 1 or "COUNT" in rule)):
        return None
    byday = tuple(on for day in rule.get("BYDAY", ()) if is_byday(on := str(day).upper()))
    bymonthday = tuple(dict.fromkeys(n for day in rule.get("BYMONTHDAY", ()) if 1 <= abs(n := int(day)) <= 31))
    if ("BYDAY" in rule and not byday) or ("BYMONTHDAY" in rule and not bymonthday):
        raise ValueError("on no day")
    return replace(
        one,
        freq="monthly" if freq == "MONTHLY" else "weekly",
        byday=WEEK if freq == "DAILY" and not byday else byday,
        bymonthday=bymonthday,
        interval=interval,
        until=_until(rule),
        count=min(int(rule["COUNT"][0]), _MOST_TIMES) if "COUNT" in rule else None,
    )


def written_out(rule: Any, first: date, today: date, ahead_days: int) -> list[date]:
    """The days of a rule from today on, for so many days.

    It is asked for as if it were some thousand years later: dateutil follows a rule that never comes round to the year 9999,
    and every 400 years the calendar is the same again, weekdays included.

    Args:
        rule: one that `schedule_of_rule` has looked at.
        first: the day on which it begins.

    Raises:
        ValueError: it is no rule.
    """
    years = (_NEARLY_LAST_YEAR - today.year) // _SAME_CALENDAR_YEARS * _SAME_CALENDAR_YEARS
    last = min(filter(None, (today + timedelta(days=ahead_days), _until(rule))))
    begins, after, before = (datetime.combine(on.replace(year=on.year + years), time(0)) for on in (first, today, last))
    parts = [part for part in rule.to_ical().decode().split(";") if part.partition("=")[0].upper() in _OF_DAYS - {"UNTIL"}]
    found = rrulestr(";".join(parts), dtstart=begins).between(after, before, inc=True)
    return [at.date().replace(year=at.year - years) for at in found]


def local_day(value: date | datetime) -> date:
    """The day in England of a day or an instant."""
    return day_of(value.astimezone(LONDON) if isinstance(value, datetime) and value.tzinfo else value)


def _until(rule: Mapping[str, list[Any]]) -> date | None:
    return local_day(rule["UNTIL"][0]) if rule.get("UNTIL") else None
