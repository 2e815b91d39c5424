"""Typed answers to the questions about Healthy Start that a yes, a no, an age or a benefit's name alone would misread.

What is doubtful is read as nothing here, so that it is asked again: who is told “likely” or “unlikely” has said it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.base.text import fold
from bot.flows.answer_words import begins_with, ends_with, has_phrase, is_unit, tokens_of
from bot.flows.check_words import CheckWords

_CLAUSE = re.compile(r"[.,;:!?()\n،؛۔…]+")
_GROWN_UP = 18
_YOUNGEST, _OLDEST = 12, 60
_A_YEAR = 12
_REFUSED_WITHIN = 4
_LONGEST_BETWEEN = 3
"""Letters of what may stand between an age and “tomorrow”: “4 on Friday”, “4 سال کی ہونے والی”."""
_EDGES_MONTHS = (12, 48)
"""Where one month more or less is another rate, or the end."""


@dataclass(frozen=True)
class _Age:
    """A number in a sentence that may be an age, and where it stands with its unit."""

    value: int
    months: int
    start: int
    end: int


def is_unsure(text: str, words: CheckWords) -> bool:
    """“Not sure”, “I don't know”, “I don't think so”."""
    return has_phrase(tokens_of(text), words.unsure)


def begins_with_no(text: str, words: CheckWords) -> bool:
    """“No, she isn't”: a no that stands for itself; in some languages the same word makes “I am not sure”."""
    first = tokens_of(_CLAUSE.split(fold(text))[0])
    return " ".join(first) in words.no or (bool(first) and first[0] in words.no - words.refusing)


def is_held(text: str, benefit: str, words: CheckWords) -> bool:
    """Whether a benefit that a text names is paid to the family, and not refused, ended or somebody else's."""
    tokens = tokens_of(text)
    if benefit == "no_recourse":
        said = f" {' '.join(tokens[begins_with_no(text, words) and tokens[:2] != ['no', 'recourse'] :])} "
        tokens = said.replace(" no recourse ", " ").split()
    # “I don't work, we get UC, nothing else” refuses work, and not the benefit.
    tokens = _without(tokens, (*words.nothing_else, *(phrase for phrase in words.no_pay if " " in phrase)))
    doubtful = (*words.not_held, *words.relatives, *words.unsure)
    return not (words.refusing | words.no).intersection(tokens) and not has_phrase(tokens, doubtful)


def is_besides(text: str, words: CheckWords) -> bool:
    """“And a 3 year old”: told in addition to what was told before."""
    return begins_with(tokens_of(text), words.besides)


def is_not_pregnant(text: str, words: CheckWords) -> bool:
    """“I'm not pregnant”; not “not pregnant but my wife is”, “no, I'm pregnant” or “pregnant, not ill”."""
    denied = False
    for clause in _CLAUSE.split(text):
        tokens = tokens_of(clause)
        for start, end in _places(tokens, words.pregnant):
            if words.partners.intersection(tokens[end:]):
                return False
            before, after = tokens[max(start - _REFUSED_WITHIN, 0) : start], tokens[end : end + 1]
            if not (words.refusing.intersection(before) or words.refusing_after.intersection(after)):
                return False
            denied = True
        if denied and words.partners.intersection(tokens) and not has_phrase(tokens, words.pregnant):
            return False
    return denied and not is_unsure(text, words)


def is_under_18(text: str, words: CheckWords) -> bool | None:
    """From an age that is named: “17”, “over 18”, “18 next month”; None when none is, or it does not say."""
    tokens = tokens_of(text)
    ages = [age for age in _ages(tokens, words) if age.months == age.value * _A_YEAR and _YOUNGEST <= age.value <= _OLDEST]
    if len(ages) != 1 or is_unsure(text, words):
        return None
    age = ages[0]
    before, behind = tokens[: age.start], tokens[age.end :]
    refused = _is_refused(tokens[begins_with_no(text, words) :], words)
    bounds = [ends_with(before, phrases) or begins_with(behind, phrases) for phrases in (words.answers.less, words.answers.more)]
    if bounds[0] != bounds[1]:
        under = bounds[0] != refused
        is_told = age.value <= _GROWN_UP if under else age.value >= _GROWN_UP
        return under if is_told else None
    if refused or any(bounds) or _is_about(tokens, age, words):
        return None
    return age.value - _is_coming(tokens, age, words) < _GROWN_UP


def ages_today(text: str, months: Sequence[int], words: CheckWords) -> list[int] | None:
    """Children's ages as they are today, where a text says that one is still to come: who is “nearly 4” is 47 months old.

    Args:
        months: the ages that the text names.

    Returns:
        None when it is not clear: “about 4”, or “3 and a half, nearly 4” of one child or of two.
    """
    tokens = tokens_of(text)
    named = _ages(tokens, words)
    if any(age.months in _EDGES_MONTHS and age.months in months and _is_about(tokens, age, words) for age in named):
        return None
    coming = [age for age in named if _is_coming(tokens, age, words)]
    today = list(months)
    for age in coming:
        if age.months not in today:
            if not months and len(coming) == 1:
                return [age.months - 1]
            continue
        others = [other for other in named if age.months - _A_YEAR <= other.months < age.months]
        if not all(_are_two(tokens[other.end : age.start] + tokens[age.end : other.start], words) for other in others):
            return None
        today[today.index(age.months)] = age.months - 1
    return today


def _ages(tokens: Sequence[str], words: CheckWords) -> list[_Age]:
    """Numbers that are alone, or in years or months."""
    found = []
    for at, token in enumerate(tokens):
        value = int(token) if token.isdigit() and len(token) <= len(str(_OLDEST)) else words.answers.numbers.get(token)
        if value is None or value == 0:
            continue
        unit = tokens[at + 1] if at + 1 < len(tokens) else ""
        if is_unit(unit, words.monthly) and unit not in words.answers.years:
            found.append(_Age(value, value, at, at + 2))
        elif is_unit(unit, words.answers.years):
            found.append(_Age(value, value * _A_YEAR, at, at + 2))
        elif not is_unit(unit, words.weekly | words.hours):
            found.append(_Age(value, value * _A_YEAR, at, at + 1))
    return found


def _is_coming(tokens: Sequence[str], age: _Age, words: CheckWords) -> bool:
    if ends_with(tokens[: age.start], words.past_before):
        return False
    if ends_with(tokens[: age.start], words.soon_before):
        return True
    behind = list(tokens[age.end :])
    while behind:
        if begins_with(behind, words.soon_after):
            return True
        if len(behind) > 1 and len(behind[0]) <= _LONGEST_BETWEEN and behind[1] in words.later:
            return not is_unit(behind[1], words.monthly)
        if len(behind[0]) > _LONGEST_BETWEEN or behind[0].isdigit() or behind[0] in words.answers.ands:
            return False
        behind.pop(0)
    return False


def _are_two(between: Sequence[str], words: CheckWords) -> bool:
    """“3 and nearly 4”, not “3 and a half, nearly 4”."""
    return bool(words.answers.ands.intersection(between)) and not words.half.intersection(between)


def _is_refused(tokens: Sequence[str], words: CheckWords) -> bool:
    """Whether there is a “not” beside that of “not yet 18”."""
    said = f" {' '.join(tokens)} "
    for phrase in words.answers.less:
        said = said.replace(f" {phrase} ", " ")
    return bool(words.refusing.intersection(said.split()))


def _without(tokens: Sequence[str], phrases: Iterable[str]) -> list[str]:
    said = f" {' '.join(tokens)} "
    for phrase in phrases:
        said = said.replace(f" {phrase} ", " ")
    return said.split()


def _is_about(tokens: Sequence[str], age: _Age, words: CheckWords) -> bool:
    return ends_with(tokens[: age.start], words.about) or begins_with(tokens[age.end :], words.about)


def _places(tokens: Sequence[str], phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Where the phrases stand, with what Arabic and Sorani put on to a word."""
    found = []
    for phrase in phrases:
        parts = phrase.split()
        for at in range(len(tokens) - len(parts) + 1):
            said = tokens[at : at + len(parts)]
            if list(said) == parts or (len(parts) == 1 and is_unit(said[0], frozenset(parts))):
                found.append((at, at + len(parts)))
    return list(dict.fromkeys(found))
