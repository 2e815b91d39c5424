"""What tests share: a stopped clock, a database in memory, settings that touch nothing outside."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from bot.base.clock import LONDON, StoppedClock
from bot.base.db import Database, open_database
from bot.base.sealing import Sealer, new_key

# Machines are noisy: no property test fails for being slow.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def clock() -> StoppedClock:
    """Tuesday 24 November 2026, ten in the morning."""
    return StoppedClock(TUESDAY)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(new_key())


@pytest.fixture
def database() -> Database:
    import bot.callbacks.store
    import bot.delivery.address_store
    import bot.delivery.conversations
    import bot.delivery.inbox_store
    import bot.delivery.outbox_store
    import bot.delivery.store
    import bot.directory.store
    import bot.privacy.store  # noqa: F401 - their tables

    database = open_database("sqlite://")
    database.create_tables()
    return database
