"""Lengths of time and of ways in a parent's language: `8 months`, `14 dni`, `1 mile`; plurals as CLDR has them."""

from __future__ import annotations

import re

from babel.units import format_unit

from bot.base.languages import Language

_DURATION = re.compile(r"(\d+) (hour|day|week|month|year)s?")


def duration(number: int, unit: str, language: Language) -> str:
    """A number of hours, days, weeks, months or years, in words."""
    return _in_words(number, unit, "duration", language)


def way(miles: float, language: Language) -> str:
    """A number of miles, halves among them, in words."""
    return _in_words(miles, "mile", "length", language)


def _in_words(number: float, unit: str, kind: str, language: Language) -> str:
    if unit in language.units:
        return f"{number:g} {language.units[unit]}"
    return format_unit(number, f"{kind}-{unit}", length="long", locale=language.locale.replace("-", "_"))


def localised(value: str, language: Language) -> str:
    """A fact such as `14 days` in a language; what is no such length of time stays as it is."""
    match = _DURATION.fullmatch(value)
    return duration(int(match.group(1)), match.group(2), language) if match else value
