"""One queue for each parent, in order; parents beside each other, but only so many at a time."""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from bot.delivery.model import Ticket

logger = logging.getLogger(__name__)

Work = Callable[[Ticket], Awaitable[float | None]]
"""Does what a ticket stands for. Returns None when done, or after how many seconds to try it again."""


class Lanes:
    """Runs work: never two pieces of one parent at once, a parent's in the order in which they were sent.

    Parents take turns: one who has sent many messages does not keep the others waiting, and one in danger does not wait
    for them. Lives in one event loop.

    Args:
        beside: how many parents are served at the same time.
    """

    def __init__(self, work: Work, beside: int) -> None:
        self._work, self._beside = work, beside
        self._queues: dict[str, list[Ticket]] = {}
        self._ready: deque[str] = deque()
        self._first: set[str] = set()
        self._servers: set[asyncio.Task[None]] = set()
        self._paused: set[asyncio.Task[None]] = set()
        self._stopped = False
        self._one_by_one = asyncio.Lock()
        self.waiting = 0

    def put(self, ticket: Ticket, *, goes_first: bool = False) -> None:
        """Queue a ticket behind those of the same parent that were sent before it.

        Args:
            goes_first: the parent is served before all who wait, until nothing of theirs is left.
        """
        self.waiting += 1
        if goes_first:
            self._first.add(ticket.sender)
            if ticket.sender in self._ready:
                self._ready.remove(ticket.sender)
                self._ready.appendleft(ticket.sender)
        queue = self._queues.get(ticket.sender)
        if queue is None:
            self._queues[ticket.sender] = [ticket]
            self._make_ready(ticket.sender)
        else:
            heapq.heappush(queue, ticket)

    def _make_ready(self, sender: str) -> None:
        (self._ready.appendleft if sender in self._first else self._ready.append)(sender)
        if len(self._servers) < self._beside and not self._stopped:
            self._servers.add(asyncio.ensure_future(self._serve()))

    async def _serve(self) -> None:
        me = asyncio.current_task()
        try:
            while self._ready and not self._stopped:
                # A turn may never pause on its own. What has arrived and what is being sent is let in before each: between
                # the turns of everybody at once a connection to a provider would never come about.
                async with self._one_by_one:
                    await asyncio.sleep(0)
                if self._ready and not self._stopped:
                    await self._serve_next(self._ready.popleft())
        finally:
            # At once: a parent who becomes ready in the same round of the loop needs another server.
            self._servers.discard(me)  # type: ignore[arg-type]  # a server is a task

    async def _serve_next(self, sender: str) -> None:
        ticket = heapq.heappop(self._queues[sender])
        again_after_s = await self._tried(ticket)
        if again_after_s is None:
            self.waiting -= 1
        else:
            heapq.heappush(self._queues[sender], ticket)
        self._go_on(sender, again_after_s or 0.0)

    async def _tried(self, ticket: Ticket) -> float | None:
        try:
            return await self._work(ticket)
        except Exception as error:  # noqa: BLE001 - a parent whose queue stands still would wait for ever; the inbox keeps the message
            logger.error("message %d was left: %s", ticket.inbox_id, type(error).__name__)
            return None

    def _go_on(self, sender: str, pause_s: float) -> None:
        if not self._queues[sender]:
            del self._queues[sender]
            self._first.discard(sender)
        elif pause_s:
            task = asyncio.ensure_future(self._pause(sender, pause_s))
            self._paused.add(task)
            task.add_done_callback(self._paused.discard)
        else:
            self._make_ready(sender)

    async def _pause(self, sender: str, pause_s: float) -> None:
        await asyncio.sleep(pause_s)
        self._make_ready(sender)

    async def stop(self) -> None:
        """Let what has begun come to its end; begin nothing more."""
        self._stopped = True
        for task in self._paused:
            task.cancel()
        if self._servers:
            await asyncio.wait(list(self._servers))
