"""“Active” in a feed, and closed in its words; and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.directory.closed_said import says_closed

CLOSED = [
    "Temporarily closed.",
    "TEMPORARILY CLOSED due to staffing.",
    "We are currently closed.",
    "Songs and toys for under fives. We are currently closed for refurbishment.",
    "Toys and tea. Sorry, this group has now closed.",
    "THIS GROUP HAS NOW CLOSED.",
    "We’re closed until January.",
    "Please note: the playgroup is permanently closed.",
    "This service is no longer running.",
    "The group has ended.",
    "It has been cancelled until further notice.",
]
OPEN = [
    "Closed on bank holidays.",
    "We are closed on bank holidays.",
    "We are closed in August.",
    "We are closed bank holidays and Christmas.",
    "We are closed Mondays.",
    "We are closed for half term.",
    "We are closed during school holidays.",
    "This is a closed group for members.",
    "The group is closed to new members.",
    "A closed group for mothers. Refreshments.",
    "The waiting list is currently closed.",
    "Registration is now closed for September; join us any week.",
    "If we are closed, ring the library.",
    "The café is closed.",
    "We have a closed Facebook group.",
    "We are no longer at the church; find us in the library.",
    "We no longer run on Mondays.",
    "Doors are closed at 10.",
    "We have finished building our new garden.",
    "A safe and closed garden.",
]


@pytest.mark.parametrize("description", CLOSED)
def test_a_description_that_says_so(description: str) -> None:
    assert says_closed("Toddler Time", "", description)


@pytest.mark.parametrize("description", OPEN)
def test_a_description_that_only_sounds_like_it(description: str) -> None:
    assert not says_closed("Toddler Time", "", description)


@pytest.mark.parametrize(
    "name",
    [
        "Toddler Time (closed)",
        "Toddler Time [CLOSED]",
        "Toddler Time - closed",
        "Closed: Toddler Time",
        "Toddler Time – temporarily closed",
    ],
)
def test_a_name_that_says_so(name: str) -> None:
    assert says_closed(name, "", "")


@pytest.mark.parametrize(
    "name", ["Dads’ closed group", "Toddler Time (closed group)", "Toddler Time (closed on Mondays)", "Closed Loop Cycling"]
)
def test_a_name_that_only_sounds_like_it(name: str) -> None:
    assert not says_closed(name, "", "")


@pytest.mark.parametrize(
    ("alert", "closed"),
    [
        ("Temporarily closed", True),
        ("We are currently closed", True),
        ("Closed on bank holidays", False),
        ("Closed to new members until May", False),
    ],
)
def test_an_alert(alert: str, closed: bool) -> None:
    assert says_closed("Toddler Time", alert, "") is closed
