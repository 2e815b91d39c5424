from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from bot.directory.feed_offer import Cost, cost, schedules


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([{"option": "Free", "amount": 0, "amount_description": ""}], Cost("Free", 0, True)),
        ([{"option": "Free", "amount": 0, "amount_description": "NHS service"}], Cost("Free (NHS service)", 0, True)),
        ([{"option": "Free", "amount": 0, "amount_description": "voucher needed"}], Cost("Free (voucher needed)", 0, True)),
        ([{"option": "Free", "amount": 0, "amount_description": "if on benefits"}], Cost("Free (if on benefits)", 0, None)),
        (
            [{"option": "per session", "amount": 6.5, "amount_description": "£5 for siblings"}],
            Cost("£6.50 per session (£5 for siblings)", 650, False),
        ),
        ([{"option": "per child", "amount": "4"}], Cost("£4 per child", 400, False)),
        (
            [{"option": "under 1", "amount": 0}, {"option": "per child", "amount": 3}],
            Cost("Free (under 1); £3 per child", 300, None),
        ),
        ([{"option": "adult", "amount": 2}, {"option": "family", "amount": 5}], Cost("£2 adult; £5 family", 500, False)),
        ([{"option": "ask inside", "amount": None}], Cost("ask inside", None, None)),
        ([{"option": "per child", "amount": -1}], Cost("per child", None, None)),
        ([{"amount": 2}], Cost("£2", 200, False)),
        ([{"amount": "£2.50"}], Cost("£2.50", 250, False)),
        ([{"amount": "£2", "option": "per child"}], Cost("£2 per child", 200, False)),
        ([{"amount": "50p"}], Cost("£0.50", 50, False)),
        ([{"amount": "£2.50 per session"}], Cost("£2.50 per session", 250, False)),
        ([{"option": "£2 per session"}], Cost("£2 per session", 200, False)),
        ([{"option": "per session", "amount_description": "3 pounds"}], Cost("per session, 3 pounds", 300, False)),
        ([{"option": "£2 per child, £1.50 for siblings"}, {"amount": 1}], Cost("£2 per child, £1.50 for siblings; £1", 200, False)),
        ([{"option": "Free for members, £4 otherwise"}], Cost("Free for members, £4 otherwise", 400, None)),
        ([{"option": "from £2"}], Cost("from £2", None, None)),
        ([{"option": "FREE!"}], Cost("FREE!", 0, True)),
        ([{"amount": "2,50"}], Cost()),
        ([{"amount": 1e300}, {"amount": "07700900123"}], Cost()),
        ([{}], Cost()),
        ([], Cost()),
    ],
)
def test_prices_in_words_and_figures(options: list[dict[str, Any]], expected: Cost) -> None:
    assert cost(options, None) == expected


@pytest.mark.parametrize(
    ("fees", "expected"),
    [
        ("Free", Cost("Free", 0, True)),
        ("free of charge.", Cost("free of charge.", 0, True)),
        ("FREE!", Cost("FREE!", 0, True)),
        ("Free entry", Cost("Free entry", 0, True)),
        ("£2 on the door", Cost("£2 on the door", 200, False)),
        ("£2.50 per child", Cost("£2.50 per child", 250, False)),
        ("£1-£3", Cost("£1-£3", 300, False)),
        ("£1,200 a year.", Cost("£1,200 a year.", 120_000, False)),
        ("Suggested donation £2", Cost("Suggested donation £2", 200, None)),
        ("Free if your income is below £16,190", Cost("Free if your income is below £16,190", None, None)),
        ("£2+ for extras", Cost("£2+ for extras", None, None)),
        ("£2,50", Cost("£2,50", None, None)),
        ("Until 4p.m.", Cost("Until 4p.m.", None, None)),
        ("", Cost()),
    ],
)
def test_what_is_said_of_fees_stands_in(fees: str, expected: Cost) -> None:
    assert cost([], fees) == expected


def test_reads_a_schedule_whole() -> None:
    record = {
        "freq": "WEEKLY", "interval": "2", "byday": "sa, SU", "dtstart": "2026-09-05", "until": "2026-12-31", "valid_from": "2026-09-01",
        "valid_to": "2027-07-23", "opens_at": "09:30:00", "closes_at": "11:30", "notes": "Back door",
    }  # fmt: skip
    (schedule,) = schedules([record], "")
    assert (schedule.freq, schedule.interval, schedule.byday) == ("weekly", 2, ("SA", "SU"))
    assert (schedule.opens_at, schedule.closes_at) == (time(9, 30), time(11, 30))
    assert (schedule.dtstart, schedule.until) == (date(2026, 9, 5), date(2026, 12, 31))
    assert (schedule.valid_from, schedule.valid_to) == (date(2026, 9, 1), date(2027, 7, 23))
    assert (schedule.notes, schedule.term_time_only) == ("Back door", False)


@pytest.mark.parametrize(
    ("record", "freq"),
    [
        ({"freq": "week", "byday": "MO"}, "weekly"),
        ({"freq": "Monthly", "bymonthday": "1"}, "monthly"),
        ({"byday": "MO"}, "weekly"),
        ({"byday": "2MO"}, "monthly"),
        ({"bymonthday": [1, "15"]}, "monthly"),
        ({"dtstart": "2026-12-05"}, None),
    ],
)
def test_how_often_is_read_in_every_dialect(record: dict[str, Any], freq: str | None) -> None:
    (schedule,) = schedules([record], "")
    assert schedule.freq == freq


def test_nonsense_in_a_schedule_is_left_out() -> None:
    record = {"freq": "MONTHLY", "interval": -3, "byday": "XX,2MO,9TU,", "bymonthday": "0,45,x,3", "count": "many", "opens_at": "soon"}
    (schedule,) = schedules([record], "")
    assert (schedule.interval, schedule.byday, schedule.bymonthday) == (1, ("2MO",), (3,))
    assert (schedule.count, schedule.opens_at) == (None, None)


def test_what_says_nothing_is_no_schedule_and_doubles_come_once() -> None:
    monday = {"byday": "MO", "opens_at": "10:00"}
    assert len(schedules([{}, {"freq": "DAILY"}, monday, monday], "")) == 1


@pytest.mark.parametrize(
    ("record", "description", "term_time"),
    [
        ({"byday": "MO", "description": "Mondays, term time only"}, "", True),
        ({"byday": "MO", "notes": "term-time"}, "", True),
        ({"byday": "MO"}, "Village playgroup, term time only.", True),
        ({"byday": "MO"}, "All year", False),
    ],
)
def test_term_time_may_be_said_anywhere(record: dict[str, Any], description: str, term_time: bool) -> None:
    (schedule,) = schedules([record], description)
    assert schedule.term_time_only is term_time


@pytest.mark.parametrize(
    ("freq", "rule"),
    [
        ("DAILY", ("weekly", ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), 1)),
        ("FORTNIGHTLY", ("weekly", (), 2)),
        ("YEARLY", None),
        ("every blue moon", None),
    ],
)
def test_other_rhythms_are_read_or_left_out_and_never_one_day_in_the_past(freq: str, rule: Any) -> None:
    found = schedules([{"freq": freq, "dtstart": "2026-09-01", "opens_at": "10:00"}], "")
    assert [(one.freq, one.byday, one.interval) for one in found] == ([rule] if rule else [])
