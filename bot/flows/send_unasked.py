"""What is on, for parents who have asked for regular messages; they end with STOP. The question after a call is in `ask_about_call`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.callbacks.model import Request
from bot.delivery import address_store, outbox_store
from bot.delivery.quiet_hours import not_before
from bot.directory.model import Query
from bot.flows.house import House
from bot.flows.message_parent import tell
from bot.flows.show_services import Cards
from bot.replies.model import Button, Reply

AT_LEAST_DAYS_APART = 6
SHOWN = 3
_DAYS_AHEAD = 7

Sent = Literal["queued", "stopped", "no_address", "too_soon", "nothing_on"]


def quiet_until(house: House, at: datetime) -> datetime:
    """The same instant, or the end of the quiet hours that it falls into."""
    return not_before(at, house.settings.quiet_from, house.settings.quiet_to)


def send_whats_on(house: House) -> dict[str, int]:
    """Write to everybody who has asked for regular messages; returns how many were queued and why others were not.

    Safe to run twice: nobody gets two within six days.
    """
    counted: dict[str, int] = {}
    with house.database.session() as session:
        subscriptions = house.requests.open_requests(session, ("subscribe",))
    for sender, request in {r.sender: r for r in subscriptions}.items():
        became = _whats_on(house, sender, request)
        counted[became] = counted.get(became, 0) + 1
    return counted


def is_subscribed(house: House, sender: str) -> bool:
    """Whether a parent gets regular messages."""
    with house.database.session() as session:
        address = address_store.address_of(session, sender)
        subscription = house.requests.latest_of(session, sender, "subscribe")
    return subscription is not None and (address is None or address.stopped_at is None)


def _whats_on(house: House, sender: str, request: Request) -> Sent:
    since = house.clock.now() - timedelta(days=AT_LEAST_DAYS_APART)
    with house.database.session() as session:
        if outbox_store.has_since(session, sender, "whats_on", since):
            return "too_soon"
    last_on = house.clock.today() + timedelta(days=_DAYS_AHEAD)
    found = house.directory.search(Query(topics=("find_activities",), area=request.area), 0, 12)
    soon = [hit for hit in found.hits if hit.next_session and hit.next_session.starts_at.date() <= last_on][:SHOWN]
    if not soon:
        return "nothing_on"

    def words(code: str) -> list[Reply]:
        buttons = (("utter_button_find_activities", "find_activities"), ("utter_button_stop_messages", "stop_messages"))
        cards = Cards(house, house.languages.get(code))
        first = _asking(house, "utter_whats_on_soon", code, buttons)[0]
        shown = [cards.card(hit, number) for number, hit in enumerate(soon, 1)]
        return [replace(first, buttons=()), *shown[:-1], replace(shown[-1], buttons=first.buttons)]

    return _send(house, sender, words)


def _send(house: House, sender: str, words: Any) -> Sent:
    now = house.clock.now()
    with house.database.session() as session:
        address = address_store.address_of(session, sender)
        if address is None or address.unreachable:
            return "no_address"
        if address.stopped_at:
            return "stopped"
        after = quiet_until(house, now)
        replies = words(address.language or "en")
        tell(house, session, sender, address.channel, "whats_on", replies, not_before=after if after > now else None)
        if address.channel == "web":
            # The page asks for it and nothing is sent; that there was one must be known all the same.
            outbox_store.note(session, sender, "web", "whats_on", now)
    return "queued"


def _asking(house: House, key: str, code: str, buttons: tuple[tuple[str, str], ...]) -> list[Reply]:
    facts = house.facts(code)
    reply = house.catalogue.reply(key, code, facts)
    made = tuple(Button(house.catalogue.text(title, code, facts), payload_of(intent)) for title, intent in buttons)
    return [replace(reply, buttons=made)]


def payload_of(intent: str) -> str:
    """What a button means that works at any time; see `standing_buttons`."""
    return f'{{"intent": "{intent}", "choice": null}}'
