from datetime import date, datetime

import pytest

from bot.base.calendar import is_bank_holiday
from bot.base.clock import LONDON
from bot.callbacks.model import Wish
from bot.callbacks.opening import is_open, next_suiting, promise, read_opening_hours

HOURS = read_opening_hours({day: [["09:00", "12:30"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})


def at(day, hour, minute=0, month=11, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(24, 10), at(25, 12, 30)),  # Tuesday morning: seven opening hours end on Wednesday morning
        (at(24, 18), at(25, 17)),  # after hours: counted from the next morning
        (at(27, 16), at(30, 17)),  # Friday afternoon: over the weekend
        (at(24, 16, month=12), at(29, 17, month=12)),  # Christmas Eve: two bank holidays and a weekend
    ],
)
def test_the_promise_counts_opening_hours_only(now, expected):
    assert promise(now, HOURS, is_bank_holiday) == expected


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(weekday=3), at(26, 12, 30)),
        (Wish(weekday=3, part_of_day="afternoon"), at(26, 17)),
        (Wish(part_of_day="morning"), at(24, 12)),
        (Wish(part_of_day="evening"), at(25, 12, 30)),  # the desk is never open then
        (Wish(weekday=3, part_of_day="evening"), at(26, 17)),  # nor then, so that the end of its day comes nearest
        (Wish(weekday=0, part_of_day="evening"), at(30, 17)),
        (Wish(weekday=6, part_of_day="evening"), at(25, 12, 30)),
        (Wish(weekday=6), at(25, 12, 30)),
        (Wish(not_before=date(2026, 12, 15)), at(15, 12, 30, month=12)),
        (Wish(not_before=date(2026, 12, 15), part_of_day="afternoon"), at(15, 17, month=12)),
        (Wish(not_before=date(2026, 12, 25)), at(29, 12, 30, month=12)),  # Christmas Day, a weekend and another bank holiday
        (Wish(not_before=date(2027, 3, 1)), at(1, 12, 30, month=3, year=2027)),  # further away than slots are looked for from today
        (Wish(not_before=date(2026, 12, 15), part_of_day="evening"), at(15, 17, month=12)),
        (Wish(not_before=date(2026, 11, 3)), at(24, 12, 30)),
    ],
)
def test_a_wish_is_kept_where_the_desk_is_open(wish, expected):
    assert promise(at(24, 10), HOURS, is_bank_holiday, wish) == expected


@pytest.mark.parametrize(
    ("now", "wish", "expected"),
    [
        (at(24, 16, 55), Wish(weekday=1), at(1, 12, 30, month=12)),  # five minutes are no time for a call: Tuesday next week
        (at(24, 16), Wish(weekday=1), at(24, 17)),
        (at(24, 16, 5), Wish(part_of_day="afternoon"), at(25, 17)),
    ],
)
def test_a_wish_needs_an_hour_of_room(now, wish, expected):
    assert promise(now, HOURS, is_bank_holiday, wish) == expected


@pytest.mark.parametrize(
    ("first", "wish", "expected"),
    [
        (at(24, 14), Wish(part_of_day="morning"), (at(25, 9), at(25, 12))),
        (at(24, 9, 30), Wish(part_of_day="afternoon"), (at(24, 13), at(24, 17))),
        (at(24, 14), Wish(weekday=1), (at(24, 14), at(24, 17))),
        (at(24, 14), Wish(not_before=date(2026, 12, 15)), (at(15, 9, month=12), at(15, 12, 30, month=12))),
        (at(24, 14), Wish(weekday=4, part_of_day="morning"), (at(27, 9), at(27, 12))),
        (at(24, 14), Wish(part_of_day="evening"), None),
        (at(24, 14), Wish(weekday=4, part_of_day="evening"), (at(27, 13), at(27, 17))),
    ],
)
def test_the_next_time_that_suits(first, wish, expected):
    assert next_suiting(first, HOURS, is_bank_holiday, wish) == expected


def test_a_desk_that_never_opens_promises_nothing():
    assert promise(at(24, 10), {}, is_bank_holiday) is None


def test_lunch_is_closed():
    assert is_open(at(24, 12), HOURS, is_bank_holiday)
    assert not is_open(at(24, 12, 45), HOURS, is_bank_holiday)
    assert not is_open(at(25, 10, month=12), HOURS, is_bank_holiday)


@pytest.mark.parametrize(
    "days",
    [
        {"xyz": []},
        {"mon": [["10:00", "09:00"]]},
        {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]},
        {"mon": [["9", "12"]]},
        {"mon": [["09:00+01:00", "12:00"]]},
        {"mon": [["09:00+00:00", "17:00+00:00"]]},
        {"mon": [["09:00Z", "17:00Z"]]},
    ],
)
def test_wrong_opening_hours_are_refused(days):
    with pytest.raises(ValueError):  # noqa: PT011 - the message differs by mistake
        read_opening_hours(days)


def test_the_change_of_the_clocks_keeps_wall_clock_time():
    assert promise(datetime(2027, 3, 26, 16, 0, tzinfo=LONDON), HOURS, lambda _on: False) == datetime(2027, 3, 29, 16 + 1, 0, tzinfo=LONDON)
