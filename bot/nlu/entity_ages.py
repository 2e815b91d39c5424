"""Ages of children; and which lengths of time are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.nlu.entity_pregnancies import BABY_WEEKS, week_or_month, weeks_and_days, weeks_pregnant
from bot.nlu.entity_words import Found, Number, Sentence, Span

_UNIT_MONTHS = {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "year": 12.0}
_CHILDHOOD_MONTHS = 18 * 12
_OLDEST = {"day": 60, "week": 104, "month": 60, "year": 18}
_BEFORE, _AFTER = 4, 3
_A_YEAR = 12
_TERSE = frozenset({"m", "l"})
"""Metres, miles and litres too: units of age only beside another one or `old`."""
_WEEK_DAYS = 7
_GROWN_UP_YEARS = 16
_ONLY_AN_ANSWER = 4
_AHEAD = {"half": 0.5, "quarter": 0.25, "quarter_less": -0.25}
"""What stands before a number of years and is added to it."""


@dataclass(frozen=True)
class _Length:
    """A length of time; `sure` when a word beside it says that it is an age."""

    number: float
    unit: str
    start: int
    end: int
    sure: bool

    @property
    def months(self) -> int:
        return int(self.number * _UNIT_MONTHS[self.unit] + 0.01)


def read_ages(sentence: Sentence) -> list[Found]:
    """All ages in months, and weeks of pregnancy, in order.

    `2 years 3 months` is one age; `2 and 4 years old` are two. Lengths of time that are no ages
    (“waiting 6 months”, “2 years ago”) are marked as used, so that nothing else is made of them.
    """
    lengths = _with_units(sentence) + _phrases(sentence)
    lengths = _years_and_months(sentence, sorted(lengths, key=lambda one: one.start))
    lengths += _cued(sentence)
    found = list(weeks_and_days(sentence))
    for one in lengths:
        sentence.used |= set(range(one.start, one.end))
        if weeks := weeks_pregnant(sentence, one.number, one.unit, one.start, one.end, an_age=one.sure):
            found.append(Found("weeks_pregnant", weeks, one.start))
        elif _is_age(sentence, one):
            found.append(Found("age_months", one.months, one.start))
    last = None
    for span in sentence.of("age_nouns"):
        # “ساوایە تازە لەدایکبووە” says it twice of one child.
        refused = sentence.ending(span.start, "refusal") or sentence.starting(span.end, "refusal")
        again = last is not None and last.value == span.value and span.start - last.end <= 1
        if span.start not in sentence.used and not again and not refused:
            found.append(Found("age_months", int(span.value), span.start))
        sentence.used |= set(range(span.start, span.end))
        last = span
    return sorted(found, key=lambda f: f.at)


def _with_units(sentence: Sentence) -> list[_Length]:
    lengths: list[_Length] = []
    for unit in sentence.of("units"):
        counted = sentence.starting(unit.start, "age_words") is not None  # “ساڵێک” is a year and says how many
        if counted or unit.start in sentence.used or any(one.start <= unit.start < one.end for one in lengths):
            continue
        at = unit.start - (1 if sentence.word(unit.start - 1) in {"-", "–"} or sentence.has(unit.start - 1, "of") else 0)
        number, start = _quantity(sentence, at)
        if number is None and at != unit.start:
            number, start = _quantity(sentence, unit.start)
        if number is not None and _is_hour_on_monday(sentence, start, unit):
            continue
        half, end = _half_after(sentence, unit.end)
        if number is None and (told := week_or_month(sentence, unit)):
            number, start, end = told.value, told.start, told.end
        if number is None:
            alone = unit.value in {"year", "month"} and (half or sentence.ending(unit.start, "age_before"))
            if not alone and not (unit.value == "year" and _months_follow(sentence, unit.end)):
                continue
            number, start = 1.0, unit.start
        sure = _is_sure(sentence, start, end)
        if sentence.word(unit.start) in _TERSE and not (sure or _is_of_a_pair(sentence, start, unit)):
            continue
        lengths += _listed_before(sentence, start, end, unit, sure)
        lengths.append(_Length(number + half, unit.value, start, end, sure))
    return lengths


def _is_of_a_pair(sentence: Sentence, start: int, unit: Span) -> bool:
    """`2y4m`, `2l 3m`."""
    before = sentence.ending(start, "units")
    return _months_follow(sentence, unit.end) if unit.value == "year" else before is not None and before.value == "year"


def _is_hour_on_monday(sentence: Sentence, start: int, unit: Span) -> bool:
    """`la 10 luni`: in Romanian, months are also Monday; of a baby it is an age all the same."""
    is_weekday = sentence.starting(unit.start, "weekdays") is not None
    at_the_clock = sentence.ending(start, "clock_before") is not None and not sentence.has(start - 1, "no_age_before")
    return is_weekday and at_the_clock and not sentence.of("child_groups", "age_nouns", "pregnant")


def _months_follow(sentence: Sentence, end: int) -> bool:
    """`rok i 3 miesiące`: a year without a number that goes on in months."""
    at = end + (1 if sentence.has(end, "and") and not sentence.starting(end, "age_words") else 0)
    number = sentence.numbers.get(at)
    unit = sentence.starting(number.end, "units") if number else None
    months = sentence.starting(at, "age_words")
    return (unit is not None and unit.value == "month") or (months is not None and int(months.value) < _A_YEAR)


def _quantity(sentence: Sentence, end: int) -> tuple[float | None, int]:
    """The number that ends before a place, with a half (`2 and a half`, `ساڑھے تین`); and where it begins."""
    if half := sentence.ending(end, "half"):
        before = half.start
        while before > 0 and (sentence.has(before - 1, "and") or sentence.word(before - 1) == "a"):
            before -= 1
        number = sentence.number_ending(before)
        return (number.value + 0.5, number.start) if number else (0.5, half.start)
    if sentence.word(end - 1) == "a" and (half := sentence.ending(end - 1, "half")):
        return 0.5, half.start  # half a year
    number = sentence.number_ending(end)
    if number is None:
        return None, end
    ahead = sentence.ending(number.start, *_AHEAD)
    if ahead is None or ahead.start in sentence.used:
        return number.value, number.start
    return number.value + _AHEAD[ahead.label], ahead.start  # `ساڑھے تین`, `سوا دو`, `پونے تین`


def _half_after(sentence: Sentence, end: int) -> tuple[float, int]:
    """Half a unit said after it (`years and a half`, `ani jumate`), and where the length then ends."""
    for at in range(end, end + 3):
        half = sentence.starting(at, "half")
        if half and all(sentence.has(i, "and") or sentence.word(i) == "a" for i in range(end, at)):
            # `2 years and half 10` is an hour.
            return (0.0, end) if half.end in sentence.numbers else (0.5, half.end)
    return 0.0, end


def _listed_before(sentence: Sentence, start: int, end: int, unit: Span, sure: bool) -> list[_Length]:
    """`2, 4 and 6 years`: numbers that share a unit. A range of ages is no child, unless it is narrow."""
    found: list[_Length] = []
    at = start
    while True:
        link = at - 1
        linked = sentence.word(link) in {",", "،"} or sentence.has(link, "and", "or")
        number = sentence.number_ending(link) if linked else None
        if number is None and (found or _begins_with_and(sentence, at)):
            number = sentence.number_ending(at)  # `2 4 and 6 years`, `سنتين واربعة وسبع سنين`
        if number is None or number.value > _OLDEST[unit.value] or sentence.ending(number.start, "clock_before"):
            return found
        found.insert(0, _Length(number.value, unit.value, number.start, number.end, sure))
        at = number.start


def _begins_with_and(sentence: Sentence, at: int) -> bool:
    """In Arabic, “and” and the number are one word."""
    return sentence.word(at).startswith("و") and sentence.word(at)[1:2] not in {"", "ا"}


def _phrases(sentence: Sentence) -> list[_Length]:
    found = []
    for span in sentence.of("age_words"):
        half, end = _half_after(sentence, span.end)
        months = float(span.value)
        unit = "year" if months >= 12 or months == 6 else "month"
        number = (months / 12 if unit == "year" else months) + half
        found.append(_Length(number, unit, span.start, end, _is_sure(sentence, span.start, end)))
    return found


def _cued(sentence: Sentence) -> list[_Length]:
    """`hes 2`, `ages 2 and 4`, `3 ka hai`: years without the word."""
    found: list[_Length] = []
    taken = set(sentence.used) | {i for s in sentence.of("units", "age_words") for i in range(s.start - 2, s.end)}
    for cue in sentence.of("age_before"):
        number = sentence.numbers.get(cue.end)
        listed: list[Number] = []
        while number and number.value <= _OLDEST["year"]:
            listed.append(number)
            link = number.end
            linked = sentence.has(link, "and") or sentence.word(link) in {",", "،"}
            number = sentence.numbers.get(link + 1) if linked else None
        if listed and not taken & {n.start for n in listed} and _may_end_after(sentence, listed[-1].end):
            found += [_Length(n.value, "year", n.start, n.end, True) for n in listed if n.value]
    found += [one for one in _counted_children(sentence) if one.start not in taken]
    found += [one for one in _named_children(sentence) if one.start not in taken]
    for cue in sentence.of("age_after"):
        number = sentence.number_ending(cue.start)
        if number and number.start not in taken and 1 <= number.value <= _OLDEST["year"]:
            found.append(_Length(number.value, "year", number.start, cue.end, True))
    for half in sentence.of("half"):
        value, start = _quantity(sentence, half.end)
        clock = sentence.ending(start, "clock_before") is not None
        hour = clock and sentence.word(half.start - 1) != "a"  # “at 2 and a half”, but “الساعة ٣ ونص”
        if value and value > 1 and start < half.start and start not in taken and not hour and _may_end_after(sentence, half.end):
            found.append(_Length(value, "year", start, half.end, not clock))  # `hes 2 and a half`
    return list({one.start: one for one in found}.values())


def _counted_children(sentence: Sentence) -> Iterator[_Length]:
    """`my first is 3`."""
    for cue in sentence.of("being"):
        child, number = sentence.ending(cue.start, "ordinals"), sentence.numbers.get(cue.end)
        if child is None or number is None or not sentence.ending(child.start, "of_a_child"):
            continue
        if number.value <= _OLDEST["year"] and _may_end_after(sentence, number.end):
            yield _Length(number.value, "year", number.start, number.end, True)


def _named_children(sentence: Sentence) -> Iterator[_Length]:
    """`son 3, daughter 11 months`: years where a thought ends after the number and another child's age is told as well."""
    if not sentence.of("units", "age_words"):
        return
    for number in sentence.numbers.values():
        child = sentence.ending(number.start, "of_a_child")
        ends = sentence.is_pause(number.end) or sentence.has(number.end, "and")
        if child and ends and 1 <= number.value <= _OLDEST["year"]:
            yield _Length(number.value, "year", number.start, number.end, True)


def _may_end_after(sentence: Sentence, at: int) -> bool:
    if sentence.starting(at, "units", "minutes", "miles", "kilometres", "pounds", "months", "bus", "clock_after"):
        return False
    if sentence.has(at, "until") and at + 1 in sentence.numbers:
        return False
    return sentence.is_pause(at) or sentence.has(at, "joins", "and", "or", "age_after", "weekdays", "today", "tomorrow")


def _is_sure(sentence: Sentence, start: int, end: int) -> bool:
    at = end + (1 if sentence.word(end) == "-" else 0)
    return sentence.ending(start, "age_before") is not None or sentence.starting(at, "age_after") is not None


def _years_and_months(sentence: Sentence, lengths: list[_Length]) -> list[_Length]:
    """`2 years and 3 months` is one age."""
    joined: list[_Length] = []
    for one in lengths:
        before = joined[-1] if joined else None
        gap = range(before.end, one.start) if before else range(0)
        linked = before is not None and len(gap) <= 1 and all(sentence.has(i, "and") for i in gap)
        if before and linked and before.unit == "year" and one.unit == "month" and one.number < 12 and before.number == int(before.number):
            joined[-1] = _Length(before.months + one.number, "month", before.start, one.end, before.sure or one.sure)
        else:
            joined.append(one)
    return joined


def _is_days_of_a_child(sentence: Sentence, one: _Length) -> bool:
    """`طفلي أربعين يوم`; not “my son 3 days in nursery”."""
    beside = sentence.ending(one.start, "of_a_child") is not None and one.number >= _WEEK_DAYS
    return beside and _may_end_after(sentence, one.end) and not sentence.near(one.start, one.end, "no_age_near", _BEFORE, _AFTER)


def _is_age(sentence: Sentence, one: _Length) -> bool:
    if one.unit == "month" and one.number > _CHILDHOOD_MONTHS:
        return True  # nobody waits 900 months: an age that cannot be, which the search answers kindly
    oldest = _CHILDHOOD_MONTHS if one.unit == "month" and one.sure else _OLDEST[one.unit]
    if one.number > oldest and not (one.unit == "year" and one.number < 100):
        return False
    own = sentence.near(one.start, one.end, "own_age", 2, 0) or sentence.length > _ONLY_AN_ANSWER
    if one.unit == "year" and one.number >= _GROWN_UP_YEARS and own:
        return False  # “I am 19”: the parent
    if one.unit == "day":
        return one.sure or _is_days_of_a_child(sentence, one)
    if one.sure:
        return True
    if one.unit == "week" and one.number > BABY_WEEKS:
        return False
    ranged = sentence.has(one.start - 1, "until") and not sentence.has(one.start - 1, "and")
    if ranged and sentence.number_ending(one.start - 1):
        return False  # a range is a group's, not a child's
    if sentence.has(one.start - 1, "no_age_before", "past", "next", "limit") and not sentence.is_pause(one.start - 1):
        return False
    return not sentence.near(one.start, one.end, "no_age_near", _BEFORE, _AFTER)
