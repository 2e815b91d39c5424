"""Whether a message holds a second request: its parts, to be read one by one."""

from __future__ import annotations

import re

from bot.base.text import fold

LEAST_WORDS = 6
"""A shorter message asks for one thing."""
_LEAST_IN_PART = 3
_MOST_PARTS = 5
_MARK = re.compile(r"[,.!?;:،؛۔؟+&\n]+|\s[-–]\s")
_AND = {
    "en": "and also plus", "pl": "i oraz też", "ur": "اور", "ur-Latn": "aur and",
    "ar": "و وكمان وكذلك", "ro": "si și iar", "ckb": "و هەروەها",
}  # fmt: skip


def parts(text: str, language: str) -> list[str]:
    """Pieces of at least three words, cut at marks and at words that mean “and”; empty when there are not two.

    Whether a cut is right shows when the pieces are read: half of a request asks for nothing of its own.
    """
    joining = frozenset(map(fold, _AND.get(language, "").split()))
    pieces: list[list[str]] = []
    for stretch in _MARK.split(text):
        pieces.append([])
        for word in stretch.split():
            if fold(word) in joining:
                pieces.append([])
            else:
                pieces[-1].append(word)
    found = [" ".join(piece) for piece in pieces if len(piece) >= _LEAST_IN_PART]
    return found[:_MOST_PARTS] if len(found) > 1 else []
