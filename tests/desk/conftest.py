from __future__ import annotations

import shutil

import pytest

from bot.flows import demonstration
from bot.flows import work_on_request as work
from bot.flows.answer_danger import record_danger
from bot.staff.model import ROLES
from tests.desk.running import CAREFUL, a_callback, house_on, member


@pytest.fixture
def house(migrated_file, tmp_path):
    opened = house_on(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'desk.db')}")
    yield opened
    opened.database.close()


@pytest.fixture
def team(house):
    """One person for each role, and one who has them all."""
    return {role: member(house, role.title().replace("_", ""), role) for role in ROLES} | {"all": member(house, "Everybody", *ROLES)}


@pytest.fixture
def busy(house, team):
    """A desk with something on every page."""
    demonstration.load(house)
    request = a_callback(house, contact=CAREFUL)
    double = a_callback(house, "q" * 32, contact=CAREFUL)
    work.claim(house, request.reference, team["all"])
    for number in range(60):
        work.add_note(house, request.reference, team["all"], f"note {number} " + "word " * 40)
    record_danger(house, request.sender, "borsetshire", "pl", "crisis_domestic_abuse")
    with house.database.session() as session:
        case = house.requests.latest_of(session, request.sender, "danger")
    return {
        "reference": request.reference,
        "other": double.reference,
        "member": team["connector"].id,
        "case": case.reference,
        "number": "1",
    }
