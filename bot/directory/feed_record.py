"""A feed's record as it comes: what is no list or no object counts as empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_PLACES = 50
"""A service with more of them is a register of something; the others are left out, and that is said."""


def mappings(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list; anything else in it is left out."""
    value = record.get(name)
    # What is read from JSON is a `dict`; asking the abstract class of each takes ten times as long.
    return [one for one in value if type(one) is dict or isinstance(one, Mapping)] if isinstance(value, list) else []


def mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object."""
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}
