"""Twenty random kills of the real service during traffic; `make chaos` does two hundred."""

from __future__ import annotations

import pytest

from tests.chaos.run import chaos

pytestmark = pytest.mark.rasa


def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path):
    found = chaos(tmp_path, kills=20, seed=20261124)
    assert found.is_good, [str(found), *found.lost[:10], *found.doubled[:10], *found.disordered[:10]]
