from __future__ import annotations

import pytest

from tests.desk.running import house_on, member


@pytest.fixture
def house(database_url):
    """Rooms on SQLite and on PostgreSQL; Tuesday 24 November 2026, ten in the morning."""
    opened = house_on(database_url)
    yield opened
    opened.database.close()


@pytest.fixture
def anna(house):
    return member(house, "Anna", "connector", languages=("pl",))


@pytest.fixture
def omar(house):
    return member(house, "Omar", "connector", languages=("ar", "ur"))


@pytest.fixture
def carla(house):
    return member(house, "Carla", "coordinator")
