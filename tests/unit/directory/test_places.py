"""A session is where it is held: a service with several places sends nobody to the wrong door."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database
from bot.directory import store
from bot.directory.categories import load_categories
from bot.directory.directory import Directory
from bot.directory.feeds.importer import FeedName
from bot.directory.feeds.pages import SavedPages
from bot.directory.geography import Geography
from bot.directory.model import Point, Query, Schedule, Service, Venue
from bot.directory.open_referral import FeedReader
from bot.directory.search import search
from bot.directory.session_file import moment_of_name, name_of, session_file
from tests.unit.directory.conftest import CONTENT
from tests.unit.directory.feeds.conftest import DATA

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
THURSDAY = date(2026, 11, 26)
AT_A, AT_B = Point(51.535, 0.795), Point(51.55, 0.65)
MONDAY = {"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "11:00"}
AFTERNOON = {"freq": "WEEKLY", "byday": "TH", "opens_at": "14:00", "closes_at": "15:00"}
Make = Callable[..., Service]


def hall(name: str, at: Point | None, postcode: str, *schedules: dict[str, str]) -> dict[str, Any]:
    point = {"latitude": at.latitude, "longitude": at.longitude} if at else {}
    address = {"address_1": name, "city": "Seatown", "postal_code": postcode}
    location = {"id": name, "location_type": "physical", "name": name, "addresses": [address], **point}
    return {"id": f"at {name}", "location": location, "schedules": list(schedules)}


def record(*places: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "a",
        "name": "Toddler Time",
        "status": "active",
        "assured_date": "2026-10-01",
        "service_at_locations": list(places),
        **more,
    }


MANY = [
    hall(f"Hall {n}", Point(51.5 + n / 20_000, 0.7), "SS3 9AA", {**MONDAY, "opens_at": f"{n % 12 + 8}:{n // 12 % 60:02}"})
    for n in range(2000)
]
TWO_HALLS = record(hall("Hall A", AT_A, "SS3 9AA", MONDAY), hall("Hall B", AT_B, "SS9 1AA", AFTERNOON))


def read(one: dict[str, Any]) -> Service:
    reader = FeedReader("seatown", load_categories(CONTENT / "directory" / "categories.yml"), Geography({}, ()), date(2026, 11, 24))
    return reader.read(one)


def when_and_where(service: Service) -> list[tuple[str, int | None]]:
    return [(one.byday[0], one.place) for one in service.schedules]


def test_times_at_a_place_stay_there() -> None:
    assert when_and_where(read(TWO_HALLS)) == [("MO", 0), ("TH", 1)]
    unknown = read(record(hall("Hut", None, "", MONDAY), hall("Hall B", AT_B, "SS9 1AA", AFTERNOON), hall("Yard", None, "")))
    assert [venue.address for venue in unknown.places] == ["Hall B, Seatown", "Hut, Seatown"]
    assert when_and_where(unknown) == [("MO", 1), ("TH", 0)]


def test_times_of_the_service_and_of_its_places_are_both_read_and_equal_ones_once() -> None:
    friday = {**MONDAY, "byday": "FR"}
    one = read(record(hall("Hall A", AT_A, "SS3 9AA", {**MONDAY, "notes": "Bring socks"}, AFTERNOON), schedules=[MONDAY, friday]))
    assert when_and_where(one) == [("FR", None), ("MO", None), ("TH", None)]
    two = read({**TWO_HALLS, "schedules": [MONDAY, friday]})
    assert when_and_where(two) == [("FR", None), ("MO", 0), ("TH", 1)]


@pytest.fixture
def directory(each_database: Database, clock: StoppedClock, content: Path, tmp_path: Path) -> Directory:
    found = Directory(each_database, clock, content)
    run(found, TWO_HALLS, tmp_path / "in")
    return found


def run(directory: Directory, one: dict[str, Any], folder: Path, area: str = "seatown") -> None:
    folder.mkdir()
    (folder / "services.json").write_text(json.dumps({"contents": [one]}), encoding="utf-8")
    directory.importer(area).run(FeedName(f"feed:{area}:x", area, "x"), SavedPages(folder))


@pytest.mark.parametrize(
    ("wishes", "address", "day", "away", "widened"),
    [
        ({"near": AT_A, "on": THURSDAY}, "Hall B, Seatown", 26, 10.2, ()),
        ({"near": AT_A, "on": THURSDAY, "within_km": 3.0}, "Hall A, Seatown", 30, 0.0, ("other_day",)),
        ({"near": AT_B, "weekday": 0}, "Hall A, Seatown", 30, 10.2, ()),
        ({"near": AT_A}, "Hall A, Seatown", 30, 0.0, ()),
        ({"on": THURSDAY}, "Hall B, Seatown", 26, None, ()),
        ({}, "Hall B, Seatown", 26, None, ()),
    ],
)
def test_a_card_shows_a_session_where_it_is_held(
    directory: Directory, wishes: dict[str, Any], address: str, day: int, away: float | None, widened: tuple[str, ...]
) -> None:
    results = directory.search(Query(("find_activities",), "seatown", **wishes))
    (hit,) = results.hits
    assert hit.next_session is not None
    assert (hit.service.address, hit.next_session.starts_at.day, hit.distance_km, results.widened) == (address, day, away, widened)


def test_the_answer_for_a_day_and_the_file_name_the_place(directory: Directory) -> None:
    service = directory.get("seatown-x-a")
    assert service is not None
    (session,) = directory.day_answer(service, THURSDAY).sessions
    assert (session.place, name_of(session)) == (1, "20261126T1400-1")
    assert moment_of_name(name_of(session)) == session.starts_at
    (event,) = Calendar.from_ical(session_file(service, session, NOW)).walk("VEVENT")
    assert str(event.get("LOCATION")) == "Hall B, Seatown, SS9 1AA"
    assert event.get("GEO").to_ical() == "51.55;0.65"


def test_a_place_where_a_course_is_over_is_not_shown(service: Make) -> None:
    over = Schedule("weekly", time(10), None, ("MO",), until=date(2026, 11, 1), place=0)
    running = Schedule("weekly", time(10), None, ("TH",), place=1)
    two = service(address="A", latitude=51.535, longitude=0.795, schedules=(over, running), other_places=(Venue("B", None, 51.55, 0.65),))
    hits, _widened = search(Query(("find_activities",), "seatown", near=AT_A), NOW, [two])
    assert [hit.service.address for hit in hits] == ["B"]


def test_given_out_and_taken_in_again_it_is_equal(directory: Directory, each_database: Database, tmp_path: Path) -> None:
    kept = directory.get("seatown-x-a")
    assert kept is not None
    hut = replace(kept, other_places=(*kept.other_places, Venue("Hut, Seatown", None, None, None)))
    held = (kept.schedules[1], replace(kept.schedules[0], byday=("SA",), place=2), replace(kept.schedules[0], place=None))
    for own in (kept, replace(hut, schedules=held)):
        with each_database.session() as session:
            store.put(session, "feed:seatown:x", [own])
        given = directory.publisher(["seatown"]).service("seatown-x-a")
        assert given is not None
        schema = json.loads((DATA / "schema_compiled" / "service.json").read_text(encoding="utf-8"))
        assert [error.message for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(given)] == []
        assert [row["byday"] for row in given["service_at_locations"][1]["schedules"]] == ["TH"]
        again = read(given)
        assert (again.places, again.schedules) == (own.places, own.schedules)


def test_what_a_person_put_right_before_sessions_had_places_still_holds(service: Make) -> None:
    plain = Schedule("weekly", time(10), None, ("MO",))
    (written,) = store.values_of(service(schedules=(plain,)))["schedules"]
    assert "place" not in written
    assert store.values_of(service(schedules=(replace(plain, place=1),)))["schedules"][0]["place"] == 1


def test_of_many_only_the_halls_of_that_day_are_found(each_database: Database, clock: StoppedClock, content: Path, service: Make) -> None:
    directory = Directory(each_database, clock, content)
    days = ("MO", "TU", "WE", "TH", "FR")
    made = [
        service(
            f"Stay and play {n}",
            latitude=51.54 + n * 1e-4,
            longitude=0.71,
            other_places=(Venue("Far hall", None, 51.7, 0.71),),
            schedules=(
                Schedule("weekly", time(10), None, (days[n % 5],), place=0),
                Schedule("weekly", time(10), None, (days[(n + 1) % 5],), place=1),
            ),
        )
        for n in range(300)
    ]
    with each_database.session() as session:
        store.put(session, "x", made)
    query = Query(("find_activities",), "seatown", near=Point(51.54, 0.71), on=NOW.date() + timedelta(days=2))
    expected, widened = search(query, NOW, made, directory.closures.of)
    found = directory.search(query, limit=10)
    assert [hit.service.id for hit in found.hits] == [hit.service.id for hit in expected[:10]]
    assert {hit.next_session.place for hit in found.hits if hit.next_session} == {0}
    assert found.widened == widened == ()


def test_a_service_with_thousands_of_places_is_read_at_once_and_keeps_the_first(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    directory = Directory(database, clock, CONTENT)
    (tmp_path / "services.json").write_text(json.dumps({"contents": [record(*MANY)]}), encoding="utf-8")
    begun = perf_counter()
    report = directory.importer("southend").run(FeedName("feed:southend:x", "southend", "x"), SavedPages(tmp_path))
    assert perf_counter() - begun < 3  # it took a quarter of a minute
    assert report.cleaned["a service has many places, so the first 50 are kept"].examples == ["2000 places (a)"]
    with database.session() as session:
        (service,) = store.offered_after(session, ["southend"], "")
    assert len(service.places) == 50
    assert sorted({one.place for one in service.schedules}) == list(range(50))
