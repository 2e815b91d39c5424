"""Calendars that make no sense or never come to an end: one event is left out, and nothing is held up."""

from __future__ import annotations

import contextlib
import time
from datetime import date

import pytest

from bot.base.errors import BadInput
from bot.directory.calendars.read import calendar_times, read_calendar
from tests.unit.directory.test_organiser_calendars import TODAY, calendar, on

SOUND = "UID:sound\nDTSTART:20261203T100000\nDTEND:20261203T110000"
BEGINS = "UID:odd\nDTSTART:20261101T100000Z"
NONSENSE = {
    "every second": f"{BEGINS}\nRRULE:FREQ=SECONDLY",
    "every second for years": "UID:odd\nDTSTART:20200101T100000Z\nRRULE:FREQ=SECONDLY",
    "every minute": f"{BEGINS}\nRRULE:FREQ=MINUTELY;BYHOUR=10",
    "every hour of no day": f"{BEGINS}\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "every 0 years": f"{BEGINS}\nRRULE:FREQ=YEARLY;INTERVAL=0",
    "every 0 weeks": f"{BEGINS}\nRRULE:FREQ=WEEKLY;INTERVAL=0;BYDAY=TU",
    "month day 99": f"{BEGINS}\nRRULE:FREQ=MONTHLY;BYMONTHDAY=99",
    "month day 0": f"{BEGINS}\nRRULE:FREQ=MONTHLY;BYMONTHDAY=0",
    "hundreds of days": f"{BEGINS}\nRRULE:FREQ=YEARLY;BYYEARDAY={','.join(['1'] * 500)}",
    "a rule that is none": f"{BEGINS}\nRRULE:FREQ=NONSENSE",
    "an end of a rule that is none": f"{BEGINS}\nRRULE:FREQ=WEEKLY;UNTIL=soon",
    "the year 1": "UID:odd\nDTSTART:00010101T000000Z\nRRULE:FREQ=WEEKLY",
    "a period": "UID:odd\nDTSTART;VALUE=PERIOD:20261208T100000Z/PT1H",
    "a time without a day": "UID:odd\nDTSTART;VALUE=TIME:100000",
    "words": "UID:odd\nDTSTART:tomorrow",
    "the end of time": "UID:odd\nDTSTART;VALUE=DATE:99991231\nDURATION:P2D",
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_an_event_that_makes_no_sense_is_left_out_and_the_others_are_read(kind: str) -> None:
    read = calendar_times(calendar(NONSENSE[kind], SOUND), TODAY)
    assert ([one.dtstart for one in read.schedules], read.left_out) == ([date(2026, 12, 3)], 1)


@pytest.mark.parametrize("kind", NONSENSE)
def test_a_calendar_of_nonsense_alone_is_refused_so_that_what_was_read_before_stays(kind: str) -> None:
    with pytest.raises(BadInput, match="none of its events"):
        read_calendar(calendar(NONSENSE[kind]), TODAY)


@pytest.mark.parametrize(
    ("event", "days"),
    [
        (f"{SOUND}\nRRULE:FREQ=WEEKLY\nRRULE:FREQ=MONTHLY", [(12, 3, 10), (12, 10, 10), (12, 17, 10)]),
        (f"{SOUND}\nDTSTART:20261204T100000", [(12, 3, 10)]),
        (f"{SOUND}\nDTEND:20261203T120000\nSUMMARY:Toddlers\nSUMMARY:Cancelled\nSTATUS:CONFIRMED\nSTATUS:CANCELLED", [(12, 3, 10)]),
        (f"{SOUND}\nRRULE:FREQ=DAILY;INTERVAL=7;BYHOUR=9,10,11;BYMINUTE=0,30;UNTIL=20261211", [(12, 3, 10), (12, 10, 10)]),
        (f"{SOUND}\nRRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=3,4;COUNT=2", [(12, 3, 10), (12, 4, 10)]),
        ("UID:old\nDTSTART:20160229T100000\nRRULE:FREQ=DAILY;INTERVAL=14", [(12, 7, 10)]),
        ("UID:old\nDTSTART:20201203T100000\nRRULE:FREQ=YEARLY;BYDAY=1TH;BYMONTH=12", [(12, 3, 10)]),
    ],
)
def test_of_what_is_said_twice_the_first_counts_and_rules_are_written_out_near_today(event: str, days: list[tuple[int, int, int]]) -> None:
    assert on(calendar(event)) == days


def test_a_rule_that_never_comes_round_and_years_of_another_are_over_in_a_moment() -> None:
    events = [f"UID:{n}\nDTSTART:19000101T100000\nRRULE:FREQ=DAILY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=30" for n in range(5)]
    events += [f"UID:a{n}\nDTSTART:19000101T100000\nRRULE:FREQ=DAILY;INTERVAL=2" for n in range(5)]
    begun = time.monotonic()
    assert len(read_calendar(calendar(*events, SOUND), TODAY)) > 100
    assert time.monotonic() - begun < 20  # each followed to the year 9999 takes four seconds where nothing else runs


def test_no_more_than_a_hundred_rules_are_written_out() -> None:
    events = [f"UID:{n}\nDTSTART:20260101T100000\nRRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY={n % 28 + 1}" for n in range(110)]
    assert calendar_times(calendar(*events), TODAY).left_out == 10


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCALENDAR\r\n" + b"\n" * 2_000_000 + b"END:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 100_000,
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 2000 + b"END:VEVENT\r\n" * 2000 + b"END:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\n" + b"X:1\r\n" * 300_000 + b"END:VCALENDAR\r\n",
    ],
    ids=["empty lines", "parts without end", "parts within parts", "lines without end"],
)
def test_a_file_without_end_is_over_in_a_moment(content: bytes) -> None:
    begun = time.monotonic()
    with contextlib.suppress(BadInput):
        assert read_calendar(content, TODAY) == ()
    assert time.monotonic() - begun < 20


def test_days_on_which_a_hall_is_closed_for_ever_cost_nothing() -> None:
    closed = [f"UID:c{n}\nDTSTART;VALUE=DATE:20{30 + n % 60}0101\nDTEND;VALUE=DATE:20{31 + n % 60}1231\nSUMMARY:Closed" for n in range(500)]
    (schedule,) = read_calendar(calendar(SOUND, *closed), TODAY)
    assert schedule.except_on == ()
