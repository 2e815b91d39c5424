"""Schedules against python-dateutil's own reading of the same RFC 5545 rule, and the official worked examples."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.base.clock import LONDON
from bot.directory.day_answer import DayAnswer
from bot.directory.model import Schedule
from bot.directory.recurrence import day_answer, days, next_session, sessions_between

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
day = st.dates(date(2015, 1, 1), date(2032, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> tuple[Schedule, str]:
    """A schedule, and the same as an RFC 5545 rule."""
    freq = draw(st.sampled_from(["weekly", "monthly"]))
    interval = draw(st.integers(1, 4))
    dtstart = draw(day)
    byday: tuple[str, ...] = ()
    bymonthday: tuple[int, ...] = ()
    if freq == "weekly":
        byday = tuple(draw(st.lists(st.sampled_from(DAYS), max_size=4, unique=True)))
    elif draw(st.booleans()):
        numbered = st.builds(lambda n, d: f"{n}{d}", st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from(DAYS))
        byday = tuple(draw(st.lists(numbered, min_size=1, max_size=3, unique=True)))
    else:
        bymonthday = tuple(draw(st.lists(st.sampled_from([1, 2, 15, 28, 29, 30, 31, -1, -2]), max_size=3, unique=True)))
    until = draw(st.none() | st.integers(0, 2000).map(lambda n: dtstart + timedelta(days=n)))
    count = draw(st.none() | st.integers(1, 60)) if until is None else None
    parts = [f"FREQ={freq.upper()}", f"INTERVAL={interval}"]
    parts += [f"BYDAY={','.join(byday)}"] if byday else []
    parts += [f"BYMONTHDAY={','.join(map(str, bymonthday))}"] if bymonthday else []
    parts += [f"UNTIL={until:%Y%m%d}"] if until else []
    parts += [f"COUNT={count}"] if count else []
    schedule = Schedule(freq, time(10), time(11), byday, bymonthday, interval, dtstart, until, count)
    return schedule, ";".join(parts)


@settings(max_examples=10_000)
@given(rules(), day, st.integers(0, 500))
def test_ten_thousand_rules_agree_with_dateutil(rule: tuple[Schedule, str], first: date, length: int) -> None:
    schedule, written = rule
    last = first + timedelta(days=length)
    assert schedule.dtstart is not None
    begins = datetime.combine(schedule.dtstart, time(0))
    expected = rrulestr(written, dtstart=begins).between(datetime.combine(first, time(0)), datetime.combine(last, time(0)), inc=True)
    assert days(schedule, first, last) == tuple(at.date() for at in expected)


@settings(max_examples=500)
@given(rules(), st.datetimes(datetime(2016, 1, 1), datetime(2031, 1, 1)))
@example((Schedule("weekly", time(1, 30), time(2, 30), ("SU",)), ""), datetime(2026, 3, 28))
@example((Schedule("weekly", time(1, 30), time(2, 30), ("SU",)), ""), datetime(2026, 10, 24))
def test_the_next_session_is_the_first_of_the_days_and_keeps_the_hour_on_the_wall(rule: tuple[Schedule, str], at: datetime) -> None:
    now = at.replace(tzinfo=LONDON)
    found = next_session([rule[0]], now)
    later = [
        s
        for s in sessions_between([rule[0]], now.date() - timedelta(days=1), now.date() + timedelta(days=370))
        if s.ends_at and s.ends_at > now
    ]
    assert found == (later[0] if later else None)
    if found:
        assert (found.starts_at.hour, found.starts_at.minute) == (rule[0].opens_at.hour, rule[0].opens_at.minute)  # type: ignore[union-attr]


@settings(max_examples=300)
@given(rules(), st.lists(day, max_size=3, unique=True), day)
def test_extra_dates_are_added_and_change_nothing_else(rule: tuple[Schedule, str], extra: list[date], first: date) -> None:
    from dataclasses import replace

    last = first + timedelta(days=300)
    plain = set(days(rule[0], first, last))
    assert set(days(replace(rule[0], extra_on=tuple(extra)), first, last)) == plain | {on for on in extra if first <= on <= last}


# Source: openreferral/specification, docs/hsds/field_guidance.md, “schedule”.
MORNINGS = Schedule(
    "weekly",
    time(9),
    time(12),
    ("MO", "TU", "WE", "TH"),
    dtstart=date(2020, 4, 1),
    valid_from=date(2020, 4, 1),
    valid_to=date(2020, 12, 20),
)
SATURDAYS = Schedule("monthly", time(9), time(17), ("1SA",), dtstart=date(2020, 7, 4), until=date(2020, 11, 7))


@pytest.mark.parametrize(
    ("schedule", "first", "last", "expected"),
    [
        (SATURDAYS, date(2020, 1, 1), date(2021, 1, 1), [(7, 4), (8, 1), (9, 5), (10, 3), (11, 7)]),
        (MORNINGS, date(2020, 3, 30), date(2020, 4, 7), [(4, 1), (4, 2), (4, 6), (4, 7)]),
        (MORNINGS, date(2020, 12, 16), date(2021, 1, 31), [(12, 16), (12, 17)]),
    ],
)
def test_the_official_worked_examples(schedule: Schedule, first: date, last: date, expected: list[tuple[int, int]]) -> None:
    assert [(on.month, on.day) for on in days(schedule, first, last)] == expected


def test_the_official_saturdays_are_at_nine_on_the_wall_in_summer_and_in_winter() -> None:
    found = sessions_between([SATURDAYS], date(2020, 10, 1), date(2020, 11, 30))
    assert [(s.starts_at.hour, s.starts_at.utcoffset()) for s in found] == [(9, timedelta(hours=1)), (9, timedelta(0))]


TUESDAY = datetime(2026, 11, 24, 10, 30, tzinfo=LONDON)
WEEKLY = Schedule("weekly", time(10), time(11), ("TU",))


@pytest.mark.parametrize(
    ("on", "now", "hours", "over", "next_day"),
    [
        (date(2026, 11, 24), TUESDAY, [10], False, 1),
        (date(2026, 11, 24), TUESDAY.replace(hour=12), [10], True, 1),
        (date(2026, 11, 26), TUESDAY, [], False, 24),
        (date(2026, 11, 23), TUESDAY, [], False, 24),
    ],
)
def test_is_it_on(on: date, now: datetime, hours: list[int], over: bool, next_day: int) -> None:
    answer = day_answer([WEEKLY], on, now)
    assert ([s.starts_at.hour for s in answer.sessions], answer.over, answer.because) == (hours, over, None)
    assert answer.next is not None
    assert answer.next.starts_at.day == next_day


def test_is_it_on_says_why_not_and_when_next() -> None:
    christmas = day_answer(
        [Schedule("weekly", time(10), None, ("FR",))], date(2026, 12, 25), TUESDAY, lambda _s, on: "bank_holiday" if on.day == 25 else None
    )
    assert (christmas.sessions, christmas.because, christmas.has_times) == ((), "bank_holiday", True)
    assert christmas.next is not None
    assert christmas.next.starts_at.date() == date(2026, 11, 27)
    assert day_answer([Schedule("weekly", None, None, ("FR",))], date(2026, 11, 27), TUESDAY) == DayAnswer(
        date(2026, 11, 27), (), False, None, None, False
    )
