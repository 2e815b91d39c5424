"""What people put right, and what an import does about it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.directory.calendars.store import Attached, attach
from bot.directory.categories import load_categories
from bot.directory.feeds import change_store
from bot.directory.feeds.by_hand import ByHand, NotAService
from bot.directory.feeds.hand_fields import BadChange
from bot.directory.feeds.importer import Importer
from bot.directory.feeds.pages import SavedPages
from bot.directory.model import Schedule, Service
from bot.directory.store import schedules_as_text
from tests.unit.directory.conftest import CONTENT
from tests.unit.directory.feeds.conftest import FEED, Imports

Record = Callable[..., dict[str, Any]]
OWN = "seatown-council-1"


@pytest.fixture
def by_hand(imports: Imports) -> ByHand:
    reader = imports.reader
    return ByHand(imports.database, imports.clock, reader.categories, reader.geography, reader.freshness)


def test_a_service_is_typed_in_changed_and_withdrawn_and_all_of_it_is_kept(imports: Imports, by_hand: ByHand) -> None:
    made = by_hand.create(
        "seatown", "sam", {"name": "Toddler Time", "postcode": "SS3 9AA", "phone": "01632 960100", "languages": ["Urdu", "pl"]}
    )
    assert (made.topics, made.offered, made.checked_on, made.languages) == (("find_activities",), True, date(2026, 11, 24), ("ur", "pl"))
    assert made.point is not None
    assert imports.names() == ["Toddler Time"]
    by_hand.change(made.id, "alex", {"name": "Toddler Times", "is_free": True})
    by_hand.withdraw(made.id, "sam")
    ended = imports.get(made.id)
    assert ended is not None
    assert (ended.status, ended.offered, ended.name) == ("ended", False, "Toddler Times")
    history = by_hand.history(made.id)
    assert [(one.what, one.by) for one in history] == [("created", "sam"), ("changed", "alex"), ("withdrawn", "sam")]
    assert (history[1].before, history[1].after) == ({"is_free": None, "name": "Toddler Time"}, {"is_free": True, "name": "Toddler Times"})
    assert history[0].at == imports.clock.now()


def test_sessions_are_added_changed_cancelled_and_taken_out(imports: Imports, by_hand: ByHand) -> None:
    made = by_hand.create("seatown", "sam", {"name": "Toddler Time"})
    monday = Schedule("weekly", time(10), time(11), ("MO",))
    tuesday = Schedule("weekly", time(10), time(11), ("TU",))
    by_hand.add_session(made.id, "sam", monday)
    cancelled = by_hand.cancel_day(made.id, "sam", monday, date(2026, 12, 7)).schedules[0]
    assert cancelled.except_on == (date(2026, 12, 7),)
    assert by_hand.change_session(made.id, "sam", cancelled, tuesday).schedules == (tuesday,)
    with pytest.raises(BadChange, match="no such opening time"):
        by_hand.change_session(made.id, "sam", monday, None)
    assert by_hand.change_session(made.id, "sam", tuesday, None).schedules == ()
    assert len(by_hand.history(made.id)) == 5


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"phone": "none"}, "phone"), ({"url": "javascript:alert(1)"}, "url"), ({"email": "x"}, "email"), ({"id": "other"}, "no such field"),
        ({"topics": ["find_gold"]}, "no topic find_gold"), ({"status": "shut"}, "status"), ({"min_age_months": -1}, "whole number"),
        ({"min_age_months": 24, "max_age_months": 12}, "below the lowest"), ({"languages": ["Klingonish"]}, "languages"),
        ({"schedules": ["daily"]}, "opening times"), ({"offered": "yes"}, "yes or no"), ({"access": "ramp"}, "list of texts"), ({"name": "<p></p>"}, "name"),
        ({"name": ""}, "name"), ({"name": None}, "name"), ({"is_free": "maybe"}, "is_free"), ({"step_free": "x"}, "step_free"),
        ({"latitude": "abc"}, "latitude"), ({"latitude": 999.0, "longitude": 5.0}, "latitude"), ({"latitude": 51.5}, "Great Britain"),
        ({"postcode": "not a postcode"}, "postcode"), ({"review_by": "soon"}, "review_by"), ({"summary": 7}, "summary"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(imports: Imports, by_hand: ByHand, values: dict[str, Any], problem: str) -> None:
    made = by_hand.create("seatown", "sam", {"name": "Toddler Time"})
    with pytest.raises(BadChange, match=problem):
        by_hand.change(made.id, "sam", values)
    assert imports.get(made.id) == made
    assert len(by_hand.history(made.id)) == 1


def test_there_must_be_a_service_and_a_name(by_hand: ByHand) -> None:
    with pytest.raises(NotAService):
        by_hand.change("none", "sam", {"name": "A"})
    with pytest.raises(BadChange, match="needs a name"):
        by_hand.create("seatown", "sam", {})


def test_an_import_leaves_what_a_person_put_right_and_says_so(imports: Imports, by_hand: ByHand, record: Record) -> None:
    first = record(1, phones=[{"number": "01632 960100"}], description="Songs.")
    imports.records(first)
    by_hand.change(OWN, "sam", {"phone": "01632 960199"})
    assert imports.records(first).unchanged == 1
    # The source changes something else: the person's number stays.
    report = imports.records({**first, "description": "Songs and rhymes."})
    service = imports.get(OWN)
    assert service is not None
    assert (service.phone, service.summary, service.checked_on) == ("01632 960199", "Songs and rhymes.", date(2026, 11, 24))
    assert report.kept_corrections == [f"Toddler Time 1 ({OWN}): phone"]
    # The source changes the number itself: it knows better now, and that is said.
    report = imports.records({**first, "description": "Songs and rhymes.", "phones": [{"number": "01632 960177"}]})
    service = imports.get(OWN)
    assert service is not None
    assert service.phone == "01632 960177"
    assert report.overruled == [f"Toddler Time 1 ({OWN}): phone"]
    assert any("the source has changed since" in line for line in report.lines())
    assert imports.records({**first, "description": "Songs!", "phones": [{"number": "01632 960177"}]}).kept_corrections == []


def test_a_correction_that_is_corrected_is_still_measured_against_the_source(imports: Imports, by_hand: ByHand, record: Record) -> None:
    imports.records(record(1, description="Songs."))
    by_hand.change(OWN, "sam", {"summary": "Song."})
    by_hand.change(OWN, "alex", {"summary": "Songs for all."})
    imports.records(record(1, description="Songs.", alert=None, fees="Free"))
    service = imports.get(OWN)
    assert service is not None
    assert (service.summary, service.is_free) == ("Songs for all.", True)


def test_a_correction_outlasts_another_reading_of_the_same_words(imports: Imports, by_hand: ByHand, record: Record, tmp_path: Path) -> None:
    first = record(1)
    imports.records(first)
    by_hand.change(OWN, "sam", {"topics": ["find_family_hub"], "phone": "01632 960100"})
    # Our own table of categories reads the name otherwise now; the source says what it said.
    table = yaml.safe_load((CONTENT / "directory" / "categories.yml").read_text(encoding="utf-8"))
    table["topics"]["find_childcare"]["words"].append("toddler time")
    (tmp_path / "categories.yml").write_text(yaml.safe_dump(table, sort_keys=False, allow_unicode=True), encoding="utf-8")
    reader = replace(imports.reader, categories=load_categories(tmp_path / "categories.yml"))
    report = Importer(imports.database, imports.clock, reader, "a later table").run(FEED, SavedPages(tmp_path / "pages"))
    assert report.kept_corrections == [f"Toddler Time 1 ({OWN}): {name}" for name in ("phone", "topics")]
    assert report.overruled == []
    # And it is measured against that reading from now on.
    with imports.database.session() as session:
        said = {one.field: one.source_value for one in change_store.corrections(session, [OWN])[OWN]}
    assert "find_childcare" in said["topics"]
    (tmp_path / "pages" / "services.json").write_text(json.dumps({"contents": [{**first, "alert": "Bring a towel."}]}), encoding="utf-8")
    report = Importer(imports.database, imports.clock, reader, "a later table").run(FEED, SavedPages(tmp_path / "pages"))
    service = imports.get(OWN)
    assert service is not None
    assert (service.topics, service.phone, service.summary) == (("find_family_hub",), "01632 960100", "Bring a towel.")
    assert (len(report.kept_corrections), report.overruled) == (2, [])


class AtOnce(ByHand):
    """Two people who have the service before them at the same time, if they can; waited for half a second."""

    def meet(self) -> AtOnce:
        self._both = threading.Barrier(2)
        return self

    def _with(self, service: Service, values: Mapping[str, Any]) -> Service:
        with suppress(threading.BrokenBarrierError):
            self._both.wait(0.5)
        return super()._with(service, values)


def test_what_two_people_change_at_once_is_changed_both(imports: Imports, by_hand: ByHand, record: Record) -> None:
    imports.records(record(1))
    reader = imports.reader
    hand = AtOnce(imports.database, imports.clock, reader.categories, reader.geography, reader.freshness).meet()
    monday, friday = (Schedule("weekly", time(10), time(11), (day,)) for day in ("MO", "FR"))
    for one, other in (
        (lambda: hand.change(OWN, "anna", {"phone": "01632 960111"}), lambda: hand.change(OWN, "ben", {"cost_text": "£2"})),
        (lambda: hand.add_session(OWN, "anna", monday), lambda: hand.add_session(OWN, "ben", friday)),
    ):
        hand.meet()
        with ThreadPoolExecutor(2) as pool:
            for made in [pool.submit(one), pool.submit(other)]:
                made.result()
    service = imports.get(OWN)
    assert service is not None
    assert (service.phone, service.cost_text, set(service.schedules)) == ("01632 960111", "£2", {monday, friday})
    assert len(hand.history(OWN)) == 4
    imports.records(record(1, description="New words."))
    assert replace(service, summary="New words.") == imports.get(OWN)


def test_what_is_put_right_while_an_import_writes_is_not_written_over(
    imports: Imports, by_hand: ByHand, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.records(record(1))
    read, pool = change_store.corrections, ThreadPoolExecutor(1)
    begun: list[str] = []
    changes: list[Any] = []

    def read_while_somebody_types(session: Any, ids: Any) -> Any:
        found = read(session, ids)
        if not begun:
            begun.append("typing")
            changes.append(pool.submit(by_hand.change, OWN, "sam", {"phone": "01632 960100"}))
            wait(changes, 1.0)  # as far as it gets
        return found

    monkeypatch.setattr("bot.directory.feeds.importer.change_store.corrections", read_while_somebody_types)
    imports.records(record(1, description="New words."))
    changes[0].result()
    service = imports.get(OWN)
    assert service is not None
    assert (service.phone, service.summary) == ("01632 960100", "New words.")


def test_what_fitted_no_topic_is_offered_once_a_person_has_given_it_one(imports: Imports, by_hand: ByHand, record: Record) -> None:
    report = imports.records(record(1, name="The Nest"))
    assert (report.without_topic, imports.names()) == (["The Nest"], [])
    by_hand.change(OWN, "sam", {"topics": ["find_family_hub"]})
    assert imports.names() == ["The Nest"]
    imports.records(record(1, name="The Nest", description="New words."))
    assert imports.names() == ["The Nest"]


def test_what_a_person_has_ended_stays_ended(imports: Imports, by_hand: ByHand, record: Record) -> None:
    imports.records(record(1))
    by_hand.withdraw(OWN, "sam")
    imports.records(record(1, description="New words."))
    service = imports.get(OWN)
    assert service is not None
    assert (service.status, service.offered, service.summary) == ("ended", False, "New words.")


def test_no_import_touches_what_was_typed_in(imports: Imports, by_hand: ByHand, record: Record) -> None:
    by_hand.create("seatown", "sam", {"name": "Story Time"})
    imports.records(record(1), record(2))
    imports.records(record(1), accept_shrink=True)
    assert imports.names() == ["Story Time", "Toddler Time 1"]


def test_hand_and_calendar_both_outlast_imports_that_change_the_rest(imports: Imports, by_hand: ByHand, record: Record) -> None:
    tuesdays = {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "11:00"}
    imports.records(record("council-1", name="Toddler Time", schedules=[tuesdays]))
    (service_id,) = [one.id for one in imports.all()]
    by_hand.change(service_id, "sam", {"phone": "01632 960100"})
    friday = Schedule("weekly", time(9), time(10), ("FR",))
    with imports.database.session() as session:
        attach(session, Attached(service_id, "/hall.ics", schedules_as_text([friday])))
    for description in ("Come and play.", "Come and play.", "Come and sing."):  # changed, not changed, changed again
        report = imports.records(record("council-1", name="Toddler Time", schedules=[tuesdays], description=description))
        assert report.complete
        kept = imports.get(service_id)
        assert kept is not None
        assert (kept.phone, kept.schedules) == ("01632 960100", (friday,))
    assert kept.summary == "Come and sing."
    # A person's change afterwards leaves the calendar as it is, and the calendar leaves the person's change.
    by_hand.change(service_id, "sam", {"url": "https://hall.example"})
    after = imports.get(service_id)
    assert after is not None
    assert (after.phone, after.url, after.schedules) == ("01632 960100", "https://hall.example", (friday,))


def test_a_day_that_a_person_cancels_is_cancelled_whatever_the_calendar_or_the_feed_says_later(
    imports: Imports, by_hand: ByHand, record: Record
) -> None:
    tuesdays = {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00", "closes_at": "11:00"}
    imports.records(record(1, schedules=[tuesdays]))
    on = date(2026, 12, 1)

    def stored() -> Schedule:
        service = imports.get(OWN)
        assert service is not None
        return service.schedules[0]

    cancelled = by_hand.cancel_day(OWN, "sam", stored(), on)
    assert cancelled.schedules[0].except_on == stored().except_on == (on,)
    # The feed says something new about the very same times.
    imports.records(record(1, schedules=[{**tuesdays, "closes_at": "12:00"}]))
    assert (stored().closes_at, stored().except_on) == (time(12), (on,))
    with imports.database.session() as session:
        attach(session, Attached(OWN, "/hall.ics", schedules_as_text([Schedule("weekly", time(14), time(15), ("TU",))])))
    imports.records(record(1, schedules=[tuesdays], description="Songs."))
    assert (stored().opens_at, stored().except_on) == (time(14), (on,))
    by_hand.cancel_day(OWN, "sam", stored(), date(2026, 12, 8))
    assert stored().except_on == (on, date(2026, 12, 8))
    with pytest.raises(BadChange, match="calendar"):
        by_hand.change_session(OWN, "sam", stored(), None)
    assert len(by_hand.history(OWN)) == 2


def test_a_cancelled_day_that_is_on_after_all_is_on_again(imports: Imports, by_hand: ByHand, record: Record) -> None:
    imports.records(record(1, schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00"}]))
    plain = imports.all()[0].schedules[0]
    (cancelled,) = by_hand.cancel_day(OWN, "sam", plain, date(2026, 12, 1)).schedules
    by_hand.change_session(OWN, "sam", cancelled, plain)
    report = imports.records(record(1, schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00"}], description="Songs."))
    assert report.overruled == []
    assert imports.all()[0].schedules == (plain,)


def test_who_has_just_looked_at_a_stale_service_makes_it_fresh(imports: Imports, by_hand: ByHand, record: Record) -> None:
    imports.records(record(1, assured_date="2026-01-01"))
    before = imports.get(OWN)
    assert before is not None
    assert before.stale_from is not None
    assert before.stale_from < imports.clock.today()
    after = by_hand.change(OWN, "sam", {"phone": "01632 960100"})
    assert after.stale_from is not None
    assert after.stale_from > imports.clock.today()
