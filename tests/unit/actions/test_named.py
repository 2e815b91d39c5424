"""A service that is asked for by its name, known from content, a feed or the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions._turn import Turn
from actions.find_service import FindService
from bot.directory import store
from bot.directory.directory import Directory
from bot.directory.model import Service
from bot.flows.house import House

Heard = Callable[..., list[str]]


@pytest.fixture
def house(database_url: str, house: House) -> House:
    """A directory with groups that a feed brought."""
    directory = Directory(house.database, house.clock, house.settings.content_dir)
    group = Service("g0", "borsetshire", "Rascals Toddler Group", ("find_activities",), "open", True, "feed", house.clock.today())
    groups = [
        group,
        *(
            replace(group, id=f"a{n}", name=f"{name}")
            for n, name in enumerate(("Ambridge Playgroup", "Stay and Play", "Library", "Tiny Tots", "English Classes for Beginners"))
        ),
        replace(group, id="old", name="Felpersham Bouncers", status="ended", offered=False, successor="Rascals Toddler Group"),
        replace(group, id="unknown", name="Penny Hassett Singers", status="unknown", offered=False),
    ]
    with house.database.session() as session:
        store.put(session, "feed", groups)
    return replace(house, directory=directory)


@pytest.fixture
def heard(house: House) -> Heard:
    """What is said to a message in which the directory's own names are heard."""

    def said(text: str, *entities: tuple[str, Any], before: Mapping[str, Any] | None = None) -> list[str]:
        name = house.directory.name_said(text, "borsetshire")
        named = [("service_name", name)] if name else []
        message = {
            "intent": {"name": "find_activities"},
            "text": text,
            "entities": [{"entity": kind, "value": value} for kind, value in (*named, *entities)],
        }
        dispatcher = CollectingDispatcher()
        slots = {"area": "borsetshire", "search": before}
        FindService(house).answer(Turn(house, dispatcher, Tracker("anna", slots, message, [], False, None, {}, "action_listen")))
        return [str(one["text"]) for one in dispatcher.messages]

    return said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("is rascals toddler group still going", "Rascals Toddler Group"),
        ("RASCALS toddlers group!!", "Rascals Toddler Group"),
        ("tell me about felpersham bouncers", "Felpersham Bouncers"),
        ("is there a library near me", None),
        ("any stay and play on", None),
        ("tiny tots groups", None),
        ("a playgroup for my boy", None),
        ("english classes for beginners", None),
    ],
)
def test_a_name_is_heard_but_no_common_word(house: House, text: str, name: str | None) -> None:
    assert house.directory.name_said(text, "borsetshire") == name


def test_who_asks_for_one_only_hears_of_that_one(heard: Heard) -> None:
    told = heard("when is rascals toddler group")
    assert len(told) == 1
    assert told[0].startswith("Rascals Toddler Group")


def test_who_asks_for_more_sees_that_one_first(heard: Heard) -> None:
    cards = [one for one in heard("rascals toddler group or another playgroup for my 2 year old", ("age_months", 24)) if "For:" in one]
    assert cards[0].startswith("1. Rascals Toddler Group")
    assert len(cards) == 3
    assert sum("Rascals" in card for card in cards) == 1


def test_what_is_called_the_same_at_several_places_is_shown_at_all_of_them(heard: Heard, house: House) -> None:
    chain = Service("c0", "borsetshire", "Little Fins Swimming", ("find_activities",), "open", True, "feed", house.clock.today())
    with house.database.session() as session:
        store.put(session, "feed2", [replace(chain, id=f"c{n}", name=f"{chain.name} at Hall {n}") for n in range(2)])
    cards = [one for one in heard("when is little fins swimming") if "For:" in one]
    assert [card.split("\n")[0] for card in cards] == ["1. Little Fins Swimming at Hall 0", "2. Little Fins Swimming at Hall 1"]


def test_what_has_ended_names_its_successor_and_what_else_there_is(heard: Heard) -> None:
    told = heard("felpersham bouncers")
    assert "Rascals Toddler Group" in told[0]
    assert "Felpersham Bouncers" in told[0]
    assert any(one.startswith("1. ") for one in told)


def test_what_is_not_known_to_exist_is_told_by_name_only(heard: Heard) -> None:
    told = heard("penny hassett singers")
    assert "Penny Hassett Singers" in told[0]
    assert not any("Penny Hassett Singers\nFor" in one for one in told)
