"""Which words of a message tell its language, and whether they are enough to leave that of the chat.

Names, addresses, the names of services and laughter are no language: they stand in messages of all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from bot.base.text import words
from bot.base.yaml_files import read_yaml

_ADDRESSES = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|\b[a-zA-Z]{1,2}\d[a-zA-Z\d]?\s*\d[a-zA-Z]{2}\b")
_AMOUNTS = re.compile(r"\b\d[\d.,:/]*(?:[ap]m|st|nd|rd|th|yrs?|yo|km|p)?\b", re.IGNORECASE)
_COMMON = 0.001
"""From this share of a language's messages on, a word is one that its speakers use all the time."""
_TIMES_AS_COMMON = 8
"""So much commoner than in the other language is a word that tells the two apart: who writes Polish in England writes “and” too."""
_ENOUGH = 2
_A_SENTENCE = 5
_SMALL_LETTERS = 3
"""So short are the words that a title writes small."""

Shares = Mapping[str, float]
"""The share of a language's messages in which a word stands."""


def load_borrowed_words(path: Path) -> frozenset[str]:
    """Read `content/languages/borrowed.yml`."""
    return frozenset(word for kind in read_yaml(path).values() for said in kind for word in words(str(said)))


def without_addresses(text: str) -> str:
    """Without e-mail and web addresses, postcodes, amounts and hours."""
    return _AMOUNTS.sub(" ", _ADDRESSES.sub(" ", text))


def uncapitalised(text: str) -> list[str]:
    """The folded words of a message that are not typed as names; none of one that is a title from end to end."""
    typed = [word for word in re.findall(r"\w+", text) if len(word) > 1]
    if text.isupper():
        return words(text)
    capitals = [word for word in typed if word[0].isupper()]
    if len(capitals) > 1 and (2 * len(capitals) > len(typed) or _is_title(typed)):
        return []
    names = frozenset(typed[1:]) & frozenset(capitals)
    return [word for one in typed if one not in names for word in words(one)]


def _is_title(typed: Sequence[str]) -> bool:
    """`Stay and Play at the Library`: from capital to capital, at least half of the words, small ones between."""
    small = [word for word in typed if not word[0].isupper()]
    ends = typed[0][0].isupper() and typed[-1][0].isupper()
    return ends and 2 * len(small) <= len(typed) and all(len(word) <= _SMALL_LETTERS for word in small)


def telling(said: Sequence[str], new: Shares, old: Shares) -> set[str]:
    """Words that are common in one language and hardly known in another."""
    return {word for word in said if len(word) > 1 and new.get(word, 0.0) >= max(_COMMON, _TIMES_AS_COMMON * old.get(word, 0.0))}


def leaves(found: Collection[str], said: Sequence[str], borrowed: Collection[str], *, answering: bool) -> bool:
    """Whether the words that tell are enough for a chat to go on in their language.

    Args:
        answering: a question is open that takes any words, such as a name: only a clear sentence leaves the language then.
    """
    own = [word for word in found if word not in borrowed]
    most = 2 * len(found) >= len(set(said))
    if answering:
        return len(said) >= _A_SENTENCE and len(own) >= _ENOUGH and most
    return len(own) >= _ENOUGH or (len(own) >= 1 and len(said) >= _A_SENTENCE and most)
