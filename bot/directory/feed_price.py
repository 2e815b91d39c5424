"""What something costs, from whatever stands where an amount should, and from what is said beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.base.text import fold
from bot.directory import feed_values as read

FREE = frozenset(
    {
        "free", "no charge", "free of charge", "no cost", "nil", "free to attend", "free nhs service", "free entry", "free admission",
        "free session", "free sessions", "free for all", "free for everyone", "no charge to families", "free to families",
    }
)  # fmt: skip
_PRICE = re.compile(
    r"£\s*(?P<pounds>\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.(?P<pence>\d{1,2}))?(?![.,]?\d)"
    r"|(?<![\d.,£])(?P<words>\d{1,4}(?:\.\d{2})?)\s*pounds?\b"
    r"|(?<![\d.,£])(?P<only_pence>\d{1,3})p\b(?!\.?\s?m\b)",
    re.IGNORECASE,
)
# An amount that is no price, or no more than its beginning.
_NO_PRICE = re.compile(r"\bfrom\b|\bstarting\b|\bplus\b|\d\s*\+|\bincome|\bearn|\bworth\b|\bsav(?:e|ing)|\boff\b|\bdiscount|\bvouchers?\b")
_PARTLY_FREE = re.compile(r"\bfree\b|\bno charge\b|\bdonations?\b")


def says_free(text: str) -> bool:
    """Whether it says that it is free, and nothing else."""
    return fold(text).strip(" .!") in FREE


def pence_of(amount: Any) -> int | None:
    """An amount in pounds as pence: `2.5`, `"2.50"`, `"£2.50"`, `"50p"`; None for what is none."""
    if read.number(amount) is not None:
        pounds = read.pounds(amount)
        return None if pounds is None else round(pounds * 100)
    match = _PRICE.fullmatch(amount.strip()) if isinstance(amount, str) else None
    return _pence(match) if match else None


def pence_said(*texts: str) -> int | None:
    """The dearest price that texts name; None where they name none, or one that is not the whole of it (“from £2”)."""
    found = [_pence(match) for text in texts for match in _PRICE.finditer(text) if not _NO_PRICE.search(fold(text))]
    return max(found, default=None)


def is_free_of_words(pence: int | None, texts: Sequence[str]) -> bool | None:
    """Whether it is free, of a price that was found in words; None where it may be for some."""
    if not pence:
        return None
    return None if any(_PARTLY_FREE.search(fold(text)) for text in texts) else False


def _pence(match: re.Match[str]) -> int:
    if match["only_pence"]:
        return int(match["only_pence"])
    pounds = match["words"] or f"{match['pounds'].replace(',', '')}.{match['pence'] or '0'}"
    return round(float(pounds) * 100)
