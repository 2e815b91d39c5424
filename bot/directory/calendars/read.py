"""An organiser's iCalendar file as schedules.

Source: RFC 5545. Changed and cancelled single dates (`RECURRENCE-ID`, `EXDATE`, `STATUS:CANCELLED`) are followed; hours are
those on the wall in England. An event of whole days is on all of them, at hours that nobody has written down; one that says
“closed” takes its days away from the others.

Whoever writes the calendar is nobody that we know: an event that makes no sense is left out and counted, and neither it nor a
rule without end may hold up the reading of all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any, TypeVar

from icalendar import Calendar

from bot.base.clock import LONDON
from bot.base.errors import BadInput
from bot.base.text import fold
from bot.directory.calendars.rules import local_day, schedule_of_rule, written_out
from bot.directory.closures import day_of
from bot.directory.model import Schedule
from bot.directory.names import plain

MOST_BYTES = 5_000_000
_MOST_EVENTS, _MOST_LINES, _DEEPEST = 2_000, 200_000, 5
_MOST_WRITTEN_OUT = 100
"""So many rules that are no schedule are written out; each may take a fifth of a second."""
_EARLIEST_YEAR = 1900
_NEEDED = frozenset({"DTSTART", "RRULE", "RECURRENCE-ID"})
_AHEAD_DAYS = 400
_MOST_DAYS = 14
"""A longer event is a season or a notice, and no session."""
_SHUT = re.compile(r"\bclos(?:ed|ure)\b(?! (?:group|session|membership|to)\b)")
_NOT_ON = re.compile(
    r"(?<!not )\bcancell?ed\b|\bnot (?:on|running)\b|\bno (?:\w+ ){0,3}(?:today|this week|sessions?|groups?|class(?:es)?)\b"
)
One = TypeVar("One")


@dataclass(frozen=True)
class CalendarTimes:
    """What a calendar says.

    Attributes:
        left_out: how many of its events make no sense.
    """

    schedules: tuple[Schedule, ...]
    left_out: int = 0


def read_calendar(content: bytes, today: date, names: Sequence[str] | None = None) -> tuple[Schedule, ...]:
    """The schedules of a calendar; see `calendar_times`."""
    return calendar_times(content, today, names).schedules


def calendar_times(content: bytes, today: date, names: Sequence[str] | None = None) -> CalendarTimes:
    """The schedules of a calendar; what is over is left out.

    Args:
        names: of a hall's calendar only the events that are called so; None = all of it is one group's.
        today: rules that have no place in a schedule (yearly, every second day) are written out from here on.

    Raises:
        BadInput: not a calendar, too large, or nothing in it makes sense.
    """
    events = _events(content)
    reading = _Reading(today)
    changed, meant = reading.changed(events), _meant(events, names)
    found = reading.schedules(meant, changed)
    # A hall that is closed is closed for everybody; what else is off is off for whom it names.
    off = [*(event for event in events if _SHUT.search(_summary(event))), *(event for event in meant if _says_off(event))]
    closed = {on for event in off for on in reading.tried(event, _whole_days) or () if 0 <= (on - today).days <= _AHEAD_DAYS}
    if reading.left_out and not found:
        raise BadInput("none of its events makes sense")
    kept = (_without(schedule, closed) for schedule in found if not _is_past(schedule, today))
    return CalendarTimes(tuple(dict.fromkeys(schedule for schedule in kept if schedule)), len(reading.left_out))


def _events(content: bytes) -> list[Any]:
    if len(content) > MOST_BYTES:
        raise BadInput("the calendar is larger than 5 MB")
    # Empty lines and parts within parts within parts take the library minutes.
    lines = [line for line in content.splitlines() if line]
    depths = accumulate(1 if line[:6].upper() == b"BEGIN:" else -1 if line[:4].upper() == b"END:" else 0 for line in lines)
    if len(lines) > _MOST_LINES or max(depths, default=0) > _DEEPEST:
        raise BadInput("the calendar is too long, or has parts within parts without end")
    try:
        return list(Calendar.from_ical(b"\r\n".join([*lines, b""])).walk("VEVENT")[:_MOST_EVENTS])
    except Exception as error:  # the library raises whatever it stumbles on
        raise BadInput("not an iCalendar file") from error


class _Reading:
    """One reading of a calendar: what of it makes no sense, and how much has been written out.

    Attributes:
        left_out: the events; each counts once.
    """

    def __init__(self, today: date) -> None:
        self._today, self._written_out = today, 0
        self.left_out: set[int] = set()

    def tried(self, event: Any, read: Callable[[Any], One]) -> One | None:
        """What an event gives; None where it makes no sense."""
        try:
            return read(event)
        except Exception:  # noqa: BLE001 - what may stand in an event has no end
            self.left_out.add(id(event))
            return None

    def changed(self, events: Sequence[Any]) -> Mapping[str, list[date]]:
        """Per event, the days of its rule that another entry moves or cancels."""
        found: dict[str, list[date]] = {}
        for event in events:
            on = self.tried(event, _changes)
            if on:
                found.setdefault(_uid(event), []).append(on)
        return found

    def schedules(self, events: Sequence[Any], changed: Mapping[str, Sequence[date]]) -> list[Schedule]:
        """Those of all events that are on."""
        on = [one for one in events if _status(one) != "CANCELLED" and not _says_off(one)]
        given = (self.tried(one, lambda event: list(self._schedules(event, changed.get(_uid(event), ())))) for one in on)
        return [schedule for some in given if some for schedule in some]

    def _schedules(self, event: Any, changed: Sequence[date]) -> Iterator[Schedule]:
        if _NEEDED & {name for name, _why in event.errors}:
            raise ValueError("the library could not read what it is about")
        if _value(event, "DTSTART") is None:
            return
        begins = _value(event, "DTSTART").dt
        first = local_day(begins)
        if first.year < _EARLIEST_YEAR:
            raise ValueError("it begins before anybody can remember")
        following = _whole_days(event)[1:]
        if len(following) >= _MOST_DAYS:
            return
        one = Schedule(None, _hour(begins), _end_hour(event, begins), dtstart=first, all_day=not isinstance(begins, datetime))
        rule = _value(event, "RRULE")
        if _value(event, "RECURRENCE-ID") is not None:
            yield replace(one, extra_on=tuple(following))
            return
        without = tuple(sorted({*_dates(event.get("EXDATE")), *changed}))
        extra = tuple(sorted({*_dates(event.get("RDATE")), *(following if rule is None else ())}))
        if rule is None:
            yield replace(one, except_on=without, extra_on=extra)
            return
        schedule = schedule_of_rule(one, rule)
        if schedule is not None:
            yield replace(schedule, except_on=without, extra_on=extra, on_bank_holidays=False)
            return
        self._written_out += 1
        if self._written_out > _MOST_WRITTEN_OUT:
            raise ValueError("too many rules that are no schedule")
        for on in sorted({*written_out(rule, first, self._today, _AHEAD_DAYS), *extra} - set(without)):
            yield replace(one, dtstart=on)


def _value(event: Any, name: str) -> Any:
    """What an event says under a name; the first where it says several things, None where it says nothing."""
    value = event.get(name)
    return next(iter(value), None) if isinstance(value, list) else value


def _uid(event: Any) -> str:
    return str(_value(event, "UID") or "")


def _status(event: Any) -> str:
    return str(_value(event, "STATUS") or "").upper()


def _changes(event: Any) -> date | None:
    """The day of a rule that an entry stands in place of."""
    instead_of = _value(event, "RECURRENCE-ID")
    return None if instead_of is None else local_day(instead_of.dt)


def _meant(events: Sequence[Any], names: Sequence[str] | None) -> list[Any]:
    """Those whose summary holds one of the names as whole words; a changed date without a summary is its event's."""
    if names is None:
        return list(events)
    wanted = [f" {name} " for one in names if (name := plain(one))]
    summaries = {_uid(one): _value(one, "SUMMARY") for one in events if _value(one, "RECURRENCE-ID") is None}
    said = [plain(str(_value(one, "SUMMARY") or summaries.get(_uid(one)) or "")) for one in events]
    return [one for one, summary in zip(events, said) if any(name in f" {summary} " for name in wanted)]


def _summary(event: Any) -> str:
    return fold(str(_value(event, "SUMMARY") or ""))


def _says_off(event: Any) -> bool:
    summary = _summary(event)
    return bool(_SHUT.search(summary) or _NOT_ON.search(summary))


def _whole_days(event: Any) -> list[date]:
    """The days of an event that has no hours; its end is the day after it."""
    begins, ends, length = (_value(event, name) for name in ("DTSTART", "DTEND", "DURATION"))
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


def _dates(value: Any) -> list[date]:
    entries = value if isinstance(value, list) else [value] if value is not None else []
    return [local_day(one.dt) for entry in entries for one in entry.dts if isinstance(one.dt, date)]


def _hour(value: date | datetime) -> time | None:
    if not isinstance(value, datetime):
        return None
    return (value.astimezone(LONDON) if value.tzinfo else value).time().replace(second=0, microsecond=0)


def _end_hour(event: Any, begins: date | datetime) -> time | None:
    ends, length = _value(event, "DTEND"), _value(event, "DURATION")
    if ends is not None:
        return _hour(ends.dt)
    return _hour(begins + length.dt) if length is not None and isinstance(begins, datetime) else None


def _is_past(schedule: Schedule, today: date) -> bool:
    if any(on >= today for on in schedule.extra_on):
        return False
    last = schedule.dtstart if schedule.freq is None else schedule.until
    return last is not None and last < today
