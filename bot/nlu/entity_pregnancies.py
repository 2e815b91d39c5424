"""Weeks of a pregnancy: counted in weeks or months, or told by how far off the birth is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.base.pregnancy import LAST_WEEK, TERM_WEEKS
from bot.base.text import is_right_to_left
from bot.nlu.entity_words import Found, Number, Sentence, Span

BABY_WEEKS = 16
"""More weeks than these, and no word that says so, are a pregnancy rather than an age."""
_WEEK_DAYS = 7
_LAST_MONTH = 10
_WEEKS_IN = {"day": 1 / _WEEK_DAYS, "week": 1.0, "month": 52 / 12}
_BIRTH_BEFORE, _BIRTH_AFTER, _BIRTH_FIRST = "before", "after", "first"
_BIRTH_DAY = "day"


def weeks_and_days(sentence: Sentence) -> Iterator[Found]:
    """`36+4`, as midwives write it."""
    for number in sentence.numbers.values():
        days = sentence.word(number.end + 1)
        if sentence.word(number.end) == "+" and days.isdigit() and int(days) < _WEEK_DAYS and BABY_WEEKS / 2 <= number.value <= LAST_WEEK:
            sentence.used |= set(range(number.start, number.end + 2))
            yield Found("weeks_pregnant", int(number.value), number.start)


def week_or_month(sentence: Sentence, unit: Span) -> Number | None:
    """`week 24`, `luna a 5-a`, `حمل کا ساتواں مہینہ`, `my 5th month`: which one it is, with all the words that say so."""
    in_the_calendar = sentence.has(unit.start, "month_number")  # “شهر ٧” is July as well
    if unit.value not in {"week", "month"} or in_the_calendar or not sentence.of("pregnant"):
        return None
    at = unit.end + (1 if sentence.word(unit.end) == "a" else 0)
    after = sentence.numbers.get(at)
    may_be_a_date = unit.value == "month" and is_right_to_left(sentence.word(unit.start))  # “بالشهر 5” is May as well
    if after and not may_be_a_date and not sentence.starting(after.end, "units"):
        is_an_ordinal = sentence.word(after.end) in {"-", "–"} and sentence.word(after.end + 1) == "a"
        return Number(after.value, unit.start, after.end + 2 * is_an_ordinal)
    before = sentence.ordinal_ending(unit.start)
    return Number(before.value, before.start, unit.end) if before else None


def weeks_pregnant(sentence: Sentence, number: float, unit: str, start: int, end: int, *, an_age: bool) -> int | None:
    """Weeks, when the message speaks of a pregnancy; months count when they stand beside that word.

    Args:
        start, end: where the length of time stands.
        an_age: a word beside it says that it is an age.
    """
    if unit in _WEEKS_IN and _birth_is_off(sentence, start, end):
        weeks = TERM_WEEKS - number * _WEEKS_IN[unit]
        return int(weeks) if weeks > 0 else None
    if not sentence.of("pregnant"):
        return None
    if unit == "week":
        return int(number) if 0 < number <= LAST_WEEK else None
    beside = sentence.near(start, end, "pregnant", 4, 3)
    return int(number * _WEEKS_IN["month"]) if unit == "month" and beside and not an_age and number <= _LAST_MONTH else None


def _birth_is_off(sentence: Sentence, start: int, end: int) -> bool:
    """`im due in 3 weeks`, `3 weeks till im due`; also `due in 3 weeks` where a thought begins so (not “rent is due in”)."""
    for cue in sentence.of("birth"):
        if cue.value == _BIRTH_BEFORE and cue.end == start:
            return True
        if cue.value == _BIRTH_FIRST and cue.end == start and sentence.is_pause(cue.start - 1):
            return True
        if cue.value == _BIRTH_AFTER and cue.start == end:
            return True
    return False


def by_due_date(sentence: Sentence, days: Sequence[Found], today: date) -> list[Found]:
    """What stands for the days of a message: the day on which a baby is due is no day on which to come, but says how far on it is."""
    said = [sentence.starting(cue.start, "birth") for cue in sentence.of("birth")]  # of “im due a smear” the longer
    if not any(cue is not None and cue.value == _BIRTH_DAY for cue in said):
        return list(days)
    found = []
    for one in days:
        on = one.value.get("on") if one.kind == "day" else None
        weeks = TERM_WEEKS - (date.fromisoformat(on) - today).days / _WEEK_DAYS if on else 0
        if 0 < weeks <= LAST_WEEK:
            found.append(Found("weeks_pregnant", int(weeks), one.at))
        elif one.kind != "day" or not (on or "to" in one.value):
            found.append(one)  # “due in March” says no week, and is no wish for March either
    return found
