"""When a service is open as one whole number, so that a database can leave out what cannot fit.

Bit `weekday * 3 + part of the day`. A set bit says that a session may be then, a clear one that none can; the exact
answer is the recurrence's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from bot.directory.model import PARTS, PartOfDay, Schedule
from bot.directory.recurrence import WEEK, is_byday
from bot.directory.search import is_in_part

_PARTS: tuple[PartOfDay, ...] = tuple(PARTS)  # type: ignore[arg-type]
_ALL_PARTS = (1 << len(_PARTS)) - 1


def asked(weekdays: Iterable[int] | None, part: PartOfDay | None) -> int:
    """The bits one of which must be set; 0 when nothing of time is asked."""
    if weekdays is None and part is None:
        return 0
    bits = 1 << _PARTS.index(part) if part else _ALL_PARTS
    return sum(bits << 3 * weekday for weekday in set(range(7) if weekdays is None else weekdays))


def of_schedules(schedules: Sequence[Schedule]) -> int:
    """Every time at which there may be a session."""
    mask = 0
    for schedule in schedules:
        mask |= _of(schedule)
    return mask


@lru_cache(maxsize=8192)
def _of(schedule: Schedule) -> int:
    if schedule.opens_at is None and not schedule.all_day:
        return 0
    bits = _ALL_PARTS if schedule.all_day else sum(1 << at for at, part in enumerate(_PARTS) if is_in_part(schedule, part))
    return sum(bits << 3 * weekday for weekday in _weekdays(schedule))


def _weekdays(schedule: Schedule) -> set[int]:
    extra = {on.weekday() for on in schedule.extra_on}
    named = {WEEK.index(day[-2:]) for day in schedule.byday if is_byday(day)}
    if named:
        return named | extra
    if schedule.bymonthday or schedule.freq == "monthly":
        return set(range(7))
    return extra | ({schedule.dtstart.weekday()} if schedule.dtstart else set())


def first_and_last(schedules: Sequence[Schedule]) -> tuple[date | None, date | None]:
    """Between which days there can be sessions; None = no limit known."""
    if not schedules:
        return None, None
    firsts = [max((d for d in (s.valid_from, s.dtstart) if d), default=None) for s in schedules]
    lasts = [min((d for d in (s.valid_to, s.until, s.dtstart if s.freq is None else None) if d), default=None) for s in schedules]
    extra = [on for schedule in schedules for on in schedule.extra_on]
    first = None if None in firsts else min([*(d for d in firsts if d), *extra])
    last = None if None in lasts else max([*(d for d in lasts if d), *extra])
    return first, last
