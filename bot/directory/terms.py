"""Words as the full-text index holds them, the same on every database: folded, with their endings taken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.base.text import fold

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 40
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ing", ""), ("ed", ""), ("s", ""))
_SHORTEST_STEM = 3
_VOWELS = frozenset("aeiouy")
_DOUBLED = frozenset("bdgmnprt")
Phrase = tuple[str, ...]


def terms(text: str) -> list[str]:
    """The stems of a text, in order; everything counts, small words too, so that phrases keep their shape."""
    return [stem(word) for word in _WORD.findall(fold(text).replace("'", ""))]


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """`swimming`, `swims` and `swim` are one; words that are no English keep nearly all of theirs."""
    word = word[:_LONGEST]
    if not word.isascii() or len(word) <= _SHORTEST_STEM or any(letter.isdigit() for letter in word):
        return word
    for ending, instead in _ENDINGS:
        if not word.endswith(ending) or (ending == "s" and word.endswith(("ss", "us", "is"))):
            continue
        rest = word[: -len(ending)] + instead
        if len(rest) < _SHORTEST_STEM or not _VOWELS & set(rest):
            continue
        if ending in {"ing", "ed"}:
            rest = rest[:-1] if rest[-1] == rest[-2] and rest[-1] in _DOUBLED else rest
        return rest[:-1] if len(rest) > _SHORTEST_STEM and rest.endswith("e") else rest
    return word[:-1] if len(word) > _SHORTEST_STEM + 1 and word.endswith("e") else word


@dataclass(frozen=True)
class Match:
    """What a text must hold: one phrase of every group, and none of the unwanted.

    A phrase whose last term ends in `*` is a beginning.
    """

    groups: tuple[tuple[Phrase, ...], ...]
    unwanted: tuple[Phrase, ...] = ()

    def and_of(self, *groups: Iterable[Phrase]) -> Match:
        """The same with more groups; empty ones ask nothing."""
        more = tuple(found for group in groups if (found := tuple(group)))
        return Match((*self.groups, *more), self.unwanted)

    def written_for(self, dialect: str) -> str:
        """In the words of a database."""
        return self.for_sqlite() if dialect == "sqlite" else self.for_postgresql()

    def for_sqlite(self) -> str:
        """In the words of FTS5."""
        wanted = " AND ".join(f"({' OR '.join(map(_fts5, group))})" for group in self.groups)
        return f"({wanted}) NOT ({' OR '.join(map(_fts5, self.unwanted))})" if self.unwanted else wanted

    def for_postgresql(self) -> str:
        """In the words of `to_tsquery`."""
        parts = [f"({' | '.join(map(_tsquery, group))})" for group in self.groups]
        parts += [f"!{_tsquery(phrase)}" for phrase in self.unwanted]
        return " & ".join(parts)


def phrase(text: str) -> Phrase:
    """A written phrase as the index holds it; `sing*` stays a beginning."""
    is_beginning = text.endswith("*")
    found = [*_WORD.findall(fold(text).replace("'", ""))]
    if is_beginning and found:
        return (*(stem(word) for word in found[:-1]), f"{found[-1]}*")
    return tuple(stem(word) for word in found)


def _fts5(wanted: Phrase) -> str:
    bare = " ".join(term.rstrip("*") for term in wanted)
    return f'"{bare}" *' if wanted[-1].endswith("*") else f'"{bare}"'


def _tsquery(wanted: Phrase) -> str:
    parts = [f"{term[:-1]}:*" if term.endswith("*") else term for term in wanted]
    return f"({' <-> '.join(parts)})" if len(parts) > 1 else parts[0]


def any_phrase(texts: Sequence[str]) -> tuple[Phrase, ...]:
    """Phrases of written ones, each once, in order; what holds no letters is dropped."""
    return tuple(dict.fromkeys(found for text in texts if (found := phrase(text))))
