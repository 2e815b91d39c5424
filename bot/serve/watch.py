"""Looks after the desk from outside its process: what is stuck becomes a figure and a line in the log, even while the desk is down."""

from __future__ import annotations

import asyncio
import logging

from bot.base.errors import StoreUnavailable
from bot.flows.house import House
from bot.flows.watch_desk import Stuck, how_much_is_stuck
from bot.serve import figures

logger = logging.getLogger(__name__)

_EVERY_S = 60.0


async def watch_often(house: House) -> None:
    """For as long as the service runs."""
    before = Stuck(0, 0)
    while True:
        try:
            before = await asyncio.to_thread(watch, house, before)
        except StoreUnavailable as error:
            logger.error("the database is away: %s", error)
        await asyncio.sleep(_EVERY_S)


def watch(house: House, before: Stuck) -> Stuck:
    """Set the figures, and say in the log when they have changed; returns how it stands."""
    with house.database.session() as session:
        stuck = how_much_is_stuck(session, house.clock.now())
    figures.timers_overdue.set(stuck.timers)
    figures.notices_given_up.set(stuck.notices)
    if stuck != before:
        level = logging.ERROR if stuck.total else logging.INFO
        logger.log(
            level, "%s timers of the desk are overdue, %s notifications were given up; what to do stands at the desk under Stuck",
            stuck.timers, stuck.notices,
        )  # fmt: skip
    return stuck
