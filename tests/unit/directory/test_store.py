from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest

from bot.base.db import Database
from bot.directory import store
from bot.directory.finding.narrowing import narrowed, possible_misses
from bot.directory.finding.store import ids
from bot.directory.model import Query, Schedule, Service, Venue

TODAY = date(2026, 11, 24)
ACTIVITIES = Query(("find_activities",), "seatown")


def found(database: Database, query: Query, today: date = TODAY) -> list[str]:
    with database.session() as session:
        narrowing = replace(narrowed(query, today, possible_misses(query), None), limit=10_000)
        return sorted(service.name for service in store.of_ids(session, ids(session, narrowing)[0]))


@pytest.fixture
def database(each_database: Database) -> Database:
    """Everything here holds on both databases."""
    return each_database


@pytest.fixture
def put(database: Database) -> Callable[..., None]:
    def put(*services: Service, source: str = "content:seatown") -> None:
        with database.session() as session:
            store.replace_source(session, source, "1", services)

    return put


def test_what_is_stored_comes_back_equal(database: Database, put: Callable[..., None], service: Callable[..., Service]) -> None:
    whole = service(
        "Story time – قصص",
        also_called=("Stories",),
        languages=("ar", "pl"),
        schedules=(
            Schedule(
                "monthly", time(11), time(12), ("1SA",), (1, -1), 2, date(2026, 1, 3), date(2027, 1, 1), 5, notes="n", term_time_only=True
            ),
        ),
        other_places=(Venue("Hall", "HP21 8TS", 51.8, -0.8),),
        review_by=date(2027, 5, 22),
        stale_from=date(2027, 2, 1),
        latitude=51.5,
        longitude=0.7,
    )
    put(whole)
    with database.session() as session:
        back = store.get(session, whole.id)
    assert back == whole


def test_an_unknown_id_gives_nothing(database: Database) -> None:
    with database.session() as session:
        assert store.get(session, "none") is None


def test_only_what_is_open_and_offered_and_not_overdue_is_searched(
    database: Database, put: Callable[..., None], service: Callable[..., Service]
) -> None:
    put(
        service("Runs"),
        service("Ended", status="ended", offered=False),
        service("Unknown", status="unknown", offered=False),
        service("Withheld", offered=False),
        service("Due today", review_by=TODAY),
        service("Overdue", review_by=date(2026, 11, 23)),
        service("Elsewhere", area="hilltown"),
        service("About food", topics=("find_food_help",)),
    )
    assert found(database, ACTIVITIES) == ["Due today", "Runs"]
    assert found(database, ACTIVITIES, date(2026, 11, 25)) == ["Runs"]


def test_without_a_topic_everything_offered_is_searched_and_several_topics_count_once(
    database: Database, put: Callable[..., None], service: Callable[..., Service]
) -> None:
    put(service("Both", topics=("find_activities", "find_food_help")), service("Food", topics=("find_food_help",)))
    assert found(database, Query((), "seatown")) == ["Both", "Food"]
    assert found(database, Query(("find_activities", "find_food_help"), "seatown")) == ["Both", "Food"]


def test_without_an_area_all_areas_but_the_fictional_ones_are_searched(
    database: Database, put: Callable[..., None], service: Callable[..., Service]
) -> None:
    put(service("Here"), service("There", area="hilltown"), service("Made up", area="borsetshire", fictional=True))
    assert found(database, Query(("find_activities",))) == ["Here", "There"]
    assert found(database, Query(("find_activities",), "borsetshire")) == ["Made up"]


@pytest.mark.parametrize(
    ("age_months", "names"),
    [
        (None, ["Adults", "Babies", "Everybody"]),
        (11, ["Adults", "Babies", "Everybody"]),
        (24, ["Adults", "Everybody"]),
        (96, ["Adults", "Everybody", "School"]),
        (130, ["Adults", "Everybody", "School"]),
        (140, ["Adults", "Everybody", "School", "Teens"]),
    ],
)
def test_what_is_for_school_age_is_there_only_when_that_age_is_asked_for(
    database: Database, put: Callable[..., None], service: Callable[..., Service], age_months: int | None, names: list[str]
) -> None:
    put(
        service("Everybody"),
        service("Babies", min_age_months=0, max_age_months=11),
        service("School", min_age_months=60, max_age_months=143),
        service("Teens", min_age_months=132),
        service("Adults", min_age_months=228),
    )
    assert found(database, Query(("find_activities",), "seatown", age_months=age_months)) == names


def test_a_source_is_replaced_whole_and_others_stay(database: Database, put: Callable[..., None], service: Callable[..., Service]) -> None:
    put(service("Old"), service("Kept"))
    put(service("Imported"), source="feed:seatown:a")
    put(service("Kept"), service("New"))
    assert found(database, ACTIVITIES) == ["Imported", "Kept", "New"]
    with database.session() as session:
        store.remove_source(session, "content:seatown")
        assert store.fingerprints(session) == {"feed:seatown:a": "1"}
    assert found(database, ACTIVITIES) == ["Imported"]


def test_the_same_id_from_another_source_is_taken_over(
    database: Database, put: Callable[..., None], service: Callable[..., Service]
) -> None:
    put(service("Toddler Time", id="1"), service("Other", id="2"))
    put(service("Toddler Time, moved", id="1"), source="feed:seatown:a")
    assert found(database, ACTIVITIES) == ["Other", "Toddler Time, moved"]
    with database.session() as session:
        assert set(store.services_of(session, "content:seatown")) == {"2"}
        assert set(store.services_of(session, "feed:seatown:a")) == {"1"}


def test_many_services_are_put_at_once(database: Database, put: Callable[..., None], service: Callable[..., Service]) -> None:
    many = [service(f"Group {n}", id=f"g{n}") for n in range(1000)]
    put(*many)
    put(*many)
    assert len(found(database, ACTIVITIES)) == 1000


def test_something_that_is_no_value_of_ours_is_not_stored(put: Callable[..., None], service: Callable[..., Service]) -> None:
    with pytest.raises(TypeError):
        put(service("Odd", url=object()))


def test_what_says_nothing_is_not_written_and_comes_back_all_the_same(service: Callable[..., Service]) -> None:
    bare = service()
    assert set(json.loads(store.record_of(bare))) == {"id", "area", "name", "topics", "status", "offered", "source", "checked_on"}
    single = Schedule(None, time(10), None, dtstart=date(2026, 11, 26), extra_on=(date(2026, 12, 24),))
    full = service(is_free=False, cost_pence=0, schedules=(single, Schedule("weekly", None, None, ("TU",))), languages=("ur",), online=True)
    assert (store.service_of(store.record_of(bare)), store.service_of(store.record_of(full))) == (bare, full)
    # As it was written before, with every field, it is read just the same.
    assert (store.service_of(json.dumps(store.values_of(bare))), store.service_of(json.dumps(store.values_of(full)))) == (bare, full)
    assert store.values_of(bare)["phone"] is None
