"""“Did you get the call?” in the chat: pressed, said, in the middle of something else, kept back for who must be contacted with care."""

from __future__ import annotations

from bot.callbacks.model import Wish
from bot.flows import work_on_request as work
from bot.flows.ask_about_call import ask_parent, open_question
from bot.flows.book_callback import book
from bot.flows.reach_parent import ChatLine
from tests.desk.running import ANY_TIME, CAREFUL, member


def called(service, sender, contact=ANY_TIME, language="en"):
    house = service["house"]
    request = book(house, sender, house.settings.area, language, contact, Wish(), "find_food_help", False)
    who = member(house, f"C{request.reference}", "connector")
    work.log_call(house, request.reference, who, "reached")
    ask_parent(house, ChatLine(), request.reference)
    return request


async def test_a_press_is_understood_and_leads_to_how_it_went(service, parent):
    one = parent("en")
    await one.says("hello")
    called(service, one.sender)
    heard = await one.presses("Yes, I got it")
    assert "Did the call help you?" in heard
    assert "Thank you" in await one.presses("A little")
    assert open_question(service["house"], one.sender) is None


async def test_a_bare_no_is_an_answer_and_a_question_about_something_else_is_not(service, parent):
    one = parent("en")
    await one.says("hello")
    called(service, one.sender)
    assert "Food" in await one.says("where is the food bank")
    assert "What went wrong" in await one.says("no")
    assert "try again" in await one.says("It was a bad time")


async def test_a_bare_yes_answers_an_offer_that_came_after_the_question(service, parent):
    one = parent("en")
    await one.says("hello")
    request = called(service, one.sender)
    assert "Shall I delete everything?" in await one.says("forget me")
    assert "Your receipt is" in await one.says("yes")
    with service["house"].database.session() as session:
        assert service["house"].requests.get(session, request.reference) is None


async def test_a_number_after_other_results_is_one_of_these(service, parent):
    one = parent("en")
    await one.says("hello")
    called(service, one.sender)
    await one.says("where is the food bank")
    assert "What went wrong" not in await one.says("2")
    assert open_question(service["house"], one.sender)


async def test_who_must_be_contacted_with_care_is_asked_below_the_next_answer(service, parent):
    one = parent("en")
    await one.says("hello")
    request = called(service, one.sender, CAREFUL)
    heard = await one.says("where is the food bank")
    assert request.reference in heard
    assert heard.index("Food") < heard.index("Did you get the call")


async def test_danger_comes_before_any_question_about_a_call(service, parent):
    one = parent("en")
    await one.says("hello")
    called(service, one.sender, CAREFUL)
    heard = await one.says("he hit me and i am scared")
    assert "999" in heard
    assert "Did you get the call" not in heard
