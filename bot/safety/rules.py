"""Looks for danger in a message, sentence by sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.base.text import sentences, words
from bot.safety.phrases import KINDS, DangerKind, Phrase, PhraseBook
from bot.safety.steps import Step

MAX_WORDS_READ = 2000


@dataclass(frozen=True)
class Danger:
    """What was found.

    Attributes:
        phrase: the list's own wording that matched; never the parent's words.
    """

    kind: DangerKind
    language: str
    phrase: str


def most_urgent(found: Sequence[Danger]) -> Danger | None:
    """The first to be answered."""
    return min(found, key=lambda danger: (KINDS.index(danger.kind), danger.phrase), default=None)


def findings(text: str, book: PhraseBook) -> list[Danger]:
    """All that the lists see in a text.

    A message is read sentence by sentence and once as a whole run of words (people do not type
    full stops), in every language at once: a parent may write in any.
    """
    found: list[Danger] = []
    read = 0
    filled: dict[str, frozenset[Step]] = {}
    parts = sentences(text)
    for part in [*parts, " ".join(parts)] if len(parts) > 1 else parts:
        heard = words(part)
        read += len(heard)
        for word in heard:
            if word not in filled:
                filled[word] = book.steps.filled_by(word)
        found += [Danger(p.kind, p.language, p.source) for p in _matches([filled[word] for word in heard], book)]
        if read > MAX_WORDS_READ:
            break
    return found


def _matches(heard: Sequence[frozenset[Step]], book: PhraseBook) -> list[Phrase]:
    """Phrases found in a run of words, each word given as the steps that it fills."""
    everywhere: dict[Step, list[int]] = {}
    for at, steps in enumerate(heard):
        for step in steps:
            everywhere.setdefault(step, []).append(at)
    return [
        phrase
        for first in everywhere.keys() & book.by_first.keys()
        for phrase in book.by_first[first]
        if _found(phrase, everywhere) and not any(_found(other, everywhere) for other in phrase.unless)
    ]


def _found(phrase: Phrase, everywhere: Mapping[Step, Sequence[int]]) -> bool:
    """Whether the phrase's words stand somewhere one after the other, each at most `gap` words further on."""
    reachable: Sequence[int] = everywhere.get(phrase.steps[0], ())
    for step in phrase.steps[1:]:
        places = everywhere.get(step)
        if not reachable or not places:
            return False
        reachable = [at for at in places if any(before < at <= before + 1 + phrase.gap for before in reachable)]
    return bool(reachable)
