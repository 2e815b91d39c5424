"""Keeps the search's vectors of meaning up to date while the service runs."""

from __future__ import annotations

import asyncio
import logging

from bot.flows.house import House

_EVERY_S, _AGAIN_S, _AT_ONCE = 60.0, 1.0, 32
logger = logging.getLogger(__name__)


async def keep_indexed(house: House, every_s: float = _EVERY_S, again_s: float = _AGAIN_S) -> None:
    """Make vectors of what was imported, loaded or edited, wherever that was done; a few at a time, so that no parent waits for them.

    Args:
        every_s: the pause when nothing is missing.
        again_s: the pause while something still is.
    """
    made = 0
    while True:
        try:
            just_made = await asyncio.to_thread(house.directory.index_meaning, _AT_ONCE, _AT_ONCE)
        except Exception as error:  # noqa: BLE001 - what is missing is made in the next round
            logger.error("indexing by meaning failed with %s", type(error).__name__)
            just_made = 0
        made += just_made
        if made and not just_made:
            logger.info("%d services indexed by meaning", made)
            made = 0
        await asyncio.sleep(again_s if just_made else every_s)
