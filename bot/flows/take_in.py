"""A verified message becomes a row of the inbox: looked at, pseudonymous, without numbers that are not ours to keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.base.clock import LONDON, later
from bot.delivery import address_store, inbox_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import Address, Arrived, Outgoing, Ticket
from bot.directory.model import Point
from bot.flows.answer_danger import danger_replies
from bot.flows.house import House
from bot.flows.look_at import Confirm, Seen, language_of_danger, look_again, look_at
from bot.privacy import store as privacy_store
from bot.replies.model import Reply

_OPAQUE = re.compile(r"[a-z2-7]{13}")
_DELIVERED_FOR = timedelta(days=7)
"""So long after it was sent a message may still be delivered; what claims to be older, or from later than now, has a wrong clock.

Source: developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks (retries for up to seven days).
"""
STILL_TYPING = timedelta(minutes=30)
"""So long after a number was refused its other half may come."""
_WORDS = frozenset({"text", "place", "not_text"})

Render = Callable[[Sequence[Reply]], list[Outgoing]]
"""Replies as the channel sends them."""


@dataclass(frozen=True)
class TakenIn:
    """What became of a message.

    Attributes:
        ticket: its place in the parent's queue; None when nothing is to be answered.
        inbox_id: of the row, also of one that was there before.
        danger_queued: the reply to danger is in the outbox.
        is_quiet: no sign is shown that an answer is on its way: a person in the chat gives it, or there is none.
    """

    sender: str
    ticket: Ticket | None
    inbox_id: int | None
    danger_queued: bool = False
    is_quiet: bool = False


def message_key(house: House, channel: str, message_id: str) -> str:
    """How a provider's message is known here: its own id may hold a telephone number."""
    return house.sealer.pseudonym(f"{channel} message", message_id)


def seen_in(house: House, arrived: Arrived, confirm: Confirm | None = None) -> Seen:
    """What is in the words of a message; needs nothing that can be away.

    Of a command of the channel's own menu the words count only when there is danger in them.
    """
    if arrived.press is not None and _OPAQUE.fullmatch(arrived.press):
        return Seen("")
    text = arrived.press if arrived.press is not None else arrived.text
    if arrived.place is not None:
        text = house.directory.geography.outcode_at(Point(*arrived.place)) or "?"
    seen = look_at(text, house.phrases, house.sealer, confirm)
    return Seen("", refused=seen.refused) if arrived.command and not seen.danger else seen


def danger_of(house: House, seen: Seen, so_far: str | None) -> tuple[Reply, ...]:
    """The fixed words to what was seen."""
    assert seen.danger is not None
    return danger_replies(house.phrases, house.languages, seen.danger.kind, language_of_danger(seen, so_far))


def take_in(house: House, arrived: Arrived, seen: Seen, render: Render | None, danger_said: bool = False) -> TakenIn:
    """Store a message once, with the reply to danger in the outbox: one transaction.

    Args:
        render: None for the web, which shows the danger reply with the turn.
        danger_said: the reply has gone out already, when storing failed before.

    Raises:
        StoreUnavailable: nothing has been stored.
    """
    now, key = house.clock.now(), message_key(house, arrived.channel, arrived.message_id)
    pseudonym = house.sealer.pseudonym(arrived.channel, arrived.address)
    known_as = house.sealer.pseudonym(arrived.channel, arrived.known_as) if arrived.known_as else None
    with house.database.session() as session:
        sender = address_store.who(session, pseudonym, known_as)
        ticket = Ticket(sender, 0, arrived.sent_at.astimezone(LONDON), arrived.order)
        if arrived.kind == "withdrawn":
            return _withdraw(house, session, arrived, ticket, key)
        so_far = address_store.address_of(session, sender)
        queues_danger = seen.danger is not None and render is not None and not danger_said
        if arrived.place is None and arrived.command is None:
            earlier = inbox_store.latest_texts(session, sender, now - STILL_TYPING)
            seen = look_again(seen, arrived.text if arrived.press is None else arrived.press, house.sealer, earlier)
        body = _body(house, arrived, seen, danger_said or queues_danger)
        ticket = _place(session, sender, arrived)
        stored = inbox_store.add(session, arrived.channel, key, ticket, body, now)
        if stored is None and queues_danger:
            stored = inbox_store.take_up(session, arrived.channel, key, ticket, body)
        if stored is None:
            return TakenIn(sender, None, inbox_store.number_of(session, arrived.channel, key))
        sealed = house.sealer.seal(arrived.address) if arrived.channel != "web" else ""
        also_known_as = [name for name in (pseudonym, known_as) if name]
        address_store.heard_from(session, sender, arrived.channel, sealed, _heard_at(arrived, so_far, now), also_known_as)
        if outbox_store.release_held(session, sender):
            quiet_until = later(now, timedelta(minutes=house.settings.person_quiet_minutes))
            address_store.set_presence_until(session, sender, quiet_until)
        for token, number in seen.numbers:
            privacy_store.keep_number(session, token, sender, number, now)
        if queues_danger and render is not None:
            replies = danger_of(house, seen, (so_far.language if so_far else None) or arrived.language)
            outbox_store.add(session, sender, arrived.channel, "danger", render(replies), now, stored.inbox_id)
        if arrived.answers_for:
            _answer_for(house, session, arrived, stored)
        is_new = not arrived.corrects or _correct(house, session, arrived, seen, stored, body)
        presence = address_store.presence_of(session, sender)
    is_quiet = presence is not None and presence.until > now and arrived.kind in _WORDS
    return TakenIn(sender, stored if is_new else None, stored.inbox_id, queues_danger, is_quiet)


def _heard_at(arrived: Arrived, so_far: Address | None, now: datetime) -> datetime:
    """When the parent last wrote, in London time as it is kept; from then on WhatsApp counts its day."""
    is_believed = now - _DELIVERED_FOR <= arrived.sent_at <= now
    at = arrived.sent_at.astimezone(LONDON) if is_believed else now
    return max(at, so_far.last_inbound_at, key=datetime.timestamp) if so_far and so_far.last_inbound_at else at


def _place(session: Any, sender: str, arrived: Arrived) -> Ticket:
    """Where a message stands in the parent's queue; the row's own number comes with storing."""
    ticket = Ticket(sender, 0, arrived.sent_at.astimezone(LONDON), arrived.order)
    last = inbox_store.last_waiting(session, sender) if arrived.is_at_least else None
    return Ticket(sender, 0, last.sent_at, last.order + 1) if last and ticket < last else ticket


def _correct(house: House, session: Any, arrived: Arrived, seen: Seen, stored: Ticket, body: Mapping[str, Any]) -> bool:
    """Whether an edited message is answered as a new one.

    One that still waits gets the new words. The latest one is answered anew. An older one is not,
    unless there is danger in it. One that has overtaken its message leaves the message's key behind: when the old words come,
    they are not answered after the new ones, unless there is danger in them.
    """
    key = message_key(house, arrived.channel, arrived.corrects or "")
    original = inbox_store.number_of(session, arrived.channel, key)
    now, words_stand_elsewhere = house.clock.now(), {"corrects": key}
    if original is None:
        overtaken = inbox_store.add(session, arrived.channel, key, stored, {}, now)
        if overtaken is not None:
            inbox_store.finish(session, overtaken.inbox_id, now, "overtaken")
        return True
    if inbox_store.replace_body(session, original, body):
        inbox_store.replace_body(session, stored.inbox_id, words_stand_elsewhere)
        inbox_store.finish(session, stored.inbox_id, now, "merged")
        return False
    is_later = inbox_store.has_between(session, stored.sender, original, stored.inbox_id, stored.order, key)
    if is_later and seen.danger is None:
        inbox_store.finish(session, stored.inbox_id, now, "ignored")
        return False
    return True


def _answer_for(house: House, session: Any, arrived: Arrived, stored: Ticket) -> None:
    """Pictures beside the words are not answered apart, whether they come before or after them."""
    now, key = house.clock.now(), message_key(house, arrived.channel, arrived.answers_for or "")
    inbox_store.add(session, arrived.channel, key, stored, {}, now)
    beside = inbox_store.number_of(session, arrived.channel, key)
    if beside is not None:
        inbox_store.finish(session, beside, now, "merged")


def _withdraw(house: House, session: Any, arrived: Arrived, ticket: Ticket, key: str) -> TakenIn:
    """A deletion: the words go at once, also those that have replaced them; in the conversation's memory when no turn is under way.

    One that has overtaken its message leaves the message's key behind: when the message comes, it is known and not answered.
    """
    now, of = house.clock.now(), message_key(house, arrived.channel, arrived.withdraws or "")
    number = inbox_store.number_of(session, arrived.channel, of)
    if number is None:
        overtaken = inbox_store.add(session, arrived.channel, of, ticket, {}, now)
        if overtaken is not None:
            inbox_store.withdraw(session, overtaken.inbox_id, now)
        return TakenIn(ticket.sender, None, None)
    # What waited got the words of its edit, and names itself.
    numbers = sorted({number, *inbox_store.edits_of(session, ticket.sender, of)})
    for one in numbers:
        inbox_store.withdraw(session, one, now)
        turn_store.unsay(session, one)
    stored = inbox_store.add(session, arrived.channel, key, ticket, {"kind": arrived.kind, "withdraws": numbers}, now)
    return TakenIn(ticket.sender, stored, stored.inbox_id if stored else None, is_quiet=True)


def _body(house: House, arrived: Arrived, seen: Seen, danger_said: bool) -> dict[str, Any]:
    # Anybody can write anything into a link or a request: only an area of this installation goes further.
    area = arrived.area if arrived.area in house.areas else None
    is_opaque = arrived.press is not None and _OPAQUE.fullmatch(arrived.press)
    press = arrived.press if is_opaque else seen.text if arrived.press is not None else None
    # Who writes of danger behind a command is answered for that, not for the command.
    command, choose_language = (arrived.command, arrived.choose_language) if seen.danger is None else (None, None)
    return seen.as_body() | {
        "press": press, "kind": arrived.kind, "command": command, "area": area, "language": arrived.language,
        "choose_language": choose_language, "danger_said": danger_said,
        "corrects": message_key(house, arrived.channel, arrived.corrects) if arrived.corrects else None,
    }  # fmt: skip
