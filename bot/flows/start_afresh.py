"""A parent clears the chat from the screen: on a shared phone nobody else should read it."""

from __future__ import annotations

from bot.delivery import conversations
from bot.delivery import store as turns
from bot.flows.house import House


def clear_chat(house: House, sender: str) -> None:
    """Delete the turns and the course of the conversation of a parent; requests to speak to a person stay.

    Raises:
        StoreUnavailable: nothing has been deleted.
    """
    with house.database.session() as session:
        turns.forget_turns(session, sender)
        conversations.forget(session, sender)
