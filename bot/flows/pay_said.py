"""A family's pay as it is typed: several amounts, by the week, by the year, more or less than an amount, nothing at all.

A sum is only taken for one a month when nothing beside it speaks against that. What is paid by the hour, or beside a
word that is not known, says nothing of a month, and is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.base.text import ascii_digits
from bot.flows.answer_words import has_phrase, is_asking, is_unit, tokens_of
from bot.flows.check_words import CheckWords
from bot.flows.money import Amount, amounts

_DAYS_A_WEEK, _LONGEST_MONTH = 7, 31
_MONTHS_A_YEAR = 12
_MOST_WEEKS = 4
_BESIDE = 2
"""So many words before an amount may say for how long it is paid."""
_REFUSED_WITHIN = 2
_CLAUSE = re.compile(r"[.,;:!?()\n،؛۔…–—-]+")
_ABBREVIATED = re.compile(r"(?<=\bp)[./](?=[wmah]\b)", re.IGNORECASE)
"""“p/w”, “p.a.”"""
_A_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Pay:
    """Take-home pay in a month, in pence, as far as it is known; `most` is None when there is no telling."""

    least: int
    most: int | None


@dataclass(frozen=True)
class _Beside:
    """The words before an amount and behind it, as far as the next amount and the end of the thought."""

    before: list[str]
    behind: list[str]


def pay_said(text: str, words: CheckWords) -> Pay | None:
    """What is earned in a month; None when no amount is named, or it is not clear what it is.

    A wage by the week is paid four or five times a month, one every four weeks once or twice. Several amounts may be of
    two months or of two people, so the least is the smallest and the most is all of them.
    """
    text = _ABBREVIATED.sub("", text)
    if is_asking(text, words.answers):
        return None
    if _says_nothing_is_earned(text, words):
        return Pay(0, 0)
    if has_phrase(tokens_of(text), words.not_pay):
        return None  # “£900 from Universal Credit” is no pay, and whose amounts are what is not clear
    if any(is_unit(token, words.hours) and not is_unit(token, words.weekly) for token in tokens_of(text)):
        return None  # “tydzień”, a week, has “dzień”, a day, in it
    found = amounts(text)
    earned = [amount for amount in found if not _is_count(text, amount, words)]
    read = [_in_a_month(amount, _beside(text, amount, earned), words) for amount in earned]
    known = [pay for pay in read if pay is not None]
    if not known or len(known) < len(earned) or _has_other_figures(text, found):
        return None
    most = [pay.most for pay in known if pay.most is not None]
    return Pay(min(pay.least for pay in known), sum(most) if len(most) == len(known) else None)


def _says_nothing_is_earned(text: str, words: CheckWords) -> bool:
    """“No, I don't work, just benefits”, and not “I don't work much” or “I don't work but he does”."""
    said = f" {' '.join(tokens_of(text))} "
    left = said
    for phrase in (*words.no_pay, *words.not_pay):
        left = left.replace(f" {phrase} ", " # " if phrase in words.no_pay else " ")
    rest = set(left.split()) - {"#"}
    return "#" in left.split() and rest <= words.beside_no_pay | words.no | words.pounds


def _has_other_figures(text: str, found: Sequence[Amount]) -> bool:
    """Figures that are no amount: “£2,5000”, a date."""
    for amount in reversed(found):
        text = text[: amount.start] + text[amount.end :]
    return bool(_A_DIGIT.search(ascii_digits(text)))


def _is_count(text: str, amount: Amount, words: CheckWords) -> bool:
    """The 2 of “every 2 weeks”."""
    behind = tokens_of(text[amount.end :])[:1]
    is_sum = text[: amount.start].rstrip().endswith("£")
    return not is_sum and amount.pence <= _MOST_WEEKS * 100 and bool(behind) and is_unit(behind[0], words.answers.weeks)


def _beside(text: str, amount: Amount, earned: Sequence[Amount]) -> _Beside:
    following = next((other.start for other in earned if other.start > amount.start), None)
    previous = next((other.end for other in reversed(earned) if other.end <= amount.start), 0)
    behind = tokens_of(_CLAUSE.split(text[amount.end : following])[0])
    before = tokens_of(_CLAUSE.split(text[previous : amount.start])[-1])
    return _Beside(before, [] if behind == ["+"] and following else behind)


def _in_a_month(amount: Amount, beside: _Beside, words: CheckWords) -> Pay | None:
    """The amount by the month; None when a word beside it is not known, or says something else than the next."""
    times = words.thousands.get(beside.behind[0], 1) if beside.behind else 1
    before, behind = beside.before, beside.behind[times > 1 :]
    bound, behind = _bound(before, behind, words)
    known = _known_part(behind, words)
    if known is None:
        return None
    period = _period(known, words) or _period(before[-_BESIDE:], words)
    elsewhere = _period([*before, *behind], words)
    if period is None and elsewhere not in {None, "month"}:
        return None
    least, most = _by_the_month(amount.pence * times, period, [*known, *before[-_BESIDE:]], words)
    if bound is None:
        return Pay(least, most)
    return Pay(0, most) if bound == "at_most" else Pay(least + (bound == "more"), None)


def _bound(before: list[str], behind: list[str], words: CheckWords) -> tuple[str | None, list[str]]:
    """Whether the amount is the least or the most, and the words behind it without those that say so."""
    ahead = [*before]
    while ahead and (ahead[-1] in words.pounds or ahead[-1] in words.about):
        ahead.pop()
    kinds = (("at_most", words.at_most), ("at_least", words.at_least), ("more", words.answers.more), ("at_most", words.answers.less))
    all_phrases = sorted(((phrase, kind) for kind, phrases in kinds for phrase in phrases), key=lambda one: -len(one[0]))
    for phrase, kind in all_phrases:
        parts = phrase.split()
        if ahead[-len(parts) :] == parts != ["+"]:
            return _turned(kind, ahead[: -len(parts)][-_REFUSED_WITHIN:], words), behind
        at = next((i for i in range(len(behind)) if behind[i : i + len(parts)] == parts), None)
        if at is not None:
            after = behind[at + len(parts) :]
            refused = after[:1] if set(after[:1]) & (words.refusing | words.no) else []
            kind = "at_least" if phrase == "+" else kind
            return _turned(kind, refused, words), [*behind[:at], *after[len(refused) :]]
    return None, behind


def _turned(kind: str, near: Sequence[str], words: CheckWords) -> str:
    if not set(near) & (words.refusing | words.no):
        return kind
    return "at_least" if kind == "at_most" else "at_most"


def _known_part(behind: Sequence[str], words: CheckWords) -> list[str] | None:
    """What stands behind an amount up to words that begin something else; None when one before them is not known."""
    known = words.per | words.pounds | set(words.answers.numbers)
    for at, token in enumerate(behind):
        if token in known or re.fullmatch("[1-4]", token) or _period([token], words):
            continue
        goes_on = token in words.goes_on or token in words.answers.beside or (token.startswith("و") and token[1:] in words.goes_on)
        return [*behind[:at]] if goes_on else None
    return [*behind]


def _period(said: Sequence[str], words: CheckWords) -> str | None:
    """For how long a sum is paid, by the first word that says it."""
    kinds = (("week", words.answers.fortnights | words.weekly), ("month", words.monthly), ("year", words.yearly))
    return next((name for token in said for name, names in kinds if is_unit(token, names)), None)


def _by_the_month(pence: int, period: str | None, said: list[str], words: CheckWords) -> tuple[int, int]:
    if period == "year":
        return pence // _MONTHS_A_YEAR, -(-pence // _MONTHS_A_YEAR)
    if period != "week":
        return pence, pence
    two = 2 if words.answers.fortnights.intersection(said) else None
    weeks = two or next((int(w) for w in said if re.fullmatch("[1-4]", w)), None) or _number_word(said, words) or 1
    return pence * (_MOST_WEEKS // weeks), pence * -(-_LONGEST_MONTH // (_DAYS_A_WEEK * weeks))


def _number_word(said: list[str], words: CheckWords) -> int | None:
    """The “two” right before “weeks”."""
    numbers = words.answers.numbers
    return next((numbers[w] for w, unit in pairwise(said) if numbers.get(w, 9) <= _MOST_WEEKS and is_unit(unit, words.weekly)), None)
