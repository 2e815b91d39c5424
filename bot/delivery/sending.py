"""Sends what is in the outbox: to each parent in order, within the provider's limits, each message once."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.base.clock import Clock, elapsed, later
from bot.base.db import Database
from bot.base.errors import (
    ParentUnreachable,
    SendError,
    SendRefused,
    SendUncertain,
    SettingsError,
    StoreUnavailable,
    TryLater,
    WindowClosed,
)
from bot.base.sealing import Sealer
from bot.delivery import address_store, inbox_store, outbox_store
from bot.delivery.model import PROACTIVE, WINDOW_CLOSED, Address, Carrier, Due
from bot.delivery.outcome import Outcome, with_report
from bot.delivery.pacing import Pacer
from bot.delivery.reference import reference_of

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 60
"""About four hours of a provider that does not answer."""
MOST_DANGER_RESENDS = 3
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
LONGEST_GUESS_S = 10.0
"""Of a provider that finds us too fast and names no time; what waits meanwhile may be a reply to danger."""
_STORE_PAUSE_S = 1.0
_LONGEST_SLEEP_S = 60.0


class Outbox:
    """Works the outbox in one event loop; one process does so at a time.

    Args:
        carriers: by channel.
        not_quiet_before: when a message that nobody asked for may go; see `quiet_hours`.
        on_outcome: told the channel and the state of each try, for figures.
        beside: so many messages of a channel are on their way at once; as many can be uncertain after a kill.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sealer: Sealer,
        carriers: Mapping[str, Carrier],
        not_quiet_before: Callable[[datetime], datetime],
        on_outcome: Callable[[str, str], None] = lambda _channel, _state: None,
        beside: int = 12,
    ) -> None:
        self._database, self._clock, self._sealer = database, clock, sealer
        self._carriers, self._not_quiet_before, self._on_outcome = carriers, not_quiet_before, on_outcome
        self._pacers = {name: Pacer(carrier.pace) for name, carrier in carriers.items()}
        self._places = {name: asyncio.Semaphore(beside) for name in carriers}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._woken: set[str] = set()
        self._pausing: dict[str, asyncio.Event] = {}
        self._stopped = False

    def recover(self) -> None:
        """After a start: what was being sent when the service was killed is not sent again; see `outbox_store.after_restart`."""
        with self._database.session() as session:
            stopped = outbox_store.after_restart(session, self._clock.now())
            receipts = outbox_store.receipts_over(session)
            for sender in receipts:
                _forget_for_good(session, sender)
        if receipts:
            self._database.tidy()
        if stopped:
            logger.warning("%d messages were being sent when the service stopped: see `python -m bot deliveries`", stopped)

    def wake_all(self) -> None:
        """Look after every parent to whom something is to be sent; also what another process has put in."""
        with self._database.session() as session:
            senders = outbox_store.senders_waiting(session, self._clock.now())
        for sender in senders:
            self.wake(sender)

    def wake(self, sender: str) -> None:
        """Something new is in the outbox for a parent."""
        self._woken.add(sender)
        if sender in self._pausing:
            self._pausing[sender].set()
        if sender not in self._running and not self._stopped:
            task = asyncio.ensure_future(self._look_after(sender))
            self._running[sender] = task

    async def stop(self) -> None:
        """Let messages that are on their way be recorded; begin no others."""
        self._stopped = True
        for event in self._pausing.values():
            event.set()
        if self._running:
            await asyncio.wait(list(self._running.values()))

    async def _look_after(self, sender: str) -> None:
        try:
            while sender in self._woken and not self._stopped:
                self._woken.discard(sender)
                while not self._stopped and await self._send_next(sender):
                    pass
        except Exception as error:  # noqa: BLE001 - one parent's trouble is not everybody's; it is taken up again at the next wake
            logger.error("sending failed with %s", type(error).__name__)
        finally:
            self._running.pop(sender, None)
            if sender in self._woken and not self._stopped:
                self.wake(sender)

    async def _send_next(self, sender: str) -> bool:
        """Send or settle one message; False when nothing waits."""
        due = await self._stored(lambda session: outbox_store.next_for(session, sender))
        if due is None:
            return False
        carrier = self._carriers.get(due.channel)
        if carrier is None:
            await self._settle(due, Outcome("dead", "channel_is_off"))
            return True
        pacer, loop = self._pacers[due.channel], asyncio.get_running_loop()
        wait_s = self._wait_s(due)
        if wait_s > _LONGEST_SLEEP_S:
            await self._put_off(due, wait_s)
            return False
        if wait_s <= 0:
            wait_s = pacer.wait_s(sender, loop.time(), is_urgent=due.purpose == "danger")
        if wait_s > 0:
            return await self._pause(due, wait_s)
        async with self._places[due.channel]:
            address, goes_on = await self._claimed(due)
            if address is not None:
                outcome = await self._try(due, carrier, address)
                if outcome.patience_s is not None:
                    pacer.hold_up(sender, outcome.patience_s, loop.time())
                await self._settle(due, outcome)
        return goes_on

    async def _put_off(self, due: Due, wait_s: float) -> None:
        """Nobody stays up for it: `wake_all` finds it when it may go."""
        at = later(self._clock.now(), timedelta(seconds=wait_s))
        if due.not_before is None or elapsed(due.not_before, at) > timedelta():
            await self._stored(lambda session: outbox_store.set_not_before(session, due.outbox_id, at))

    async def _claimed(self, due: Due) -> tuple[Address | None, bool]:
        """The address, once the message is taken for sending; None when it is settled another way, and False when it has to wait.

        What nobody asked for waits while a message of the parent does: it may be STOP.
        """

        def claim(session: Any) -> tuple[Address | None, str]:
            address = address_store.address_of(session, due.sender)
            if address is None or not address.sealed:
                outbox_store.end(session, due.outbox_id, self._clock.now(), "dead", "no_address")
                return None, "dead"
            if due.purpose in PROACTIVE and address.stopped_at:
                outbox_store.end(session, due.outbox_id, self._clock.now(), "cancelled", "stopped")
                return None, "cancelled"
            if due.purpose in PROACTIVE and inbox_store.has_waiting(session, due.sender):
                return None, "waiting"
            return (address, "") if outbox_store.claim(session, due.outbox_id) else (None, "")

        address, became = await self._stored(claim)
        if became in ("dead", "cancelled"):
            self._on_outcome(due.channel, became)
        return address, became != "waiting"

    async def _try(self, due: Due, carrier: Carrier, address: Address) -> Outcome:
        message, state = due.message, "sent"
        if self._window_is_closed(carrier, address):
            template = carrier.outside_window(due.purpose, address.language or message.language)
            if template is None:
                return Outcome("dead", WINDOW_CLOSED)
            if await self._stored(lambda session: outbox_store.has_held(session, due.sender)):
                # One template asks the parent to write; more of them would say the same and cost each.
                return Outcome("held")
            message, state = template, "held"
        try:
            reference = reference_of(self._sealer, due, is_template=state == "held")
            provider_id = await carrier.send(self._sealer.open(address.sealed), message, reference)
        except (SendError, SettingsError) as error:
            if isinstance(error, WindowClosed) and state != "held":
                return Outcome(WINDOW_CLOSED, error.problem, again_after_s=0.0)
            return self._failed(due, error)
        except Exception as error:  # noqa: BLE001 - what went wrong on the way leaves open whether it arrived
            return self._failed(due, SendUncertain(type(error).__name__))
        return Outcome(state, provider_id=provider_id)

    def _window_is_closed(self, carrier: Carrier, address: Address) -> bool:
        if carrier.window_hours is None:
            return False
        heard = address.last_inbound_at
        return heard is None or elapsed(heard, self._clock.now()) >= timedelta(hours=carrier.window_hours)

    def _failed(self, due: Due, error: Exception) -> Outcome:
        problem = getattr(error, "problem", type(error).__name__)
        if isinstance(error, ParentUnreachable):
            return Outcome("unreachable", problem)
        attempt = due.attempts + 1
        is_resent = due.purpose == "danger" and isinstance(error, SendUncertain) and attempt <= MOST_DANGER_RESENDS
        if isinstance(error, TryLater) or is_resent:
            if attempt >= MOST_ATTEMPTS:
                return Outcome("dead", problem)
            pause_s = min(FIRST_PAUSE_S * 2 ** (attempt - 1), LONGEST_PAUSE_S) * random.uniform(0.75, 1.25)
            if isinstance(error, TryLater) and error.after_s is not None:
                return Outcome("waiting", problem, again_after_s=error.after_s, patience_s=error.after_s)
            is_too_fast = isinstance(error, TryLater) and error.is_too_fast
            return Outcome("waiting", problem, again_after_s=pause_s, patience_s=min(pause_s, LONGEST_GUESS_S) if is_too_fast else None)
        if isinstance(error, (SendRefused, SettingsError)):
            return Outcome("dead", problem)
        return Outcome("uncertain", problem)

    async def _settle(self, due: Due, outcome: Outcome) -> None:
        key = self._sealer.pseudonym(f"{due.channel} message", outcome.provider_id) if outcome.provider_id else None

        def record(session: Any) -> Outcome:
            became = with_report(outcome, outbox_store.reported(session, due.outbox_id))
            if became is outcome:
                self._record(session, due, outcome, key)
            if became.state == "held":
                self._release_if_written(session, due)
            if due.last_word and due.sender in outbox_store.receipts_over(session):
                _forget_for_good(session, due.sender)
            return became

        became = await self._stored(record)
        if due.last_word and became.again_after_s is None:
            self._database.tidy()
        self._on_outcome(due.channel, became.state)
        if became.state not in ("sent", "held"):
            logger.warning("message %d on %s: %s (%s)", due.outbox_id, due.channel, became.state, became.problem)

    def _record(self, session: Any, due: Due, outcome: Outcome, key: str | None) -> None:
        now = self._clock.now()
        if outcome.state in ("sent", "held"):
            outbox_store.sent(session, due.outbox_id, now, key, outcome.state)
        elif outcome.again_after_s is not None:
            if outcome.state == WINDOW_CLOSED:
                address_store.close_window(session, due.sender, now, self._carriers[due.channel].window_hours or 0.0)
            again_at = later(now, timedelta(seconds=outcome.again_after_s))
            outbox_store.try_again(session, due.outbox_id, again_at, outcome.problem, due.attempts + 1)
        else:
            outbox_store.end(session, due.outbox_id, now, "dead" if outcome.state == "unreachable" else outcome.state, outcome.problem)
        if outcome.state == "unreachable":
            address_store.set_unreachable(session, due.sender, outcome.problem)

    def _release_if_written(self, session: Any, due: Due) -> None:
        """The parent may have written while the template was on its way."""
        address = address_store.address_of(session, due.sender)
        if address is not None and not self._window_is_closed(self._carriers[due.channel], address):
            outbox_store.release_held(session, due.sender)

    def _wait_s(self, due: Due) -> float:
        now = self._clock.now()
        waits = [elapsed(now, due.not_before or now)]
        if due.purpose in PROACTIVE:
            waits.append(elapsed(now, self._not_quiet_before(now)))
        return max(waits).total_seconds()

    async def _pause(self, due: Due, seconds: float) -> bool:
        """Wait, or until something more urgent is put into the outbox for the parent; False when the service stops.

        The wait is measured on the loop's own clock: it also ends where the service's clock stands still.
        """
        loop, over_at = asyncio.get_running_loop(), later(self._clock.now(), timedelta(seconds=seconds))
        deadline = loop.time() + seconds
        while (left_s := deadline - loop.time()) > 0 and not self._stopped:
            event = self._pausing[due.sender] = asyncio.Event()
            try:
                await asyncio.wait_for(event.wait(), left_s)
            except asyncio.TimeoutError:
                break
            finally:
                self._pausing.pop(due.sender, None)
            first = await self._stored(lambda session: outbox_store.next_for(session, due.sender))
            if first is None or (first.outbox_id, first.not_before) != (due.outbox_id, due.not_before):
                return not self._stopped
        if not self._stopped and due.not_before and elapsed(due.not_before, over_at) >= timedelta():
            await self._stored(lambda session: outbox_store.set_not_before(session, due.outbox_id, None))
        return not self._stopped

    async def _stored(self, work: Callable[[Any], Any]) -> Any:
        """Do it in the database, however long that is away: what has been sent must not be forgotten."""
        while True:
            try:
                with self._database.session() as session:
                    return work(session)
            except StoreUnavailable:
                if self._stopped:
                    raise
                await asyncio.sleep(_STORE_PAUSE_S)


def _forget_for_good(session: Any, sender: str) -> None:
    """The receipt of an erasure was the last word: now the address goes too, unless the parent has written again and is answered."""
    outbox_store.forget_receipt(session, sender)
    if inbox_store.nothing_of(session, sender):
        outbox_store.forget(session, sender)
        address_store.forget_address(session, sender)
