"""Looks for danger in a message, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.base.text import sentences, words
from bot.safety.phrases import KINDS, DangerKind, Phrase, PhraseBook

MAX_WORDS_READ = 2000
_SLIP_LENGTH = 5
"""Words shorter than this must be spelt right: one letter more or less makes another word."""


@dataclass(frozen=True)
class Danger:
    """What was found.

    Attributes:
        phrase: the list's own wording that matched; never the parent's words.
    """

    kind: DangerKind
    language: str
    phrase: str


def assess(text: str, book: PhraseBook) -> Danger | None:
    """The most urgent danger that the lists of any language see in a text, or None.

    A message is read sentence by sentence and once as a whole run of words (people do not type
    full stops), in every language at once: a parent may write in any.
    """
    found: list[Danger] = []
    read = 0
    parts = sentences(text)
    for part in [*parts, " ".join(parts)] if len(parts) > 1 else parts:
        heard = words(part)
        read += len(heard)
        found += [Danger(p.kind, p.language, p.source) for p in _matches(heard, book)]
        if read > MAX_WORDS_READ:
            break
    return min(found, key=lambda danger: KINDS.index(danger.kind), default=None)


def _matches(heard: Sequence[str], book: PhraseBook) -> list[Phrase]:
    hits = []
    tried: set[int] = set()
    for start, word in enumerate(heard):
        for phrase in book.by_first.get(word[:2], ()):
            if id(phrase) in tried or not _follows(phrase, heard, start):
                continue
            tried.add(id(phrase))
            if not any(_found_anywhere(other, heard) for other in phrase.unless):
                hits.append(phrase)
    return hits


def _found_anywhere(phrase: Phrase, heard: Sequence[str]) -> bool:
    return any(_follows(phrase, heard, start) for start in range(len(heard)))


def _follows(phrase: Phrase, heard: Sequence[str], start: int) -> bool:
    """Whether the phrase's words stand at `start` and after, each at most `gap` words further on."""
    if not _is(heard[start], phrase.steps[0], phrase.slips):
        return False
    reachable = [start]
    for step in phrase.steps[1:]:
        following = {
            at
            for before in reachable
            for at in range(before + 1, min(before + 2 + phrase.gap, len(heard)))
            if _is(heard[at], step, phrase.slips)
        }
        if not following:
            return False
        reachable = sorted(following)
    return True


def _is(word: str, options: Sequence[tuple[str, bool]], slips: bool) -> bool:
    for wanted, exact in options:
        if word == wanted or (not exact and word.startswith(wanted)):
            return True
        if slips and len(wanted) >= _SLIP_LENGTH and any(_one_slip(part, wanted) for part in _beginnings(word, wanted, exact)):
            return True
    return False


def _beginnings(word: str, wanted: str, exact: bool) -> tuple[str, ...]:
    """What of a word is compared: all of it, or beginnings that a letter left out or added makes shorter or longer."""
    if exact:
        return (word,)
    return tuple({word[: len(wanted) + more] for more in (-1, 0, 1)})


def _one_slip(word: str, wanted: str) -> bool:
    """Whether one letter was left out, added, changed, or swapped with its neighbour."""
    if abs(len(word) - len(wanted)) > 1 or word[:1] != wanted[:1]:
        return False
    at = 0
    while at < min(len(word), len(wanted)) and word[at] == wanted[at]:
        at += 1
    a, b = word[at:], wanted[at:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
