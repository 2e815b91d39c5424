"""Which positions of the phrases a word can fill, found by looking letters up instead of trying every phrase.

The lists hold some thousands of alternatives in six languages. A word is looked up once: as a whole,
by its beginnings, and, for alternatives that forgive typing slips, among those with its first letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_SLIP_LENGTH = 5
"""Words shorter than this must be spelt right: one letter more or less makes another word."""


@dataclass(frozen=True, eq=False)
class Step:
    """What may stand at one position of a phrase; made by `step_of`, compared by identity, which is quick.

    Attributes:
        options: each a (beginning, exact) pair of folded letters; exact means the whole word.
        slips: whether one typing slip passes in words of five letters or more.
    """

    options: tuple[tuple[str, bool], ...]
    slips: bool


@cache
def step_of(options: tuple[tuple[str, bool], ...], slips: bool) -> Step:
    """The one step with these options."""
    return Step(options, slips)


class StepIndex:
    """All steps of all phrases, by the letters that fill them."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._whole: defaultdict[str, set[Step]] = defaultdict(set)
        self._beginnings: defaultdict[str, set[Step]] = defaultdict(set)
        self._slips: defaultdict[str, set[tuple[str, bool, Step]]] = defaultdict(set)
        for step in set(steps):
            for letters, exact in step.options:
                (self._whole if exact else self._beginnings)[letters].add(step)
                if step.slips and len(letters) >= _SLIP_LENGTH:
                    self._slips[letters[0]].add((letters, exact, step))

    def filled_by(self, word: str) -> frozenset[Step]:
        """The steps that a folded word fills; a word without letters fills none."""
        found = set(self._whole.get(word, ()))
        for end in range(1, len(word) + 1):
            found |= self._beginnings.get(word[:end], set())
        for wanted, exact, step in self._slips.get(word[:1], ()):
            if step not in found and any(_one_slip(part, wanted) for part in _compared(word, wanted, exact)):
                found.add(step)
        return frozenset(found)


def _compared(word: str, wanted: str, exact: bool) -> tuple[str, ...]:
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
