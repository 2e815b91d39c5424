"""What goes out is valid, holds nobody's name, and comes back equal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import event

from bot.base.clock import StoppedClock
from bot.base.db import Database
from bot.base.errors import ContentError
from bot.directory import store
from bot.directory.directory import Directory
from bot.directory.feed_extras import with_extras
from bot.directory.feeds.export import public_id
from bot.directory.feeds.importer import FeedName
from bot.directory.feeds.pages import SavedPages
from bot.directory.model import Schedule, Service
from tests.unit.directory.conftest import FACTS
from tests.unit.directory.feeds.conftest import DATA

SCHEMAS = DATA / "schema_compiled"
AREAS = ["borsetshire", "seatown"]
_NOT_COMPARED = {"id", "area", "source", "fictional", "review_by", "stale_from", "successor"}


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / name).read_text(encoding="utf-8")), format_checker=FormatChecker())


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def directory(each_database: Database, clock: StoppedClock, content: Path) -> Directory:
    directory = Directory(each_database, clock, content)
    directory.load_content(FACTS, frozenset(FACTS))
    for name in ("borsetshire_v1", "borsetshire_outpost", "oruk_examples"):
        importer = directory.importer("borsetshire")
        importer.run(FeedName(f"feed:borsetshire:{name}", "borsetshire", name), SavedPages(DATA / name))
    return directory


@pytest.fixture
def exported(directory: Directory, tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    directory.publisher(AREAS).write(folder)
    return folder


def test_everything_is_valid_against_the_official_schemas(exported: Path) -> None:
    whole, listed, organizations = (validator(name) for name in ("service.json", "service_list.json", "organization_list.json"))
    services = [read(path) for path in sorted((exported / "services").glob("*.json"))]
    assert len(services) == 47
    assert [error.message for one in services for error in whole.iter_errors(one)] == []
    page = read(exported / "services.json")
    assert [error.message for one in page["contents"] for error in listed.iter_errors(one)] == []
    providers = read(exported / "organizations.json")["contents"]
    assert [error.message for one in providers for error in organizations.iter_errors(one)] == []
    assert len(providers) >= 8
    assert (page["total_items"], page["total_pages"], page["first_page"], page["last_page"], page["empty"]) == (47, 1, True, True, False)
    assert read(exported / "root.json")["version"] == "HSDS-UK-3.0"


def test_the_schemas_can_find_fault() -> None:
    assert list(validator("service.json").iter_errors({"id": "1", "name": "A", "status": "gone"}))


def test_what_is_not_known_is_left_out(exported: Path) -> None:
    def empty(value: Any) -> bool:
        if isinstance(value, dict):
            return any(empty(one) for name, one in value.items() if name != "x_kinline" and name not in _MUST_STAND)
        if isinstance(value, list):
            return any(empty(one) for one in value)
        return value is None or value == ""

    _MUST_STAND = {"address_1", "city", "state_province", "postal_code"}
    assert not any(empty(read(path)) for path in (exported / "services").glob("*.json"))


def test_nobody_is_named_and_masked_addresses_stay_masked(exported: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in exported.rglob("*.json"))
    for word in ("assurer", "Borsetshire contact", "Ann Persona", "A. Persona", "pc_metadata"):
        assert word not in text
    minder = next(
        one
        for path in (exported / "services").glob("*.json")
        if (one := read(path))["id"] == public_id("borsetshire-borsetshire_outpost-12")
    )
    location = minder["service_at_locations"][0]["location"]
    assert (location["latitude"], location["longitude"]) == (51.8, -0.81)
    assert location["addresses"][0]["postal_code"] == "HP21"
    assert "name" not in location


def test_an_address_that_its_source_masks_is_masked_even_if_it_gives_more(
    each_database: Database, clock: StoppedClock, content: Path, tmp_path: Path
) -> None:
    record = {
        "id": 5, "name": "Childminder", "status": "active", "organisation": {"name": "Network"}, "min_age": 0,
        "locations": [{"id": 1, "name": "12 Secret Street", "address_1": "12 Secret Street", "city": "Felpersham", "postal_code": "HP21 7AA",
                       "geometry": {"type": "Point", "coordinates": [-0.123456, 51.812345]}, "mask_exact_address": True}],
    }  # fmt: skip
    (tmp_path / "services.json").write_text(json.dumps({"content": [record]}), encoding="utf-8")
    directory = Directory(each_database, clock, content)
    directory.importer("seatown").run(FeedName("feed:seatown:a", "seatown", "a"), SavedPages(tmp_path))
    directory.publisher(["seatown"]).write(tmp_path / "out")
    with each_database.engine.connect() as connection:
        stored = "".join(
            str(row) for table in ("service", "service_origin") for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        )
    given = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.json"))
    for text in (stored, given):
        assert "Childminder" in text
        for word in ("Secret", "7AA", "51.812345", "0.123456"):
            assert word not in text


def test_a_feed_exported_and_imported_back_is_equal(
    directory: Directory, exported: Path, database: Database, clock: StoppedClock, content: Path, tmp_path: Path
) -> None:
    other = Directory(database, clock, content)
    report = other.importer("hilltown").run(FeedName("feed:hilltown:copy", "hilltown", "copy"), SavedPages(exported))
    assert (report.added + len(report.refused), report.complete) == (47, True)
    assert all("a double of" in one.reason for one in report.refused)
    compared = 0
    for row in read(exported / "services.json")["contents"]:
        mine = directory.publisher(AREAS).find(row["id"])
        theirs = other.get(row["id"])
        if mine is None or theirs is None:
            continue
        compared += 1
        for one in fields(Service):
            if one.name not in _NOT_COMPARED:
                assert getattr(theirs, one.name) == getattr(mine, one.name), (mine.name, one.name)
    assert compared == report.added
    # What comes back goes out again the same, to the letter.
    again = tmp_path / "again"
    other.publisher(["hilltown"]).write(again)
    for path in (again / "services").glob("*.json"):
        assert read(path) == read(exported / "services" / path.name)


def test_what_a_source_has_withdrawn_is_not_given_out(directory: Directory, tmp_path: Path) -> None:
    folder = shutil.copytree(DATA / "borsetshire_v1", tmp_path / "borsetshire_v1")
    page = folder / "services_page_3.json"
    body = read(page)
    gone = body["content"].pop()["id"]
    page.write_text(json.dumps(body), encoding="utf-8")
    feed = FeedName("feed:borsetshire:borsetshire_v1", "borsetshire", "v1")
    assert directory.importer("borsetshire").run(feed, SavedPages(folder)).withdrawn == 1
    assert directory.publisher(AREAS).service(gone) is None


def test_pages_are_brought_into_their_range(directory: Directory) -> None:
    publisher = directory.publisher(AREAS)
    assert (publisher.services(1, 10)["size"], publisher.services(5, 10)["size"]) == (10, 7)
    beyond = publisher.services(99, 10)
    assert (beyond["empty"], beyond["contents"], beyond["last_page"], beyond["total_items"]) == (True, [], True, 47)
    assert publisher.services(-3, 100_000)["page_number"] == 1
    assert publisher.services(1, 0)["size"] == 1
    assert publisher.organizations(1, 2)["size"] == 2
    assert publisher.service("no-such-id") is None
    assert publisher.service(public_id("seatown_friars_family_centre"))["name"] == "Friars family centre"
    assert publisher.service("seatown_friars_family_centre") is not None


def test_an_export_replaces_an_older_one_and_nothing_else(directory: Directory, exported: Path, tmp_path: Path) -> None:
    (exported / "services" / "old.json").write_text("{}", encoding="utf-8")
    directory.publisher(["seatown"]).write(exported)
    assert len(list((exported / "services").glob("*.json"))) == 2
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ContentError, match="something else"):
        directory.publisher(["seatown"]).write(precious)
    assert (precious / "letter.txt").exists()


def test_a_large_directory_is_written_in_pages_and_read_back(directory: Directory, each_database: Database, tmp_path: Path) -> None:
    from bot.directory import store

    with each_database.session() as session:
        one = store.get(session, "seatown_friars_family_centre")
        assert one is not None
        store.put(session, "desk:hilltown", [replace(one, id=f"hilltown-{n}", area="hilltown", name=f"Group {n}") for n in range(450)])
    directory.publisher(["hilltown"]).write(tmp_path / "out")
    pages = [read(tmp_path / "out" / f"services_page_{n}.json") for n in (1, 2, 3)]
    assert [page["size"] for page in pages] == [200, 200, 50]
    assert read(tmp_path / "out" / "services.json") == pages[0]
    report = directory.importer("seatown").run(FeedName("feed:seatown:b", "seatown", "b"), SavedPages(tmp_path / "out"))
    assert (report.added, report.refused, report.complete) == (450, [], True)


def test_what_a_licence_asks_for_goes_out_with_its_data_and_nothing_else_changes(
    each_database: Database, clock: StoppedClock, content: Path, tmp_path: Path
) -> None:
    directory = Directory(each_database, clock, content)
    feed = FeedName("feed:borsetshire:x", "borsetshire", "x", "Borsetshire", "CC-BY-4.0", "Contains data of Borsetshire")
    directory.importer("borsetshire").run(feed, SavedPages(DATA / "borsetshire_v1"))
    publisher = directory.publisher(AREAS)
    publisher.write(tmp_path / "out")
    records = [read(path) for path in sorted((tmp_path / "out" / "services").glob("*.json"))]
    assert records
    whole = validator("service.json")
    for record in records:
        assert record["x_kinline"]["attribution"] == "Contains data of Borsetshire"
        assert publisher.service(record["id"]) == record
        assert list(whole.iter_errors(record)) == []


def test_who_asks_for_the_providers_again_and_again_has_the_services_read_once(directory: Directory, each_database: Database) -> None:
    publisher, statements = directory.publisher(AREAS), []
    first = publisher.organizations(1, 5)
    event.listen(each_database.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    pages = [publisher.organizations(number, 5) for number in (1, 2, 3)]
    assert pages[0] == first
    assert statements == []


def test_an_id_of_our_own_that_is_as_long_as_a_uuid_is_found_by_its_public_one(
    directory: Directory, each_database: Database, service: Callable[..., Service]
) -> None:
    ids = ["seatown-temple-sutton-family-centres", "seatowns-food-bank-open-tuesdayclubs"]
    assert {len(own) for own in ids} == {36}
    with each_database.session() as session:
        store.put(session, "content:seatown", [service(f"Family centre {own}", id=own) for own in ids])
    for own in ids:
        found = directory.publisher(AREAS).find(public_id(own))
        assert found is not None
        assert found.id == own


def test_one_service_is_found_without_looking_through_all(directory: Directory, each_database: Database) -> None:
    publisher, statements = directory.publisher(AREAS), []
    event.listen(each_database.engine, "before_cursor_execute", lambda *arguments: statements.append((arguments[2], arguments[3])))
    assert publisher.find(public_id("seatown_friars_family_centre")) is not None
    assert publisher.find(public_id("there is none")) is None
    assert len(statements) == 5
    with each_database.engine.connect() as connection:
        for statement, parameters in statements[:2]:
            found = connection.exec_driver_sql(statement, parameters).fetchall()
            assert len(found) <= 1


def test_an_address_without_a_scheme_comes_back_as_it_was_written(service: Callable[..., Service]) -> None:
    written = replace(service("Toddler Time"), url="hall.example/toddlers")
    for url, expected in (("hall.example/toddlers", "hall.example/toddlers"), ("javascript:alert(1)", None), (None, None)):
        assert with_extras(replace(written, url=None), {"url": url}, ()).url == expected


def test_a_day_without_hours_goes_out_and_comes_back(
    directory: Directory, each_database: Database, service: Callable[..., Service], tmp_path: Path
) -> None:
    whole_day = Schedule(None, None, None, dtstart=date(2026, 12, 3), extra_on=(date(2026, 12, 4),), all_day=True)
    mine = replace(service("Half-term fair"), id="seatown-fair", schedules=(whole_day,), url="hall.example/fair")
    with each_database.session() as session:
        store.put(session, "content:seatown", [mine])
    directory.publisher(["seatown"]).write(tmp_path / "out")
    directory.importer("seatown").run(FeedName("feed:seatown:copy", "seatown", "copy"), SavedPages(tmp_path / "out"))
    theirs = directory.get(public_id("seatown-fair"))
    assert theirs is not None
    assert (theirs.schedules, theirs.url) == (mine.schedules, mine.url)
