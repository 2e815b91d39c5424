import math

import pytest

from bot.channels.pin import pin


def test_a_pin_is_two_numbers():
    assert pin("51.8", -0.8) == (51.8, -0.8)


@pytest.mark.parametrize(
    "place", [("north", 0), (None, 0), (math.nan, 0), (0, math.nan), (math.inf, 0), ("1e999", "0"), (90.01, 0), (0, -180.5), (10**400, 0), ({}, [])]
)  # fmt: skip
def test_what_is_no_place_on_the_globe_is_refused(place):
    with pytest.raises((ValueError, TypeError)):
        pin(*place)
