"""Every message in once, every reply out once: takes in on the web server's thread, answers and sends on one of its own.

A turn is tens of milliseconds of pure computing. On the web server's own thread it would keep a
provider waiting for its acknowledgement, so turns and sending have a thread with an event loop of
their own; between the two lies the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Future, InvalidStateError
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.base.errors import KinlineError, Overloaded, SettingsError, StoreUnavailable
from bot.channels.port import ChannelPort
from bot.delivery import inbox_store
from bot.delivery import store as turn_store
from bot.delivery.lanes import Lanes
from bot.delivery.model import Arrived
from bot.delivery.sending import Outbox
from bot.flows.exchange import Answered
from bot.flows.house import House
from bot.flows.message_parent import end_silences
from bot.flows.send_unasked import quiet_until
from bot.flows.take_in import danger_of, message_key, seen_in, take_in
from bot.serve import figures
from bot.serve.answering import Answering
from bot.serve.unstored_danger import UnstoredDanger

if TYPE_CHECKING:
    # Not at run time: it loads Rasa, which `bot.serve.start` has to prepare first.
    from bot.serve.turn import Assistant

logger = logging.getLogger(__name__)

PARENTS_BESIDE = 48
MOST_WAITING = 20_000
"""So many unanswered messages are kept in order; beyond, providers are asked to come again."""
LOOK_EVERY_S = 1.0
SILENCES_EVERY_S = 30.0
_MOST_COURTESIES = 64


class PostOffice:
    """Inbox, turns and outbox of one process.

    Args:
        ports: channels with a provider behind them, by name.
    """

    def __init__(self, house: House, assistant: Assistant, ports: Mapping[str, ChannelPort]) -> None:
        self._house, self.ports, self._confirm = house, dict(ports), assistant.confirm
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="post-office", daemon=True)
        self._answering = Answering(house, assistant, self.ports, self._wake, self._answered)
        self._lanes: Lanes
        self._outbox: Outbox
        self._expected: dict[int, list[Future[Answered | None]]] = {}
        self._unstored = UnstoredDanger(self._in_loop)
        self._courtesies = 0
        self._jobs: list[asyncio.Task[None]] = []

    # On the web server's thread

    def start(self) -> None:
        """Open the channels, take up what was left behind, and begin.

        Raises:
            StoreUnavailable: the database is away.
        """
        self._thread.start()
        self._in_loop(self._begin()).result()

    def stop(self) -> None:
        """Let turns and sends that have begun come to their end."""
        self._in_loop(self._end()).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Run something beside turns and sends, such as asking Telegram for messages."""
        return self._in_loop(coroutine)

    def accept(self, arrived: Arrived, expected: Future[Answered | None] | None = None) -> None:
        """Store a verified message; its turn comes by itself.

        Danger is judged before anything is stored. If it cannot be stored, the danger reply goes
        out once all the same, and the provider has to deliver the message again.

        Args:
            expected: is given the turn; for the web, where somebody waits for it.

        Raises:
            StoreUnavailable, Overloaded: not stored; to be delivered again.
        """
        seen = seen_in(self._house, arrived, self._confirm)
        port = self.ports.get(arrived.channel)
        key = message_key(self._house, arrived.channel, arrived.message_id)
        try:
            if self._lanes.waiting >= MOST_WAITING and seen.danger is None:
                raise Overloaded(f"{self._lanes.waiting} messages wait")
            taken = take_in(self._house, arrived, seen, port.render if port else None, self._unstored.pause(key))
        except StoreUnavailable:
            if seen.danger and port:
                self._unstored.say(key, port, arrived.address, port.render(danger_of(self._house, seen, arrived.language)))
            raise
        self._unstored.stored(key)
        if expected is not None and taken.inbox_id is not None:
            self._expect(taken.inbox_id, expected, arrived.language or "en")
        if taken.danger_queued:
            self._loop.call_soon_threadsafe(self._outbox.wake, taken.sender)
        if taken.ticket is not None:
            figures.taken_in.labels(arrived.channel).inc()
            self._loop.call_soon_threadsafe(partial(self._lanes.put, taken.ticket, goes_first=seen.danger is not None))
            if port and self._courtesies < _MOST_COURTESIES and not taken.is_quiet:
                self._in_loop(self._courtesy(port, arrived))

    async def accept_and_wait(self, arrived: Arrived) -> Answered | None:
        """The turn that answers a message; None when the database went away in between (it will be answered later).

        Raises:
            StoreUnavailable, Overloaded: not stored.
        """
        expected: Future[Answered | None] = Future()
        self.accept(arrived, expected)
        return await asyncio.wrap_future(expected)

    def _expect(self, inbox_id: int, expected: Future[Answered | None], language: str) -> None:
        self._expected.setdefault(inbox_id, []).append(expected)
        # It may have been answered before: the same message sent again, or a very quick turn. A turn that is not kept any more
        # was forgotten with all before it; whoever asks for it again has not heard of that.
        with self._house.database.session() as session:
            waits = inbox_store.read(session, inbox_id) is not None
            turn = turn_store.turn_of(session, inbox_id)
        if turn:
            spoken = turn["replies"][0]["lang"] if turn["replies"] else language
            _give(expected, Answered(turn["turn"], spoken, turn["said"], turn["replies"]))
        elif not waits:
            _give(expected, Answered(0, language, "", [], forgotten=True))

    # On its own thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _in_loop(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    async def _begin(self) -> None:
        house = self._house
        self._lanes = Lanes(self._answering.work, PARENTS_BESIDE)
        self._outbox = Outbox(
            house.database, house.clock, house.sealer, self.ports, lambda at: quiet_until(house, at),
            lambda channel, state: figures.sent.labels(channel, state).inc(),
        )  # fmt: skip
        with house.database.session() as session:
            tickets = inbox_store.waiting(session)
        self._answering.recovered = {ticket.inbox_id for ticket in tickets}
        for port in self.ports.values():
            await port.open()
        self._outbox.recover()
        self._outbox.wake_all()
        for ticket in tickets:
            self._lanes.put(ticket)
        self._jobs = [
            asyncio.ensure_future(_every(LOOK_EVERY_S, self._look)),
            asyncio.ensure_future(_every(SILENCES_EVERY_S, self._end_silences)),
        ]

    async def _end(self) -> None:
        for job in self._jobs:
            job.cancel()
        self._unstored.stop()
        await self._lanes.stop()
        await self._outbox.stop()
        for port in self.ports.values():
            await port.close()

    def _wake(self, sender: str) -> None:
        self._outbox.wake(sender)

    def _answered(self, inbox_id: int, turn: Answered | None) -> None:
        for expected in self._expected.pop(inbox_id, ()):
            _give(expected, turn)

    async def _look(self) -> None:
        self._outbox.wake_all()
        figures.waiting.set(self._lanes.waiting)

    async def _end_silences(self) -> None:
        end_silences(self._house)

    async def _courtesy(self, port: ChannelPort, arrived: Arrived) -> None:
        self._courtesies += 1
        try:
            await port.noticed(arrived)
        except (KinlineError, SettingsError) as error:
            logger.info("a sign that a message has come was not shown: %s", type(error).__name__)
        finally:
            self._courtesies -= 1


def _give(expected: Future[Answered | None], turn: Answered | None) -> None:
    # Both threads may come with it, and whoever waited may have gone.
    with contextlib.suppress(InvalidStateError):
        expected.set_result(turn)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except StoreUnavailable as error:
            logger.error("the database is away: %s", error)
