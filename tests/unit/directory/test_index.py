"""The index never hides what the search would find, and both databases find the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database
from bot.directory import store
from bot.directory.directory import Directory
from bot.directory.index.mask import asked, first_and_last, of_schedules
from bot.directory.index.store import names_of
from bot.directory.model import PARTS, Hit, Point, Query, Schedule, Service, Traits
from bot.directory.recurrence import days
from bot.directory.search import is_in_part, search
from bot.directory.terms import Match, phrase, terms
from tests.unit.directory.test_recurrence_rules import rules

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
HERE = Point(51.54, 0.71)
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@settings(max_examples=300)
@given(rules(), st.dates(date(2024, 1, 1), date(2028, 1, 1)))
def test_a_day_on_which_there_is_a_session_is_in_the_mask_and_between_first_and_last(rule: tuple[Schedule, str], first: date) -> None:
    schedule = rule[0]
    mask, (begins, ends) = of_schedules([schedule]), first_and_last([schedule])
    for on in days(schedule, first, first + timedelta(days=60)):
        assert begins is None or begins <= on
        assert ends is None or on <= ends
        for part in PARTS:
            if is_in_part(schedule, part):  # type: ignore[arg-type]
                assert mask & asked([on.weekday()], part)  # type: ignore[arg-type]
        assert mask & asked([on.weekday()], None)


def test_the_town_behind_a_name_is_no_name_of_the_service(service: Callable[..., Service]) -> None:
    names = names_of(service("Best Start Family Hub, Southend"))
    assert len(names) == 2
    assert "southend" not in names


@pytest.fixture
def some(service: Callable[..., Service]) -> list[Service]:
    chance = random.Random(5)
    made = []
    for number in range(140):
        low = chance.choice([None, 0, 6, 24])
        schedule = Schedule(
            "weekly",
            time(chance.choice([9, 10, 13, 18])),
            None,
            (chance.choice(CODES),),
            interval=chance.choice([1, 1, 2]),
            dtstart=date(2026, 9, 1),
        )
        made.append(
            service(
                f"{chance.choice(['Messy Play', 'Baby Massage', 'Toddler Time', 'Swimming'])} {number}",
                id=f"s{number}",
                latitude=51.54 + chance.uniform(-0.2, 0.2) if number % 9 else None,
                longitude=0.71 + chance.uniform(-0.3, 0.3) if number % 9 else None,
                min_age_months=low,
                max_age_months=chance.choice([None, 11, 59]) if low != 24 else 59,
                is_free=chance.choice([True, False, None]),
                cost_pence=chance.choice([None, 200, 900]),
                step_free=chance.choice([True, None]),
                booking_needed=chance.choice([True, False, None]),
                languages=chance.choice([(), ("pl",), ("ur-Latn", "ar")]),
                schedules=(schedule,) if number % 5 else (),
                checked_on=date(2026, 11, 1) - timedelta(days=number),
            )
        )
    return made


QUERIES = [
    {},
    {"near": HERE},
    {"near": HERE, "within_km": 3.0, "age_months": 8},
    {"near": HERE, "within_km": 0.2, "free": True},
    {"age_months": 30, "weekday": 3, "part_of_day": "morning"},
    {"on": date(2026, 11, 26), "max_cost_pence": 300},
    {"on": date(2026, 11, 29), "part_of_day": "evening", "step_free": True, "language": "pl"},
    {"language": "ur", "drop_in": True},
    {"on": date(2026, 11, 20), "near": HERE},
    {"language": "ckb", "free": True, "near": HERE, "weekday": 6},
    {"on": date(2026, 11, 30), "until": date(2026, 12, 3), "part_of_day": "afternoon"},
    {"on": date(2026, 12, 1), "until": date(2026, 12, 31), "near": HERE},
    {"not_weekdays": (1, 3), "not_parts": ("morning",), "near": HERE},
    {"not_weekdays": tuple(range(7)), "free": True},
    {"words": ("massage",), "near": HERE},
]


@pytest.mark.parametrize("wishes", QUERIES)
def test_what_the_index_gives_is_what_weighing_everything_gives(
    each_database: Database, clock: StoppedClock, content: Path, some: list[Service], wishes: dict[str, object]
) -> None:
    query = Query(("find_activities",), "seatown", **wishes)  # type: ignore[arg-type]
    directory = Directory(each_database, clock, content)
    with each_database.session() as session:
        store.put(session, "x", some)
    found = directory.search(query, limit=300)
    expected, widened = search(query, NOW, some, directory.closures.of)
    assert found.widened == widened
    assert [hit.service.id for hit in found.hits[:10]] == [hit.service.id for hit in expected[:10]]
    assert {hit.service.id for hit in found.hits} <= {hit.service.id for hit in expected}


@pytest.mark.parametrize(
    "wishes",
    [
        {"on": date(2026, 11, 26)},
        {"near": HERE},
        {"near": HERE, "on": date(2026, 11, 26), "age_months": 24},
        {"on": date(2026, 11, 29), "free": True},
        {"near": HERE, "within_km": 0.2, "weekday": 3, "language": "pl"},
    ],
)
def test_of_very_many_of_one_kind_none_is_hidden(
    each_database: Database, clock: StoppedClock, content: Path, service: Callable[..., Service], wishes: dict[str, object]
) -> None:
    directory = Directory(each_database, clock, content)
    right = [service(f"Stay and play {n}", latitude=51.54, longitude=0.71, schedules=(weekly("TH"),), languages=("pl",)) for n in range(5)]
    others = [
        service(f"Stay and play {n}", latitude=51.59, longitude=0.71 + n * 1e-5, schedules=(weekly("MO"),), is_free=not n % 2)
        for n in range(5, 705)
    ]
    with each_database.session() as session:
        store.put(session, "x", [*right, *others])
    query = Query(("find_activities",), "seatown", text="stay and play", **wishes)  # type: ignore[arg-type]
    kinds = directory.kinds_in("stay and play", query.topics)
    traits = {one.id: Traits(frozenset(kinds)) for one in (*right, *others)}
    expected, widened = search(replace(query, kinds=kinds), NOW, [*right, *others], directory.closures.of, traits)
    found = directory.search(query, limit=5)
    assert kinds
    assert found.widened == widened
    assert [told(hit) for hit in found.hits] == [told(hit) for hit in expected[:5]]


def told(hit: Hit) -> tuple[object, ...]:
    """What tells hits apart; of many that are alike in this any may come."""
    return hit.next_session, hit.distance_km, hit.service.is_free


MUCH = {"part_of_day": "evening", "free": True, "language": "ckb", "step_free": True, "drop_in": True, "needs": ("hearing_loop",)}


@pytest.mark.parametrize("near", [None, HERE])
@pytest.mark.parametrize("left_out", [*MUCH, "nothing"])
def test_what_is_given_up_is_the_least_and_found_in_few_steps(
    each_database: Database, clock: StoppedClock, content: Path, some: list[Service], near: Point | None, left_out: str
) -> None:
    directory = Directory(each_database, clock, content)
    with each_database.session() as session:
        store.put(session, "x", some)
    wishes = {name: value for name, value in MUCH.items() if name != left_out}
    query = Query(("find_activities",), "seatown", near=near, on=date(2026, 11, 26), kinds=("baby_massage",), **wishes)  # type: ignore[arg-type]
    traits = {one.id: Traits(frozenset({"baby_massage"} if "Massage" in one.name else ())) for one in some}
    expected, widened = search(query, NOW, some, directory.closures.of, traits)
    statements: list[object] = []
    event.listen(each_database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = directory.search(query, limit=10)
    assert found.widened == widened
    assert [hit.service.id for hit in found.hits] == [hit.service.id for hit in expected[:10]]
    assert len(statements) < 80


def weekly(day: str) -> Schedule:
    return Schedule("weekly", time(10), None, (day,))


def test_the_nearest_other_day_and_fresh_information_are_not_hidden_by_much_that_is_nearer_by(
    each_database: Database, clock: StoppedClock, content: Path, service: Callable[..., Service]
) -> None:
    directory = Directory(each_database, clock, content)

    def group(day: str, number: int, away: float, checked_on: date = date(2026, 11, 1)) -> Service:
        return service(f"{day} {number}", latitude=51.54 + away, longitude=0.71, schedules=(weekly(day),), checked_on=checked_on)

    mondays = [group("MO", number, number * 1e-5) for number in range(200)]
    old = [group("WE", number, number * 1e-5, date(2026, 1, 1)) for number in range(200)]
    with each_database.session() as session:
        store.put(session, "x", [*mondays, *old, group("FR", 0, 0.05), group("WE", 999, 0.05)])
    results = directory.search(Query(("find_activities",), "seatown", near=HERE, on=date(2026, 11, 26)))
    assert (results.hits[0].service.name, results.widened) == ("FR 0", ("other_day",))
    results = directory.search(Query(("find_activities",), "seatown", near=HERE, on=date(2026, 11, 25)))
    assert (results.hits[0].service.name, results.widened) == ("WE 999", ())


def test_kinds_are_found_by_providers_phrases_and_needs_too(
    each_database: Database, clock: StoppedClock, content: Path, service: Callable[..., Service]
) -> None:
    directory = Directory(each_database, clock, content)
    hands = service("Loving Hands", summary="Baby massage for beginners.", access=("Hearing loop in the hall",))
    with each_database.session() as session:
        store.put(session, "x", [hands, service("Baby yoga"), service("Massage for backs", topics=("find_mental_health",))])

    def found(text: str, **wishes: object) -> tuple[list[str], tuple[str, ...]]:
        results = directory.search(Query(("find_activities",), "seatown", text=text, **wishes))  # type: ignore[arg-type]
        return [hit.service.name for hit in results.hits], results.widened

    for words in ("baby massage please", "masaż niemowląt", "تدليك الرضع", "masaj pentru bebeluși", "bache ki malish", "مەساجی ساوا"):
        assert found(words) == (["Loving Hands"], ())
    assert found("massage", needs=("hearing_loop",)) == (["Loving Hands"], ())
    assert found("yoga", needs=("hearing_loop",)) == (["Baby yoga"], ("any_access",))
    assert found("messy play")[1] == ("other_kind",)


def test_pages_do_not_change_while_a_parent_pages(each_database: Database, clock: StoppedClock, content: Path, some: list[Service]) -> None:
    directory = Directory(each_database, clock, content)
    with each_database.session() as session:
        store.put(session, "x", some)
    query = Query(("find_activities",), "seatown", near=HERE)
    whole = [hit.service.id for hit in directory.search(query, limit=24).hits]
    pages = [hit.service.id for offset in range(0, 24, 3) for hit in directory.search(query, offset, 3).hits]
    assert pages == whole


def test_what_was_stored_before_the_index_is_taken_into_it(
    each_database: Database, clock: StoppedClock, content: Path, service: Callable[..., Service]
) -> None:
    from bot.directory.index import store as index

    directory = Directory(each_database, clock, content)
    with each_database.session() as session:
        store.put(session, "feed:seatown:x", [service("Old")])
        index.take_out(session, ["old"])
    assert not directory.search(Query(("find_activities",), "seatown")).hits
    directory.load_content({"friars_phone": "1", "friars_address": "x"}, frozenset({"friars_phone", "friars_address"}))
    assert directory.search(Query(("find_activities",), "seatown")).hits[0].service.name == "Old"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Swimming", "swim"),
        ("singing", "sings"),
        ("babies", "baby"),
        ("Cooking", "cook"),
        ("classes", "class"),
        ("nappies", "nappy"),
        ("dance", "dances"),
    ],
)
def test_endings_do_not_matter(a: str, b: str) -> None:
    assert terms(a) == terms(b)


def test_odd_words_do_not_break_either_database(each_database: Database, clock: StoppedClock, content: Path) -> None:
    directory = Directory(each_database, clock, content)
    for words in (('"', "'", "OR", "NOT"), ("a:*&|!", "b"), ("بنك", "ckb"), ("x" * 500,), ("🙂",)):
        directory.search(Query((), "seatown", words=words))


def test_a_match_in_the_words_of_both_databases() -> None:
    match = Match(((phrase("baby massage"), phrase("sing*")),), (phrase("sensory room"),)).and_of([("zzareax",)])
    assert match.for_sqlite() == '(("baby massag" OR "sing" *) AND ("zzareax")) NOT ("sensory room")'
    assert match.for_postgresql() == "((baby <-> massag) | sing:*) & (zzareax) & !(sensory <-> room)"
