"""English names of languages that are not offered."""

from __future__ import annotations

from babel.core import Locale


def language_name(code: str) -> str:
    """`French` for `fr`; the code itself when nobody knows it."""
    return str(Locale("en").languages.get(code.split("-", maxsplit=1)[0], code))
