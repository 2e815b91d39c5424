"""Places, recurrences, feeds and search."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from bot.base.clock import LONDON
from bot.base.errors import ContentError, PlaceNotFound, PostcodeNotFound
from bot.directory.categories import load_categories
from bot.directory.directory import Directory
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.whole import read_folder
from bot.directory.geography import Geography, distance_km, load_centroids, miles
from bot.directory.model import Point, Query, Schedule
from bot.directory.open_referral import FeedReader
from bot.directory.recurrence import next_session, sessions_between
from tests.conftest import ROOT, TUESDAY

CONTENT = ROOT / "content"


@pytest.fixture
def directory(database, clock):
    import yaml

    facts = yaml.safe_load((CONTENT / "facts.yml").read_text())["facts"]
    found = Directory(database, clock, CONTENT)
    found.load_content({name: str(f["value"]) for name, f in facts.items()}, frozenset(facts))
    return found


def weekly(*days, **more):
    return Schedule("weekly", time(10), time(11), days, **more)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (weekly("TH"), [26]),
        (weekly("TU", "FR"), [24, 27]),
        (weekly("SA", interval=2, dtstart=date(2026, 11, 14)), [28]),
        (weekly("SA", interval=2, dtstart=date(2026, 11, 7)), []),
        (Schedule("monthly", time(10), time(11), ("4TU",)), [24]),
        (Schedule("monthly", time(10), time(11), ("-1SU",)), [29]),
        (Schedule("monthly", time(10), time(11), bymonthday=(25, 31)), [25]),
        (weekly("TH", until=date(2026, 11, 25)), []),
        (weekly("TH", valid_from=date(2026, 11, 27)), []),
        (Schedule(None, time(10), None, dtstart=date(2026, 11, 27)), [27]),
        (Schedule("monthly", time(10), time(11)), []),
        (Schedule("weekly", None, None, ("TH",)), []),
    ],
)
def test_days_of_a_schedule_in_one_week(schedule, expected):
    assert [s.starts_at.day for s in sessions_between([schedule], date(2026, 11, 24), date(2026, 11, 30))] == expected


def test_wall_clock_time_stays_over_the_change_of_the_clocks():
    found = sessions_between([weekly("SU")], date(2027, 3, 21), date(2027, 3, 28))
    assert [(s.starts_at.hour, s.starts_at.utcoffset().seconds) for s in found] == [(10, 0), (10, 3600)]


def test_a_session_under_way_still_counts_and_one_that_ended_does_not():
    schedule = [weekly("TU")]
    assert next_session(schedule, TUESDAY.replace(minute=30)).starts_at.day == 24
    assert next_session(schedule, TUESDAY.replace(hour=11)).starts_at == datetime(2026, 12, 1, 10, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("typed", "name", "area"),
    [("ss39aa", "SS3 9AA", "southend"), ("NG6", "NG6", "nottingham"), ("SW1A 1AA", "SW1A 1AA", None), ("ＳＳ３", None, None)],
)
def test_postcodes_and_outcodes(directory, typed, name, area):
    if name is None:
        with pytest.raises(PlaceNotFound):
            directory.place(typed, "southend")
    else:
        place = directory.place(typed, "southend")
        assert (place.name, place.area) == (name, area)


def test_a_postcode_that_does_not_exist(directory):
    with pytest.raises(PostcodeNotFound):
        directory.place("ZZ99 9ZZ", "southend")


@pytest.mark.parametrize(("typed", "name"), [("bulwel", "Bulwell"), ("هایسن گرین", "Hyson Green"), ("BRIXTON", "Brixton")])
def test_neighbourhoods_in_any_spelling_and_script(directory, typed, name):
    assert directory.place(typed, "nottingham").name == name


def test_distances():
    assert distance_km(Point(51.5, 0.0), Point(51.5, 0.0)) == 0
    assert distance_km(Point(51.5074, -0.1278), Point(53.4808, -2.2426)) == pytest.approx(262, abs=2)
    assert [miles(km) for km in (0.1, 1.6, 4.0, 20)] == ["0.5", "1", "2.5", "12"]


def test_the_dirt_of_a_feed(tmp_path):
    categories = load_categories(CONTENT / "directory" / "categories.yml")
    geography = Geography(load_centroids(CONTENT / "geo" / "outcode_centroids_gb.csv"), ())
    reader = FeedReader("borsetshire", categories, geography, date(2026, 11, 24), fictional=True)
    feed = read_folder(reader, SavedPages(CONTENT / "areas" / "borsetshire" / "feed"))
    by_name = {s.name: s for s in feed.services}
    assert "no name" in {r.reason for r in feed.refused}
    assert by_name["Stay and Play - Felpersham Family Hub"].phone.startswith("01632")
    assert "<" not in by_name["Stay and Play - Felpersham Family Hub"].summary
    assert (by_name["Messy Play"].status, by_name["Messy Play"].offered) == ("unknown", False)
    assert by_name["Sure Start Toy Library (closed)"].status == "ended"
    assert by_name["Swim School"].min_age_months is None
    assert by_name["Toddler Time"].schedules[0].opens_at == time(10)
    assert by_name["Toddler Time"].max_age_months == 59
    assert by_name["Young Carers Club"].for_school_age
    with pytest.raises(ContentError, match="saved"):
        read_folder(reader, SavedPages(tmp_path))
    (tmp_path / "services_page_1.json").write_text("<html>soft 404</html>")
    with pytest.raises(ContentError, match="not JSON"):
        read_folder(reader, SavedPages(tmp_path))


def names(results):
    return [hit.service.name for hit in results.hits]


def test_a_day_an_age_and_a_price(directory):
    found = directory.search(Query(("find_activities",), "borsetshire", age_months=24, weekday=2), limit=10)
    assert names(found) == ["Toddler Time"]
    assert found.hits[0].next_session.starts_at == datetime(2026, 11, 25, 10, tzinfo=LONDON)
    free = directory.search(Query(("find_activities",), "borsetshire", free=True), limit=10)
    assert all(hit.service.is_free for hit in free.hits)


def test_nothing_closed_unknown_or_overdue_is_ever_a_result(directory, clock):
    for area in ("blackpool", "bradford", "lambeth", "nottingham", "southend", "borsetshire"):
        for topic in ("find_activities", "find_family_hub", "find_food_help", "find_speech_language", "find_peer_support"):
            for hit in directory.search(Query((topic,), area), limit=50).hits:
                assert hit.service.status == "open"
                assert hit.service.offered
                assert hit.service.review_by is None or hit.service.review_by >= clock.today()


def test_past_the_review_date_a_service_is_withheld(directory, clock):
    assert directory.search(Query(("find_family_hub",), "southend")).hits
    clock.at = clock.at.replace(year=2027, month=6)
    assert not directory.search(Query(("find_family_hub",), "southend")).hits


def test_widening_says_what_was_given_up(directory):
    found = directory.search(Query(("find_food_help",), "borsetshire", weekday=6))
    assert names(found) == ["Family Food Bank"]
    assert found.widened == ("other_day",)
    assert directory.search(Query(("find_housing_help",), "borsetshire")).hits == ()


def test_ended_and_unknown_services_are_found_by_name_only(directory):
    leap = directory.find_by_name("Lambeth Early Action Partnership", "lambeth")
    assert leap.status == "ended"
    assert leap.successor
    assert directory.find_by_name("completely different thing", "lambeth") is None


def test_all_138_names_of_the_seeds_are_there():
    import re

    seeds = set()
    for path in (CONTENT / "areas").glob("*/services.yml"):
        seeds |= {
            (path.parent.name, row)
            for rows in re.findall(r"seed: \[([^\]]+)\]", path.read_text())
            for row in rows.replace(" ", "").split(",")
        }
    wanted = {"blackpool": 33, "bradford": 14, "lambeth": 10, "nottingham": 18, "southend": 63}
    for area, count in wanted.items():
        rows = {row.strip("'\"") for where, row in seeds if where == area}
        assert len(rows) >= count, (area, len(rows))


def test_content_is_read_again_only_when_it_changed(directory, database, monkeypatch):
    import bot.directory.directory as module

    monkeypatch.setattr(module, "load_services", lambda *_a: pytest.fail("read again"))
    import yaml

    facts = yaml.safe_load((CONTENT / "facts.yml").read_text())["facts"]
    directory.load_content({name: str(f["value"]) for name, f in facts.items()}, frozenset(facts))
