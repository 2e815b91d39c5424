"""Which positions of the phrases a word can fill, found by looking letters up instead of trying every phrase.

The lists hold some thousands of alternatives in six languages. A word is looked up once: as a whole,
by its beginnings, and, when it is long enough, with one letter left out on either side, which finds what is a
typing slip away. A word that parents use by itself is no slip of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

LONG_WORD = 7
"""Words shorter than this must be spelt right in most phrases: one letter more or less makes another word."""
NO_WORD = 1_000
"""Longer than any word: no slip passes."""
UNMISTAKABLE = 5
"""So short a word forgives a slip in phrases that can mean nothing else."""


@dataclass(frozen=True, eq=False)
class Step:
    """What may stand at one position of a phrase; made by `step_of`, compared by identity, which is quick.

    Attributes:
        options: each a (beginning, exact) pair of folded letters; exact means the whole word.
        slips_from: how many letters a word must have for one typing slip to pass.
    """

    options: tuple[tuple[str, bool], ...]
    slips_from: int


@cache
def step_of(options: tuple[tuple[str, bool], ...], slips_from: int) -> Step:
    """The one step with these options."""
    return Step(options, slips_from)


class StepIndex:
    """All steps of all phrases, by the letters that fill them.

    Args:
        familiar: folded words that parents use by themselves.
    """

    def __init__(self, steps: Iterable[Step], familiar: frozenset[str] = frozenset()) -> None:
        self._familiar = familiar
        self._whole: defaultdict[str, set[Step]] = defaultdict(set)
        self._beginnings: defaultdict[str, set[Step]] = defaultdict(set)
        slips: defaultdict[tuple[str, bool], set[Step]] = defaultdict(set)
        steps = set(steps)
        for step in steps:
            for letters, exact in step.options:
                (self._whole if exact else self._beginnings)[letters].add(step)
                if len(letters) >= step.slips_from:
                    slips[(letters, exact)].add(step)
        self._slips = dict(slips)
        self._shorter: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
        for option in self._slips:
            for letters in _one_left_out(option[0]):
                self._shorter[letters].append(option)
        # What lies further back in a word is no part of any option, not even with a letter too many.
        self._reach = 1 + max((len(letters) for step in steps for letters, _ in step.options), default=0)

    def filled_by(self, word: str) -> frozenset[Step]:
        """The steps that a folded word fills; a word without letters fills none."""
        found = set(self._whole.get(word, ()))
        for end in range(1, min(len(word), self._reach) + 1):
            found |= self._beginnings.get(word[:end], set())
        if word not in self._familiar and word not in self._whole:
            for option in self._slips_of(word):
                found |= self._slips[option]
        return frozenset(found)

    def has_slip(self, word: str) -> bool:
        """Whether a folded word, familiar or not, misses an alternative of the phrases by one slip."""
        return next(self._slips_of(word), None) is not None

    def _slips_of(self, word: str) -> Iterator[tuple[str, bool]]:
        """The options that a word misses by one slip."""
        if len(word) < UNMISTAKABLE - 1:
            return
        parts = {word[:end] for end in range(UNMISTAKABLE - 1, min(len(word), self._reach) + 1)}
        candidates = {option for part in parts for near in _one_left_out(part) for option in self._shorter.get(near, ())}
        for wanted, exact in candidates:
            filled = word == wanted if exact else word.startswith(wanted)
            if not filled and any(_one_slip(part, wanted) for part in _compared(word, wanted, exact)):
                yield wanted, exact


def _one_left_out(word: str) -> set[str]:
    """The word itself, and what is left of it without one of its letters."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _compared(word: str, wanted: str, exact: bool) -> tuple[str, ...]:
    """What of a word is compared: all of it, or beginnings that a letter left out or added makes shorter or longer."""
    if exact:
        return (word,)
    return tuple({word[: len(wanted) + more] for more in (-1, 0, 1)})


def _one_slip(word: str, wanted: str) -> bool:
    """Whether one letter was left out, added, changed, or swapped with its neighbour; the first is only ever swapped."""
    if abs(len(word) - len(wanted)) > 1:
        return False
    if word[:1] != wanted[:1]:
        return word[:2] == wanted[1::-1] and word[2:] == wanted[2:]
    at = 0
    while at < min(len(word), len(wanted)) and word[at] == wanted[at]:
        at += 1
    a, b = word[at:], wanted[at:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
