"""Finding something by what people call it, misspellings included."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.base.yaml_files import read_yaml
from bot.directory.model import Service
from bot.directory.terms import stem, terms

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


def without_name(text: str, name: str) -> str:
    """A text, folded, without the words of a name that stands in it, or of the part before “at” by which it is called."""
    words = plain(text).split()
    stems, wanted = [stem(word) for word in words], terms(name)
    for length in range(min(len(wanted), len(stems)), 1, -1):
        for first in range(len(stems) - length + 1):
            if stems[first : first + length] == wanted[:length]:
                return " ".join((*words[:first], *words[first + length :]))
    return " ".join(words)


@dataclass(frozen=True)
class CommonWords:
    """Stems that make no name by themselves."""

    stems: frozenset[str]

    def holds(self, stem: str) -> bool:
        """Whether a stem is one of them, or a number."""
        return stem in self.stems or stem.isdigit()


def load_common_words(path: Path) -> CommonWords:
    """Read the list.

    Raises:
        ContentError: it is no list of words.
    """
    words = (read_yaml(path) or {}).get("words")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ContentError(path, 1, "`words` is not a list of words", "put quotes around yes, no, on and off")
    return CommonWords(frozenset(found for word in words for found in terms(word)))
