"""Opening hours and the time that may honestly be promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.base.clock import LONDON
from bot.callbacks.model import OpeningHours, PartOfDay, Wish

PROMISED_OPENING_HOURS = 7.0
"""A callback is promised within so many hours in which the desk is open: one working day."""

LOOK_AHEAD_DAYS = 60
_ENOUGH = timedelta(hours=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTS: dict[PartOfDay, tuple[time, time]] = {
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(23, 59)),
}


def read_opening_hours(days: Mapping[str, Sequence[Sequence[str]]]) -> OpeningHours:
    """`{"mon": [["09:00", "12:30"], …]}` as opening hours.

    Raises:
        ValueError: an unknown day, a time that is none, a slot that ends before it starts, or
            slots that overlap.
    """
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for day, slots in days.items():
        if day not in _DAYS:
            raise ValueError(f"{day!r} is not one of {', '.join(_DAYS)}")
        read = sorted((time.fromisoformat(start), time.fromisoformat(end)) for start, end in slots)
        for index, (start, end) in enumerate(read):
            if end <= start or (index and start < read[index - 1][1]):
                raise ValueError(f"{day}: {start:%H:%M}-{end:%H:%M} ends before it starts or overlaps")
        hours[_DAYS.index(day)] = tuple(read)
    return hours


def slots_after(now: datetime, hours: OpeningHours, is_closed: Callable[[date], bool]) -> Iterator[tuple[datetime, datetime]]:
    """Opening slots from `now` on, the running one cut to what is left of it; 60 days at most.

    Args:
        is_closed: True for bank holidays and other days on which nobody is there.
    """
    today = now.astimezone(LONDON).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        on = today + timedelta(days=ahead)
        if is_closed(on):
            continue
        for start, end in hours.get(on.weekday(), ()):
            starts_at = datetime.combine(on, start, LONDON)
            ends_at = datetime.combine(on, end, LONDON)
            if ends_at > now:
                yield max(starts_at, now), ends_at


def is_open(now: datetime, hours: OpeningHours, is_closed: Callable[[date], bool]) -> bool:
    """Whether somebody is at the desk at that instant."""
    first = next(slots_after(now, hours, is_closed), None)
    return first is not None and first[0] <= now


def promise(now: datetime, hours: OpeningHours, is_closed: Callable[[date], bool], wish: Wish | None = None) -> datetime | None:
    """The time by which a connector will have called.

    Without a wish: the end of the opening slot in which the promised number of opening hours is
    used up. With a wish: the end of the first slot on that day or in that part of a day. A wish
    outside all opening hours is answered as if there were none. None when the desk never opens.
    """
    wish = wish or Wish()
    if wish != Wish():
        wanted = next((end for start, end in slots_after(now, hours, is_closed) if _suits(start, end, wish)), None)
        if wanted:
            return _end_of_wish(wanted, wish)
    left = timedelta(hours=PROMISED_OPENING_HOURS)
    last: datetime | None = None
    for start, end in slots_after(now, hours, is_closed):
        last = end
        left -= end - start
        if left <= timedelta(0):
            break
    return last


def _suits(start: datetime, end: datetime, wish: Wish) -> bool:
    if wish.weekday is not None and start.weekday() != wish.weekday:
        return False
    if wish.part_of_day is None:
        return True
    first, last = (datetime.combine(start.date(), edge, LONDON) for edge in _PARTS[wish.part_of_day])
    # The last half-hour before lunch is no afternoon: there must be time to call.
    return min(end, last) - max(start, first) >= _ENOUGH


def _end_of_wish(slot_end: datetime, wish: Wish) -> datetime:
    if wish.part_of_day is None:
        return slot_end
    return min(slot_end, datetime.combine(slot_end.date(), _PARTS[wish.part_of_day][1], LONDON))
