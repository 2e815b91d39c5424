"""Erasure on a parent's word, and an end to messages."""

from __future__ import annotations

from bot.flows.book_callback import leave
from bot.flows.house import House
from bot.flows.keep_data import erase


def forget_parent(house: House, sender: str) -> str:
    """Delete everything about a parent and return the receipt.

    The conversation itself is deleted by the launcher once the last reply is out.
    """
    return erase(house, sender, conversation=False)


def stop_messages(house: House, sender: str, area_id: str, language: str) -> None:
    """End regular messages and record the wish; a callback that was asked for stands."""
    now = house.clock.now()
    with house.database.session() as session:
        subscription = house.requests.latest_of(session, sender, "subscribe")
        if subscription:
            house.requests.change(session, subscription, "withdrawn", now)
    if _has_no_stop(house, sender):
        leave(house, "stop_messages", sender, area_id, language, None)


def _has_no_stop(house: House, sender: str) -> bool:
    """Whether the parent has not asked before to be left in peace."""
    with house.database.session() as session:
        return house.requests.latest_of(session, sender, "stop_messages") is None
