"""English names of languages, of those that are not offered too."""

from __future__ import annotations

from babel.core import Locale

from bot.flows.house import House


def language_name(code: str) -> str:
    """`French` for `fr`; the code itself when nobody knows it."""
    return str(Locale("en").languages.get(code.split("-", maxsplit=1)[0], code))


def language_in_english(house: House, code: str) -> str:
    """The English name of a language, as a connector reads it: a parent may ask to talk in one that the chat does not write."""
    return house.languages.get(code).english_name if code in house.languages else language_name(code)
