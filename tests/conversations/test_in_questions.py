"""In the middle of questions, through the whole path of a message: other requests, stop, a person, changed minds."""

from __future__ import annotations

import pytest

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
