"""What the desk does by itself: timers, notifications, handing over of the absent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from bot.desk.notices import send_due
from bot.desk.web import Desk
from bot.flows.go_away import hand_over_of_the_absent
from bot.flows.keep_promises import run_timers

logger = logging.getLogger(__name__)

_TIMERS_EVERY_S, _NOTICES_EVERY_S, _ABSENT_EVERY_S = 10.0, 10.0, 300.0


def start(desk: Desk) -> list[asyncio.Task[None]]:
    """Start them beside the pages."""

    async def timers() -> None:
        await asyncio.to_thread(run_timers, desk.house, desk.line)

    async def notices() -> None:
        await send_due(desk.house)

    async def absent() -> None:
        await asyncio.to_thread(hand_over_of_the_absent, desk.house)

    return [
        asyncio.create_task(_often(name, work, every))
        for name, work, every in (
            ("timers", timers, _TIMERS_EVERY_S),
            ("notifications", notices, _NOTICES_EVERY_S),
            ("absences", absent, _ABSENT_EVERY_S),
        )
    ]


async def stop(running: list[asyncio.Task[None]]) -> None:
    """Stop them; what was being worked on is finished or taken up again by the next run."""
    for task in running:
        task.cancel()
    for task in running:
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _often(name: str, work: Callable[[], Awaitable[None]], every_s: float) -> None:
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - one bad run must not end all later ones
            logger.error("%s failed with %s and will run again", name, type(error).__name__)
        await asyncio.sleep(every_s)
