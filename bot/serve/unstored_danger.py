"""Danger replies to messages that could not be stored: without a database there is no outbox, so they go straight to the provider."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from typing import Any

from bot.base.errors import SendUncertain, TryLater
from bot.delivery.model import Carrier, Outgoing
from bot.delivery.sending import LONGEST_PAUSE_S, MOST_ATTEMPTS

logger = logging.getLogger(__name__)

FIRST_PAUSE_S = 1.0


class UnstoredDanger:
    """Says each of them once, and goes on trying while the database is away.

    A reply counts as said only when all of it has gone out (or may have). Until then the message brings its reply with it
    through the outbox when it can be stored after all: words that are said twice are better than words that are never said.

    Args:
        in_loop: runs something where messages are sent.
    """

    def __init__(self, in_loop: Callable[[Coroutine[Any, Any, Any]], Future[Any]]) -> None:
        self._in_loop = in_loop
        self._said: set[str] = set()
        self._trying: dict[str, Future[Any]] = {}
        self._left: dict[str, list[Outgoing]] = {}
        self._on_its_way: set[str] = set()

    def pause(self, key: str) -> bool:
        """While a message, by its key, is being stored no further try begins; whether its reply has gone out."""
        trying = self._trying.get(key)
        if trying is not None and key not in self._on_its_way:
            trying.cancel()
        return key in self._said

    def say(self, key: str, carrier: Carrier, address: str, messages: Sequence[Outgoing]) -> None:
        """Begin to send the reply, or what is left of it, unless it has gone out or is being tried."""
        trying = self._trying.get(key)
        if key not in self._said and (trying is None or trying.done()):
            left = self._left.setdefault(key, list(messages))
            self._trying[key] = self._in_loop(self._say(key, carrier, address, left))

    def stored(self, key: str) -> None:
        """The message is in the inbox: its reply has gone out, or stands in the outbox."""
        self._said.discard(key)
        self._left.pop(key, None)
        trying = self._trying.pop(key, None)
        if trying is not None:
            trying.cancel()

    def stop(self) -> None:
        """Try no more; the providers deliver the messages again."""
        for trying in self._trying.values():
            trying.cancel()

    async def _say(self, key: str, carrier: Carrier, address: str, left: list[Outgoing]) -> None:
        for attempt in range(MOST_ATTEMPTS):
            pause_s = min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S)
            self._on_its_way.add(key)
            try:
                while left:
                    await _send(carrier, address, left[0])
                    left.pop(0)
            except TryLater as error:
                self._on_its_way.discard(key)
                await asyncio.sleep(pause_s if error.after_s is None else error.after_s)
            except Exception as error:  # noqa: BLE001 - whatever it was, it has not gone out, and is tried again with the next delivery
                logger.error("a danger reply could not be stored, and not be sent: %s", getattr(error, "problem", type(error).__name__))
                return
            else:
                self._said.add(key)
                return
            finally:
                self._on_its_way.discard(key)
        logger.error("a danger reply could not be stored, and not be sent in %d tries", MOST_ATTEMPTS)


async def _send(carrier: Carrier, address: str, message: Outgoing) -> None:
    try:
        await carrier.send(address, message, "danger")
    except SendUncertain as error:
        logger.error("a danger reply that could not be stored may not have arrived: %s", error.problem)
