"""A person writes to a parent in the parent's own chat, and the assistant is quiet meanwhile.

The desk calls these; they need the database alone. The service sends what is put into the outbox within a second.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.base.clock import elapsed, later
from bot.base.text import isolate
from bot.delivery import address_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import Address, Choice, Outgoing, Presence
from bot.delivery.parts import split
from bot.delivery.templates import WINDOW_HOURS
from bot.flows.exchange import Outbound
from bot.flows.house import House
from bot.replies.model import Reply

logger = logging.getLogger(__name__)

LONGEST_PART = 1000
"""Fits every channel, also below buttons."""

ReachState = Literal["open", "template_first", "window_closed", "unreachable", "no_address"]


@dataclass(frozen=True)
class Reach:
    """How a parent can be written to now.

    Attributes:
        state: `open`; `template_first` (WhatsApp, more than a day of silence: a template asks the parent to write, and
            the message follows when they do); `window_closed` (the same, but there is no template in their language:
            ring instead); `unreachable` (they blocked the bot or the account is gone); `no_address` (forgotten, or never wrote).
        channel: telegram, whatsapp or web; None without address.
        window_closes_at: when `open` ends; None where it does not.
        person, person_until: who answers in the chat in the assistant's place, and how long without a new message.
        stopped: the parent wants no messages that they did not ask for.
    """

    state: ReachState
    channel: str | None = None
    language: str | None = None
    last_heard_at: datetime | None = None
    window_closes_at: datetime | None = None
    person: str | None = None
    person_until: datetime | None = None
    stopped: bool = False


def reach(house: House, sender: str) -> Reach:
    """How a parent can be written to now, and who speaks in their chat."""
    with house.database.session() as session:
        address, presence = address_store.reached_at(session, sender)
    return reach_at(house, address, presence)


def reach_at(house: House, address: Address | None, presence: Presence | None) -> Reach:
    """The same, of a chat that has been looked up."""
    now = house.clock.now()
    if address is None:
        return Reach("no_address")
    closes_at = _closes_at(address)
    here = presence if presence and presence.until > now else None
    return Reach(
        _state(house, address, closes_at, now), address.channel, address.language, address.last_inbound_at, closes_at,
        here.name if here else None, here.until if here else None, address.stopped_at is not None,
    )  # fmt: skip


def _closes_at(address: Address) -> datetime | None:
    hours = WINDOW_HOURS.get(address.channel)
    return later(address.last_inbound_at, timedelta(hours=hours)) if hours and address.last_inbound_at else None


def _state(house: House, address: Address, closes_at: datetime | None, now: datetime) -> ReachState:
    if address.unreachable:
        return "unreachable"
    if closes_at is None or elapsed(now, closes_at) > timedelta():
        return "open"
    return "template_first" if house.templates.of(address.language or "en") else "window_closed"


def message_parent(house: House, sender: str, text: str, name: str, language: str = "en", *, note: str | None = None) -> Reach:
    """Put a person's message into the parent's chat; the assistant is quiet from now on.

    The first message of a person is preceded by the assistant's word that they are there. Each
    message prolongs the silence by `person_quiet_minutes`; one that waits behind a template does so
    when the parent has written and it goes out.

    Args:
        text: in the parent's language where the desk has translated it; numbers and links as they are.
        name: as the parent is to know the person, such as a first name.
        language: of the text.
        note: key of a sentence in the chat's own language that goes before it, such as that a machine has translated it.

    Returns:
        What `reach` says; nothing was put into the outbox unless it is `open` or `template_first`.

    Raises:
        StoreUnavailable: nothing was stored.
    """
    now = house.clock.now()
    until = later(now, timedelta(minutes=house.settings.person_quiet_minutes))
    before = reach(house, sender)
    if before.state not in ("open", "template_first"):
        return before
    spoken = house.languages.get(language)
    person = Reply(f"{isolate(name)}: {text}" if spoken.direction == "rtl" else f"{name}: {text}", spoken.code, spoken.direction)
    with house.database.session() as session:
        is_new = address_store.begin_presence(session, sender, name[:60], now, until)
        if is_new:
            tell(house, session, sender, str(before.channel), "notice", [_notice(house, "utter_person_here", before.language, name)])
        if note:
            tell(house, session, sender, str(before.channel), "notice", [_notice(house, note, before.language, name)])
        tell(house, session, sender, str(before.channel), "person", [person], who=name)
    return replace(before, person=name, person_until=until)


def hand_back(house: House, sender: str) -> bool:
    """The person leaves the chat; the assistant says that it is back. False when no person was there.

    Nobody is asked by a template to write, only to read that: where the window is closed, the next turn says it.
    """
    now = house.clock.now()
    with house.database.session() as session:
        presence = address_store.presence_of(session, sender)
        if presence is None:
            return False
        address = address_store.address_of(session, sender)
        if _is_closed(address, now) and not outbox_store.has_pending(session, sender):
            address_store.set_presence_until(session, sender, now)
            return presence.until > now
        address_store.end_presence(session, sender)
        if address is not None:
            tell(house, session, sender, address.channel, "notice", assistant_is_back(house, presence, address.language))
    return True


def _is_closed(address: Address | None, now: datetime) -> bool:
    closes_at = _closes_at(address) if address else None
    return closes_at is not None and elapsed(now, closes_at) <= timedelta()


def end_silences(house: House) -> int:
    """Hand back the chats in which a person has not written for too long; returns how many. The service does so every half minute.

    Not where the window is closed: the person's words may still wait for the parent, and nobody reads that the person has left.
    """
    now = house.clock.now()
    with house.database.session() as session:
        over = address_store.presences_over(session, now)
        open_ones = [one for one in over if not _is_closed(address_store.address_of(session, one.sender), now)]
    return sum(hand_back(house, presence.sender) for presence in open_ones)


def assistant_is_back(house: House, presence: Presence, language: str | None) -> list[Reply]:
    """What the parent is told when the assistant answers again."""
    return [_notice(house, "utter_assistant_back", language, presence.name)]


def tell(
    house: House,
    session: Any,
    sender: str,
    channel: str,
    purpose: str,
    replies: Sequence[Reply],
    who: str | None = None,
    not_before: datetime | None = None,
) -> None:
    """Put replies that answer no message into the outbox and the chat's history, in the caller's transaction."""
    now = house.clock.now()
    ids = tuple(tuple(house.sealer.button_id(sender, b.payload) for b in reply.buttons) for reply in replies)
    shown = Outbound(replies[0].language, "", tuple(replies), ids).as_json()
    if who:
        shown = [reply | {"who": who} for reply in shown]
    turn_store.add_turn(session, sender, "", shown, now)
    if channel != "web":
        messages = [part for reply, own in zip(replies, ids) for part in _parts(reply, own)]
        outbox_store.add(session, sender, channel, purpose, messages, now, not_before=not_before)


def _parts(reply: Reply, ids: Sequence[str]) -> list[Outgoing]:
    texts = split(reply.text, LONGEST_PART)
    parts = [Outgoing(text, reply.language, reply.direction) for text in texts]
    choices = tuple(Choice(one, b.title) for one, b in zip(ids, reply.buttons))
    return [*parts[:-1], replace(parts[-1], choices=choices)] if parts else []


def _notice(house: House, key: str, language: str | None, name: str) -> Reply:
    code = language or "en"
    return house.catalogue.reply(key, code, house.facts(code), name=name)
