"""A family's pay as it is typed: several amounts, by the week, by the year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.flows.answer_words import AnswerWords, is_unit, tokens_of
from bot.flows.money import Amount, amounts

_DAYS_A_WEEK, _LONGEST_MONTH = 7, 31
_MOST_WEEKS = 4
_AFTER, _BEFORE = 4, 2
"""So many words behind an amount and before it may say for how long it is paid."""


@dataclass(frozen=True)
class Pay:
    """Take-home pay in a month, in pence, as far as it is known; `least` and `most` are the same for one amount a month."""

    least: int
    most: int


def pay_said(text: str, words: AnswerWords) -> Pay | None:
    """What is earned in a month; None when no amount is named.

    A wage by the week is paid four or five times a month, one every four weeks once or twice. Several amounts may be of
    two months or of two people, so the least is the smallest and the most is all of them.
    """
    found = amounts(text)
    counts = [a for a in found if _is_count(text, a, words)]
    earned = [a for a in found if a not in counts] if len(counts) < len(found) else found
    if not earned:
        return None
    monthly = [_in_a_month(text, a, earned, words) for a in earned]
    return Pay(min(least for least, _ in monthly), sum(most for _, most in monthly))


def _is_count(text: str, amount: Amount, words: AnswerWords) -> bool:
    """The 2 of “every 2 weeks”."""
    behind = tokens_of(text[amount.end :])[:1]
    is_sum = text[: amount.start].rstrip().endswith("£")
    return not is_sum and amount.pence <= _MOST_WEEKS * 100 and bool(behind) and is_unit(behind[0], words.weeks)


def _in_a_month(text: str, amount: Amount, earned: list[Amount], words: AnswerWords) -> tuple[int, int]:
    following = next((other.start for other in earned if other.start > amount.start), len(text))
    previous = next((other.end for other in reversed(earned) if other.end <= amount.start), 0)
    said = [*tokens_of(text[amount.end : following])[:_AFTER], *tokens_of(text[previous : amount.start])[-_BEFORE:]]
    if any(is_unit(word, words.years) for word in said):
        return amount.pence // 12, amount.pence // 12
    if not any(is_unit(word, words.weeks) or word in words.fortnights for word in said):
        return amount.pence, amount.pence
    two = 2 if words.fortnights.intersection(said) else None
    weeks = two or next((int(w) for w in said if re.fullmatch("[1-4]", w)), None) or _number_word(said, words) or 1
    return amount.pence * (_MOST_WEEKS // weeks), amount.pence * -(-_LONGEST_MONTH // (_DAYS_A_WEEK * weeks))


def _number_word(said: list[str], words: AnswerWords) -> int | None:
    """The “two” right before “weeks”."""
    pairs = pairwise(said)
    return next((words.numbers[w] for w, unit in pairs if words.numbers.get(w, 9) <= _MOST_WEEKS and is_unit(unit, words.weeks)), None)
