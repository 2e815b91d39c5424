"""Weeks that an answer to “are you pregnant?” names: how far the pregnancy is today, or something else.

“My baby is 12 weeks old”, “gave birth 12 weeks ago” and “I lost it at 12 weeks” are no pregnancy, and “due in 6 weeks”
is nearly its end. What may be on either side of the ten weeks is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.base.pregnancy import TERM_WEEKS
from bot.flows.answer_words import begins_with, ends_with, has_phrase, numbers_of, tokens_of, unit_of_weeks
from bot.flows.check_words import CheckWords
from bot.healthy_start.model import PREGNANT_MORE_THAN_WEEKS

_A_RANGE = re.compile(r"\d\s*[-–—/]\s*\d")


def weeks_today(text: str, weeks: int, words: CheckWords) -> int | None:
    """Whole weeks of a pregnancy that goes on; None when the weeks are none of one, or it is not clear how many.

    Args:
        weeks: the number that was found in the text.
    """
    tokens = tokens_of(text)
    if has_phrase(tokens, words.lost) or tells_of_a_birth(text, words) or _straddle(text, tokens, words):
        return None
    for before, behind in _beside(tokens, weeks, words):
        if ends_with(before, words.due_before) or begins_with(behind, words.due_after):
            return TERM_WEEKS - weeks if weeks < TERM_WEEKS else None
        if _is_age(before, behind, words) and not has_phrase(tokens, words.pregnant):
            return None
    return weeks


def are_of_a_child(text: str, weeks: int, words: CheckWords) -> bool:
    """Whether the weeks are a child's age, or say how long ago it was born."""
    tokens = tokens_of(text)
    if has_phrase(tokens, (*words.lost, *words.pregnant)):
        return False
    return any(_is_age(before, behind, words) for before, behind in _beside(tokens, weeks, words))


def tells_of_a_birth(text: str, words: CheckWords) -> bool:
    """“I gave birth”, “my first was born in May”, without a word of a pregnancy: weeks beside it may be either."""
    tokens = tokens_of(text)
    return has_phrase(tokens, words.born) and not has_phrase(tokens, words.pregnant)


def tells_of_a_loss(text: str, words: CheckWords) -> bool:
    """“I had a miscarriage”, of nobody who says that she is pregnant beside it."""
    said = f" {' '.join(tokens_of(text))} "
    left = said
    for phrase in words.bereaved:
        left = left.replace(f" {phrase} ", " ")
    return left != said and not has_phrase(left.split(), words.pregnant)


def _beside(tokens: Sequence[str], weeks: int, words: CheckWords) -> Iterable[tuple[list[str], list[str]]]:
    """The words before the number and those behind its unit."""
    for number in numbers_of(tokens, words.answers):
        if number.value == weeks:
            before = list(tokens[: number.start])
            while before and before[-1] in words.about:
                before.pop()
            yield before, list(tokens[unit_of_weeks(tokens, number, words.answers) or number.end :])


def _is_age(before: Sequence[str], behind: Sequence[str], words: CheckWords) -> bool:
    return ends_with(before, words.born_before) or begins_with(behind, words.born_after)


def _straddle(text: str, tokens: Sequence[str], words: CheckWords) -> bool:
    """“9 or 10 weeks”, “8-12”: at ten weeks the answer changes."""
    numbers = list(numbers_of(tokens, words.answers))
    for one, other in pairwise(numbers):
        joined = other.start == one.end + 1 and tokens[one.end] in words.either
        if (joined or (other.start == one.end and _A_RANGE.search(text))) and _side(one.value) != _side(other.value):
            return unit_of_weeks(tokens, other, words.answers) is not None or other.end == len(tokens)
    return False


def _side(weeks: int) -> int:
    return (weeks > PREGNANT_MORE_THAN_WEEKS) - (weeks < PREGNANT_MORE_THAN_WEEKS)
