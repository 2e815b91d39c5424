from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.errors import ContentError
from bot.directory.categories import load_categories
from bot.directory.feed_kept import kept_of
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.whole import Feed, read_folder
from bot.directory.geography import Geography, load_centroids
from bot.directory.model import Service
from bot.directory.open_referral import FeedReader
from tests.unit.directory.conftest import CONTENT, FEED


@pytest.fixture(scope="module")
def reader() -> FeedReader:
    geography = Geography(load_centroids(CONTENT / "geo" / "outcode_centroids_gb.csv"), ())
    categories = load_categories(CONTENT / "directory" / "categories.yml")
    return FeedReader("borsetshire", categories, geography, date(2026, 11, 24), fictional=True)


@pytest.fixture(scope="module")
def feed(reader: FeedReader) -> Feed:
    return read_folder(reader, SavedPages(FEED))


def named(feed: Feed, name: str) -> Service:
    return next(service for service in feed.services if service.name.startswith(name))


def page(folder: Path, *records: Any) -> Path:
    (folder / "services.json").write_text(json.dumps({"contents": list(records)}), encoding="utf-8")
    return folder


def test_reads_the_demonstration_feed_and_says_what_it_refused(feed: Feed) -> None:
    assert len(feed.services) == 22
    reasons = {refused.id[:4]: refused.reason for refused in feed.refused}
    assert reasons["f238"] == "the same id a second time"
    assert reasons["cc3e"] == "no name"
    assert reasons["0a70"].startswith("a double of ac3bf705")
    assert len(reasons) == len(feed.refused) == 3


def test_every_service_of_it_is_marked_as_fictional(feed: Feed) -> None:
    assert all(service.fictional and service.area == "borsetshire" for service in feed.services)


def test_a_price_that_has_run_out_is_shown_only_where_there_is_no_other(reader: FeedReader) -> None:
    old = {"amount": 5, "option": "per child", "valid_to": "2026-08-31"}
    new = {"amount": 3, "option": "per child", "valid_from": "2026-09-01", "valid_to": "2026-11-24"}
    both, one = (reader.read({"id": "x", "name": "Toddler Time", "cost_options": options}) for options in ([old, new], [old]))
    assert (both.cost_text, both.cost_pence) == ("£3 per child", 300)
    assert (one.cost_text, one.cost_pence) == ("£5 per child", 500)


def test_a_record_is_completed_from_its_own_page(feed: Feed) -> None:
    hub = named(feed, "Stay and Play")
    assert hub.summary == "Drop-in stay and play for babies and children under 5 with a parent or carer. No need to book."
    assert (hub.min_age_months, hub.max_age_months) == (0, 71)
    assert (hub.phone, hub.address, hub.postcode) == ("01632 960100", "Borsetshire Centre 0, Felpersham", "HP21 7AA")
    assert (hub.booking_needed, hub.how_to_join) == (False, "Drop-in stay and play for babies and children under 5 with a parent or carer.")
    assert (hub.step_free, hub.access) == (True, ("Step-free access, accessible toilet and baby changing.",))
    assert (hub.is_free, hub.cost_text) == (True, "Free")
    assert hub.schedules[0].term_time_only
    assert (hub.organisation, hub.checked_on) == ("Borsetshire Family Hubs", date(2026, 1, 1))


def test_what_is_closed_is_not_offered(feed: Feed) -> None:
    toys, messy = named(feed, "Sure Start"), named(feed, "Messy Play")
    assert (toys.status, toys.offered) == ("ended", False)
    assert (messy.status, messy.offered) == ("unknown", False)
    assert messy.summary is not None
    assert messy.summary.startswith("Closed until further notice")


def test_unknown_ages_are_open_and_adults_keep_theirs(feed: Feed) -> None:
    food, english = named(feed, "Family Food Bank"), named(feed, "ESOL")
    assert (food.min_age_months, food.max_age_months) == (None, None)
    assert (english.min_age_months, english.for_adults) == (228, True)
    assert english.languages == ("ar", "pl", "ur", "uk")
    assert named(feed, "Teen").for_school_age


def test_several_places_and_none(feed: Feed) -> None:
    feeding, sleep = named(feed, "Breastfeeding"), named(feed, "Online")
    assert [venue.postcode for venue in feeding.other_places] == ["HP21 8TS"]
    assert (sleep.online, sleep.point, sleep.address) == (True, None, None)
    assert not named(feed, "Teen").online


def test_nobody_who_vouched_or_is_named_is_kept() -> None:
    kept = "".join(kept_of(json.loads(path.read_text(encoding="utf-8"))) for path in (FEED / "services").glob("*.json"))
    assert "assurer" not in kept
    assert "Borsetshire contact" not in kept
    assert "Paint, gloop and fun" in kept


def test_a_link_without_a_scheme_gets_one(feed: Feed) -> None:
    assert named(feed, "Swim School").url == "https://www.pennyhassett-sports.example"


def test_a_bad_record_never_loses_the_page(reader: FeedReader, tmp_path: Path) -> None:
    good = {"id": 7, "name": "Messy play", "status": "active"}
    odd = {
        "id": "x",
        "name": "Odd",
        "status": {"a": 1},
        "schedules": "daily",
        "cost_options": [3],
        "attributes": {},
        "alert": {"text": "Moved"},
    }
    feed = read_folder(reader, SavedPages(page(tmp_path, None, "words", {"name": "no id"}, {"id": "n", "name": " <p></p> "}, odd, good)))
    assert [(service.id, service.name) for service in feed.services] == [("borsetshire-x", "Odd"), ("borsetshire-7", "Messy play")]
    assert [refused.reason for refused in feed.refused] == ["not a record", "not a record", "no id", "no name"]
    assert feed.services[0].summary == "Moved"
    assert feed.services[1].checked_on == date(2026, 11, 24)


def test_shapes_that_nobody_has_met_lose_a_field_not_the_record(reader: FeedReader, tmp_path: Path) -> None:
    record = {"id": "1", "name": "A", "service_at_locations": [{"location": {"location_type": {}, "addresses": [{}]}}], "alert": ["a"]}
    hopeless = {"id": "2", "name": "B", "schedules": [{"byday": "MO", "interval": "1e400"}], "url": {"a": 1}}
    feed = read_folder(reader, SavedPages(page(tmp_path, record, hopeless)))
    assert [service.name for service in feed.services] == ["A", "B"]


@pytest.mark.parametrize(
    ("detail", "reason"),
    [("{", "not JSON"), ("[]", "something else"), ('{"id": "2", "name": "Other"}', "something else"), ("<html>", "not JSON")],
)
def test_a_broken_page_of_its_own_refuses_the_record(reader: FeedReader, tmp_path: Path, detail: str, reason: str) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "1.json").write_text(detail, encoding="utf-8")
    feed = read_folder(reader, SavedPages(page(tmp_path, {"id": "1", "name": "A"}, {"id": "3", "name": "B"})))
    assert [refused.id for refused in feed.refused] == ["1"]
    assert reason in feed.refused[0].reason
    assert len(feed.services) == 1


def test_an_id_cannot_reach_outside_the_folder(reader: FeedReader, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"id": "../secret", "name": "Secret"}', encoding="utf-8")
    (tmp_path / "services").mkdir()
    feed = read_folder(reader, SavedPages(page(tmp_path, {"id": "../secret", "name": "Listed"})))
    assert [service.name for service in feed.services] == ["Listed"]


@pytest.mark.parametrize("text", ["{", "7", '{"contents": 3}', "<html></html>", '{"error": "no"}'])
def test_a_broken_page_is_an_error(reader: FeedReader, tmp_path: Path, text: str) -> None:
    (tmp_path / "services_page_1.json").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"services_page_1\.json"):
        read_folder(reader, SavedPages(tmp_path))


def test_a_folder_without_pages_is_an_error(reader: FeedReader, tmp_path: Path) -> None:
    (tmp_path / "services_empty.json").write_text('{"contents": []}', encoding="utf-8")
    with pytest.raises(ContentError, match=r"no services\.json"):
        read_folder(reader, SavedPages(tmp_path))


def test_pages_may_begin_with_a_byte_order_mark_and_are_read_in_order(reader: FeedReader, tmp_path: Path) -> None:
    for number in range(10, 0, -1):
        body = json.dumps({"contents": [{"id": str(number), "name": f"Group {number}"}]})
        (tmp_path / f"services_page_{number}.json").write_text(body, encoding="utf-8-sig")
    assert [service.name for service in read_folder(reader, SavedPages(tmp_path)).services] == [f"Group {n}" for n in range(1, 11)]


def place(**location: Any) -> dict[str, Any]:
    return {"id": "1", "name": "Toddler Time", "service_at_locations": [{"location": location}]}


def test_a_place_without_coordinates_is_put_at_its_outcode(reader: FeedReader) -> None:
    address = {"address_1": None, "city": "Felpersham", "postal_code": "HP21"}
    service = reader.service(place(name="Hall", latitude=0, longitude=0, addresses=[address]), "1")
    assert service.point is not None
    assert service.address == "Hall, Felpersham"


def test_a_place_that_cannot_be_found_has_an_address_and_no_point(reader: FeedReader) -> None:
    service = reader.service(place(name="Hall"), "1")
    assert (service.address, service.point) == ("Hall", None)


def test_times_and_numbers_may_stand_at_the_place(reader: FeedReader) -> None:
    record = place(name="Hall", phones=[{"number": "none"}, {"number": "0117 496 0000"}])
    record["service_at_locations"][0]["schedules"] = [{"byday": "MO", "opens_at": "10:00"}]
    service = reader.service(record, "1")
    assert service.phone == "0117 496 0000"
    assert service.schedules[0].byday == ("MO",)


def test_the_copy_in_the_repository_says_that_it_is_made_up(tmp_path: Path) -> None:
    shutil.copy(FEED / "NOTICE.md", tmp_path)
    assert "made-up" in (tmp_path / "NOTICE.md").read_text(encoding="utf-8").lower()
