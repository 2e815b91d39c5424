"""What is said of a search that found nothing at the time that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions._turn import Turn
from actions._widening import say_what_was_given_up
from bot.base.clock import LONDON
from bot.directory.model import Hit, Results, Service, Session
from bot.flows.house import House
from bot.flows.search_state import begin, refine

Say = Callable[..., str]
STAY_AND_PLAY = Service(
    id="stay_and_play", area="seatown", name="Stay and Play", topics=("find_activities",), status="open", offered=True,
    source="seatown.example", checked_on=date(2026, 11, 1),
)  # fmt: skip


@pytest.fixture
def say(house: House) -> Say:
    """The sentences on a search for what was said, when another day had to do."""

    def said(*wishes: tuple[str, Any], code: str = "en") -> str:
        dispatcher = CollectingDispatcher()
        message = {"intent": {"name": "refine_search"}, "text": "", "entities": [], "metadata": {"language": code}}
        turn = Turn(house, dispatcher, Tracker("anna", {}, message, [], False, None, {}, "action_listen"))
        hit = Hit(STAY_AND_PLAY, Session(datetime(2026, 12, 8, 10, tzinfo=LONDON), None), None)
        say_what_was_given_up(turn, refine(begin("find_activities", None), wishes), Results((hit,), 1, 0, ("other_day",)))
        return str(dispatcher.messages[0]["text"]).replace("\u2009", " ")

    return said


def test_a_week_is_named_by_its_first_and_last_day(say: Say) -> None:
    assert "30 Nov – 6 Dec" in say(("day", {"from": "2026-11-30", "to": "2026-12-06"}))
    assert "30 listopada – 6 grudnia" in say(("day", {"from": "2026-11-30", "to": "2026-12-06"}), code="pl")


@pytest.mark.parametrize("code", ["en", "pl", "ur", "ur-Latn", "ar", "ro", "ckb"])
def test_who_ruled_out_the_only_day_hears_so(say: Say, house: House, code: str) -> None:
    expected = house.catalogue.text("utter_widened_ruled_out", code, house.facts(code))
    assert say(("not_day", {"weekday": 1}), code=code) == expected
