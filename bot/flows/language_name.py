"""Names of languages, of those that are not offered too."""

from __future__ import annotations

from babel.core import Locale, UnknownLocaleError

from bot.flows.house import House


def language_name(code: str) -> str:
    """`French` for `fr`; the code itself when nobody knows it."""
    return str(Locale("en").languages.get(code.split("-", maxsplit=1)[0], code))


def language_of_its_speakers(house: House, code: str) -> str:
    """What those who speak a language call it: `Українська` for `uk`, which an English reader would take for a country."""
    if code in house.languages:
        return house.languages.get(code).own_name
    try:
        own = Locale(code.split("-", maxsplit=1)[0]).language_name
    except (UnknownLocaleError, ValueError):
        own = None
    return f"{own[0].upper()}{own[1:]}" if own else language_name(code)


def language_in_english(house: House, code: str) -> str:
    """The English name of a language, as a connector reads it: a parent may ask to talk in one that the chat does not write."""
    return house.languages.get(code).english_name if code in house.languages else language_name(code)
