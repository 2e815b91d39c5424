"""The figures of the report: macro-F1, intervals, calibration, who steals whose messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Pairs = Sequence[tuple[str, str]]
"""(what is meant, what was read)."""


def accuracy(pairs: Pairs) -> float:
    """Share read right."""
    return sum(gold == found for gold, found in pairs) / len(pairs)


def macro_f1(pairs: Pairs) -> float:
    """The mean over the intents meant, so that rare ones count like common ones."""
    right = Counter(gold for gold, found in pairs if gold == found)
    gold, found = Counter(g for g, _ in pairs), Counter(f for _, f in pairs)
    return sum(2 * right[intent] / (gold[intent] + found[intent]) for intent in gold) / len(gold)


def thieves(pairs: Pairs, most: int = 12) -> list[str]:
    """The commonest confusions as `meant → read (how often)`."""
    wrong = Counter((gold, found) for gold, found in pairs if gold != found)
    return [f"{gold} → {found} ({count})" for (gold, found), count in wrong.most_common(most)]


def weakest(pairs: Pairs, most: int = 8) -> list[str]:
    """The intents with the lowest F1."""
    scores = {}
    for intent in {gold for gold, _ in pairs}:
        right = sum(gold == found == intent for gold, found in pairs)
        scores[intent] = 2 * right / (sum(g == intent for g, _ in pairs) + sum(f == intent for _, f in pairs))
    return [f"{intent} {score:.2f}" for intent, score in sorted(scores.items(), key=lambda item: item[1])[:most]]


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share. Source: Wilson 1927."""
    if not of:
        return 0.0, 1.0
    share = hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def rate(hits: int, of: int) -> str:
    """A share as people read it: `3 of 100 = .030 [.010, .085]`."""
    if not of:
        return "no messages"
    low, high = wilson(hits, of)
    return f"{hits} of {of} = {hits / of:.3f} [{low:.3f}, {high:.3f}]"


def calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """How far, on average, confidence is from the share that is right among messages of like confidence."""
    error = 0.0
    for at in range(bins):
        inside = [(c, r) for c, r in zip(confidences, right) if at / bins < c <= (at + 1) / bins or (at == 0 and c == 0)]
        if inside:
            error += abs(sum(c for c, _ in inside) - sum(r for _, r in inside)) / len(confidences)
    return error
