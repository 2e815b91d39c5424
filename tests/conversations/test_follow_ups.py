"""Short messages that mean something only after what came before."""

from __future__ import annotations

import pytest

from bot.delivery import conversations

pytestmark = pytest.mark.rasa

SEARCH = {
    "en": "whats on for my 2 year old near HP21",
    "pl": "co jest dla mojego dwulatka, jakieś zajęcia",
    "ar": "شو في نشاطات لابني عمره سنتين",
}
SECOND = {"en": "the second", "pl": "drugie", "ar": "التاني"}
PRICE = {"en": "how much is it", "pl": "ile to kosztuje", "ar": "قديش سعره"}
CALL = {"en": "can someone please call me", "pl": "czy ktoś może do mnie zadzwonić", "ar": "ممكن حدا يتصل فيني"}
NOT_BY_PHONE = {"en": "yes but not by phone", "pl": "tak ale nie przez telefon", "ar": "نعم بس مو تلفون"}


def words(service, key, code):
    return service["house"].catalogue.text(key, code, {}, how="\0").partition("\0")[0].strip()


@pytest.mark.parametrize("code", SEARCH)
async def test_the_second_and_its_price(parent, service, code):
    anna = parent(code)
    await anna.says(SEARCH[code])
    joining = words(service, "utter_card_join", code)
    assert joining in await anna.says(SECOND[code])
    assert joining in await anna.says(PRICE[code])


@pytest.mark.parametrize("code", CALL)
async def test_not_by_phone_leaves_the_phone_out(parent, service, code):
    anna = parent(code)
    await anna.says(CALL[code])
    await anna.says(SEARCH[code])
    text = await anna.says(NOT_BY_PHONE[code])
    assert service["house"].catalogue.text("utter_ask_callback_ask_for", code, {}) in text
    assert service["house"].catalogue.text("utter_ask_callback_phone", code, {}) not in text


async def test_who_asks_for_something_nearer_hears_when_there_is_nothing(parent):
    anna = parent()
    first = await anna.says("hi, my little one is 2, whats on thursday near HP21?")
    assert "children under 2 years" not in first
    again = await anna.says("anything nearer")
    assert "I have nothing nearer" in again
    assert first.split("1. ")[1].splitlines()[0] in again


async def test_a_bare_day_and_an_age_change_the_search(parent):
    anna = parent()
    await anna.says(SEARCH["en"])
    assert "Thursday 26 November" in await anna.says("thursday?")
    await anna.says("and for a baby?")
    assert "How to join:" in await anna.says("the first one")


async def test_of_a_postcode_the_stored_conversation_keeps_the_outcode_alone(parent, service):
    anna = parent("en")
    await anna.says("whats on for my 2 year old near hp21 7qx")
    with service["house"].database.session() as session:
        stored = conversations.read(session, anna.sender)
    assert "7QX" not in stored.upper()
    assert '"place": "HP21"' in stored
    # What is left is enough to go on with.
    assert "miles" in await anna.says("and on thursday?")
