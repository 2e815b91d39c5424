"""Erasure on a parent's word, and an end to messages."""

from __future__ import annotations

from bot.delivery import address_store, outbox_store
from bot.flows.book_callback import leave
from bot.flows.house import House
from bot.flows.keep_data import erase


def forget_parent(house: House, sender: str) -> str:
    """Delete everything about a parent and return the receipt.

    Conversation, turns, inbox and outbox go with this turn, the address once the receipt is out.
    """
    return erase(house, sender, conversation=False)


def stop_messages(house: House, sender: str, area_id: str, language: str) -> None:
    """End regular messages at once, those that wait to be sent included, and record the wish; a callback that was asked for stands."""
    now = house.clock.now()
    with house.database.session() as session:
        address_store.set_stopped(session, sender, now)
        outbox_store.cancel_proactive(session, sender, now)
        subscription = house.requests.latest_of(session, sender, "subscribe")
        if subscription:
            house.requests.change(session, subscription, "withdrawn", now)
    if _has_no_stop(house, sender):
        leave(house, "stop_messages", sender, area_id, language, None)


def _has_no_stop(house: House, sender: str) -> bool:
    """Whether the parent has not asked before to be left in peace."""
    with house.database.session() as session:
        return house.requests.latest_of(session, sender, "stop_messages") is None
