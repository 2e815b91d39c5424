"""What stands on a card in every language: ways, ages and prices in words, and whose information it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.base.text import strip_marks
from bot.directory import store
from bot.directory.feeds.store import lock_feed
from bot.directory.model import Hit, Schedule, Service
from bot.directory.recurrence import session_on
from bot.flows.house import House
from bot.flows.show_services import Cards

CODES = ("en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb")
GROUP = Service(
    "seatown-1",
    "seatown",
    "Toddler Time",
    ("find_activities",),
    "open",
    True,
    "https://council.example",
    date(2026, 11, 20),
    address="1 High Street",
)
KM_PER_MILE = 1.609344


def cards(house: House, code: str) -> Cards:
    return Cards(house, house.languages.get(code))


@pytest.mark.parametrize(
    ("code", "one", "two", "five", "half"),
    [
        ("en", "about 1 mile away", "about 2 miles away", "about 5 miles away", "about 0.5 miles away"),
        ("pl", "odległość: mniej więcej 1 mila", "mniej więcej 2 mile", "mniej więcej 5 mil", "mniej więcej 0,5 mili"),
        ("ro", "la cam 1 milă", "la cam 2 mile", "la cam 5 mile", "la cam 0,5 mile"),
        ("ar", "المسافة: ميل تقريبًا", "ميلان تقريبًا", "5 أميال تقريبًا", "0.5 ميل تقريبًا"),
        ("ur", "تقریباً 1 میل دور", "2 میل", "5 میل", "0.5 میل"),
        ("ur-Latn", "taqreeban 1 meel door", "2 meel", "5 meel", "0.5 meel"),
        ("ckb", "نزیکەی 1 میل دوورە", "2 میل", "5 میل", "0.5 میل"),
    ],
)
def test_a_way_in_words(house: House, code: str, one: str, two: str, five: str, half: str) -> None:
    for number, shown in ((1, one), (2, two), (5, five), (0.5, half)):
        assert shown in strip_marks(cards(house, code).where(Hit(GROUP, None, number * KM_PER_MILE)))


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (12, None, "dzieci, które mają co najmniej 1 rok"), (24, None, "dzieci, które mają co najmniej 2 lata"),
        (None, 59, "dzieci, które mają mniej niż 5 lat"), (24, 59, "dzieci, które mają co najmniej 2 lata i mniej niż 5 lat"),
        (0, 5, "dzieci, które mają mniej niż 6 miesięcy"), (2, None, "dzieci, które mają co najmniej 2 miesiące"),
    ],
)  # fmt: skip
def test_polish_ages_follow_the_number(house: House, low: int | None, high: int | None, shown: str) -> None:
    assert cards(house, "pl").ages(replace(GROUP, min_age_months=low, max_age_months=high)) == shown


@pytest.mark.parametrize(
    ("text", "polish"),
    [
        ("£7.25 per lesson", "£7.25 za lekcję"), ("£2 a child", "£2 za dziecko"), ("£3", "£3"), ("£10 per week.", "£10 za tydzień"),
        ("£1,200 per term", "£1,200 za semestr w szkole"), ("£4 per family; £2 per child", "£4 za rodzinę; £2 za dziecko"),
        ("£5 (includes lunch)", "£5; o resztę proszę zapytać"), ("Donation welcome", "proszę zapytać"),
        ("Free (under 1s); £2 per session", "za darmo; £2 za spotkanie; o resztę proszę zapytać"),
        ("Free trial, then £8 per session", "proszę zapytać"), ("Free parking; £4 per session", "£4 za spotkanie; o resztę proszę zapytać"),
        ("£2.5 per session", "proszę zapytać"), ("Free", "za darmo"),
        ("From £5 to £8", "proszę zapytać"), ("£5-£8", "£5; o resztę proszę zapytać"), ("£5 per childminder", "£5; o resztę proszę zapytać"),
    ],
)  # fmt: skip
def test_a_price_without_english_in_it(house: House, text: str, polish: str) -> None:
    assert strip_marks(cards(house, "pl").cost(replace(GROUP, cost_text=text))) == polish
    assert cards(house, "en").cost(replace(GROUP, cost_text=text)) == text


@pytest.mark.parametrize(
    ("code", "shown"),
    [("pl", "poniedziałek – piątek: 08:30–16:00"), ("ar", "الاثنين – الجمعة: 08:30–16:00"), ("en", "Monday to Friday, 8.30am to 4pm")],
)
def test_hours_of_the_content_stand_in_the_language(house: House, code: str, shown: str) -> None:
    hours = house.facts()["southend_core_centre_hours"]
    assert strip_marks(cards(house, code).when(Hit(replace(GROUP, opening=hours), None, None))) == shown
    own = replace(GROUP, opening="Mon 9.30, ring first")
    assert strip_marks(cards(house, code).when(Hit(own, None, None))) == own.opening


@pytest.mark.parametrize("code", CODES[1:])
@pytest.mark.parametrize("unit", ["child", "session", "lesson", "family", "week", "term"])
def test_every_known_unit_has_words_in_every_language(house: House, code: str, unit: str) -> None:
    shown = strip_marks(cards(house, code).cost(replace(GROUP, cost_text=f"£7.25 per {unit}")))
    assert "£7.25" in shown
    assert f"per {unit}" not in shown


@pytest.mark.parametrize(
    ("attribution", "licence", "shown"),
    [
        ("Contains data of Seatown Council", "CC BY 4.0", "Contains data of Seatown Council"),
        (None, "OGL-UK-3.0", "Contains public sector information licensed under the Open Government Licence v3.0."),
        (None, "CC0", None), (None, None, None),
    ],
)  # fmt: skip
def test_what_a_licence_asks_for_stands_at_the_end_of_the_details(
    house: House, attribution: str | None, licence: str | None, shown: str | None
) -> None:
    feed = f"feed:seatown:{attribution}{licence}"
    with house.database.session() as session:
        values = {"name": feed, "area": "seatown", "address": "x", "provider": "Seatown", "licence": licence, "attribution": attribution}
        lock_feed(session, values, "test", house.clock.now(), 0)
        store.put(session, feed, [GROUP])
    for code in CODES:
        made = cards(house, code)
        last = strip_marks(made.details(Hit(GROUP, None, None)).text).splitlines()[-1]
        assert (shown is not None and last.endswith(f": {shown}")) or (shown is None and "Contains" not in last)
        assert "Contains" not in made.card(Hit(GROUP, None, None)).text
    with house.database.session() as session:
        store.take_out(session, [GROUP.id])


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("en", "Thursday 3 December (please ask for the time)"), ("pl", "czwartek 3 grudnia (o godzinę proszę zapytać)"),
        ("ro", "joi 3 decembrie (întrebați la ce oră este, vă rog)"),
    ],
)  # fmt: skip
def test_of_a_day_without_hours_the_time_is_to_be_asked(house: House, code: str, shown: str) -> None:
    session = session_on(Schedule(None, None, None, dtstart=date(2026, 12, 3), all_day=True), date(2026, 12, 3))
    assert strip_marks(cards(house, code).when(Hit(GROUP, session, None))) == shown


def test_no_language_shows_midnight_for_hours_that_nobody_knows(house: House) -> None:
    session = session_on(Schedule(None, None, None, dtstart=date(2026, 12, 3), all_day=True), date(2026, 12, 3))
    for code in CODES:
        shown = strip_marks(cards(house, code).when(Hit(GROUP, session, None)))
        assert "00:00" not in shown
        assert house.catalogue.text("utter_card_ask_time", code, house.facts(code)) in shown


@pytest.mark.parametrize(("code", "comma"), [("en", ","), ("pl", ","), ("ur-Latn", ","), ("ar", "،"), ("ur", "،"), ("ckb", "،")])
def test_day_and_time_stand_beside_the_comma_of_the_script(house: House, code: str, comma: str) -> None:
    at = datetime(2026, 11, 26, 9, 30)
    assert strip_marks(cards(house, code).moment(at)).endswith(f"{comma} 09:30")


def test_a_language_that_the_chat_does_not_write_stands_on_a_card_by_its_own_name(house):
    shown = cards(house, "en").details(Hit(replace(GROUP, languages=("pl", "uk", "zh-Hant", "qqq")), None, None)).text
    assert "Polski, Українська, 中文, qqq" in strip_marks(shown)
