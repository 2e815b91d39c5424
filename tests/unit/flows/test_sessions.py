"""“Is it on today?” in every language, and sessions for the parent's own calendar."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.base.clock import LONDON
from bot.base.db import open_database
from bot.base.sealing import new_key
from bot.base.settings import load_settings
from bot.base.text import strip_marks
from bot.directory.model import Query, Service
from bot.flows.calendar_link import calendar_link, session_of_link
from bot.flows.house import House, open_house
from bot.flows.show_services import Cards
from bot.flows.tell_session import day_meant, tell_if_on

CODES = ("en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb")


@pytest.fixture(scope="module")
def house() -> House:
    import bot.callbacks.store
    import bot.delivery.conversations
    import bot.delivery.store
    import bot.privacy.store  # noqa: F401 - their tables

    settings = load_settings(
        {
            "KINLINE_KEY": new_key(),
            "DATABASE_URL": "sqlite://",
            "KINLINE_CLOCK_STOPPED_AT": "2026-11-24T10:00",
            "KINLINE_PUBLIC_URL": "https://chat.example/",
        }
    )
    database = open_database("sqlite://")
    database.create_tables()
    return open_house(settings, database)


@pytest.fixture
def toddler_time(house: House) -> Service:
    (found,) = house.directory.named_in("Is TODDLER TIME on today?", "borsetshire")
    return found


def said(house: House, service: Service, on: date, code: str = "en") -> list[str]:
    language = house.languages.get(code)
    sentences = tell_if_on(house, Cards(house, language), service, on)
    return [strip_marks(house.catalogue.text(key, code, house.facts(code), **values)) for key, values in sentences]


def test_a_straight_answer_with_the_next_date(house: House, toddler_time: Service) -> None:
    yes = said(house, toddler_time, date(2026, 11, 25))
    assert yes[0].startswith("Yes, it is on. Toddler Time: Wednesday 25 November, 10:00")
    no = said(house, toddler_time, date(2026, 11, 24))
    assert no == ["No, it is not on. Toddler Time has nothing on Tuesday 24 November.", f"Next time: {yes[0].split(': ', 1)[1]}"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("on", [date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 28)])
def test_in_every_language_with_everything_filled_in(house: House, toddler_time: Service, code: str, on: date) -> None:
    sentences = said(house, toddler_time, on, code)
    assert all(sentence and "{" not in sentence for sentence in sentences)
    assert "Toddler Time" in sentences[0]
    assert code == "en" or sentences != said(house, toddler_time, on, "en")


def test_which_day_is_meant(house: House) -> None:
    assert day_meant(house, {"weekday": 1}) == date(2026, 11, 24)
    assert day_meant(house, {"weekday": 0}) == date(2026, 11, 30)
    assert day_meant(house, {"on": "2026-12-25"}) == date(2026, 12, 25)


def test_names_that_nobody_said_are_not_heard(house: House) -> None:
    assert house.directory.named_in("what is on today for toddlers", "borsetshire") == []
    assert house.directory.named_in("", "borsetshire") == []


def test_a_session_as_a_file_for_the_calendar(house: House, toddler_time: Service) -> None:
    (session,) = house.directory.sessions(toddler_time, date(2026, 11, 25), date(2026, 11, 25))
    link = calendar_link(house, toddler_time, session)
    assert link == f"https://chat.example/sessions/{toddler_time.id}/20261125T1000.ics"
    made = session_of_link(house, *link.rsplit("/", 2)[-2:])
    assert made is not None
    calendar = Calendar.from_ical(made)
    (event,) = calendar.walk("VEVENT")
    assert event.get("DTSTART").dt == datetime(2026, 11, 25, 10, tzinfo=LONDON)
    assert event.get("DTSTART").params["TZID"] == "Europe/London"
    assert str(event.get("SUMMARY")) == "Toddler Time"
    assert [str(zone.get("TZID")) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]


@pytest.mark.parametrize("name", ["20261124T1000.ics", "20261125T0900.ics", "rubbish.ics", "20261125T1000", "../../x.ics"])
def test_a_link_to_no_session_gives_nothing(house: House, toddler_time: Service, name: str) -> None:
    assert session_of_link(house, toddler_time.id, name) is None
    assert session_of_link(house, "none", "20261125T1000.ics") is None


def test_every_card_with_a_session_can_be_added_to_a_calendar(house: House, toddler_time: Service, tmp_path: Path) -> None:
    hit = house.directory.hit(toddler_time.id, Query())
    assert hit is not None
    text = Cards(house, house.languages.get("en")).card(hit).text
    assert "Add to calendar:" in text
    assert "/20261125T1000.ics" in text
