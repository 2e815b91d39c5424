"""“Stop” in the middle of questions, without the model."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions._turn import Turn
from actions.steer import LeaveQuestions
from bot.flows.book_callback import leave
from bot.flows.forget_parent import stop_messages
from bot.flows.house import House

ANNA = "a" * 32
GO_ON = "still get regular messages"


@pytest.fixture
def stop(house: House) -> Callable[[], str]:
    """The replies to “stop” while callback questions are open, with the buttons' meanings."""

    def said() -> str:
        dispatcher = CollectingDispatcher()
        slots, message = {"area": "borsetshire"}, {"intent": {"name": "leave"}, "text": "stop", "entities": []}
        tracker = Tracker(ANNA, slots, message, [], False, None, {"name": "callback_form"}, "action_listen")
        LeaveQuestions(house).answer(Turn(house, dispatcher, tracker))
        return str(dispatcher.messages)

    return said


def test_who_gets_regular_messages_reads_how_they_end(house: House, stop: Callable[[], str]) -> None:
    leave(house, "subscribe", ANNA, "borsetshire", "en", None)
    replies = stop()
    assert "stopped the questions" in replies
    assert GO_ON in replies
    assert "stop_messages" in replies
    stop_messages(house, ANNA, "borsetshire", "en")
    assert GO_ON not in stop()


def test_who_gets_none_reads_only_that_the_questions_are_over(stop: Callable[[], str]) -> None:
    replies = stop()
    assert "stopped the questions" in replies
    assert GO_ON not in replies
