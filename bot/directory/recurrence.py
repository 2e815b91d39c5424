"""Schedules to dated sessions.

Source: Open Referral HSDS 3.0 field guidance for `schedule`, RFC 5545 for the rules themselves.
Times are wall-clock time in England, a written `Z` included: every known example means local hours.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from bot.base.clock import LONDON
from bot.directory.closures import Closed, never_closed
from bot.directory.day_answer import DayAnswer
from bot.directory.model import Schedule, Session

LOOK_AHEAD_DAYS = 370
"""So far ahead a next session is looked for: whatever happens once a year is found."""

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""The days of the week as recurrence rules (RFC 5545) write them, in the order of `date.weekday`."""

_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_MIDNIGHT = time(0)
_STEPS_DAYS = (35, 92, LOOK_AHEAD_DAYS)
_FAR_DAYS = 3700
_ANY_DAY = date(2026, 1, 1)
_WEEKS_IN_MONTH = 5
_EVENING = time(17)


def is_byday(text: str) -> bool:
    """Whether it is an RFC 5545 day that `days` can work with: `TU`, `2MO`, `-1FR`."""
    match = _BYDAY.fullmatch(text)
    if match is None:
        return False
    return match.group(1) is None or 1 <= abs(int(match.group(1))) <= _WEEKS_IN_MONTH


def sessions_between(schedules: Sequence[Schedule], first: date, last: date, is_closed: Closed = never_closed) -> list[Session]:
    """All sessions from `first` to `last`, both included, in order; doubles once."""
    found = {
        session
        for schedule in schedules
        for on in days(schedule, first, last)
        if not is_closed(schedule, on) and (session := session_on(schedule, on))
    }
    return sorted(found, key=lambda session: (session.ranks_at, session.place or 0))


def next_session(schedules: Sequence[Schedule], after: datetime, is_closed: Closed = never_closed) -> Session | None:
    """The first session that has not ended at `after`; one that is under way counts.

    Looks `LOOK_AHEAD_DAYS` ahead. A session without an end counts until it begins.
    """
    today = after.astimezone(LONDON).date()
    first = today - timedelta(days=1)  # one that began late yesterday may still be on
    for ahead in _STEPS_DAYS:
        last = today + timedelta(days=ahead)
        soonest = [s for schedule in schedules if (s := _first(schedule, first, last, after, is_closed))]
        if soonest:
            return min(soonest, key=lambda session: session.ranks_at)
        first = last + timedelta(days=1)
    return None


def _first(schedule: Schedule, first: date, last: date, after: datetime, is_closed: Closed) -> Session | None:
    for on in days(schedule, first, last):
        session = session_on(schedule, on)
        if session and not is_past(session, after) and not is_closed(schedule, on):
            return session
    return None


def day_answer(schedules: Sequence[Schedule], on: date, now: datetime, is_closed: Closed = never_closed) -> DayAnswer:
    """Whether something is on, on one day, and when it is next if it is not or no longer."""
    sessions = tuple(sessions_between(schedules, on, on, is_closed))
    over = bool(sessions) and all(is_past(session, now) for session in sessions)
    reasons = [why for schedule in schedules if days(schedule, on, on) and (why := is_closed(schedule, on))]
    follows = datetime.combine(on + timedelta(days=1), _MIDNIGHT, LONDON) if sessions and not over else now
    has_times = any(schedule.opens_at or schedule.all_day for schedule in schedules)
    return DayAnswer(
        on, sessions, over, reasons[0] if reasons and not sessions else None, next_session(schedules, follows, is_closed), has_times
    )


def is_past(session: Session, at: datetime) -> bool:
    """Whether it has ended (or begun, when no end is known)."""
    return (session.ends_at or session.starts_at) <= at


def has_ended(schedules: Sequence[Schedule], on: date) -> bool:
    """Whether there were sessions and none can come any more: a course that is over.

    Information that has only run out (`valid_to`) does not end anything.
    """
    return bool(schedules) and all(_is_over(schedule, on) for schedule in schedules)


def session_on(schedule: Schedule, on: date) -> Session | None:
    """The session of that day, without a look at whether the schedule runs then; None without times, unless it is a whole day."""
    if schedule.all_day:
        begins, ends = (datetime.combine(on + timedelta(days=n), _MIDNIGHT, LONDON) for n in (0, 1))
        return Session(begins, ends, schedule.term_time_only, schedule.place, all_day=True)
    if schedule.opens_at is None:
        return None
    starts_at = datetime.combine(on, schedule.opens_at, LONDON)
    return Session(starts_at, _end(schedule, on), schedule.term_time_only, schedule.place)


def _end(schedule: Schedule, on: date) -> datetime | None:
    opens_at, closes_at = schedule.opens_at, schedule.closes_at
    if opens_at is None or closes_at is None:
        return None
    if closes_at > opens_at:
        return datetime.combine(on, closes_at, LONDON)
    # Past midnight is believed of an evening only; “15:00 to 09:00” is a slip of the pen.
    if closes_at == _MIDNIGHT or opens_at >= _EVENING:
        return datetime.combine(on + timedelta(days=1), closes_at, LONDON)
    return None


@lru_cache(maxsize=16384)
def days(schedule: Schedule, first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last`, both included, on which the schedule runs, in order.

    A schedule that does not say enough gives none: `every second week` without a beginning,
    `monthly` without a day. Extra dates count, cancelled ones are the closures' to take out. A result depends on the
    arguments alone, so that keeping it is safe.
    """
    by_rule = _days_by_rule(schedule, first, last)
    extra = [on for on in schedule.extra_on if first <= on <= last]
    return tuple(sorted({*by_rule, *extra})) if extra else by_rule


def _days_by_rule(schedule: Schedule, first: date, last: date) -> tuple[date, ...]:
    start = max(filter(None, (first, schedule.valid_from, schedule.dtstart)))
    end = min(filter(None, (last, schedule.valid_to, schedule.until)))
    if end < start:
        return ()
    if schedule.freq is None:
        return (schedule.dtstart,) if schedule.dtstart and start <= schedule.dtstart <= end else ()
    return tuple(on for on in _walk(schedule, start, end) if on >= start)


def has_days(schedule: Schedule) -> bool:
    """Whether it gives any day at all: a rule may say too little, or contradict itself (“the first Monday, on the 31st”)."""
    if schedule.freq is None:
        return schedule.dtstart is not None or bool(schedule.extra_on)
    begins = schedule.dtstart or schedule.valid_from or _ANY_DAY
    end = date.fromordinal(min(begins.toordinal() + _FAR_DAYS, date.max.toordinal()))
    return bool(schedule.extra_on) or next(_walk(schedule, begins, end), None) is not None


def _walk(schedule: Schedule, start: date, end: date) -> Iterator[date]:
    """The days of a rule up to `end`, from `start` or some time before it on.

    Not with `dateutil`: it looks at an end only where it has found a day, so that a rule that never has one is followed
    to the year 9999, which takes seconds. The tests compare the two.
    """
    freq = schedule.freq or "weekly"
    byday = tuple(day for day in schedule.byday if is_byday(day))
    if freq == "weekly" and any(day[:-2] for day in byday):
        # RFC 5545 gives “weekly, 2MO” no meaning.
        freq = "monthly"
    interval = max(schedule.interval, 1)
    begins = schedule.dtstart or schedule.valid_from
    if begins is None and (interval > 1 or schedule.count):
        return  # nobody can say which week it is counted from
    monthdays = schedule.bymonthday
    if not byday and not monthdays:
        if schedule.dtstart is None:
            return
        if freq == "weekly":
            byday = (WEEK[schedule.dtstart.weekday()],)
        else:
            monthdays = (schedule.dtstart.day,)
    begins = begins or start
    if schedule.count is None:
        begins = _nearer(begins, start, freq, interval)
    step = _weekly if freq == "weekly" else _monthly
    found = (on for on in step(begins, end, interval, byday, monthdays) if begins <= on <= end)
    yield from found if schedule.count is None else islice(found, max(schedule.count, 0))


def _weekly(begins: date, end: date, interval: int, byday: tuple[str, ...], monthdays: tuple[int, ...]) -> Iterator[date]:
    monday = begins.toordinal() - begins.weekday()
    weekdays = sorted({WEEK.index(day) for day in byday}) or range(len(WEEK))
    for week in range(monday, end.toordinal() + 1, interval * len(WEEK)):
        for on in (date.fromordinal(week + weekday) for weekday in weekdays if week + weekday <= end.toordinal()):
            if not monthdays or not {on.day, on.day - monthrange(on.year, on.month)[1] - 1}.isdisjoint(monthdays):
                yield on


def _monthly(begins: date, end: date, interval: int, byday: tuple[str, ...], monthdays: tuple[int, ...]) -> Iterator[date]:
    for month in range(begins.year * 12 + begins.month - 1, end.year * 12 + end.month, interval):
        year, number = month // 12, month % 12 + 1
        for day in _days_of_month(*monthrange(year, number), byday, monthdays):
            yield date(year, number, day)


@lru_cache(maxsize=4096)
def _days_of_month(first_weekday: int, length: int, byday: tuple[str, ...], monthdays: tuple[int, ...]) -> tuple[int, ...]:
    """The days of a month of that length, whose first is that day of the week (0 = Monday).

    All conditions must hold that there are: days of the week, numbered ones, and days of the month, as `dateutil` has it.
    """
    plain: set[int] = set()
    numbered: set[int] = set()
    for day in byday:
        all_of_them = range(1 + (WEEK.index(day[-2:]) - first_weekday) % len(WEEK), length + 1, len(WEEK))
        number = int(day[:-2] or 0)
        if not number:
            plain.update(all_of_them)
        elif abs(number) <= len(all_of_them):
            numbered.add(all_of_them[number - (number > 0)])
    chosen = set(range(1, length + 1))
    if any(not day[:-2] for day in byday):
        chosen &= plain
    if any(day[:-2] for day in byday):
        chosen &= numbered
    if monthdays:
        chosen &= {one if one > 0 else length + 1 + one for one in monthdays}
    return tuple(sorted(chosen))


def _nearer(begins: date, start: date, freq: str, interval: int) -> date:
    """A later beginning with the same rhythm, so that years gone by are not counted through."""
    if freq == "weekly":
        rounds = (start - begins).days // (7 * interval) - 1
        return begins + timedelta(weeks=rounds * interval) if rounds > 0 else begins
    months = (start.year - begins.year) * 12 + start.month - begins.month
    rounds = months // interval - 1
    if rounds <= 0:
        return begins
    total = begins.year * 12 + begins.month - 1 + rounds * interval
    return date(total // 12, total % 12 + 1, 1)


def _is_over(schedule: Schedule, on: date) -> bool:
    if any(extra >= on for extra in schedule.extra_on):
        return False
    if schedule.until is not None and schedule.until < on:
        return True
    if schedule.until is None and schedule.count is None and schedule.freq is not None:
        return False  # no end is known: most are like this
    begins = schedule.dtstart or schedule.valid_from
    if begins is None or begins >= on or days(schedule, on, on + timedelta(days=_FAR_DAYS)):
        return False
    # Nothing to come is an end only where something has been; else the schedule says too little.
    ran_out = schedule.valid_to is not None and schedule.valid_to < on
    return not ran_out and bool(days(schedule, begins, on))
