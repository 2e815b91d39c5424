"""Schedules to dated sessions.

Source: Open Referral HSDS 3.0 field guidance for `schedule`, RFC 5545 for the rules themselves.
Times are wall-clock time in England, a written `Z` included: every known example means local hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from dateutil.rrule import FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule, weekday

from bot.base.clock import LONDON
from bot.directory.model import Schedule, Session

LOOK_AHEAD_DAYS = 92
_DAYS = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}
_MIDNIGHT = time(0)


def sessions_between(
    schedules: Sequence[Schedule], first: date, last: date, is_cancelled: Callable[[date], bool] = lambda _on: False
) -> list[Session]:
    """All sessions from `first` to `last`, both included, in order.

    Args:
        is_cancelled: True for days on which nothing takes place.
    """
    found = {s for schedule in schedules for s in _of_schedule(schedule, first, last) if not is_cancelled(s.starts_at.date())}
    return sorted(found, key=lambda s: s.starts_at)


def next_session(
    schedules: Sequence[Schedule],
    after: datetime,
    suits: Callable[[Session], bool] = lambda _session: True,
    days: int = LOOK_AHEAD_DAYS,
) -> Session | None:
    """The first session that has not ended at `after` and suits; looks ahead so many days."""
    today = after.astimezone(LONDON).date()
    for session in sessions_between(schedules, today, today + timedelta(days=days)):
        ends_at = session.ends_at or session.starts_at
        if ends_at > after and suits(session):
            return session
    return None


def _of_schedule(schedule: Schedule, first: date, last: date) -> Iterator[Session]:
    if schedule.opens_at is None:
        return
    start = max(filter(None, (first, schedule.valid_from)))
    end = min(filter(None, (last, schedule.valid_to, schedule.until)))
    for on in _days(schedule, start, end):
        starts_at = datetime.combine(on, schedule.opens_at, LONDON)
        ends_at = datetime.combine(on, schedule.closes_at, LONDON) if schedule.closes_at else None
        yield Session(starts_at, ends_at)


def _days(schedule: Schedule, start: date, end: date) -> list[date]:
    if end < start:
        return []
    if schedule.freq is None:
        return [schedule.dtstart] if schedule.dtstart and start <= schedule.dtstart <= end else []
    if not schedule.byday and not schedule.bymonthday and schedule.dtstart is None:
        return []  # “monthly” alone does not say on which day
    if schedule.freq == "monthly" and not schedule.byday and not schedule.bymonthday:
        return []
    # Without a beginning the rule may start anywhere, as long as every week or month counts.
    begins = schedule.dtstart or schedule.valid_from or start
    rule = rrule(
        WEEKLY if schedule.freq == "weekly" else MONTHLY,
        dtstart=datetime.combine(begins, _MIDNIGHT),
        interval=schedule.interval,
        count=schedule.count,
        byweekday=[_weekday(day, schedule.freq) for day in schedule.byday] or None,
        bymonthday=schedule.bymonthday or None,
    )
    between = rule.between(datetime.combine(start, _MIDNIGHT), datetime.combine(end, _MIDNIGHT), inc=True)
    return [at.date() for at in between]


def _weekday(day: str, freq: str) -> weekday:
    number = day[:-2]
    plain = _DAYS[day[-2:]]
    return plain(int(number)) if number and freq == "monthly" else plain
