"""Erasure on a parent's word."""

from __future__ import annotations

from bot.base.sealing import new_reference
from bot.delivery import address_store, outbox_store
from bot.delivery.awaited import forget_awaited
from bot.flows.book_callback import leave
from bot.flows.house import House
from bot.privacy import store as privacy_store


def forget_parent(house: House, sender: str) -> str:
    """Delete requests and sealed numbers of a parent and return the receipt.

    Conversation, turns, inbox and outbox go with this turn, the address once the receipt is out. A danger case
    stays for a year without words, name or number.
    """
    receipt = new_reference(10)
    with house.database.session() as session:
        house.requests.forget(session, sender)
        forget_awaited(session, sender)
        privacy_store.forget_numbers(session, sender)
        privacy_store.add_receipt(session, receipt, house.clock.today())
    return receipt


def stop_messages(house: House, sender: str, area_id: str, language: str) -> None:
    """End regular messages at once, those that wait to be sent included, and record the wish; a callback that was asked for stands."""
    now = house.clock.now()
    with house.database.session() as session:
        address_store.set_stopped(session, sender, now)
        outbox_store.cancel_proactive(session, sender, now)
        subscription = house.requests.latest_of(session, sender, "subscribe")
        if subscription:
            house.requests.set_state(session, subscription.reference, "withdrawn", now)
    if _has_no_stop(house, sender):
        leave(house, "stop_messages", sender, area_id, language, None)


def _has_no_stop(house: House, sender: str) -> bool:
    """Whether the parent has not asked before to be left in peace."""
    with house.database.session() as session:
        return house.requests.latest_of(session, sender, "stop_messages") is None
