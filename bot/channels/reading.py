"""What may go wrong in reading what a provider or a browser sends."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from bot.base.clock import LONDON

UNREADABLE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
"""What reading raises where a value is not there, is of another kind, or is larger than anybody means it."""


def instant(seconds: Any) -> datetime:
    """When something was sent, from a provider's seconds since 1970.

    Raises:
        one of UNREADABLE: there is no such time, in London or anywhere.
    """
    at = datetime.fromtimestamp(int(seconds), timezone.utc)
    at.astimezone(LONDON)  # fails at both ends of the calendar, and is needed later
    return at
