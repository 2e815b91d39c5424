"""A copy and an erasure reach what one person left in other ways, once somebody says that it is theirs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.callbacks.model import Wish
from bot.flows.book_callback import book_at_desk
from bot.flows.merge_requests import merge
from bot.staff import record_store
from tests.desk.running import ANY_TIME, CAREFUL, a_callback, seat


@pytest.fixture
def left(house, team):
    """Of one number: from the chat, two typed at the desk, from a second chat; and one of another number."""
    typed = [
        book_at_desk(house, kind, "borsetshire", "en", ANY_TIME, Wish(), about, False, team["all"])
        for kind, about in (("callback", "find_food_help"), ("sign_up", "toddler_pack"))
    ]
    chat, again = a_callback(house, "a" * 32), a_callback(house, "b" * 32, contact=replace(ANY_TIME, ask_for="Somebody else"))
    stranger = a_callback(house, "c" * 32, contact=CAREFUL)
    return {"chat": chat, "call": typed[0], "pack": typed[1], "again": again, "stranger": stranger}


def there(house, left):
    with house.database.session() as session:
        return {name for name, request in left.items() if house.requests.get(session, request.reference)}


def test_they_are_shown_beside_it_and_nothing_goes_by_itself(house, team, left):
    sitting = seat(house, team["administrator"])
    page = sitting.get(f"/desk/data?reference={left['chat'].reference}").text
    for name in ("call", "pack", "again"):
        assert page.count(f'name="also" value="{left[name].reference}"') == 2
    assert left["stranger"].reference not in page
    assert "with its chat if it has one" not in sitting.get(f"/desk/data?reference={left['stranger'].reference}").text
    assert sitting.post("/desk/data/erase", of=left["chat"].reference, word="FORGET").status_code == 200
    assert there(house, left) == {"call", "pack", "again", "stranger"}


def test_what_is_ticked_goes_and_is_copied_and_nothing_that_was_not_offered(house, team, left):
    sitting = seat(house, team["administrator"])
    also = [left[name].reference for name in ("call", "again", "stranger")]
    copied = json.loads(sitting.post("/desk/data/copy", of=left["chat"].reference, also=also).text)
    assert {request["reference"] for request in copied["requests"]} == {left[name].reference for name in ("chat", "call", "again")}
    assert copied["known_as"] == ["a" * 32, "b" * 32]
    assert sitting.post("/desk/data/erase", of=left["chat"].reference, also=also, word="FORGET").status_code == 200
    assert there(house, left) == {"pack", "stranger"}
    with house.database.session() as session:
        assert record_store.exports(session)[0][5] == 3


def test_it_is_found_from_what_was_typed_at_the_desk_too(house, team, left):
    sitting = seat(house, team["administrator"])
    also = [left["chat"].reference]
    assert sitting.post("/desk/data/erase", of=left["call"].reference, also=also, word="FORGET").status_code == 200
    assert there(house, left) == {"pack", "again", "stranger"}


def test_what_was_merged_is_not_offered_twice(house, team, left):
    merge(house, left["call"].reference, left["chat"].reference, team["all"])
    page = seat(house, team["administrator"]).get(f"/desk/data?reference={left['chat'].reference}").text
    assert f'name="also" value="{left["chat"].reference}"' not in page
    assert f'name="also" value="{left["pack"].reference}"' in page
