"""A provider's price in a parent's language: the amount, and for what it is; what else is said of it is to be asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.base.text import isolate

_UNIT = r"(?:\s*(?:per|a|each|/)\s*(child|session|lesson|family|week|term)\b)?"
_PRICE = re.compile(rf"(£\d+(?:,\d{{3}})*(?:\.\d{{2}})?)\b(?![.,]\d){_UNIT}(.*)", re.IGNORECASE)
_FREE = re.compile(
    r"free\b(?!\s+(?:trial|taster|first|parking|car park|wi-?fi|tea|coffee|drinks?|snacks?|fruit|refreshments|gifts?|creche)\b)[^£]*$",
    re.IGNORECASE,
)
"""That the group itself is free; not “free parking”, nor “free trial, then £8”."""


def say_cost(text: str, words: Callable[..., str]) -> str:
    """The price without English in it; its parts stay in their order.

    Args:
        text: in English, as the feed or the provider gives it: `£7.25 per lesson`, `£2 per child; £3 (includes lunch)`.
        words: a short sentence in the parent's language by its key; values by name.
    """
    said, is_all = [], True
    for part in filter(None, (part.strip() for part in text.split(";"))):
        price = _PRICE.fullmatch(part)
        if price:
            amount, unit, rest = isolate(price.group(1)), price.group(2), price.group(3)
            said.append(words(f"utter_cost_per_{unit.lower()}", amount=amount) if unit else amount)
            is_all = is_all and not rest.strip(" .")
        elif _FREE.match(part):
            said.append(words("utter_card_free"))
            is_all = is_all and part.rstrip(" .").casefold() == "free"
        else:
            is_all = False
    if not said:
        return words("utter_card_ask")
    amounts = "; ".join(dict.fromkeys(said))
    return amounts if is_all else words("utter_cost_ask_rest", amount=amounts)
