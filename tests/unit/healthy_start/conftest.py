"""The shipped pack, and the day on which the clock stands."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from bot.base.clock import LONDON, StoppedClock
from bot.healthy_start.loader import load_rule_pack
from bot.healthy_start.model import RulePack

SHIPPED = Path(__file__).parents[3] / "content" / "healthy_start.yml"


@pytest.fixture(scope="session")
def pack() -> RulePack:
    return load_rule_pack(SHIPPED)


@pytest.fixture(scope="session")
def today() -> date:
    return StoppedClock(datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)).today()


@pytest.fixture(scope="session")
def overdue(pack: RulePack) -> date:
    """The day after the pack's review date."""
    return date.fromordinal(pack.review_by.toordinal() + 1)
