"""Training messages: enough of them, of the right script, none nearly twice, none that is also a test."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from bot.base.text import words
from bot.base.yaml_files import read_yaml
from bot.checks.finding import Finding
from bot.nlu.training_texts import read_messages

_LEAST = {"en": 40, "ur-Latn": 12}
_LEAST_OTHERWISE = 25
_ARABIC = frozenset({"ar", "ur", "ckb"})
_LOOK_ALIKES = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "MATHEMATICAL", "FULLWIDTH", "MODIFIER"})
"""First words of the Unicode names of letters that look like Latin ones and are none."""
_NEAR = 0.72
"""Share of common letter triples from which two messages of an intent are one message typed twice."""
_NEAR_ANOTHER = 0.9
"""The same between two intents; pairs that differ only in the word that matters are wanted there."""
_NEAR_TEST = 0.85
_NEAR_WORDS = 3
"""Shorter messages (“nope”, “noo”) are only compared word by word."""
_TEST_WORDS = 4


@dataclass(frozen=True)
class _Written:
    """A message and where it stands; `intent` is None for a test."""

    where: str
    intent: str | None
    text: str


def check_messages(root: Path) -> Iterator[Finding]:
    """All of `data/nlu` and its distance from `tests/nlu`."""
    messages = read_messages(root / "data" / "nlu")
    yield from _too_few(messages)
    yield from _twice(messages)
    yield from _wrong_letters(messages)
    written: defaultdict[str, list[_Written]] = defaultdict(list)
    for language, intent, text in messages:
        written[language].append(_Written(f"data/nlu/{language}/{intent}.yml", intent, text))
    for path in sorted((root / "tests" / "nlu").glob("*/*.yml")):
        written[path.parent.name] += _tests(path, root)
    for language in sorted(written):
        yield from _nearly_twice(written[language])


def _too_few(messages: Sequence[tuple[str, str, str]]) -> Iterator[Finding]:
    counts = Counter((language, intent) for language, intent, _ in messages)
    intents = {intent for _, intent, _ in messages}
    for language in sorted({language for language, _, _ in messages}):
        least = _LEAST.get(language, _LEAST_OTHERWISE)
        for intent in sorted(intents):
            if counts[(language, intent)] < least:
                yield Finding("error", f"data/nlu/{language}/{intent}.yml", f"fewer than {least} messages: {counts[(language, intent)]}")


def _twice(messages: Sequence[tuple[str, str, str]]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for language, intent, text in messages:
        key = (language, " ".join(words(text)) or text)
        before = seen.get(key)
        seen[key] = intent
        if before is not None:
            why = "stands twice" if before == intent else f"stands under {before} as well"
            yield Finding("error", f"data/nlu/{language}/{intent}.yml", f"{why}: {text[:50]!r}")


def _wrong_letters(messages: Sequence[tuple[str, str, str]]) -> Iterator[Finding]:
    for language, intent, text in messages:
        scripts = {unicodedata.name(c, "").split(" ")[0].split("-")[0] for c in text if c.isalpha()}
        alike = scripts & _LOOK_ALIKES
        foreign = scripts - {"LATIN", "ARABIC"} - _LOOK_ALIKES
        arabic_in_latin = language not in _ARABIC and "ARABIC" in scripts
        latin_alone = language in _ARABIC and scripts == {"LATIN"} and len(words(text)) > _NEAR_WORDS
        if alike or foreign or arabic_in_latin or latin_alone:
            why = "letters that look like others" if alike else "letters of another script"
            yield Finding("error", f"data/nlu/{language}/{intent}.yml", f"{why}: {text[:50]!r}")


def _tests(path: Path, root: Path) -> Iterator[_Written]:
    held_out = read_yaml(path) or {}
    for message in (*(held_out.get("messages") or ()), *(held_out.get("sentences") or ())):
        yield _Written(str(path.relative_to(root)), None, message["text"])


def _nearly_twice(written: Sequence[_Written]) -> Iterator[Finding]:
    """Within one language: training messages too near to each other or to a test."""
    written = [one for one in written if len(words(one.text)) >= _NEAR_WORDS]
    for at, other, share in near_pairs([one.text for one in written], _NEAR):
        first, second = written[other], written[at]
        if first.intent is None:
            continue  # two tests; training messages come first
        length = min(len(words(first.text)), len(words(second.text)))
        if second.intent is None:
            if length >= _TEST_WORDS and share >= _NEAR_TEST:
                yield Finding("error", second.where, f"is also a training message of {first.intent}: {second.text[:50]!r}")
        elif share < 1 and share >= (_NEAR if first.intent == second.intent else _NEAR_ANOTHER):
            yield Finding("error", second.where, f"nearly twice: {second.text[:60]!r} and {first.text[:60]!r} ({first.intent})")


def near_pairs(texts: Sequence[str], least: float) -> list[tuple[int, int, float]]:
    """Pairs of texts that share letter triples, each once.

    Args:
        least: smallest share (Jaccard) that is reported, above 0.

    Returns:
        (place of the later text, place of the earlier one, share), in the order of the texts.

    Source: prefix filtering, Bayardo, Ma and Srikant, “Scaling up all pairs similarity search” (2007): texts that share enough
    must share one of their rarest triples, so only those are looked up; with the shortest texts first, those that are too short
    for the one in hand stand at the beginning of each list, and fewer triples need a list (Xiao et al., PPJoin, 2008).
    """
    triples = [_triples(text) for text in texts]
    times = Counter(triple for some in triples for triple in some)
    having: defaultdict[str, list[int]] = defaultdict(list)
    found = []
    by_size = sorted(range(len(texts)), key=lambda at: len(triples[at]))
    for place, at in enumerate(by_size):
        some = triples[at]
        rarest = sorted(some, key=lambda triple: (times[triple], triple))
        shortest = bisect_left(by_size, least * len(some), key=lambda other: len(triples[other]))
        near = {having[t][n] for t in rarest[: _prefix(some, least)] for n in range(bisect_left(having[t], shortest), len(having[t]))}
        for other in map(by_size.__getitem__, near):
            common = len(some & triples[other])
            share = common / (len(some) + len(triples[other]) - common)
            if share >= least:
                found.append((max(at, other), min(at, other), share))
        for triple in rarest[: _prefix(some, 2 * least / (1 + least))]:
            having[triple].append(place)
    return sorted(found)


def _prefix(some: frozenset[str], least: float) -> int:
    """So many of the rarest cannot all be missing in a text that shares the `least` part of them."""
    return len(some) - ceil(least * len(some)) + 1


def _triples(text: str) -> frozenset[str]:
    """Three letters in a row within words; a blank stands for either end of a word."""
    padded = [f" {word} " for word in words(text)] or [f" {text} "]
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))
