"""What a search says, without the model: the action itself on the real rooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions._turn import Turn
from actions.find_service import FindService
from bot.directory import store
from bot.directory.closures import Closures, SchoolYear
from bot.directory.directory import Directory
from bot.directory.model import Schedule, Service
from bot.flows.house import House

Say = Callable[..., str]
INVITATION = "Tell me your postcode or neighbourhood"
NOTHING = "I have nothing in my list for that."


@pytest.fixture
def house(
    database_url: str, house: House
) -> House:  # database_url is named so that pytest sees through the overridden fixture to its databases
    """Rooms in which no service is listed."""
    return replace(house, directory=Directory(house.database, house.clock, house.settings.content_dir))


@pytest.fixture
def say(house: House) -> Say:
    """The replies to a message, with the buttons' meanings."""

    def said(intent: str, *entities: tuple[str, Any], before: Mapping[str, Any] | None = None, text: str = "") -> str:
        message = {"intent": {"name": intent}, "text": text, "entities": [{"entity": kind, "value": value} for kind, value in entities]}
        dispatcher = CollectingDispatcher()
        slots = {"area": "borsetshire", "search": before}
        FindService(house).answer(Turn(house, dispatcher, Tracker("anna", slots, message, [], False, None, {}, "action_listen")))
        return str(dispatcher.messages)

    return said


def test_who_has_said_nothing_yet_is_invited_to_say_more(say: Say) -> None:
    replies = say("find_activities")
    assert INVITATION in replies
    assert NOTHING in replies


@pytest.mark.parametrize(
    "known", [("place", "HP21"), ("age_months", 0), ("age_months", 24), ("day", {"weekday": 0}), ("time_of_day", "morning")]
)
def test_who_has_said_where_when_or_for_whom_is_not_asked_for_it(say: Say, known: tuple[str, Any]) -> None:
    replies = say("find_activities", known)
    assert INVITATION not in replies
    assert NOTHING in replies
    assert "find_family_hub" in replies
    assert "request_callback" in replies


def test_what_was_said_in_an_earlier_search_counts_too(say: Say) -> None:
    assert INVITATION not in say("find_activities", before={"topic": "find_food_help", "age_months": 24})


def test_nobody_is_told_yes_of_what_was_vouched_for_too_long_ago(house: House, say: Say) -> None:
    thursdays = Schedule("weekly", time(10), time(11), ("TH",))
    checked_on = house.clock.today() - timedelta(days=700)
    group = Service(
        "pier", "borsetshire", "Pier Road Playgroup", ("find_activities",), "open", True, "x", checked_on, schedules=(thursdays,)
    )
    asked = (("service_name", "Pier Road Playgroup"), ("day", {"weekday": 3}))
    for review_by, told, not_told in (
        (None, "Yes, it is on", "still runs"),
        (house.clock.today() - timedelta(days=1), "still runs", "Yes"),
    ):
        with house.database.session() as session:
            store.put(session, "x", [replace(group, review_by=review_by)])
        replies = say("find_activities", *asked, text="Is Pier Road Playgroup on Thursday?")
        assert told in replies
        assert not_told not in replies


def test_what_is_true_everywhere_is_still_told(say: Say) -> None:
    assert "If you may lose your home" in say("find_housing_help", ("place", "HP21"))


def _answered(house: House, intent: str, text: str = "", **metadata: Any) -> tuple[Turn, list[dict[str, Any]], str]:
    message = {"intent": {"name": intent}, "text": text, "entities": [], "metadata": metadata}
    dispatcher = CollectingDispatcher()
    turn = Turn(house, dispatcher, Tracker("anna", {"area": "borsetshire"}, message, [], False, None, {}, "action_listen"))
    return turn, FindService(house).answer(turn), str(dispatcher.messages)


@pytest.mark.parametrize("language", ["en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb"])
def test_of_two_requests_for_which_there_is_nothing_the_parent_hears_so_for_both(house: House, language: str) -> None:
    turn, events, said = _answered(house, "find_dads_support", also=["find_learning_work"], language=language)
    assert turn.words("utter_button_find_dads_support") in said
    assert turn.words("utter_button_find_learning_work") in said
    assert "request_callback" in said
    assert "find_family_hub" in said
    assert not turn.also  # not offered once more
    assert {"event": "slot", "timestamp": None, "name": "pending", "value": {"intent": "request_callback"}} in events


def test_where_only_the_second_request_finds_something_the_first_is_not_passed_over(house: House) -> None:
    group = Service("pier", "borsetshire", "Pier Playgroup", ("find_activities",), "open", True, "x", house.clock.today())
    with house.database.session() as session:
        store.put(session, "x", [group])
    turn, _events, said = _answered(house, "find_dads_support", also=["find_activities"])
    assert turn.words("utter_none_found_for", what=turn.words("utter_button_find_dads_support")) in said
    assert "Pier Playgroup" in said


def test_a_yes_after_an_empty_search_begins_the_callback(house: House) -> None:
    _turn, events, said = _answered(house, "find_dads_support")
    assert NOTHING in said
    pending = [event["value"] for event in events if event.get("name") == "pending"]
    assert pending == [{"intent": "request_callback"}]


def test_school_holidays_are_the_areas_own_days(house: House, monkeypatch: pytest.MonkeyPatch, say: Say) -> None:
    days = (house.clock.today() + timedelta(days=30), house.clock.today() + timedelta(days=38))
    year = SchoolYear(holidays=(days,), known=days)
    monkeypatch.setattr(house.directory, "closures", Closures({"borsetshire": year}))
    asked = []
    search = house.directory.search
    monkeypatch.setattr(house.directory, "search", lambda query, *rest, **more: asked.append(query) or search(query, *rest, **more))
    assert "school holidays are here" not in say("find_activities", ("school_break", "school_holidays"))
    assert (asked[0].on, asked[0].until) == days


def test_that_school_holidays_are_not_known_here_is_said(say: Say) -> None:
    assert "I do not know when the school holidays are here" in say("find_activities", ("school_break", "half_term"))


def test_the_words_of_a_second_request_do_not_hide_the_first(house: House) -> None:
    _turn, events, _said = _answered(house, "find_housing_help", "help with my landlord and food bank near me", also=["find_food_help"])
    assert [event["value"] for event in events if event.get("name") == "topic"] == ["find_housing_help"]


def test_what_is_not_known_is_said_once_though_two_things_are_looked_for(house: House) -> None:
    message = {
        "intent": {"name": "find_dads_support"},
        "text": "",
        "entities": [{"entity": "school_break", "value": "half_term"}],
        "metadata": {"also": ["find_learning_work"]},
    }
    dispatcher = CollectingDispatcher()
    FindService(house).answer(
        Turn(house, dispatcher, Tracker("anna", {"area": "borsetshire"}, message, [], False, None, {}, "action_listen"))
    )
    assert str(dispatcher.messages).count("I do not know when the school holidays are here") == 1
