"""Calendars of organisers: read as schedules, attached to a service, kept through an import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database
from bot.base.errors import BadInput
from bot.directory import store
from bot.directory.calendars.read import read_calendar
from bot.directory.directory import Directory
from bot.directory.feeds.fetch import Limits
from bot.directory.model import Query, Service
from bot.directory.recurrence import sessions_between
from bot.directory.session_file import session_file
from tests.loopback import Answer, Asked, serving

TODAY = date(2026, 11, 24)


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\r\n{event.strip()}\r\nEND:VEVENT\r\n".replace("\n", "\r\n").replace("\r\r", "\r") for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n".encode()


WEEKLY = """UID:a
DTSTART;TZID=Europe/London:20261103T100000
DTEND;TZID=Europe/London:20261103T113000
RRULE:FREQ=WEEKLY;BYDAY=TU
EXDATE;TZID=Europe/London:20261208T100000
RDATE;TZID=Europe/London:20261210T100000"""
MOVED = """UID:a
RECURRENCE-ID;TZID=Europe/London:20261201T100000
DTSTART;TZID=Europe/London:20261202T140000
DTEND;TZID=Europe/London:20261202T150000"""
DROPPED = """UID:a
RECURRENCE-ID;TZID=Europe/London:20261215T100000
DTSTART;TZID=Europe/London:20261215T100000
STATUS:CANCELLED"""


def on(content: bytes, last: date = date(2026, 12, 20)) -> list[tuple[int, int, int]]:
    found = sessions_between(
        read_calendar(content, TODAY), TODAY, last, lambda schedule, day: "cancelled" if day in schedule.except_on else None
    )
    return [(s.starts_at.month, s.starts_at.day, s.starts_at.hour) for s in found]


def test_cancelled_moved_and_extra_dates_are_followed() -> None:
    assert on(calendar(WEEKLY, MOVED, DROPPED)) == [(11, 24, 10), (12, 2, 14), (12, 10, 10)]


def test_dates_without_a_rule_are_followed() -> None:
    dates = "UID:d\nDTSTART:20261201T100000\nDTEND:20261201T110000\nRDATE:20261203T100000,20261210T100000\nEXDATE:20261210T100000"
    assert on(calendar(dates)) == [(12, 1, 10), (12, 3, 10)]


def test_a_moment_in_another_zone_is_an_hour_on_the_wall_in_england() -> None:
    assert on(calendar("UID:b\nDTSTART:20270701T090000Z\nDURATION:PT1H"), date(2027, 8, 1)) == [(7, 1, 10)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", [24, 25, 26, 27, 28, 29, 30]),
        ("FREQ=DAILY;INTERVAL=3", [24, 27, 30]),
        ("FREQ=MONTHLY;BYDAY=-1MO", [30]),
        ("FREQ=MONTHLY;BYMONTHDAY=25", [25]),
        ("FREQ=WEEKLY;COUNT=2;BYDAY=FR", [27]),
        ("FREQ=YEARLY", [24]),
        ("FREQ=WEEKLY;UNTIL=20261101T000000Z;BYDAY=FR", []),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", [30]),
    ],
)
def test_rules_of_every_kind(rule: str, days: list[int]) -> None:
    begins = "20201124" if rule == "FREQ=YEARLY" else "20261124" if "COUNT" not in rule else "20261127"
    begins = "20261020" if "UNTIL" in rule else begins
    text = f"UID:c\nDTSTART;TZID=Europe/London:{begins}T093000\nDTEND;TZID=Europe/London:{begins}T103000\nRRULE:{rule}"
    assert [day for _month, day, _hour in on(calendar(text), date(2026, 11, 30))] == days


def days_on(content: bytes, names: Sequence[str] | None = None) -> list[tuple[int, bool]]:
    is_closed = lambda schedule, day: "cancelled" if day in schedule.except_on else None  # noqa: E731
    found = sessions_between(read_calendar(content, TODAY, names), TODAY, date(2026, 12, 31), is_closed)
    return [(s.starts_at.day, s.all_day) for s in found]


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ("DTSTART;VALUE=DATE:20261203", [3]),
        ("DTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261204", [3]),
        ("DTSTART;VALUE=DATE:20261203\nDTEND;VALUE=DATE:20261206", [3, 4, 5]),
        ("DTSTART;VALUE=DATE:20261203\nDURATION:P2D", [3, 4]),
        ("DTSTART;VALUE=DATE:20261203\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261210", [3, 17]),
        ("DTSTART;VALUE=DATE:20261203\nRRULE:FREQ=DAILY;INTERVAL=10;UNTIL=20261230", [3, 13, 23]),
        ("DTSTART;VALUE=DATE:20261203\nSTATUS:CANCELLED", []),
        ("DTSTART;VALUE=DATE:20261203\nSUMMARY:No group today", []),
        ("DTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20270105\nSUMMARY:Winter", []),
    ],
)
def test_an_event_of_whole_days_is_on_at_hours_that_nobody_knows(event: str, days: list[int]) -> None:
    assert days_on(calendar(f"UID:w\n{event}")) == [(day, True) for day in days]


def test_a_moved_date_of_whole_days_is_followed() -> None:
    weekly = "UID:w\nDTSTART;VALUE=DATE:20261203\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = "UID:w\nRECURRENCE-ID;VALUE=DATE:20261210\nDTSTART;VALUE=DATE:20261211"
    assert days_on(calendar(weekly, moved)) == [(3, True), (11, True), (17, True)]


def test_a_day_that_says_closed_takes_the_hours_of_that_day_away() -> None:
    closed = "UID:z\nDTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261203\nSUMMARY:CLOSED for the hall's repair"
    assert on(calendar(WEEKLY, closed)) == [(11, 24, 10), (12, 10, 10), (12, 15, 10)]
    group = f"{WEEKLY}\nSUMMARY:Bumps and babies (closed group)"
    assert on(calendar(group)) == [(11, 24, 10), (12, 1, 10), (12, 10, 10), (12, 15, 10)]


def event(uid: str, day: int, summary: str, more: str = "") -> str:
    return f"UID:{uid}\nDTSTART:202612{day:02}T100000\nSUMMARY:{summary}{more}"


def test_of_a_halls_calendar_only_what_names_the_service_is_its() -> None:
    hall = calendar(
        event("a", 1, "Toddler Time (under fives)", "\nRRULE:FREQ=WEEKLY;COUNT=4"),
        "UID:a\nRECURRENCE-ID:20261208T100000\nDTSTART:20261209T100000",
        event("b", 2, "Yoga"),
        event("c", 3, "Tots"),
        event("d", 4, "Toddlers' Timetable meeting"),
        "UID:e\nDTSTART;VALUE=DATE:20261215\nSUMMARY:No yoga class",
        "UID:f\nDTSTART;VALUE=DATE:20261222\nSUMMARY:Hall closed",
    )
    assert [day for day, _all_day in days_on(hall, ["Toddler Time", "Tots"])] == [1, 3, 9, 15]
    assert days_on(hall, ["Ballet"]) == []


def test_a_halls_calendar_stays_a_halls_when_it_is_read_again(attached: Directory, tmp_path: Path) -> None:
    source = tmp_path / "hall.ics"
    source.write_bytes(calendar(event("a", 1, "Toddler Time"), event("b", 2, "Yoga")))
    assert attached.attach_calendar_from("group", str(source), ANY, named_only=True) == 1
    assert attached.attach_calendar_from("group", str(source), ANY) == 1
    source.write_bytes(calendar(event("b", 2, "Yoga")))
    with pytest.raises(BadInput, match="names the service"):
        attached.attach_calendar_from("group", str(source), ANY)
    service = attached.get("group")
    assert service is not None
    assert [one.dtstart for one in service.schedules] == [date(2026, 12, 1)]
    assert attached.attach_calendar_from("group", str(source), ANY, named_only=False) == 1


def test_a_day_without_hours_is_found_on_that_day_and_its_link_is_a_whole_day(attached: Directory) -> None:
    attached.attach_calendar("group", "x", calendar("UID:w\nDTSTART;VALUE=DATE:20261203"))
    (hit,) = attached.search(Query(("find_activities",), "seatown", on=date(2026, 12, 3))).hits
    assert hit.next_session is not None
    assert hit.next_session.all_day
    answer = attached.day_answer(hit.service, date(2026, 12, 3))
    assert (answer.has_times, answer.over, len(answer.sessions)) == (True, False, 1)
    written = session_file(hit.service, hit.next_session, datetime(2026, 11, 24, 10, 0, tzinfo=LONDON))
    assert b"DTSTART;VALUE=DATE:20261203" in written
    assert b"DTEND;VALUE=DATE:20261204" in written


@pytest.mark.parametrize("content", [b"", b"<html>", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"x" * 5_000_001])
def test_what_is_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput):
        read_calendar(content, TODAY)


def test_an_attached_calendar_stays_through_an_import(
    each_database: Database, clock: StoppedClock, content: object, service: Callable[..., Service]
) -> None:
    directory = Directory(each_database, clock, content)  # type: ignore[arg-type]
    group = service("Toddler Time")
    with each_database.session() as session:
        store.put(session, "feed:seatown:x", [group])
    assert directory.attach_calendar(group.id, "/calendars/hall.ics", calendar(WEEKLY)) == 1
    with each_database.session() as session:
        store.put(session, "feed:seatown:x", [group])
    hit = directory.search(Query(("find_activities",), "seatown", weekday=1)).hits[0]
    assert hit.next_session is not None
    assert hit.next_session.starts_at.time() == time(10)
    assert directory.attached_calendars() == [(group.id, "/calendars/hall.ics")]
    with pytest.raises(BadInput, match="no service"):
        directory.attach_calendar("none", "x", calendar(WEEKLY))


ANY = Limits(private=True, seconds=3.0, first_pause=0.0, longest_pause=0.0, attempts=2)


@pytest.fixture
def attached(each_database: Database, clock: StoppedClock, content: object, service: Callable[..., Service]) -> Directory:
    """A directory with one group that has no times of its own."""
    directory = Directory(each_database, clock, content)  # type: ignore[arg-type]
    with each_database.session() as session:
        store.put(session, "feed:seatown:x", [service("Toddler Time", id="group")])
    return directory


def test_a_calendar_on_the_web_is_read_again_only_when_it_has_changed(
    attached: Directory, each_database: Database, content: object
) -> None:
    now = {"etag": '"one"', "body": calendar(WEEKLY)}

    def say(asked: Asked) -> Answer:
        if asked.headers.get("If-None-Match") == now["etag"]:
            return Answer(b"", 304)
        return Answer(bytes(now["body"]), kind="text/calendar", headers={"ETag": str(now["etag"])})

    with serving(say) as server:
        source = f"{server.address}/hall.ics"
        assert attached.attach_calendar_from("group", source, ANY) == 1
        assert attached.attach_calendar_from("group", source, ANY) is None
        now |= {"etag": '"two"', "body": calendar(WEEKLY, MOVED)}
        assert attached.attach_calendar_from("group", source, ANY) == 2
        # After a month everything is read anew, so that what is written out for a year never runs dry.
        later = Directory(each_database, StoppedClock(datetime(2026, 12, 28, 10, 0, tzinfo=LONDON)), content)  # type: ignore[arg-type]
        assert later.attach_calendar_from("group", source, ANY) is not None
        # Another address is another calendar, whatever mark it has.
        assert attached.attach_calendar_from("group", f"{server.address}/other.ics", ANY) == 2
    assert [asked.headers.get("If-None-Match") for asked in server.asked] == [None, '"one"', '"one"', None, None]
    assert attached.attached_calendars() == [("group", f"{server.address}/other.ics")]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(b"x" * 5_000_001, kind="text/calendar"), "larger than 5 MB"),
        (Answer(b"<html>not here</html>", kind="text/html"), "not an iCalendar file"),
        (Answer(b"", 404), "the answer was 404"),
        (Answer(b"", 304), "the answer was 304"),
        (Answer(b"", 503), "the answer was 503, 2 times"),
        (Answer(b"", 302, headers={"Location": "/again"}), "redirects"),
        (Answer(b"BEGIN", claimed=900), "the connection broke"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_leaves_the_times_that_were_there(attached: Directory, answer: Answer, why: str) -> None:
    attached.attach_calendar("group", "/calendars/hall.ics", calendar(WEEKLY))
    with serving(lambda _asked: answer) as server, pytest.raises(BadInput, match=why):
        attached.attach_calendar_from("group", f"{server.address}/hall.ics", ANY)
    assert attached.attached_calendars() == [("group", "/calendars/hall.ics")]
    kept = attached.get("group")
    assert kept is not None
    assert kept.schedules == read_calendar(calendar(WEEKLY), TODAY)


def test_a_server_that_says_nothing_is_not_waited_for(attached: Directory) -> None:
    with serving(lambda _asked: Answer(b"", 503, headers={"Retry-After": "3600"})) as server, pytest.raises(BadInput, match="503"):
        attached.attach_calendar_from("group", f"{server.address}/hall.ics", ANY)


@pytest.mark.parametrize(
    "source", ["http://127.0.0.1:9/hall.ics", "ftp://council.example/hall.ics", "file:///etc/passwd", "/no/such/file.ics"]
)
def test_what_is_no_place_for_a_calendar_is_refused(attached: Directory, source: str) -> None:
    with pytest.raises(BadInput, match="cannot read the calendar"):
        attached.attach_calendar_from("group", source, Limits())


def test_an_address_in_a_private_network_is_refused(attached: Directory) -> None:
    with pytest.raises(BadInput, match="private network"):
        attached.attach_calendar_from("group", "webcal://127.0.0.1:9/hall.ics", Limits())
