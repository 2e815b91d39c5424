"""Where a parent has put a pin."""

from __future__ import annotations

from typing import Any


def pin(latitude: Any, longitude: Any) -> tuple[float, float]:
    """Latitude and longitude as numbers.

    Raises:
        ValueError, TypeError: there is no such place.
    """
    try:
        place = float(latitude), float(longitude)
    except OverflowError:
        raise ValueError("no place on the globe") from None
    # What is no number fails every comparison.
    if not (-90 <= place[0] <= 90 and -180 <= place[1] <= 180):
        raise ValueError("no place on the globe")
    return place
