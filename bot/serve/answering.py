"""From a row of the inbox to replies in the outbox: the part that waits its turn."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.base.errors import AlreadyAnswered, Reworded, StoreUnavailable
from bot.base.text import ascii_digits, fold
from bot.channels.port import ChannelPort
from bot.delivery import address_store, inbox_store, outbox_store
from bot.delivery import store as turn_store
from bot.delivery.model import Address, Ticket, Waiting
from bot.directory.geography import without_incodes
from bot.flows.answer_danger import record_danger
from bot.flows.exchange import Answered, Inbound, Outbound
from bot.flows.hear_parent import parent_has_written
from bot.flows.house import House
from bot.flows.look_at import from_body
from bot.flows.message_parent import assistant_is_back
from bot.flows.take_in import danger_of
from bot.replies.model import Button, Reply
from bot.serve import figures

if TYPE_CHECKING:
    # Not at run time: it loads Rasa, which `bot.serve.start` has to prepare first.
    from bot.serve.turn import Assistant

logger = logging.getLogger(__name__)

STORE_PAUSE_S = 2.0
MOST_BEGUN = 5
"""A message whose turn was begun so often, and each time it failed or the service died, is given up with an apology."""
RESEND = json.dumps({"intent": "resend"})


class Answering:
    """Runs turns for what waits in the inbox.

    Args:
        ports: by channel; the web has none.
        wake: told that something is in the outbox for a parent.
        answered: told of every turn, with the number of its message; None as the turn: it is to be tried again.
    """

    def __init__(
        self,
        house: House,
        assistant: Assistant,
        ports: Mapping[str, ChannelPort],
        wake: Callable[[str], None],
        answered: Callable[[int, Answered | None], None],
    ) -> None:
        self._house, self._assistant, self._ports = house, assistant, ports
        self._wake, self._answered = wake, answered
        self.recovered: set[int] = set()

    async def work(self, ticket: Ticket) -> float | None:
        """Answer one message; returns after how many seconds to try again: the database is away, the turn failed, its words changed."""
        try:
            turn = await self._turn(ticket)
        except Reworded:
            return 0.0
        except AlreadyAnswered:
            turn = None
        except StoreUnavailable as error:
            logger.error("message %d waits, the database is away: %s", ticket.inbox_id, error)
            self._answered(ticket.inbox_id, None)
            return STORE_PAUSE_S
        except Exception as error:  # noqa: BLE001 - one message's trouble must not keep the parent's next ones waiting for ever
            self._answered(ticket.inbox_id, None)
            return self._failed(ticket, error)
        self.recovered.discard(ticket.inbox_id)
        if turn is not None:
            self._answered(ticket.inbox_id, turn)
            self._wake(ticket.sender)
        return None

    def _failed(self, ticket: Ticket, error: Exception) -> float | None:
        """Count the attempt; after how many seconds the next one comes, None when not even the apology could be stored."""
        logger.error("the turn of message %d failed with %s", ticket.inbox_id, type(error).__name__)
        try:
            with self._house.database.session() as session:
                inbox_store.count_attempt(session, ticket.inbox_id)
                waiting = inbox_store.read(session, ticket.inbox_id)
        except StoreUnavailable:
            return STORE_PAUSE_S
        return STORE_PAUSE_S if waiting is not None and waiting.attempts <= MOST_BEGUN else None

    def _begin(self, ticket: Ticket) -> Waiting | None:
        """The message, with what was counted before; a transaction of its own, so that what fails later counts too."""
        with self._house.database.session() as session:
            waiting = inbox_store.read(session, ticket.inbox_id)
            if waiting is not None and ticket.inbox_id in self.recovered:
                inbox_store.count_attempt(session, ticket.inbox_id)
        return waiting

    async def _turn(self, ticket: Ticket) -> Answered | None:
        waiting = self._begin(ticket)
        if waiting is None:
            return None
        if waiting.body.get("kind") == "withdrawn":
            return self._unsay(waiting)
        if waiting.attempts >= MOST_BEGUN:
            return self._give_up(waiting)
        with self._house.database.session() as session:
            presence = address_store.presence_of(session, waiting.sender)
            address = address_store.address_of(session, waiting.sender)
            uncertain = outbox_store.uncertain_of(session, waiting.sender)
            numbered = _numbered(session, waiting, self._ports.get(waiting.channel))
        inbound = self._inbound(waiting, address, numbered)
        if self._asks_to_resend(inbound):
            return self._resend(waiting, inbound, uncertain)
        first: list[Reply] = []
        if presence is not None and self._house.clock.now() >= presence.until:
            first = assistant_is_back(self._house, presence, inbound.language)
        elif presence is not None and not self._steers(inbound):
            return self._leave_to_person(waiting, inbound)
        stored: list[Answered] = []

        def finish(session: Any, outbound: Outbound) -> None:
            stored.append(self._store(session, waiting, outbound, first, uncertain))

        begun = time.perf_counter()
        await self._assistant.answer(inbound, finish)
        figures.turn_seconds.observe(time.perf_counter() - begun)
        figures.turns.labels(stored[-1].language).inc()
        return stored[-1]

    def _inbound(self, waiting: Waiting, address: Address | None, numbered: str | None) -> Inbound:
        body = waiting.body
        return Inbound(
            sender=waiting.sender,
            press=numbered or body.get("press"),
            kind="not_text" if body.get("kind") == "not_text" else "text",
            area=body.get("area") or (address.area if address else None),
            language=(address.language if address else None) or body.get("language"),
            choose_language=body.get("choose_language"),
            command=body.get("command"),
            seen=from_body(body),
            danger_said=bool(body.get("danger_said")),
            message_id=str(waiting.inbox_id),
        )

    def _store(self, session: Any, waiting: Waiting, outbound: Outbound, first: Sequence[Reply], uncertain: list[int]) -> Answered:
        """All that a turn leaves behind, in its transaction."""
        now = self._house.clock.now()
        inbox_store.settle(session, waiting, now, text=without_incodes(str(waiting.body.get("text") or "")))
        asks = [self._ask_about_lost(outbound)] if uncertain and not outbound.forget else []
        extra = [*asks, *first]
        ids = [tuple(self._house.sealer.button_id(waiting.sender, b.payload) for b in reply.buttons) for reply in extra]
        shown = replace(outbound, replies=(*extra, *outbound.replies), button_ids=(*ids, *outbound.button_ids))
        if uncertain:
            outbox_store.mark_asked(session, uncertain)
        if first:
            address_store.end_presence(session, waiting.sender)
        if outbound.forget:
            _forget(session, waiting)
        port = self._ports.get(waiting.channel)
        messages = port.render(shown.replies, shown.button_ids) if port else []
        outbox_store.add(session, waiting.sender, waiting.channel, "reply", messages, now, waiting.inbox_id, last_word=outbound.forget)
        replies = shown.as_json()
        if any(message.numbered for message in messages):
            replies[-1]["numbered"] = True
        number = 0
        if not outbound.forget:
            number = turn_store.add_turn(session, waiting.sender, without_incodes(outbound.said), replies, now, waiting.inbox_id)
            address_store.speaks(session, waiting.sender, outbound.language, waiting.body.get("area"))
            if outbound.said and not waiting.body.get("press"):
                parent_has_written(self._house, session, waiting.sender)
        return Answered(number, outbound.language, outbound.said, replies, outbound.forget)

    def _ask_about_lost(self, outbound: Outbound) -> Reply:
        facts = self._house.facts(outbound.language)
        reply = self._house.catalogue.reply("utter_maybe_lost", outbound.language, facts)
        return replace(reply, buttons=(Button(self._house.catalogue.text("utter_button_send_again", outbound.language, facts), RESEND),))

    def _asks_to_resend(self, inbound: Inbound) -> bool:
        if inbound.press is None:
            return False
        title = {fold(self._house.catalogue.text("utter_button_send_again", language.code, {})) for language in self._house.languages}
        return inbound.press == self._house.sealer.button_id(inbound.sender, RESEND) or fold(inbound.press) in title

    def _unsay(self, waiting: Waiting) -> Answered:
        with self._house.database.session() as session:
            inbox_store.settle(session, waiting, self._house.clock.now())
            for number in waiting.body["withdraws"]:
                self._assistant.unsay(session, waiting.sender, str(number))
        return Answered(0, "en", "", [])

    def _resend(self, waiting: Waiting, inbound: Inbound, uncertain: list[int]) -> Answered:
        """What the parent misses goes out again; where nothing is missing (any more) they are told so."""
        language = inbound.language or "en"
        words, facts = self._house.catalogue, self._house.facts(language)
        with self._house.database.session() as session:
            if not outbox_store.send_asked_again(session, waiting.sender):
                gone = words.reply("utter_nothing_to_send_again", language, facts)
                said = words.text("utter_button_send_again", language, facts)
                return self._store(session, waiting, Outbound(language, said, (gone,), ((),)), (), uncertain)
            inbox_store.settle(session, waiting, self._house.clock.now())
        return Answered(0, "en", "", [])

    def _give_up(self, waiting: Waiting) -> Answered:
        logger.error("message %d was given up after %d tries", waiting.inbox_id, waiting.attempts)
        with self._house.database.session() as session:
            address = address_store.address_of(session, waiting.sender)
            language = (address.language if address else None) or waiting.body.get("language") or "en"
            sorry = self._house.catalogue.reply("utter_sorry_broken", language, self._house.facts(language), code=f"M{waiting.inbox_id}")
            return self._store(session, waiting, Outbound(language, "", (sorry,), ((),)), (), [])

    def _steers(self, inbound: Inbound) -> bool:
        """Whether the parent means the assistant although a person is in the chat: its buttons and commands."""
        commands = inbound.seen is not None and self._assistant.steers(inbound.seen.text)
        return bool(inbound.press or inbound.command or inbound.choose_language or commands)

    def _leave_to_person(self, waiting: Waiting, inbound: Inbound) -> Answered:
        """The words wait for the connector, who is told; danger, and what nobody can open here, the assistant answers all the same."""
        seen, house, now = inbound.seen, self._house, self._house.clock.now()
        assert seen is not None
        with house.database.session() as session:
            inbox_store.settle(session, waiting, now, "for_person")
            parent_has_written(house, session, waiting.sender)
            address = address_store.address_of(session, waiting.sender)
            language = (address.language if address else None) or inbound.language or "en"
            unopened = self._unopened(language) if inbound.kind == "not_text" and not seen.text else None
            danger = danger_of(house, seen, language) if seen.danger and not inbound.danger_said else ()
            outbound = unopened or Outbound(language, seen.text, danger)
            port = self._ports.get(waiting.channel)
            if port and unopened:
                outbox_store.add(session, waiting.sender, waiting.channel, "reply", port.render(unopened.replies), now, waiting.inbox_id)
            number = turn_store.add_turn(session, waiting.sender, outbound.said, outbound.as_json(), now, waiting.inbox_id)
        if seen.danger:
            area = (address.area if address else None) or house.settings.area
            record_danger(house, waiting.sender, area, language, seen.danger.kind)
        return Answered(number, language, outbound.said, outbound.as_json())

    def _unopened(self, language: str) -> Outbound:
        """A voice message or picture: a line that tells the connector that there was one, and that it has to be put into words."""
        facts = self._house.facts(language)
        said = self._house.catalogue.text("utter_said_not_text", language, facts)
        return Outbound(language, said, (self._house.catalogue.reply("utter_not_text", language, facts),))


def _numbered(session: Any, waiting: Waiting, port: ChannelPort | None) -> str | None:
    """The id of the choice behind a bare number, when the last replies had their choices in the text."""
    digits = ascii_digits(str(waiting.body.get("text") or "")).strip(" .)")
    if not digits.isdecimal() or len(digits) > 2:
        return None
    last = turn_store.last_replies(session, waiting.sender)
    if not ((port and port.always_numbered) or any(reply.get("numbered") for reply in last)):
        return None
    ids = [button_id for reply in last for button_id in reply.get("button_ids") or ()]
    return ids[int(digits) - 1] if 1 <= int(digits) <= len(ids) else None


def _forget(session: Any, waiting: Waiting) -> None:
    """Words and whereabouts go with the turn; the receipt is the last word to the address, which goes after it."""
    sender = waiting.sender
    turn_store.forget_turns(session, sender)
    outbox_store.forget(session, sender)
    inbox_store.forget(session, sender)
    address_store.end_presence(session, sender)
    if waiting.channel == "web":
        address_store.forget_address(session, sender)
