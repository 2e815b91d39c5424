"""Vectors are made while the service runs, whatever goes wrong in between."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.base.errors import StoreUnavailable
from bot.flows.house import House
from bot.serve.keep_indexed import keep_indexed


def test_it_goes_on_until_nothing_is_missing_and_after_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    missing = [32, 32, StoreUnavailable(), 6, 0]
    asked: list[Any] = []

    def index_meaning(at_once: int, most: int) -> int:
        asked.append((at_once, most))
        found = missing.pop(0) if missing else 0
        if isinstance(found, Exception):
            raise found
        return found

    async def run() -> None:
        house = cast(House, SimpleNamespace(directory=SimpleNamespace(index_meaning=index_meaning)))
        task = asyncio.ensure_future(keep_indexed(house, every_s=0.0, again_s=0.0))
        while missing:
            await asyncio.sleep(0.01)
        task.cancel()

    with caplog.at_level(logging.INFO):
        asyncio.run(run())
    assert all(at_once == most for at_once, most in asked)
    assert len(asked) >= 5
    assert "failed with StoreUnavailable" in caplog.text
