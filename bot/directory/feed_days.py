"""Days as people in England write them: the day comes first."""

from __future__ import annotations

import re
from datetime import date

from bot.base.text import fold

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_FIGURES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]([a-z]{3,9})\.?,?[ -](\d{4}|\d{2})(?!\d)")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?!\d)")
_CENTURY = 2000


def english_day(text: str) -> date | None:
    """`7/9/2026`, `18/7/26`, `18 Dec 2026`, `Mon 7th September 2026`, with or without a time after it; None without a year."""
    folded = fold(text)
    if match := _FIGURES.match(folded):
        number, month, year = (int(part) for part in match.groups())
    elif match := _WORDS.match(folded):
        number, month, year = int(match.group(1)), _month(match.group(2)), int(match.group(3))
    elif match := _MONTH_FIRST.match(folded):
        number, month, year = int(match.group(2)), _month(match.group(1)), int(match.group(3))
    else:
        return None
    try:
        return date(year if year >= 100 else _CENTURY + year, month, number)
    except ValueError:
        return None


def _month(name: str) -> int:
    """1 to 12; 0, which no date has, for what is no month."""
    return next((number for number, month in enumerate(_MONTHS, start=1) if month.startswith("sep" if name == "sept" else name)), 0)
