"""The words that a feed's licence asks to be shown with its data."""

from __future__ import annotations

import re

# Source: Open Government Licence v3.0, “You must, where you do any of the above”: the statement for who gives none of their own.
_OPEN_GOVERNMENT = "Contains public sector information licensed under the Open Government Licence v3.0."
_IS_OPEN_GOVERNMENT = re.compile(r"\bogl\b|open government licen[cs]e", re.IGNORECASE)


def owed(attribution: str | None, licence: str | None) -> str | None:
    """The provider's own words, else those that its licence prescribes; None where nothing is asked for."""
    if attribution and attribution.strip():
        return attribution.strip()
    return _OPEN_GOVERNMENT if licence and _IS_OPEN_GOVERNMENT.search(licence) else None
