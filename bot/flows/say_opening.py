"""Opening hours of content/facts.yml in a parent's language; a provider's own words stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.base.text import isolate

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY, _TIME = f"({'|'.join(_WEEKDAYS)})", r"(\d{1,2})(?:[.:](\d{2}))?\s?(am|pm)"
_HOURS = re.compile(rf"{_DAY} to {_DAY}, {_TIME} to {_TIME}", re.IGNORECASE)
_HALF_A_DAY = 12


def say_opening(text: str, words: Callable[..., str]) -> str:
    """`Monday to Friday, 8.30am to 4pm` as weekdays of the language and `08:30–16:00`.

    Args:
        words: a short sentence in the parent's language by its key.
    """
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return isolate(text)
    first, last, *times = found.groups()
    days = " – ".join(words(f"utter_weekday_{_WEEKDAYS.index(day.casefold())}") for day in (first, last))
    return f"{days}: {isolate(f'{_on_the_clock(*times[:3])}–{_on_the_clock(*times[3:])}')}"


def _on_the_clock(hour: str, minute: str | None, half: str) -> str:
    afternoon = _HALF_A_DAY if half.casefold() == "pm" else 0
    return f"{int(hour) % _HALF_A_DAY + afternoon:02}:{minute or '00'}"
