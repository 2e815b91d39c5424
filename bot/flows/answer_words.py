"""Typed answers to a question that is known: weeks of pregnancy, twins, and whether it is an answer at all.

What is named in any message is read elsewhere (`bot.nlu`); here it is known what was asked, so that
“20” is weeks and “12 weeks” no child.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.base.pregnancy import LAST_WEEK
from bot.base.text import ascii_digits, fold
from bot.base.yaml_files import read_yaml

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?|\+")
_SHORT = re.compile(r"(?<![^\W_])(\d{1,2})w(?:\s?([0-6])d?)?(?![^\W_])", re.IGNORECASE)
"""“12w”, “10w3d”"""
_AND_A_PART = re.compile(r"(?<![\d.,/+])(\d{1,2})(?:[.,٫][1-9]|\s?½|\s1/2|\s?\+\s?[1-6])(?![\d/])")
"""“10.5”, “10½”, and “10+3” as midwives write it."""
_TEN, _A_WEEK = 10, 7
_A_STEM = 4
_LONGEST_BETWEEN = 3
"""Letters of what may stand between a number and its unit: “12-tym tygodniu”, “12th week”."""


@dataclass(frozen=True)
class AnswerWords:
    """The words of one language, folded; those of English count everywhere.

    Attributes:
        units: every unit of time but weeks; `days` and `years` are those for days and years.
        fortnights: words for two weeks.
        numbers: word → number.
        ands: what stands between one child and the next.
        children: word → how many children one birth brought.
    """

    weeks: frozenset[str]
    units: frozenset[str]
    days: frozenset[str]
    years: frozenset[str]
    fortnights: frozenset[str]
    numbers: Mapping[str, int]
    asking: tuple[str, ...]
    more: tuple[str, ...]
    less: tuple[str, ...]
    beside: frozenset[str]
    ands: frozenset[str]
    children: Mapping[str, int]


@dataclass(frozen=True)
class _Number:
    value: int
    start: int
    end: int


def load_answer_words(content_dir: Path) -> Mapping[str, AnswerWords]:
    """By language, as the files in `content/words` are named.

    Raises:
        ContentError: a file is missing or broken.
    """
    own = read_yaml(content_dir / "answer_words.yml")
    read = {code: (read_yaml(content_dir / "words" / f"{code}.yml"), of_answers) for code, of_answers in own.items()}
    return {code: _with_english([read[code], read["en"]]) for code in read}


def _with_english(sources: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> AnswerWords:
    units = {unit: _folded(w for words, _ in sources for w in words["units"][unit]) for unit in ("day", "week", "month", "year")}
    return AnswerWords(
        weeks=frozenset(units["week"]),
        units=frozenset((*units["day"], *units["month"], *units["year"])),
        days=frozenset(units["day"]),
        years=frozenset(units["year"]),
        fortnights=frozenset(_folded(w for _, answer in sources for w in answer["fortnights"])),
        numbers={fold(str(w)): int(n) for words, _ in reversed(sources) for n, said in words["numbers"].items() for w in said or ()},
        asking=_folded(w for _, answer in sources for w in answer["asking"]),
        more=_folded(w for _, answer in sources for w in answer["more"]),
        less=_folded(w for _, answer in sources for w in answer["less"]),
        beside=frozenset(_folded(w for _, answer in sources for w in answer["beside"])),
        ands=frozenset(_folded(w for words, _ in sources for w in words["and"])),
        children={fold(str(w)): int(n) for _, answer in sources for n, said in answer["children"].items() for w in said},
    )


def _folded(words: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(str(word)) for word in words))


def is_asking(text: str, words: AnswerWords) -> bool:
    """Whether a sentence is put as a question, with or without a question mark."""
    said = f" {' '.join(tokens_of(text))} "
    return "?" in text or "؟" in text or any(f" {phrase} " in said for phrase in words.asking)


def weeks_said(text: str, words: AnswerWords) -> int | None:
    """Whole weeks of pregnancy in an answer to “are you pregnant?”: beside a word for weeks, or a number alone.

    “More than 10” is 11 and “less than 10” is 9: at exactly ten the rules are not clear. “10 weeks and 3 days” is more.
    """
    tokens = tokens_of(_AND_A_PART.sub(_without_part, _SHORT.sub(_in_words, ascii_digits(text))))
    numbers = list(numbers_of(tokens, words))
    said = next((n for n in numbers if unit_of_weeks(tokens, n, words)), None)
    said = said or next((n for n in numbers if n.start > 0 and is_unit(tokens[n.start - 1], words.weeks)), None)
    if said is None and len(numbers) == 1 and _is_alone(tokens, numbers[0], words):
        said = numbers[0]
    if said is None:
        return None
    weeks = said.value + (_more_or_less(tokens, said, words) or _days_after_ten(tokens, said, words))
    return weeks if 0 < weeks <= LAST_WEEK else None


def births_said(text: str, words: AnswerWords, ages: int) -> list[int] | None:
    """For each age that a text names, how many children it stands for; `[2, 1]` for “twins of 6 months and one of 3 years”.

    None when it speaks of twins and it is not clear which age is theirs.
    """
    tokens = tokens_of(text)
    twins = [at for at, token in enumerate(tokens) if token in words.children]
    if not twins:
        return [1] * ages
    if ages == 1:
        return [words.children[tokens[twins[0]]]]
    numbers = list(numbers_of(tokens, words))
    if len(numbers) != ages:
        return None
    births = [1] * ages
    for at in twins:
        # “a girl of 3 and twins of 1” is about what follows, “6 months old twins and a girl of 3” about what stands before.
        before = [i for i, n in enumerate(numbers) if n.end <= at and not words.ands.intersection(tokens[n.end : at])]
        after = [i for i, n in enumerate(numbers) if n.start > at]
        births[(before[-1:] or after[:1] or [-1])[0]] = words.children[tokens[at]]
    return births


def tokens_of(text: str) -> list[str]:
    """Words, figures and plus signs, folded."""
    return _TOKEN.findall(fold(text))


def has_phrase(tokens: Sequence[str], phrases: Iterable[str]) -> bool:
    """Whether one of the phrases stands anywhere."""
    said = f" {' '.join(tokens)} "
    return any(f" {phrase} " in said for phrase in phrases)


def ends_with(tokens: Sequence[str], phrases: Iterable[str]) -> bool:
    """Whether one of the phrases stands at the end."""
    said = f" {' '.join(tokens)}"
    return any(said.endswith(f" {phrase}") for phrase in phrases)


def begins_with(tokens: Sequence[str], phrases: Iterable[str]) -> bool:
    """Whether one of the phrases stands at the beginning."""
    said = f"{' '.join(tokens)} "
    return any(said.startswith(f"{phrase} ") for phrase in phrases)


def numbers_of(tokens: Sequence[str], words: AnswerWords) -> Iterator[_Number]:
    """Figures and number words; “twenty two” and “اثنان وعشرون” are one."""
    at = 0
    while at < len(tokens):
        value = _value(tokens[at], words)
        if value is None:
            at += 1
            continue
        end = at + 1
        for step in (end, end + 1):
            then = _value(tokens[step], words) if step < len(tokens) and not tokens[at].isdigit() else None
            if then is not None and _are_tens_and_ones(value, then) and all(len(t) <= _LONGEST_BETWEEN for t in tokens[end:step]):
                value, end = value + then, step + 1
                break
        yield _Number(value, at, end)
        at = end


def _are_tens_and_ones(one: int, other: int) -> bool:
    return min(one, other) < 10 and max(one, other) in {20, 30, 40}


def _value(token: str, words: AnswerWords) -> int | None:
    if token.isdigit():
        return int(token)
    return words.numbers.get(token, words.numbers.get(token[1:]) if token.startswith("و") else None)


def unit_of_weeks(tokens: Sequence[str], number: _Number, words: AnswerWords) -> int | None:
    """Where the word for weeks ends that stands behind a number; None when none does."""
    for place in (number.end, number.end + 1):
        if place >= len(tokens):
            return None
        if is_unit(tokens[place], words.weeks):
            return place + 1
        if len(tokens[place]) > _LONGEST_BETWEEN or tokens[place].isdigit() or is_unit(tokens[place], words.units):
            return None
    return None


def _in_words(short: re.Match[str]) -> str:
    return f"{short[1]} weeks" + (f" {short[2]} days" if short[2] else "")


def _without_part(found: re.Match[str]) -> str:
    """Only at ten do some days more make a difference."""
    return str(int(found[1]) + (int(found[1]) == _TEN))


def _days_after_ten(tokens: Sequence[str], weeks: _Number, words: AnswerWords) -> int:
    behind = [token for token in tokens[unit_of_weeks(tokens, weeks, words) or weeks.end :] if token not in words.ands]
    days = _value(behind[0], words) if len(behind) > 1 and is_unit(behind[1], words.days) else None
    return int(weeks.value == _TEN and days is not None and 0 < days < _A_WEEK)


def is_unit(token: str, names: frozenset[str]) -> bool:
    """Whether a word is a unit of time, with what Arabic puts before it and Sorani and Polish behind it."""
    return token in names or any(len(name) >= _A_STEM and name in token for name in names)


def _is_alone(tokens: Sequence[str], number: _Number, words: AnswerWords) -> bool:
    rest = " ".join((*tokens[: number.start], "#", *tokens[number.end :]))
    for phrase in sorted((*words.more, *words.less, *words.beside), key=len, reverse=True):
        rest = f" {rest} ".replace(f" {phrase} ", " ").strip()
    return rest == "#"


def _more_or_less(tokens: Sequence[str], number: _Number, words: AnswerWords) -> int:
    before, behind = f" {' '.join(tokens[: number.start])}", [*tokens[number.end :]]
    if behind and is_unit(behind[0], words.weeks):
        behind.pop(0)
    after = f"{' '.join(behind)} "
    for phrases, step in ((words.more, 1), (words.less, -1)):
        if any(before.endswith(f" {phrase}") or after.startswith(f"{phrase} ") for phrase in phrases):
            return step
    return 0
