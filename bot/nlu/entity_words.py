"""A message as words with what spaCy's ruler found in them.

Words are cut and slips of the finger mended here, before the ruler looks; what the words mean
together is read in `entity_ages`, `entity_times` and `entity_amounts`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from spacy.tokens import Doc
from spacy.util import DummyTokenizer
from spacy.vocab import Vocab

from bot.nlu.word_lists import CUES

_WORD = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+[.,]5(?!\d)|\d+\.\d+|\d+|[^\W\d_]+|[^\w\s]")
_STOPS = frozenset(".!?;؟۔")
_PAUSES = _STOPS | frozenset(",،:")
_MENDED = frozenset({"weekdays", "tomorrow", "weekend", "months", "parts", "units", "age_nouns", "languages", "place", "pregnant"})
_LEAST_LETTERS = 5
_TWO_SLIPS_FROM = 9
_LONGEST_NUMBER = 5
_TENS = (20, 30, 40, 50, 60)


@dataclass(frozen=True)
class Found:
    """One thing named; `at` is its place among the words."""

    kind: str
    value: Any
    at: int


@dataclass(frozen=True)
class Span:
    """Words `start` to before `end` that stand in a list."""

    label: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Number:
    """A number in figures or words."""

    value: float
    start: int
    end: int


class WordTokenizer(DummyTokenizer):  # type: ignore[misc]
    """Cuts folded text into words, numbers and single signs; figures and letters never stick together."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        # The ruler compares letters alone; without this, every new word is looked at in a dozen other ways.
        vocab.lex_attr_getters = {}  # type: ignore[attr-defined]

    def __call__(self, text: str) -> Doc:
        """The words as spaCy's document."""
        return Doc(self.vocab, words=_WORD.findall(text))


@spacy.registry.tokenizers("kinline.words.v1")  # type: ignore[misc]
def make_tokenizer() -> Any:
    """For spaCy's config."""
    return lambda nlp: WordTokenizer(nlp.vocab)


class Mender:
    """Puts right single slips of the finger in words that matter.

    Args:
        wanted: language → words of the lists, folded.
        familiar: language → words that parents use and that are therefore no slips.
    """

    def __init__(self, wanted: Mapping[str, Sequence[str]], familiar: Mapping[str, Iterable[str]]) -> None:
        self._wanted = {code: list(words) for code, words in wanted.items()}
        self._familiar = {code: frozenset(words) for code, words in familiar.items()}

    @classmethod
    def of(cls, patterns: Iterable[Mapping[str, str]], familiar: Mapping[str, Iterable[str]]) -> Mender:
        """From the ruler's patterns."""
        wanted: dict[str, set[str]] = {}
        for pattern in patterns:
            if pattern["label"] in _MENDED:
                code = pattern["id"].partition("|")[0]
                wanted.setdefault(code, set()).update(w for w in _WORD.findall(pattern["pattern"]) if len(w) >= _LEAST_LETTERS)
        return cls({code: sorted(words) for code, words in wanted.items()}, familiar)

    def mended(self, words: Sequence[str], language: str, codes: frozenset[str], seen: Sequence[Container[str]]) -> list[str]:
        """The words, slips put right.

        Args:
            codes: of the patterns that count for this message.
            seen: words that stand in the patterns of those codes.
        """
        known = [self._familiar.get(language, frozenset()), *seen]
        return [
            word if len(word) < _LEAST_LETTERS or word[0].isdigit() or any(word in some for some in known) else self._best(word, codes)
            for word in words
        ]

    def _best(self, word: str, codes: frozenset[str]) -> str:
        slips = 2 if len(word) >= _TWO_SLIPS_FROM else 1
        candidates = [w for code in codes for w in self._wanted.get(code, ()) if w[0] == word[0] and abs(len(w) - len(word)) <= slips]
        found = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=slips)
        return str(found[0]) if found else word

    def to_disk(self, path: Path) -> None:
        """As JSON."""
        values = {"wanted": self._wanted, "familiar": {code: sorted(words) for code, words in self._familiar.items()}}
        path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def from_disk(cls, path: Path) -> Mender:
        """The same as was written."""
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(values["wanted"], values["familiar"])


def cut(text: str) -> list[str]:
    """Words, numbers and signs of a folded text."""
    return _WORD.findall(text)


class Sentence:
    """Words and spans of one message, with what its readers ask of them.

    Attributes:
        used: words that have been read as part of something and count for nothing else.
        ruled_out: label and first word of what the parent does not want; see `entity_refusals`.
        left_open: first words of parts of the day that are neither wanted nor ruled out.
    """

    def __init__(self, words: Sequence[str], spans: Iterable[Span]) -> None:
        self.words = list(words)
        self.spans = _without_inner(spans)
        self.used: set[int] = set()
        self.ruled_out: set[tuple[str, int]] = set()
        self.left_open: set[int] = set()
        self._covers: dict[str, set[int]] = {}
        for span in self.spans:
            self._covers.setdefault(span.label, set()).update(range(span.start, span.end))
        self.numbers = _numbers(self)
        self.length = sum(any(c.isalnum() for c in word) for word in self.words)

    def of(self, *labels: str) -> list[Span]:
        """Spans of some kinds, in order."""
        return [s for s in self.spans if s.label in labels]

    def starting(self, at: int, *labels: str) -> Span | None:
        """The longest span of some kinds that begins here."""
        return max((s for s in self.spans if s.start == at and s.label in labels), key=lambda s: s.end, default=None)

    def ending(self, at: int, *labels: str) -> Span | None:
        """The longest span of some kinds that ends before here."""
        return min((s for s in self.spans if s.end == at and s.label in labels), key=lambda s: s.start, default=None)

    def has(self, at: int, *labels: str) -> bool:
        """Whether a word belongs to a span of some kinds."""
        return any(at in self._covers.get(label, ()) for label in labels)

    def number_ending(self, at: int) -> Number | None:
        """The number whose last word is the one before."""
        return next((n for n in self.numbers.values() if n.end == at), None)

    def ordinal_ending(self, at: int) -> Number | None:
        """The number of `5th`, `fifth` or `drugi` that ends before a place; not of `last`."""
        word = self.word(at - 1)
        if word[:1].isdigit() and word[-2:] in {"st", "nd", "rd", "th"}:
            return Number(float(word[:-2]), at - 1, at)
        span = self.ending(at, "ordinals")
        return Number(float(span.value), span.start, span.end) if span and int(span.value) > 0 else None

    def word(self, at: int) -> str:
        """The word at a place; empty outside."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def rules_out(self, span: Span) -> bool:
        """Whether the parent does not want what stands there."""
        return (span.label, span.start) in self.ruled_out

    def is_pause(self, at: int) -> bool:
        """Whether there is no word or a sign that ends a thought."""
        return not 0 <= at < len(self.words) or self.words[at] in _PAUSES

    def near(self, start: int, end: int, label: str, before: int, after: int) -> bool:
        """Whether a word of a kind stands within some words of a stretch, in the same sentence."""
        for step, reach, begin in ((-1, before, start - 1), (1, after, end)):
            for at in range(begin, begin + step * reach, step):
                if not 0 <= at < len(self.words) or self.words[at] in _STOPS:
                    break
                if self.has(at, label):
                    return True
        return False


def _without_inner(spans: Iterable[Span]) -> list[Span]:
    """Without spans inside longer ones of another kind, and without everything inside `nothing`."""
    every = set(spans)
    things = [s for s in every if s.label not in CUES]

    def hidden(span: Span) -> bool:
        size = span.end - span.start
        return any(
            o.start <= span.start and span.end <= o.end and (o.end - o.start > size or (o.label == "nothing" and o is not span))
            for o in things
        )

    # “walking distance” hides “walking”, but a word beside it (“at”, “and”) stays what it is.
    kept = [s for s in every if s.label in CUES or not hidden(s)]
    return sorted(kept, key=lambda s: (s.start, s.label, s.end, s.value))


def _numbers(sentence: Sentence) -> dict[int, Number]:
    """Numbers by their first word; tens and ones are put together in either order."""
    single: dict[int, Number] = {}
    for at, word in enumerate(sentence.words):
        if (
            word[0].isdigit()
            and word[-1].isdigit()
            and len(word) <= _LONGEST_NUMBER
            and not sentence.has(at, "half", "ordinals", "nothing", "today", "tomorrow", "after_tomorrow")  # “2moro”
        ):
            single[at] = Number(float(word.replace(",", ".")), at, at + 1)
    for span in sentence.of("numbers"):
        single[span.start] = Number(float(span.value), span.start, span.end)
    joined: dict[int, Number] = {}
    skip = -1
    for at in sorted(single):
        if at < skip:
            continue
        number = single[at]
        then = number.end + (1 if sentence.has(number.end, "and") else 0)
        second = single.get(then)
        pair = sorted((number.value, second.value)) if second and not sentence.word(at)[0].isdigit() else []
        if second and pair and 1 <= pair[0] <= 9 and pair[1] in _TENS:
            number = Number(sum(pair), at, second.end)
        skip = number.end
        joined[at] = number
    return joined
