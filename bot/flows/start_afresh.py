"""A parent clears the chat from the screen: on a shared phone nobody else should read it."""

from __future__ import annotations

from bot.delivery import conversations, inbox_store
from bot.delivery import store as turns
from bot.flows.house import House


def clear_chat(house: House, sender: str) -> None:
    """Delete the turns, the words of what was answered and the course of the conversation of a parent.

    Requests to speak to a person stay. A message that still waits is answered, in the cleared chat.

    Raises:
        StoreUnavailable: nothing has been deleted.
    """
    with house.database.session() as session:
        turns.forget_turns(session, sender)
        inbox_store.forget_words(session, sender)
        conversations.forget(session, sender)
    house.database.tidy()
