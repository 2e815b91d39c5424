from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.clock import LONDON
from bot.directory.model import Schedule
from bot.directory.recurrence import days, has_days, has_ended, is_byday, next_session, session_on, sessions_between

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def weekly(*byday: str, **values: Any) -> Schedule:
    return Schedule(**{"freq": "weekly", "opens_at": time(10), "closes_at": time(11), "byday": byday, **values})


def monthly(*byday: str, **values: Any) -> Schedule:
    return weekly(*byday, freq="monthly", **values)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def test_weekly_days_come_in_order_with_both_ends_included() -> None:
    found = days(weekly("TH", "MO"), date(2026, 11, 23), date(2026, 12, 3))
    assert found == (date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 3))


def test_every_second_week_is_counted_from_the_beginning() -> None:
    schedule = weekly("SA", interval=2, dtstart=date(2026, 9, 5))
    assert days(schedule, date(2026, 11, 20), date(2026, 12, 31)) == (date(2026, 11, 28), date(2026, 12, 12), date(2026, 12, 26))


def test_every_second_week_without_a_beginning_gives_no_day() -> None:
    assert days(weekly("SA", interval=2), date(2026, 11, 1), date(2026, 12, 31)) == ()


def test_every_second_week_may_be_counted_from_valid_from() -> None:
    schedule = weekly("SA", interval=2, valid_from=date(2026, 9, 5))
    assert days(schedule, date(2026, 11, 20), date(2026, 12, 1)) == (date(2026, 11, 28),)


@pytest.mark.parametrize(
    ("byday", "expected"),
    [("2MO", date(2026, 12, 14)), ("-1SU", date(2026, 12, 27)), ("-1FR", date(2026, 12, 25)), ("1SA", date(2026, 12, 5))],
)
def test_the_nth_weekday_of_a_month(byday: str, expected: date) -> None:
    assert days(monthly(byday, dtstart=date(2026, 1, 1)), date(2026, 12, 1), date(2026, 12, 31)) == (expected,)


def test_weekly_with_an_ordinal_is_meant_monthly() -> None:
    assert days(weekly("1SA"), date(2026, 12, 1), date(2026, 12, 31)) == (date(2026, 12, 5),)


def test_days_of_the_month_from_both_ends() -> None:
    schedule = monthly(bymonthday=(1, -1))
    assert days(schedule, date(2027, 2, 1), date(2027, 3, 1)) == (date(2027, 2, 1), date(2027, 2, 28), date(2027, 3, 1))


def test_monthly_without_a_day_takes_that_of_the_beginning_and_skips_months_without_it() -> None:
    schedule = monthly(dtstart=date(2026, 8, 31))
    assert days(schedule, date(2026, 9, 1), date(2026, 12, 31)) == (date(2026, 10, 31), date(2026, 12, 31))


def test_weekly_without_a_day_takes_that_of_the_beginning() -> None:
    assert days(weekly(dtstart=date(2026, 11, 3)), date(2026, 11, 20), date(2026, 11, 30)) == (date(2026, 11, 24),)


@pytest.mark.parametrize("schedule", [monthly(), weekly(), weekly("MO", count=5), weekly("XX")])
def test_a_schedule_that_does_not_say_enough_gives_no_day(schedule: Schedule) -> None:
    assert days(schedule, date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_nothing_before_the_beginning_or_after_the_end() -> None:
    schedule = weekly("MO", dtstart=date(2026, 11, 10), until=date(2026, 11, 23))
    assert days(schedule, date(2026, 11, 1), date(2026, 12, 31)) == (date(2026, 11, 16), date(2026, 11, 23))


def test_only_days_for_which_it_is_known_to_hold() -> None:
    schedule = weekly("MO", valid_from=date(2026, 11, 10), valid_to=date(2026, 11, 16))
    assert days(schedule, date(2026, 11, 1), date(2026, 12, 31)) == (date(2026, 11, 16),)


def test_a_course_of_ten_evenings_is_counted_from_its_first() -> None:
    course = weekly("TH", dtstart=date(2027, 1, 14), count=10)
    assert len(days(course, date(2026, 11, 24), date(2027, 12, 31))) == 10
    assert days(course, date(2027, 3, 12), date(2027, 12, 31)) == (date(2027, 3, 18),)


def test_an_interval_below_one_is_one() -> None:
    assert days(weekly("MO", interval=-1, dtstart=date(2026, 1, 5)), date(2026, 11, 23), date(2026, 11, 30)) == (
        date(2026, 11, 23),
        date(2026, 11, 30),
    )


@pytest.mark.parametrize(
    "schedule",
    [
        monthly("1MO", bymonthday=(31,)),
        monthly("-1MO", bymonthday=(1, 2, 3), dtstart=date(2020, 1, 1)),
        monthly("1MO", bymonthday=(31,), dtstart=date(2020, 1, 1), count=10),
        monthly(bymonthday=(0, 99)),
        weekly("MO", bymonthday=(99,), dtstart=date(2020, 1, 1), count=3),
        monthly(bymonthday=(31,), interval=12, dtstart=date(2026, 2, 1)),
        monthly(bymonthday=(31,), interval=10**9, dtstart=date(2026, 2, 1)),
        weekly("MO", interval=10**12, dtstart=date(2026, 2, 3)),
    ],
)
def test_a_rule_that_can_never_occur_is_not_followed_for_ever(schedule: Schedule) -> None:
    begun = perf_counter()
    assert days(schedule, date(2026, 11, 24), date(2027, 11, 24)) == ()
    assert not has_days(schedule)
    assert perf_counter() - begun < 0.5  # it took seconds


@pytest.mark.parametrize(
    ("schedule", "rule"),
    [
        (monthly("FR", bymonthday=(13, -1)), "MONTHLY;BYDAY=FR;BYMONTHDAY=13,-1"),
        (monthly("1MO", "-1FR", bymonthday=(3, 5, 30)), "MONTHLY;BYDAY=1MO,-1FR;BYMONTHDAY=3,5,30"),
        (monthly("TU", "1TU", "2MO"), "MONTHLY;BYDAY=TU,1TU,2MO"),
        (weekly("MO", "TU", bymonthday=(1, 2, 3, -1), interval=2), "WEEKLY;INTERVAL=2;BYDAY=MO,TU;BYMONTHDAY=1,2,3,-1"),
        (weekly(bymonthday=(15,)), "WEEKLY;BYMONTHDAY=15"),
        (weekly("MO", bymonthday=(1, 2), count=6), "WEEKLY;BYDAY=MO;BYMONTHDAY=1,2;COUNT=6"),
    ],
)
def test_days_of_the_week_and_of_the_month_together_agree_with_dateutil(schedule: Schedule, rule: str) -> None:
    begins, ends = datetime(2024, 5, 16), datetime(2027, 5, 16)
    theirs = rrulestr(f"FREQ={rule}", dtstart=begins).between(begins, ends, inc=True)
    assert theirs
    assert days(replace(schedule, dtstart=begins.date()), begins.date(), ends.date()) == tuple(one.date() for one in theirs)


@pytest.mark.parametrize(
    ("schedule", "given"),
    [
        (monthly(bymonthday=(29,), interval=12, dtstart=date(2025, 2, 1)), True),
        (weekly("MO", valid_to=date(2020, 1, 1)), True),
        (weekly("MO", dtstart=date(9999, 12, 28)), False),
        (weekly("MO", interval=2), False),
        (Schedule(None, None, None, dtstart=date(2020, 1, 1)), True),
        (weekly("MO", interval=2, extra_on=(date(2026, 1, 1),)), True),
    ],
)
def test_a_rule_that_has_a_day_is_told_from_one_that_never_has(schedule: Schedule, given: bool) -> None:
    assert has_days(schedule) is given


def test_a_single_day() -> None:
    fair = Schedule(None, time(10), None, dtstart=date(2026, 12, 5))
    assert days(fair, date(2026, 12, 1), date(2026, 12, 31)) == (date(2026, 12, 5),)
    assert days(fair, date(2026, 12, 6), date(2026, 12, 31)) == ()
    assert days(Schedule(None, time(10), None), date(2026, 12, 6), date(2026, 12, 31)) == ()


def test_an_end_before_the_beginning_gives_no_day() -> None:
    assert days(weekly("MO"), date(2026, 12, 31), date(2026, 12, 1)) == ()
    assert days(weekly("MO", dtstart=date(2026, 2, 1), until=date(2026, 1, 1)), date(2025, 1, 1), date(2027, 1, 1)) == ()


def test_the_hour_on_the_wall_stays_when_the_clocks_change() -> None:
    before, after = sessions_between([weekly("SU")], date(2027, 3, 21), date(2027, 3, 28))
    assert (before.starts_at.hour, after.starts_at.hour) == (10, 10)
    assert (before.starts_at.utcoffset(), after.starts_at.utcoffset()) == (timedelta(0), timedelta(hours=1))
    before, after = sessions_between([weekly("SU")], date(2026, 10, 18), date(2026, 10, 25))
    assert (before.starts_at.hour, after.starts_at.hour) == (10, 10)
    assert (before.starts_at.utcoffset(), after.starts_at.utcoffset()) == (timedelta(hours=1), timedelta(0))


def test_sessions_of_several_schedules_are_sorted_and_doubles_come_once() -> None:
    schedules = [weekly("WE"), weekly("TU"), weekly("TU")]
    found = sessions_between(schedules, date(2026, 11, 24), date(2026, 11, 25))
    assert [s.starts_at.day for s in found] == [24, 25]


def test_a_schedule_without_times_has_days_but_no_sessions() -> None:
    schedule = weekly("TU", opens_at=None)
    assert days(schedule, date(2026, 11, 24), date(2026, 11, 24))
    assert sessions_between([schedule], date(2026, 11, 24), date(2026, 11, 30)) == []
    assert next_session([schedule], at(2026, 11, 24)) is None


def test_a_session_that_is_under_way_is_the_next_one_until_it_ends() -> None:
    schedule = weekly("TU")
    assert next_session([schedule], at(2026, 11, 24, 10, 30)) == session_on(schedule, date(2026, 11, 24))
    assert next_session([schedule], at(2026, 11, 24, 11, 0)) == session_on(schedule, date(2026, 12, 1))


def test_a_session_without_an_end_counts_until_it_begins() -> None:
    schedule = weekly("TU", closes_at=None)
    assert next_session([schedule], at(2026, 11, 24, 9, 59)) == session_on(schedule, date(2026, 11, 24))
    assert next_session([schedule], at(2026, 11, 24, 10, 0)) == session_on(schedule, date(2026, 12, 1))


def test_an_evening_may_end_after_midnight() -> None:
    late = weekly("TU", opens_at=time(20), closes_at=time(1))
    session = session_on(late, date(2026, 11, 24))
    assert session is not None
    assert session.ends_at == at(2026, 11, 25, 1)
    assert next_session([late], at(2026, 11, 25, 0, 30)) == session
    whole_day = session_on(weekly("TU", opens_at=time(0), closes_at=time(0)), date(2026, 11, 24))
    assert whole_day is not None
    assert whole_day.ends_at == at(2026, 11, 25)


def test_an_end_before_the_start_of_a_day_is_not_believed() -> None:
    session = session_on(weekly("TU", opens_at=time(15), closes_at=time(9)), date(2026, 11, 24))
    assert session is not None
    assert session.ends_at is None


def test_next_session_looks_a_year_ahead() -> None:
    assert next_session([weekly("TU", dtstart=date(2027, 9, 7))], at(2026, 11, 24)) is not None
    assert next_session([weekly("TU", dtstart=date(2028, 9, 5))], at(2026, 11, 24)) is None
    assert next_session([], at(2026, 11, 24)) is None


def test_closed_days_can_be_left_out() -> None:
    def christmas(_schedule: Schedule, on: date) -> bool:
        return on == date(2026, 12, 25)

    found = sessions_between([weekly("FR")], date(2026, 12, 18), date(2027, 1, 1), christmas)
    assert [s.starts_at.date() for s in found] == [date(2026, 12, 18), date(2027, 1, 1)]
    later = next_session([weekly("FR")], at(2026, 12, 20), christmas)
    assert later is not None
    assert later.starts_at.date() == date(2027, 1, 1)


def test_term_time_is_passed_on_to_the_session() -> None:
    session = session_on(weekly("TU", term_time_only=True), date(2026, 11, 24))
    assert session is not None
    assert session.term_time_only


@pytest.mark.parametrize(
    ("schedule", "ended"),
    [
        (weekly("MO", until=date(2026, 11, 23)), True),
        (weekly("MO", dtstart=date(2026, 11, 2), until=date(2026, 11, 27)), True),  # no Monday is left
        (weekly("MO", until=date(2026, 11, 30)), False),
        (weekly("TH", dtstart=date(2026, 9, 3), count=5), True),
        (weekly("TH", dtstart=date(2027, 1, 14), count=5), False),
        (weekly("MO", valid_to=date(2026, 11, 1)), False),
        (weekly("MO", dtstart=date(2026, 9, 7), count=50, valid_to=date(2026, 11, 1)), False),
        (weekly("MO"), False),
        (monthly(until=date(2027, 1, 1)), False),  # says too little to be over
        (Schedule(None, time(10), None, dtstart=date(2026, 11, 1)), True),
        (Schedule(None, time(10), None, dtstart=date(2026, 12, 1)), False),
    ],
)
def test_what_has_ended(schedule: Schedule, ended: bool) -> None:
    assert has_ended([schedule], date(2026, 11, 24)) is ended


def test_a_service_has_ended_only_when_all_of_its_schedules_have() -> None:
    over = weekly("MO", until=date(2026, 1, 1))
    assert has_ended([over, over], date(2026, 11, 24))
    assert not has_ended([over, weekly("TU")], date(2026, 11, 24))
    assert not has_ended([], date(2026, 11, 24))


@pytest.mark.parametrize("text", ["MO", "2MO", "-1FR", "+3TU", "5SU"])
def test_days_as_the_standard_writes_them(text: str) -> None:
    assert is_byday(text)


@pytest.mark.parametrize("text", ["", "Monday", "0MO", "6MO", "MO2", "XX", "--1FR"])
def test_other_days_are_refused(text: str) -> None:
    assert not is_byday(text)


DATES = st.dates(date(2019, 1, 1), date(2028, 12, 31))
ORDINALS = st.sampled_from(["", "1", "2", "3", "4", "5", "-1", "-2"])


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    freq = draw(st.sampled_from(["weekly", "monthly"]))
    chosen = draw(st.lists(st.sampled_from(DAYS), max_size=4, unique=True))
    byday = tuple((draw(ORDINALS) if freq == "monthly" else "") + day for day in chosen)
    bymonthday: tuple[int, ...] = ()
    if freq == "monthly" and not byday:
        numbers = st.integers(-31, 31).filter(bool)
        bymonthday = tuple(draw(st.lists(numbers, max_size=3, unique=True)))
    ends = draw(st.sampled_from(["never", "until", "count"]))
    return Schedule(
        freq=freq,
        opens_at=time(10),
        closes_at=time(11),
        byday=byday,
        bymonthday=bymonthday,
        interval=draw(st.integers(1, 6)),
        dtstart=draw(DATES),
        until=draw(DATES) if ends == "until" else None,
        count=draw(st.integers(1, 40)) if ends == "count" else None,
    )


@settings(max_examples=100, deadline=None)
@given(schedules(), DATES, st.integers(0, 200))
def test_agrees_with_dateutil(schedule: Schedule, first: date, length: int) -> None:
    assert schedule.dtstart is not None
    rule = f"FREQ={'WEEKLY' if schedule.freq == 'weekly' else 'MONTHLY'};INTERVAL={schedule.interval}"
    rule += f";BYDAY={','.join(schedule.byday)}" if schedule.byday else ""
    rule += f";BYMONTHDAY={','.join(map(str, schedule.bymonthday))}" if schedule.bymonthday else ""
    rule += f";UNTIL={schedule.until:%Y%m%d}" if schedule.until else ""
    rule += f";COUNT={schedule.count}" if schedule.count else ""
    last = first + timedelta(days=length)
    begin, end = (datetime.combine(on, time()) for on in (first, last))
    theirs = rrulestr(rule, dtstart=datetime.combine(schedule.dtstart, time())).between(begin, end, inc=True)
    assert days(schedule, first, last) == tuple(one.date() for one in theirs)


def test_the_official_worked_examples() -> None:
    # Source: Open Referral HSDS 3.0 field guidance, the three rows of its example.
    mornings = weekly("MO", "TU", "WE", "TH", valid_from=date(2020, 4, 1), valid_to=date(2020, 12, 20), dtstart=date(2020, 4, 1))
    assert days(mornings, date(2020, 3, 25), date(2020, 4, 7)) == (date(2020, 4, 1), date(2020, 4, 2), date(2020, 4, 6), date(2020, 4, 7))
    assert days(mornings, date(2020, 12, 18), date(2021, 1, 5)) == ()
    saturdays = monthly("1SA", dtstart=date(2020, 7, 4), until=date(2020, 11, 7))
    assert [on.month for on in days(saturdays, date(2020, 1, 1), date(2020, 12, 31))] == [7, 8, 9, 10, 11]


def test_what_has_hours_goes_before_what_is_only_known_to_be_on_that_day() -> None:
    fair = Schedule(None, None, None, dtstart=date(2026, 11, 24), all_day=True)
    group = weekly("TU")
    assert [session.all_day for session in sessions_between([fair, group], date(2026, 11, 24), date(2026, 11, 24))] == [False, True]
    first = next_session([fair, group], at(2026, 11, 24, 9, 0))
    assert first is not None
    assert not first.all_day
    assert next_session([fair], at(2026, 11, 24, 23, 59)) is not None, "until the day is over it may be on"
    assert next_session([fair], at(2026, 11, 25)) is None
