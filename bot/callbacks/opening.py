"""Opening hours and the time that may honestly be promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
        ValueError: an unknown day, a time that is none or names an offset, a slot that ends before it starts, or
            slots that overlap.
    """
    hours: dict[int, tuple[tuple[time, time], ...]] = {}
    for day, slots in days.items():
        if day not in _DAYS:
            raise ValueError(f"{day!r} is not one of {', '.join(_DAYS)}")
        read = sorted((_wall_clock(start), _wall_clock(end)) for start, end in slots)
        for index, (start, end) in enumerate(read):
            if end <= start or (index and start < read[index - 1][1]):
                raise ValueError(f"{day}: {start:%H:%M}-{end:%H:%M} ends before it starts or overlaps")
        hours[_DAYS.index(day)] = tuple(read)
    return hours


def _wall_clock(text: str) -> time:
    at = time.fromisoformat(text)
    if at.tzinfo:
        raise ValueError(f"{text}: hours are those of the clock on the wall, without an offset")
    return at


Slot = tuple[datetime, datetime]
Staffed = Callable[[datetime, datetime], Sequence[Slot]]
"""Of an opening slot, the parts in which at least one connector works, in order."""


@dataclass(frozen=True)
class Rota:
    """One connector's own calendar.

    Attributes:
        works: weekday → slots; empty means whenever the desk is open.
        away: first and last days of holidays and sickness, both included.
    """

    works: OpeningHours
    away: tuple[tuple[date, date], ...] = ()

    def is_away(self, on: date) -> bool:
        """Whether this connector is not at work on that day."""
        return any(first <= on <= last for first, last in self.away)

    def works_at(self, at: datetime) -> bool:
        """Whether this connector is at work at that instant."""
        on = at.astimezone(LONDON)
        if self.is_away(on.date()):
            return False
        return not self.works or any(start <= on.time() < end for start, end in self.works.get(on.weekday(), ()))


def staffed_by(rotas: Sequence[Rota]) -> Staffed | None:
    """When at least one of these connectors works; None (the opening hours alone count) when there is none."""
    if not rotas:
        return None

    def parts(start: datetime, end: datetime) -> list[Slot]:
        found: list[Slot] = []
        for rota in rotas:
            if rota.is_away(start.date()):
                continue
            slots = rota.works.get(start.weekday(), ()) if rota.works else ((start.time(), end.time()),)
            for first, last in slots:
                begins, ends = (datetime.combine(start.date(), edge, LONDON) for edge in (first, last))
                if max(begins, start) < min(ends, end):
                    found.append((max(begins, start), min(ends, end)))
        return _joined(found)

    return parts


def _joined(slots: Sequence[Slot]) -> list[Slot]:
    joined: list[Slot] = []
    for start, end in sorted(slots):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def slots_after(now: datetime, hours: OpeningHours, is_closed: Callable[[date], bool], staffed: Staffed | None = None) -> Iterator[Slot]:
    """Opening slots from `now` on, the running one cut to what is left of it; 60 days at most.

    Args:
        is_closed: True for bank holidays and other days on which nobody is there.
        staffed: cuts each slot to the parts in which somebody works.
    """
    for start, end in _opening_slots(now, hours, is_closed):
        yield from staffed(start, end) if staffed else [(start, end)]


def _opening_slots(now: datetime, hours: OpeningHours, is_closed: Callable[[date], bool]) -> Iterator[Slot]:
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


def promise(
    now: datetime, hours: OpeningHours, is_closed: Callable[[date], bool], wish: Wish | None = None, staffed: Staffed | None = None
) -> datetime | None:
    """The time by which a connector will have called.

    Without a wish: the end of the opening slot in which the promised number of opening hours is
    used up. With a wish: the end of the first slot on that day or in that part of a day; of a named
    day on which the desk is closed, on the next open one. Of a day in which the desk is closed at the wished time, the end of
    the slot that comes nearest to it. A wish outside all opening hours is answered as if there were none. None when the desk never opens.
    """
    wish = wish or Wish()
    now = _from_named_day(now, wish)
    wanted = _suiting(now, hours, is_closed, wish, staffed)
    if wanted:
        return wanted[1]
    left = timedelta(hours=PROMISED_OPENING_HOURS)
    last: datetime | None = None
    for start, end in slots_after(now, hours, is_closed, staffed):
        last = end
        left -= end - start
        if left <= timedelta(0):
            break
    return last


def next_suiting(
    first: datetime, hours: OpeningHours, is_closed: Callable[[date], bool], wish: Wish, staffed: Staffed | None = None
) -> Slot | None:
    """The first stretch from `first` on in which somebody is there and the wish holds, or its day alone; None when there is none."""
    found = _suiting(_from_named_day(first, wish), hours, is_closed, wish, staffed)
    if found is None or wish.part_of_day is None:
        return found
    start, end = found
    earliest = datetime.combine(start.date(), _PARTS[wish.part_of_day][0], LONDON)
    return (max(start, earliest) if earliest < end else start), end


def open_time_between(first: datetime, last: datetime, hours: OpeningHours, is_closed: Callable[[date], bool]) -> timedelta:
    """How long the desk is open between two instants."""
    total = timedelta(0)
    for start, end in slots_after(first, hours, is_closed):
        if start >= last:
            break
        total += min(end, last) - start
    return total


def after_open_time(first: datetime, how_long: timedelta, hours: OpeningHours, is_closed: Callable[[date], bool]) -> datetime:
    """The instant at which the desk has been open for so long since `first`; plain time when it never opens."""
    left = how_long
    for start, end in slots_after(first, hours, is_closed):
        if end - start >= left:
            return start + left
        left -= end - start
    return first + how_long


def _suiting(now: datetime, hours: OpeningHours, is_closed: Callable[[date], bool], wish: Wish, staffed: Staffed | None) -> Slot | None:
    if wish == Wish():
        return None
    slots = list(slots_after(now, hours, is_closed, staffed))
    for start, end in slots:
        if _suits(start, end, wish):
            return start, _end_of_wish(end, wish)
    if wish.part_of_day is None or (wish.weekday is None and wish.not_before is None):
        return None
    day = replace(wish, part_of_day=None)
    its_day = [slot for slot in slots if _suits(*slot, day)]
    its_day = [slot for slot in its_day if slot[0].date() == its_day[0][0].date()]
    return (its_day[0] if wish.part_of_day == "morning" else its_day[-1]) if its_day else None


def _from_named_day(now: datetime, wish: Wish) -> datetime:
    return max(now, datetime.combine(wish.not_before, time.min, LONDON)) if wish.not_before else now


def _suits(start: datetime, end: datetime, wish: Wish) -> bool:
    if wish.weekday is not None and start.weekday() != wish.weekday:
        return False
    first, last = start, end
    if wish.part_of_day:
        first, last = (datetime.combine(start.date(), edge, LONDON) for edge in _PARTS[wish.part_of_day])
    # The last half-hour before lunch is no afternoon, nor the last five minutes a Tuesday: there must be time to call.
    return min(end, last) - max(start, first) >= _ENOUGH


def _end_of_wish(slot_end: datetime, wish: Wish) -> datetime:
    if wish.part_of_day is None:
        return slot_end
    return min(slot_end, datetime.combine(slot_end.date(), _PARTS[wish.part_of_day][1], LONDON))
