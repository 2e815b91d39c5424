"""Words of which a list holds only the beginning (`cich*`): spaCy's ruler knows none, so they are found here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.nlu.entity_words import Span


class Beginnings:
    """Finds phrases whose words may be beginnings.

    Args:
        patterns: of the word lists, those with a `*` in them.
    """

    def __init__(self, patterns: Iterable[Mapping[str, str]]) -> None:
        self._patterns = [dict(pattern) for pattern in patterns]

    def spans(self, words: Sequence[str], codes: frozenset[str]) -> list[Span]:
        """Where they stand.

        Args:
            codes: of the patterns that count for this message.
        """
        return [
            Span(pattern["label"], pattern["id"].partition("|")[2], at, end)
            for pattern in self._patterns
            if pattern["id"].partition("|")[0] in codes
            for at, end in _places(pattern["pattern"].split(), words)
        ]

    def to_disk(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(self._patterns, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def from_disk(cls, path: Path) -> Beginnings:
        """The same as was written."""
        return cls(json.loads(path.read_text(encoding="utf-8")))


def _places(wanted: Sequence[str], words: Sequence[str]) -> list[tuple[int, int]]:
    ends = [(at, at + len(wanted)) for at in range(len(words) - len(wanted) + 1)]
    return [(at, end) for at, end in ends if all(map(_is_word, wanted, words[at:end]))]


def _is_word(wanted: str, there: str) -> bool:
    return there.startswith(wanted[:-1]) if wanted.endswith("*") else there == wanted
