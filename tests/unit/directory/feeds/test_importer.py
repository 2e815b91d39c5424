from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.base.errors import ContentError, StoreUnavailable
from bot.directory import store as services
from bot.directory.feeds import store
from bot.directory.feeds.importer import FeedBusyError, Importer
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.source import Batch, Known, Listed, Scan
from bot.directory.finding import store as find_store
from bot.directory.finding.look import Wanted, look
from bot.directory.finding.narrowing import narrowed, possible_misses
from bot.directory.model import Query
from bot.directory.search import always_open
from tests.unit.directory.conftest import CONTENT
from tests.unit.directory.feeds.conftest import DATA, FEED, Imports

Record = Callable[..., dict[str, Any]]


def counts(report: Any) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.withdrawn, len(report.refused)


def found_in(imports: Imports, today: date) -> list[str]:
    """Names of what the search narrows to: the index is written with every import."""
    query = Query(("find_activities",), "seatown")
    with imports.database.session() as session:
        ids, _are_all = find_store.ids(session, narrowed(query, today, possible_misses(query), None))
        return sorted(one.name for one in services.of_ids(session, ids))


def test_what_is_new_has_changed_or_is_the_same_is_told_apart(imports: Imports, record: Record) -> None:
    assert counts(imports.records(*(record(n) for n in range(10)))) == (10, 0, 0, 0, 0)
    second = imports.records(*(record(n) for n in range(1, 9)), record(9, name="Toddler Time nine"), record(10))
    assert counts(second) == (1, 1, 8, 1, 0)
    assert second.complete
    assert second.succeeded
    assert imports.names() == sorted([*(f"Toddler Time {n}" for n in (*range(1, 9), 10)), "Toddler Time nine"])


def test_what_is_gone_is_withdrawn_but_still_answered_by_name_and_may_come_back(imports: Imports, record: Record) -> None:
    imports.records(*(record(n) for n in range(10)))
    imports.records(*(record(n) for n in range(9)))
    gone = imports.get("seatown-council-9")
    assert gone is not None
    assert (gone.status, gone.offered) == ("unknown", False)
    assert counts(imports.records(*(record(n) for n in range(9)))) == (0, 0, 9, 0, 0)
    assert counts(imports.records(*(record(n) for n in range(10)))) == (0, 1, 9, 0, 0)
    assert "Toddler Time 9" in imports.names()


def test_one_bad_record_never_loses_the_page_and_is_named_with_its_reason(imports: Imports, record: Record) -> None:
    report = imports.records(record(1), None, "words", {"name": "no id"}, record(2, name="<p></p>"), record(1), record(3))
    assert imports.names() == ["Toddler Time 1", "Toddler Time 3"]
    assert [(one.id, one.reason) for one in report.refused] == [
        ("?", "not a record"), ("?", "not a record"), ("?", "no id"), ("2", "no name"), ("1", "the same id a second time"),
    ]  # fmt: skip
    assert report.succeeded


def test_a_record_that_has_become_bad_stays_as_it_was(imports: Imports, record: Record) -> None:
    imports.records(record(1), record(2))
    report = imports.records(record(1, name=""), record(2))
    assert (report.withdrawn, [one.reason for one in report.refused]) == (0, ["no name"])
    assert imports.names() == ["Toddler Time 1", "Toddler Time 2"]


class Broken:
    """Gives some records and then breaks."""

    dialect = "saved pages"

    def __init__(self, *records: dict[str, Any], error: Exception | None = None) -> None:
        self._records, self._error = records, error

    def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
        yield Batch(tuple(Listed(str(one["id"]), one) for one in self._records), 1)
        scan.note("page 2 could not be had")
        if self._error:
            raise self._error


def test_a_scan_that_breaks_off_never_withdraws(imports: Imports, record: Record) -> None:
    imports.records(*(record(n) for n in range(10)))
    report = imports.run(Broken(record(0), record(20)))
    assert (report.complete, report.succeeded, report.withdrawn, report.added) == (False, False, 0, 1)
    assert len(imports.names()) == 11
    assert "nothing was withdrawn" in "\n".join(report.lines())


def test_an_error_on_the_way_leaves_whole_services_and_lets_the_feed_go(imports: Imports, record: Record) -> None:
    with pytest.raises(ContentError):
        imports.run(Broken(record(1), error=ContentError("x", None, "gone", "try again")))
    assert imports.names() == ["Toddler Time 1"]
    assert counts(imports.records(record(1), record(2))) == (1, 0, 1, 0, 0)


def test_a_batch_is_written_whole_or_not_at_all(imports: Imports, record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: Any) -> None:
        raise StoreUnavailable("OperationalError")

    monkeypatch.setattr(store, "mark_seen", full)
    with pytest.raises(StoreUnavailable):
        imports.records(record(1))
    monkeypatch.undo()
    assert imports.names() == []
    assert counts(imports.records(record(1))) == (1, 0, 0, 0, 0)


def test_a_feed_that_shrinks_too_much_waits_for_a_person(imports: Imports, record: Record) -> None:
    imports.records(*(record(n) for n in range(10)))
    report = imports.records(*(record(n) for n in range(7)))
    assert (report.complete, report.succeeded, report.withdrawn) == (True, False, 0)
    assert report.needs_person is not None
    assert "3 of 10 services are gone" in report.needs_person
    assert len(imports.names()) == 10
    accepted = imports.records(*(record(n) for n in range(7)), accept_shrink=True)
    assert (accepted.succeeded, accepted.withdrawn, len(imports.names())) == (True, 3, 7)


def test_an_empty_feed_empties_nothing(imports: Imports, record: Record) -> None:
    imports.records(record(1))
    report = imports.records()
    assert report.needs_person
    assert imports.names() == ["Toddler Time 1"]


def test_two_imports_of_a_feed_at_once_are_one_too_many(imports: Imports, record: Record) -> None:
    class Nested(Broken):
        def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
            with pytest.raises(FeedBusyError, match="being imported"):
                imports.records(record(1))
            imports.records(record(1), feed=replace(FEED, name="feed:seatown:other"))  # another feed is nobody's business
            yield from super().batches(scan, known, begin)
            scan.ended = True

    assert imports.run(Nested(record(2))).succeeded


def test_a_lock_that_was_left_behind_runs_out(imports: Imports, record: Record) -> None:
    with imports.database.session() as session:
        values = {name: getattr(FEED, name) for name in ("name", "area", "address", "provider", "licence", "attribution")}
        assert store.lock_feed(session, values, "somebody", imports.clock.now(), 15)
    with pytest.raises(FeedBusyError):
        imports.records(record(1))
    imports.clock.advance(timedelta(minutes=16))
    assert imports.records(record(1)).succeeded


def test_where_it_comes_from_is_kept(imports: Imports, record: Record) -> None:
    imports.records(record(1, assurer_email="jo@council.example", contacts=[{"name": "Jo", "phones": [{"number": "01632 960100"}]}]))
    with imports.database.session() as session:
        row = store.feed_row(session, FEED.name)
        raw = store.raw_of(session, "seatown-council-1")
    assert row is not None
    assert (row["provider"], row["licence"], row["completed_at"]) == ("Seatown Council", "OGL-UK-3.0", imports.clock.now())
    assert json.loads(row["report"])["added"] == 1
    assert raw["contacts"] == [{"phones": [{"number": "01632 960100"}]}]
    assert "jo@" not in json.dumps(raw)
    service = imports.get("seatown-council-1")
    assert service is not None
    assert service.checked_on == date(2026, 10, 1)


def test_old_information_ranks_down_and_is_then_withheld(imports: Imports, record: Record) -> None:
    imports.records(record(1, assured_date="2026-10-01"), record(2, assured_date="2024-10-01"))
    service = imports.get("seatown-council-1")
    assert service is not None
    assert (service.stale_from, service.review_by) == (date(2027, 3, 31), date(2028, 3, 24))
    assert found_in(imports, date(2026, 11, 24)) == ["Toddler Time 1"]


def test_a_feed_that_never_says_when_it_looked_is_vouched_for_by_listing(imports: Imports, record: Record) -> None:
    bare = {"id": 1, "name": "Toddler Time", "status": "active"}
    imports.records(bare)
    imports.clock.advance(timedelta(days=40))
    imports.reader = replace(imports.reader, retrieved_on=imports.clock.today())
    assert counts(imports.records(bare)) == (0, 0, 1, 0, 0)
    service = imports.get("seatown-council-1")
    assert service is not None
    assert service.checked_on == imports.clock.today()


def test_a_day_of_checking_that_is_yet_to_come_is_a_slip(imports: Imports, record: Record) -> None:
    imports.records(record(1, assured_date="2062-10-01"))
    service = imports.get("seatown-council-1")
    assert service is not None
    assert service.checked_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"status": "temporarily closed"}, False), ({"status": "defunct"}, False), ({"status": "inactive"}, False), ({"status": ""}, False),
        ({"alert": "Cancelled until January"}, False), ({"name": "CANCELLED: Toddler Time"}, False),
        ({"alert": {"text": "This group has ended."}}, False), ({"alert": "Closed on bank holidays"}, True),
        ({"name": "Toddler Time (closed)"}, False), ({"description": "<p>THIS GROUP HAS NOW CLOSED.</p>"}, False),
        ({"description": "A closed group for members. Closed on bank holidays."}, True),
        ({"alert": "We moved to the library"}, True), ({"status": " Active "}, True),
    ],
)  # fmt: skip
def test_closed_defunct_and_cancelled_never_appear(imports: Imports, record: Record, more: dict[str, Any], shown: bool) -> None:
    imports.records(record(1, **more))
    assert bool(imports.names()) is shown


def test_a_service_of_another_feed_is_taken_over_and_that_is_said(imports: Imports, record: Record) -> None:
    own = "24a0a818-7969-5166-ab30-5087850ef40e"
    imports.records(record(own))
    report = imports.records(record(own), feed=replace(FEED, name="feed:seatown:county"))
    assert (report.added, report.taken_over) == (1, 1)
    with imports.database.session() as session:
        assert services.feeds_of(session, [own]) == {own: "feed:seatown:county"}


def test_counted_ids_of_two_feeds_do_not_meet(imports: Imports, record: Record) -> None:
    imports.records(record(1))
    imports.records(record(1, name="Story Time"), feed=replace(FEED, name="feed:seatown:county"))
    assert imports.names() == ["Story Time", "Toddler Time 1"]


def test_a_double_without_times_is_left_out_until_the_other_is_gone(imports: Imports, record: Record) -> None:
    timed = record(1, name="Toddler Time", schedules=[{"byday": "MO", "opens_at": "10:00"}])
    bare = record(2, name="Toddler Time")
    others = [record(n) for n in range(10, 20)]
    for _round in range(2):
        report = imports.records(timed, bare, *others)
        assert [one.reason for one in report.refused] == ["a double of seatown-council-1: same name and provider, but no times"]
        assert imports.get("seatown-council-2") is None
    assert counts(report) == (0, 0, 11, 0, 1)
    imports.records(bare, *others)
    imports.records(bare, *others)
    assert imports.get("seatown-council-2") is not None


@pytest.mark.parametrize(
    ("provider", "there", "other", "kept"),
    [
        ("Hubs", "SS3 9AA", "SS3 8BB", 1),  # the same hub, written a second time
        ("Hubs", "SS3 9AA", "SS9 1AA", 2),  # one more hub of the same provider
        ("", "SS3 9AA", "SS3 8BB", 2),  # two halls in one town, of which nobody says whose they are
        ("", "SS3 9AA", "ss39aa", 1),
    ],
)
def test_the_same_name_at_another_place_is_no_double(
    imports: Imports, record: Record, provider: str, there: str, other: str, kept: int
) -> None:
    def group(number: int, postcode: str, schedules: list[Any]) -> dict[str, Any]:
        at = {"location": {"id": f"place {number}", "addresses": [{"address_1": "Hall", "postal_code": postcode}]}}
        more = {"organization": {"id": "o", "name": provider}, "service_at_locations": [at]}
        return record(number, name="Toddler Time", schedules=schedules, **more)

    report = imports.records(group(1, there, [{"byday": "MO", "opens_at": "10:00"}]), group(2, other, []))
    assert (len(imports.names()), len(report.refused)) == (kept, 2 - kept)


def test_three_dialects_of_one_council_give_the_same_services(imports: Imports) -> None:
    found = {}
    folders = {"v3": CONTENT / "areas" / "borsetshire" / "feed", "v1": DATA / "borsetshire_v1", "outpost": DATA / "borsetshire_outpost"}
    for name, folder in folders.items():
        report = imports.run(SavedPages(folder), replace(FEED, name=f"feed:seatown:{name}"))
        assert report.complete
        assert report.added == 22
        with imports.database.session() as session:
            mine = services.of_ids(session, services.ids_of(session, f"feed:seatown:{name}"))
        found[name] = {one.name: one for one in mine}
    assert set(found["v3"]) == set(found["v1"]) == set(found["outpost"])
    for name, service in found["v3"].items():
        for other in (found["v1"][name], found["outpost"][name]):
            assert (other.status, other.offered, other.topics, other.organisation) == (
                service.status, service.offered, service.topics, service.organisation,
            )  # fmt: skip
            assert (other.min_age_months or 0, other.max_age_months, other.phone, other.url) == (
                service.min_age_months or 0, service.max_age_months, service.phone, service.url,
            )  # fmt: skip
            assert other.online == service.online


def test_everything_is_read_anew_when_the_table_of_categories_changes(imports: Imports, record: Record) -> None:
    imports.records(record(1))
    (source := imports._folder / "services.json").write_text(json.dumps({"contents": [record(1)]}))
    report = Importer(imports.database, imports.clock, imports.reader, "another table").run(FEED, SavedPages(source.parent))
    assert counts(report) == (0, 1, 0, 0, 0)


def test_a_broken_page_among_others_is_noted_and_withdraws_nothing(imports: Imports, record: Record, tmp_path: Path) -> None:
    imports.records(*(record(n) for n in range(10)))
    folder = tmp_path / "some"
    folder.mkdir()
    (folder / "services_page_1.json").write_text(json.dumps({"contents": [record(0)]}), encoding="utf-8")
    (folder / "services_page_2.json").write_text('{"contents": [', encoding="utf-8")
    report = imports.run(SavedPages(folder))
    assert (report.complete, report.withdrawn, report.unchanged) == (False, 0, 1)
    assert "services_page_2.json could not be read" in report.notes[0]


def test_what_makes_no_sense_is_left_out_and_said_by_kind_with_examples(imports: Imports, record: Record) -> None:
    slips = [
        {"freq": "WEEKLY", "byday": "MO", "opens_at": "15:00", "closes_at": "09:00"},
        {"freq": "WEEKLY", "byday": "TU", "opens_at": "ten", "dtstart": "2026-12-01", "until": "2026-01-01"},
    ]
    sea = {"latitude": 53.6, "longitude": 1.2, "addresses": [{"postal_code": "SS3 9AA"}]}
    france = {"latitude": 45.0, "longitude": 2.9, "addresses": [{"postal_code": "SS3 9AA"}]}
    report = imports.records(
        record(1, minimum_age=-1, url="javascript:alert(1)", description="x" * 60_000, schedules=slips),
        record(2, minimum_age=-1, maximum_age="?", assured_date="soon", service_at_locations=[{"location": sea}, {"location": france}]),
        record(3, minimum_age=2, maximum_age=4, url="https://hall.example", schedules=[{**slips[0], "closes_at": "16:00"}]),
    )
    assert {kind: one.number for kind, one in report.cleaned.items()} == {
        "minimum_age is not usable": 2,
        "url is not usable": 1,
        "a description is too long, so it was cut": 1,
        "opens_at of a schedule is not usable": 1,
        "a session ends before it starts, so its end is not shown": 1,
        "a schedule ends before it begins": 1,
        "maximum_age is not usable": 1,
        "assured_date is not usable": 1,
        "a point lies far from its postcode, so the postcode counts": 1,
        "a point is not in Great Britain": 1,
    }
    assert "left out 2 times, minimum_age is not usable: -1 (1); -1 (2)" in list(report.lines())
    assert report.as_json()["cleaned"]["url is not usable"] == {"number": 1, "examples": ["javascript:alert(1) (1)"]}
    placed = next(one for one in imports.all() if one.name.endswith("2"))
    assert placed.latitude == pytest.approx(51.5, abs=0.1)  # the middle of SS3, not the North Sea


def test_a_schedule_that_gives_no_day_is_said(imports: Imports, record: Record) -> None:
    never = {"freq": "MONTHLY", "byday": "1MO", "bymonthday": "31", "opens_at": "10:00"}
    report = imports.records(
        record(1, schedules=[never, {"freq": "WEEKLY", "byday": "TU", "interval": 2}, {"freq": "WEEKLY", "byday": "MO"}])
    )
    assert report.cleaned["a schedule gives no day"].examples == ["monthly, 1MO, 31 (1)", "weekly, TU, every 2 (1)"]


def test_an_amount_that_is_none_is_said(imports: Imports, record: Record) -> None:
    options = [
        {"amount": "2,50"},
        {"amount": -1},
        {"amount": "£2.50"},
        {"amount": "£2 each"},
        {"amount": None},
        {"amount": ""},
        {"amount": [1]},
    ]
    report = imports.records(record(1, cost_options=options))
    assert report.cleaned["amount of a price is not usable"].examples == ["2,50 (1)", "-1 (1)", "[1] (1)"]


def test_under_five_pounds_is_what_costs_two_and_not_what_costs_twelve(imports: Imports, record: Record) -> None:
    thursday = [{"freq": "WEEKLY", "byday": "TH", "opens_at": "10:00", "closes_at": "11:00"}]
    priced = ({"cost_options": [{"amount": "£2.50"}]}, {"fees": "£2.50 per child"}, {"cost_options": [{"option": "£2 per session"}]},
              {"cost_options": [{"amount": 12}]})  # fmt: skip
    imports.records(*(record(n, schedules=thursday, **price) for n, price in enumerate(priced)))
    query = Query(("find_activities",), "seatown", max_cost_pence=500)
    with imports.database.session() as session:
        hits, widened = look(session, query, imports.clock.now(), always_open, Wanted())
    assert sorted(hit.service.name for hit in hits) == ["Toddler Time 0", "Toddler Time 1", "Toddler Time 2"]
    assert widened == ()


def test_the_slips_of_the_official_example_are_said(imports: Imports) -> None:
    report = imports.run(SavedPages(DATA / "oruk_examples"))
    assert set(report.cleaned) == {"a point is not in Great Britain", "url is not usable"}
