"""In the middle of questions, through the whole path of a message: other requests, stop, a person, changed minds."""

from __future__ import annotations

import json

import pytest

from bot.flows.book_callback import leave
from bot.flows.exchange import Inbound
from tests.conversations.test_conversation import book

pytestmark = pytest.mark.rasa


async def test_a_question_is_not_what_the_call_is_about(parent):
    anna = parent()
    await anna.says("please can somebody call me")
    text = await anna.says("wait, where is the food bank?")
    assert "Help through Hardship" in text
    assert "What is it about" in text


async def test_a_person_is_offered_to_who_wants_one_instead_of_telling_an_idea(parent):
    anna = parent()
    await anna.says("i have an idea")
    if "tell me your idea" in anna.heard[-1]:
        assert "What is it about" in await anna.says("someone call me please")


@pytest.mark.parametrize("typed", ["stop messages please", "actually stop"])
async def test_stop_leaves_the_questions_and_keeps_the_answers(parent, service, typed):
    anna = parent()
    await book(anna, upto="phone")
    text = await anna.says(typed)
    assert "stopped the questions" in text
    assert "Which phone number" not in text
    with service["house"].database.session() as session:
        assert service["house"].requests.latest_of(session, anna.sender, "stop_messages") is None
    assert "Which phone number" in await anna.says("can a person call me please")


async def test_only_text_please_is_no_stop(parent):
    anna = parent()
    await book(anna, upto="phone")
    text = await anna.says("only text please")
    assert "will not send" not in text
    assert "stopped the questions" not in text


@pytest.mark.parametrize(
    ("code", "typed", "shown"),
    [("en", "Urdu", "اردو"), ("en", "in french with an interpreter", "French"), ("pl", "po ukraińsku", "Ukrainian")],
)
async def test_the_language_that_is_typed_is_read_back(parent, service, code, typed, shown):
    anna = parent(code)
    await anna.says({"en": "please can somebody call me", "pl": "czy ktoś może do mnie zadzwonić"}[code])
    await anna.says({"en": "groups for my son", "pl": "chodzi o grupy dla dzieci"}[code])
    await anna.presses_meaning("answer_question", "by_phone")
    await anna.says("07400 123456")
    await anna.presses_meaning("answer_question", "safe_any_time")
    await anna.presses_meaning("answer_question", "no")
    await anna.says("Maria")
    await anna.says(typed)
    text = await anna.presses_meaning("answer_question", "any_time")
    assert shown in text
    assert anna.last.language == code
    await anna.presses_meaning("answer_question", "send_request")
    with service["house"].database.session() as session:
        request = service["house"].requests.latest_of(session, anna.sender)
    assert request.interpreter is True


async def test_one_answer_is_changed_at_the_read_back(parent):
    anna = parent()
    await book(anna)
    text = await anna.says("no not tuesday, wednesday")
    assert "When: Wednesday" in text
    assert "Maria" in text
    await anna.presses_meaning("answer_question", "change_request")
    await anna.says("Name")
    text = await anna.says("Noor")
    assert "Ask for: Noor" in text
    assert "When: Wednesday" in text
    assert "Your reference" in await anna.says("yes")


@pytest.mark.parametrize("upto", ["by", "safe"])
async def test_nonsense_in_the_middle_of_questions_ends_with_a_person(parent, upto):
    anna = parent()
    await book(anna, upto=upto)
    if upto == "safe":
        await anna.presses_meaning("answer_question", "safe_any_time")
    heard = [await anna.says(text) for text in ("qwrtp zxcvb", "plmkn jhgfd wqz", "zzxxcc vvbbnn", "qqwwee rrtt")]
    assert len({text.splitlines()[0] for text in heard}) == 4
    assert "to_a_person" in anna.last.replies[-1].buttons[0].payload
    assert "Shall I send it" in await anna.presses_meaning("answer_question", "to_a_person")


async def test_who_asks_for_a_person_in_the_check_gets_one(parent):
    anna = parent()
    await anna.says("can i get healthy start")
    await anna.presses_meaning("check_healthy_start")
    text = await anna.says("can i talk to a person please")
    assert "community connector reach you" in text or "What is it about" in text


async def test_stop_in_the_middle_of_questions_leaves_them_and_says_how_regular_messages_end(parent, service):
    anna = parent()
    await anna.says("hello")
    leave(service["house"], "subscribe", anna.sender, service["house"].settings.area, "en", None)
    await book(anna, "phone")
    left = await anna.says("stop")
    assert "stopped the questions" in left
    assert "still get regular messages" in left
    assert "will not send you" in await anna.says("stop")
    await anna.says("please can somebody call me")
    assert "regular messages" not in await anna.says("stop")


async def test_the_command_stop_means_all_messages_in_the_middle_of_questions_too(parent, service):
    anna = parent()
    await anna.says("hello")
    await book(anna, "phone")
    outbound = await service["assistant"].answer(Inbound(anna.sender, command="stop"))
    assert "will not send you" in outbound.replies[0].text
    with service["house"].database.session() as session:
        assert service["house"].requests.latest_of(session, anna.sender, "stop_messages") is not None


@pytest.mark.parametrize(
    ("typed", "read_back", "promised"),
    [
        ("on 15 december in the morning", "Tuesday 15 December", "Tuesday 15 December, 12:00"),
        ("25 december", "Friday 25 December", "Tuesday 29 December"),
        ("tuesday next week", "Tuesday 1 December", "Tuesday 1 December"),
    ],
)
async def test_a_date_weeks_ahead_is_when_the_call_is_promised(parent, typed, read_back, promised):
    anna = parent()
    await book(anna, upto="when")
    assert f"When: {read_back}" in await anna.says(typed)
    assert promised in await anna.presses_meaning("answer_question", "send_request")


@pytest.mark.parametrize(
    ("code", "first", "typed"),
    [
        ("en", "is there a toy library in Ambridge", "yes but not by phone"),
        ("en", "is there a toy library in Ambridge", "yes please but by message not phone"),
        ("en", "is there a toy library in Ambridge", "yes by text"),
        ("ro", "exista biblioteca de jucarii in Ambridge", "da dar nu la telefon"),
    ],
)
async def test_the_way_said_with_the_yes_to_an_offer_is_not_asked_for_again(parent, code, first, typed):
    anna = parent(code, area="borsetshire")
    await anna.says(first)
    await anna.says(typed)
    assert not {"by_phone", "by_visit"} & {str(choice) for choice in choices(anna)}


async def test_a_name_leaves_the_questions_in_their_language(parent):
    anna = parent("en", area="borsetshire")
    await anna.says("please ask someone to call me")
    await anna.says("help with nappies")
    await anna.presses_meaning("answer_question", "by_chat")
    await anna.says("Mohammed Ali Khan")
    assert anna.last.language == "en"
    await anna.presses_meaning("answer_question", "any_time")
    assert "Mohammed Ali Khan" in anna.heard[-1]


def choices(parent):
    """What the buttons below the last replies stand for."""
    return [json.loads(button.payload).get("choice") for reply in parent.last.replies for button in reply.buttons]
