from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database
from bot.base.errors import ContentError, PlaceNotFound, StoreUnavailable
from bot.directory import store
from bot.directory.directory import Directory
from bot.directory.feeds.importer import FeedName
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.places import name_of
from bot.directory.feeds.report import ImportReport
from bot.directory.model import Point, Query
from tests.unit.directory.conftest import FACTS, FEED

KNOWN = frozenset(FACTS)


def names(directory: Directory, topic: str, **wishes: Any) -> list[str]:
    query = Query((topic,), **{"area": "borsetshire", **wishes})
    return [hit.service.name for hit in directory.search(query, limit=50).hits]


def import_folder(directory: Directory, folder: Path, area: str) -> ImportReport:
    feed = FeedName(name_of(str(folder), area), area, str(folder))
    return directory.importer(area).run(feed, SavedPages(folder))


def test_what_is_on_for_a_two_year_old_on_thursday_near_a_postcode(directory: Directory) -> None:
    place = directory.place("hp21 7aa", "borsetshire")
    query = Query(("find_activities",), place.area, place.point, age_months=24, on=date(2026, 11, 26))
    results = directory.search(query)
    assert [(hit.service.name, hit.next_session and hit.next_session.starts_at) for hit in results.hits] == [
        ("Loxley Barrett Playgroup", datetime(2026, 11, 26, 9, 0, tzinfo=LONDON))
    ]
    assert results.widened == ()
    babies = directory.search(replace(query, age_months=12))
    assert [hit.service.name for hit in babies.hits] == ["Baby Bounce and Rhyme"]


def test_the_demonstration_feed_answers_by_topic(directory: Directory) -> None:
    assert names(directory, "find_dads_support") == ["Fortnightly Dads Group"]
    assert names(directory, "find_food_help") == ["Family Food Bank"]
    assert names(directory, "find_infant_feeding") == ["Breastfeeding Support Group"]
    assert names(directory, "find_learning_work", age_months=24) == ["ESOL with Creche"]
    assert "Messy Play" not in names(directory, "find_activities")
    assert "After School Multi-Sports" not in names(directory, "find_activities")
    assert "After School Multi-Sports" in names(directory, "find_activities", age_months=84)
    assert names(directory, "find_housing_help") == []


def test_results_come_in_pages(directory: Directory) -> None:
    query = Query(("find_activities",), "borsetshire")
    first, second = directory.search(query), directory.search(query, offset=3)
    assert (len(first.hits), first.total, second.offset) == (3, second.total, 3)
    assert not {h.service.id for h in first.hits} & {h.service.id for h in second.hits}
    assert directory.search(query, offset=500).hits == ()
    assert directory.search(query, offset=-5).offset == 0


def test_the_next_saturday_of_a_fortnightly_group(directory: Directory, clock: StoppedClock) -> None:
    def next_day() -> date:
        hit = directory.search(Query(("find_dads_support",), "borsetshire")).hits[0]
        assert hit.next_session is not None
        return hit.next_session.starts_at.date()

    assert next_day() == date(2026, 11, 28)
    clock.advance(timedelta(days=5))
    assert next_day() == date(2026, 12, 12)


def test_one_service_with_its_session_and_distance(directory: Directory) -> None:
    found = directory.find_by_name("autism friendly soft play", "borsetshire")
    assert found is not None
    hit = directory.hit(found.id, Query(near=Point(51.8, -0.8)))
    assert hit is not None
    assert hit.next_session is not None
    assert hit.next_session.starts_at == datetime(2026, 11, 29, 9, 0, tzinfo=LONDON)
    assert hit.distance_km == pytest.approx(0.8, abs=0.5)
    assert directory.hit(found.id, Query()) is not None
    assert directory.hit("none", Query()) is None
    assert directory.get("none") is None


def test_all_sessions_of_a_month(directory: Directory) -> None:
    clinic = directory.find_by_name("baby weigh and chat clinic", "borsetshire")
    assert clinic is not None
    found = directory.sessions(clinic, date(2026, 12, 1), date(2027, 1, 31))
    assert [session.starts_at.date() for session in found] == [date(2026, 12, 14), date(2027, 1, 11)]


def test_what_has_ended_is_answered_by_name_with_its_successor(directory: Directory) -> None:
    found = directory.find_by_name("sure start seatown", "seatown")
    assert found is not None
    assert (found.status, found.successor) == ("ended", "seatown_friars_family_centre")
    assert directory.find_by_name("sure start seatown", "hilltown") is None
    assert directory.names_with(["child"], "seatown") == [("Friars Children’s Centre", "seatown_friars_family_centre")]
    said = "Ask at the Friars Children’s Centre, or Sure Start Seatown."
    assert set(directory.names_in(said, "seatown")) == {"Friars Children’s Centre", "Sure Start Seatown"}


def test_what_was_vouched_for_too_long_ago_is_known_by_name_only(directory: Directory, clock: StoppedClock) -> None:
    (centre,) = directory.named_in("is friars family centre on?", "seatown")
    assert directory.hit(centre.id, Query()) is not None
    clock.advance(timedelta(days=200))
    assert directory.named_in("is friars family centre on?", "seatown") == []
    assert directory.hit(centre.id, Query()) is None
    assert centre.id not in {one.id for some in directory.offered_in(["seatown"]) for one in some}
    assert directory.find_by_name("friars family centre", "seatown") == centre


def test_places_and_whose_data_they_are(directory: Directory) -> None:
    assert directory.place("shoebury").area == "seatown"
    assert directory.area_of("SS3 9AA") == "seatown"
    assert "Crown copyright" in directory.attribution()
    with pytest.raises(PlaceNotFound):
        directory.place("Atlantis", "seatown")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("find_food_help", "find_food_help"),
        ("breastfeeding", "find_infant_feeding"),
        ("food bank", "find_food_help"),
        ("???", "find_activities"),
    ],
)
def test_words_become_a_topic(directory: Directory, text: str, topic: str) -> None:
    assert directory.topic_of(text) == topic


def test_content_is_read_again_only_when_it_has_changed(directory: Directory, content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    real = store.replace_source

    def spy(session: Any, source: str, *rest: Any) -> None:
        written.append(source)
        real(session, source, *rest)

    monkeypatch.setattr(store, "replace_source", spy)
    directory.load_content(FACTS, KNOWN)
    assert written == []
    path = content / "areas" / "seatown" / "services.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("Friars family", "Friars Family"), encoding="utf-8")
    directory.load_content(FACTS, KNOWN)
    assert written == ["content:seatown"]


def test_a_fact_that_may_no_longer_be_stated_leaves_the_card(directory: Directory) -> None:
    directory.load_content({}, KNOWN)
    found = directory.get("seatown_friars_family_centre")
    assert found is not None
    assert found.phone is None


def test_a_file_that_is_gone_takes_its_services_with_it_and_imports_stay(directory: Directory, content: Path, tmp_path: Path) -> None:
    feed = shutil.copytree(FEED, tmp_path / "saved")
    import_folder(directory, feed, "seatown")
    (content / "areas" / "seatown" / "services.yml").unlink()
    directory.load_content(FACTS, KNOWN)
    assert directory.get("seatown_friars_family_centre") is None
    assert names(directory, "find_food_help", area="seatown") == ["Family Food Bank"]


def test_a_broken_file_stops_the_start_and_leaves_what_was_there(directory: Directory, content: Path) -> None:
    path = content / "areas" / "seatown" / "services.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("status: open", "status: shut"), encoding="utf-8")
    with pytest.raises(ContentError, match=r"services\.yml:\d+"):
        directory.load_content(FACTS, KNOWN)
    assert directory.get("seatown_friars_family_centre") is not None


def test_a_real_feed_must_not_lie_in_the_repository(directory: Directory, content: Path) -> None:
    shutil.copytree(FEED, content / "areas" / "hilltown" / "feed")
    with pytest.raises(ContentError, match="must be fictional"):
        directory.load_content(FACTS, KNOWN)


def test_two_processes_may_read_the_content_at_the_same_time(
    directory: Directory, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    real = database.session

    @contextmanager
    def second_write_comes_too_late() -> Iterator[Any]:
        calls.append(1)
        if len(calls) == 2:
            with real() as session:
                for source, now in changed.items():
                    store.replace_source(session, source, now, ())
            raise StoreUnavailable("IntegrityError")
        with real() as session:
            yield session

    with real() as session:
        changed = {s: f for s, f in store.fingerprints(session).items() if s == "content:seatown"}
        store.remove_source(session, "content:seatown")
    monkeypatch.setattr(database, "session", second_write_comes_too_late)
    directory.load_content(FACTS, KNOWN)
    assert len(calls) == 4  # what is there, the failed write, what another has written, the count of the index


def test_a_database_that_cannot_be_written_is_said_so(directory: Directory, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.session() as session:
        store.remove_source(session, "content:seatown")

    def full(*_arguments: Any) -> None:
        raise StoreUnavailable("OperationalError")

    monkeypatch.setattr(store, "replace_source", full)
    with pytest.raises(StoreUnavailable):
        directory.load_content(FACTS, KNOWN)


def test_importing_a_folder_says_what_it_did(directory: Directory, tmp_path: Path) -> None:
    folder = shutil.copytree(FEED, tmp_path / "saved")
    first = import_folder(directory, folder, "borsetshire")
    assert (first.added, first.kept, first.withdrawn, len(first.refused)) == (22, 0, 0, 3)
    assert first.without_topic == []
    page = folder / "services_page_3.json"
    body = json.loads(page.read_text(encoding="utf-8"))
    body["contents"] = [one for one in body["contents"] if one["name"] != "Swim School"]
    page.write_text(json.dumps(body), encoding="utf-8")
    detail = folder / "services" / "ea16d5f9-8f60-5aa4-9928-4eed27de1538.json"
    detail.write_text(detail.read_text(encoding="utf-8").replace("Family Food Bank", "Food bank for families"), encoding="utf-8")
    second = import_folder(directory, folder, "borsetshire")
    assert (second.added, second.kept, second.changed, second.withdrawn) == (0, 21, 1, 1)
    assert names(directory, "find_food_help") == ["Food bank for families"]


def test_an_unreadable_feed_changes_nothing(directory: Directory, tmp_path: Path) -> None:
    (tmp_path / "services.json").write_text("<html>", encoding="utf-8")
    with pytest.raises(ContentError):
        import_folder(directory, tmp_path, "borsetshire")
    assert names(directory, "find_food_help") == ["Family Food Bank"]


def test_an_imported_feed_of_a_real_area_is_not_marked_as_fictional(directory: Directory) -> None:
    import_folder(directory, FEED, "seatown")
    found = directory.find_by_name("family food bank", "seatown")
    assert found is not None
    assert not found.fictional
