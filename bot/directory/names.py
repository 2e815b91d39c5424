"""Finding something by what people call it, misspellings included."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from bot.base.text import fold
from bot.directory.model import Service

_WORD = re.compile(r"\w+")
ALIKE = 0.82
"""From here on two names are the same one misspelt."""
_IN_TEXT, _IN_NAME = 0.95, 0.9
SHORTEST_INSIDE = 6
"""Letters of the shortest name that is heard in a longer text."""
_LEAST_SHARE = 0.5


def plain(text: str) -> str:
    """A name as names are compared: folded, without punctuation and apostrophes."""
    return " ".join(_WORD.findall(fold(text).replace("'", "")))


def find_named(text: str, named: Iterable[tuple[str, Service]]) -> Service | None:
    """The service of that name or nearly that name; None when none or several come into question.

    A whole name counts most, then the longest name that stands in the text, then a text that
    stands in one service's name alone, then a likeness of at least 0.82. Of equals the one that is
    offered goes first.

    Args:
        named: names and other names with their services; ended and unknown ones too.
    """
    wanted = plain(text)
    if not wanted:
        return None
    found = [(score, service) for name, service in named if (score := _score(wanted, plain(name)))]
    within = {service.id for score, service in found if score == _IN_NAME}
    if len(within) > 1:
        # “family centre” is part of three names: whichever we took, it would be a guess.
        found = [(score, service) for score, service in found if score != _IN_NAME]
    best = max(found, key=lambda one: (one[0], one[1].offered, one[1].id), default=None)
    return best[1] if best else None


def _score(wanted: str, name: str) -> float:
    if not name:
        return 0.0
    if wanted == name:
        return 1.0
    if len(name) >= SHORTEST_INSIDE and f" {name} " in f" {wanted} ":
        return _IN_TEXT + min(len(name), 400) / 10_000
    if len(wanted) >= SHORTEST_INSIDE and f" {wanted} " in f" {name} " and len(wanted) / len(name) >= _LEAST_SHARE:
        return _IN_NAME
    matcher = SequenceMatcher(None, name, wanted, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio * _IN_NAME if ratio >= ALIKE else 0.0
