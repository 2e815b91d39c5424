"""The words by which typed answers to the check for Healthy Start are read, from `content/check_words.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.base.text import fold
from bot.base.yaml_files import read_yaml
from bot.flows.answer_words import AnswerWords, load_answer_words, tokens_of

_WORDS_OF_TIME = (("hours", "day"), ("weekly", "week"), ("monthly", "month"), ("yearly", "year"))
"""Kinds of this file, and the units of content/words that mean the same. A wage by the hour or day says nothing of a month."""


@dataclass(frozen=True)
class CheckWords:
    """The words of one language, as `tokens_of` cuts them; those of English count everywhere.

    Attributes:
        answers: what is shared with other questions.
        per: may stand between an amount and its unit of time.
        goes_on: may stand right behind an amount without being its unit.
        thousands: word → what the number before it is multiplied by.
        at_least, at_most: beside an amount, the amount itself included; `answers.more` and `answers.less` leave it out.
        no_pay: say that nothing is earned, when with them stand words of `beside_no_pay` alone.
        not_pay: money that is not from work, or goes out.
        later: months and weekdays.
        no: a no at the beginning of an answer.
        refusing: make the opposite of what stands near them; `refusing_after` of what stands right before them.
        not_held: with a benefit's name, it is not paid: refused, applied for, ended.
        nothing_else: say that what was named is all.
        relatives: whose benefits are not meant.
        partners: who may be the one that is pregnant.
        due_before, due_after: beside weeks that are still to come until the birth.
        born: say that the child is there already; `born_before` and `born_after` say so beside weeks.
        lost: may say that a pregnancy or a child was lost; `bereaved` say so for sure.
        either: stand between two numbers of which one is meant.
        besides: begin what is told in addition.
        soon_before, soon_after: beside an age that is still to come; `past_before` of one that has been reached.
        about: beside an age that may be a little more or less.
    """

    answers: AnswerWords
    hours: frozenset[str]
    weekly: frozenset[str]
    monthly: frozenset[str]
    yearly: frozenset[str]
    pounds: frozenset[str]
    pregnant: tuple[str, ...]
    half: frozenset[str]
    later: frozenset[str]
    thousands: Mapping[str, int]
    per: frozenset[str]
    goes_on: frozenset[str]
    at_least: tuple[str, ...]
    at_most: tuple[str, ...]
    no_pay: tuple[str, ...]
    beside_no_pay: frozenset[str]
    not_pay: tuple[str, ...]
    no: frozenset[str]
    refusing: frozenset[str]
    refusing_after: frozenset[str]
    unsure: tuple[str, ...]
    not_held: tuple[str, ...]
    nothing_else: tuple[str, ...]
    relatives: tuple[str, ...]
    partners: frozenset[str]
    due_before: tuple[str, ...]
    due_after: tuple[str, ...]
    born: tuple[str, ...]
    born_before: tuple[str, ...]
    born_after: tuple[str, ...]
    lost: tuple[str, ...]
    bereaved: tuple[str, ...]
    either: frozenset[str]
    besides: tuple[str, ...]
    soon_before: tuple[str, ...]
    soon_after: tuple[str, ...]
    past_before: tuple[str, ...]
    about: tuple[str, ...]


def load_check_words(content_dir: Path) -> Mapping[str, CheckWords]:
    """By language, as the files in `content/words` are named.

    Raises:
        ContentError: a file is missing or broken.
    """
    answers = load_answer_words(content_dir)
    own = read_yaml(content_dir / "check_words.yml")
    named = {code: read_yaml(content_dir / "words" / f"{code}.yml") for code in own}
    return {code: _of_language(answers[code], [own[code], own["en"]], [named[code], named["en"]]) for code in own}


def _of_language(answers: AnswerWords, own: Sequence[Mapping[str, Any]], named: Sequence[Mapping[str, Any]]) -> CheckWords:
    def phrases(kind: str) -> tuple[str, ...]:
        return _phrases(word for words in own for word in words[kind])

    def words(kind: str) -> frozenset[str]:
        return frozenset(phrases(kind))

    times = {kind: words(kind) | set(_phrases(w for n in named for w in n["units"][unit])) for kind, unit in _WORDS_OF_TIME}
    dates = (w for n in named for names in (*n["months"], *n["weekdays"]) for w in names)
    return CheckWords(
        answers=answers,
        **times,
        pounds=frozenset(_phrases(w for n in named for w in n["pounds"])),
        pregnant=_phrases(w for n in named for w in n["pregnant"]),
        half=frozenset(_phrases(w for n in named for w in n["half"])),
        later=frozenset(_phrases(dates)),
        thousands={fold(str(w)): int(times_) for o in own for times_, said in o["thousands"].items() for w in said},
        per=words("per"),
        goes_on=words("goes_on"),
        at_least=phrases("at_least"),
        at_most=phrases("at_most"),
        no_pay=phrases("no_pay"),
        beside_no_pay=words("beside_no_pay"),
        not_pay=phrases("not_pay"),
        no=words("no"),
        refusing=words("refusing"),
        refusing_after=words("refusing_after"),
        unsure=phrases("unsure"),
        not_held=phrases("not_held"),
        nothing_else=phrases("nothing_else"),
        relatives=phrases("relatives"),
        partners=words("partners"),
        due_before=phrases("due_before"),
        due_after=phrases("due_after"),
        born=phrases("born"),
        born_before=phrases("born_before"),
        born_after=phrases("born_after"),
        lost=phrases("lost"),
        bereaved=phrases("bereaved"),
        either=words("either"),
        besides=phrases("besides"),
        soon_before=phrases("soon_before"),
        soon_after=phrases("soon_after"),
        past_before=phrases("past_before"),
        about=phrases("about"),
    )


def _phrases(words: Iterable[object]) -> tuple[str, ...]:
    """Longest first, so that “no more than” is found before “more than”."""
    found = dict.fromkeys(" ".join(tokens_of(str(word))) for word in words)
    return tuple(sorted((phrase for phrase in found if phrase), key=len, reverse=True))
