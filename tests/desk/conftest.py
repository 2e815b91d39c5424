from __future__ import annotations

import shutil

import pytest

from bot.staff.model import ROLES
from tests.channels.conftest import chromium_path  # noqa: F401 - the same browser
from tests.desk.running import house_on, member


@pytest.fixture
def house(migrated_file, tmp_path):
    opened = house_on(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'desk.db')}")
    yield opened
    opened.database.close()


@pytest.fixture
def team(house):
    """One person for each role, and one who has them all."""
    return {role: member(house, role.title().replace("_", ""), role) for role in ROLES} | {"all": member(house, "Everybody", *ROLES)}
