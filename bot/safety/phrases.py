"""The danger lists and the fixed replies, from `content/safety/<lang>.yml`, held in memory.

A phrase is a list of folded word beginnings that must follow each other with at most `gap` other
words in between. `|` separates alternatives, `*` after a word allows any ending. A typing slip in a word of seven
letters or more counts as a hit too, with `~` in front of a phrase from five letters. See docs/adr/0005.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from bot.base.errors import ContentError
from bot.base.text import fold, is_right_to_left, isolate
from bot.base.yaml_files import line_of, read_yaml
from bot.safety.steps import LONG_WORD, NO_WORD, UNMISTAKABLE, Step, StepIndex, step_of

DangerKind = Literal["crisis_medical", "crisis_self_harm", "crisis_domestic_abuse", "crisis_child_in_danger"]
KINDS: tuple[DangerKind, ...] = get_args(DangerKind)
_FACT = re.compile(r"\{fact:([a-z0-9_]+)\}")
FAMILIAR_WORDS = "familiar_words.txt"
"""Folded words that parents use in ordinary messages and that would else be slips of words in the lists; one a line."""
_REMEDY = "see the head of content/safety/en.yml for how a phrase is written"


@dataclass(frozen=True)
class Phrase:
    """One compiled phrase.

    Attributes:
        steps: what must stand at each position.
        unless: compiled phrases that, found in the same sentence, take the danger out of this one.
    """

    kind: DangerKind
    language: str
    source: str
    reason: str
    steps: tuple[Step, ...]
    gap: int
    unless: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Examples:
    """What the lists of a language must and must not catch; tests only, never trained on."""

    must_catch: tuple[tuple[DangerKind, str], ...]
    must_not_catch: tuple[str, ...]


class PhraseBook:
    """All lists in all languages, and the replies.

    Args:
        familiar: words that are no slips of others; see `FAMILIAR_WORDS`.
    """

    def __init__(
        self,
        phrases: list[Phrase],
        replies: Mapping[tuple[str, DangerKind], str],
        examples: Mapping[str, Examples],
        familiar: frozenset[str] = frozenset(),
    ) -> None:
        self.phrases = tuple(phrases)
        self._replies = dict(replies)
        self.examples = dict(examples)
        self.steps = StepIndex((step for phrase in self.phrases for one in (phrase, *phrase.unless) for step in one.steps), familiar)
        self.by_first: dict[Step, list[Phrase]] = {}
        for phrase in self.phrases:
            self.by_first.setdefault(phrase.steps[0], []).append(phrase)

    def reply(self, kind: DangerKind, language: str) -> str | None:
        """The fixed reply in a language; None when that language has none."""
        return self._replies.get((language, kind))


def load_phrase_book(folder: Path, facts: Mapping[str, str]) -> PhraseBook:
    """Every `content/safety/*.yml`.

    Args:
        facts: values for `{fact:id}` in the replies; overdue ones included, since an emergency
            number is better old than absent.

    Raises:
        ContentError: with file, line and what to do.
    """
    phrases: list[Phrase] = []
    replies: dict[tuple[str, DangerKind], str] = {}
    examples: dict[str, Examples] = {}
    for path in sorted(folder.glob("*.yml")):
        entry = read_yaml(path) or {}
        language = path.stem
        for kind in KINDS:
            phrases += [_compile(path, language, kind, item) for item in (entry.get("phrases") or {}).get(kind) or ()]
            text = (entry.get("replies") or {}).get(kind)
            if text:
                replies[(language, kind)] = _with_facts(path, text, facts)
        reported = folder / "reported" / path.name
        examples[language] = _examples(entry, (read_yaml(reported) or {}) if reported.exists() else {})
    if ("en", KINDS[0]) not in replies:
        raise ContentError(folder / "en.yml", 1, "no English danger replies", _REMEDY)
    familiar = folder / FAMILIAR_WORDS
    return PhraseBook(
        phrases, replies, examples, frozenset(familiar.read_text(encoding="utf-8").split()) if familiar.exists() else frozenset()
    )


def _with_facts(path: Path, text: str, facts: Mapping[str, str]) -> str:
    for fact_id in _FACT.findall(text):
        if fact_id not in facts:
            raise ContentError(path, line_of(path, f"{{fact:{fact_id}}}"), f"there is no fact {fact_id}", "add it to content/facts.yml")
    # Without isolates the groups of a phone number change places in right-to-left text.
    shown = isolate if is_right_to_left(text) else str
    return _FACT.sub(lambda m: shown(facts[m.group(1)]), text.strip())


def _examples(entry: Mapping[str, Any], reported: Mapping[str, Any]) -> Examples:
    """Examples of the list itself, and those that a safeguarding lead has reported as missed."""
    lists = (entry.get("must_catch") or {}, reported.get("must_catch") or {})
    return Examples(
        tuple((kind, str(text)) for caught in lists for kind in KINDS for text in caught.get(kind) or ()),
        tuple(str(text) for text in entry.get("must_not_catch") or ()),
    )


def _compile(path: Path, language: str, kind: DangerKind, item: Any) -> Phrase:
    if not isinstance(item, dict) or not item.get("phrase") or not item.get("reason"):
        shown = str(item)[:60]
        raise ContentError(path, line_of(path, shown[:20]), f"a phrase without `phrase` or `reason`: {shown}", _REMEDY)
    unless = tuple(_phrase(path, language, kind, text, "unless", int(item.get("gap", 2)), ()) for text in item.get("unless") or ())
    return _phrase(path, language, kind, item["phrase"], item["reason"], int(item.get("gap", 2)), unless)


def _phrase(path: Path, language: str, kind: DangerKind, text: str, reason: str, gap: int, unless: tuple[Phrase, ...]) -> Phrase:
    # Endings make long words of short ones where Arabic letters are written, and a letter more or less makes another of them.
    slips_from = UNMISTAKABLE if text.startswith("~") else NO_WORD if is_right_to_left(text) else LONG_WORD
    steps = []
    for part in text.lstrip("~").split():
        options = tuple(option for option in map(_option, part.split("|")) if option[0])
        if not options:
            raise ContentError(path, line_of(path, text), f"nothing to look for in {part!r}", _REMEDY)
        steps.append(step_of(options, slips_from))
    if not steps:
        raise ContentError(path, line_of(path, text), "an empty phrase", _REMEDY)
    return Phrase(kind, language, text, reason, tuple(steps), gap, unless)


@cache
def _option(option: str) -> tuple[str, bool]:
    """The letters of an alternative, folded, and whether a word ends with them. A few thousand stand in a hundred thousand places."""
    return "".join(re.findall(r"\w+", fold(option.rstrip("*")))), not option.endswith("*")
