"""Months that are said by their number (“٥ شهر ١٢”) and those of the Kurdish year (“٥ی خاکەلێوە”)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.nlu.entity_periods import month_of, stretch
from bot.nlu.entity_times import PASSED_DAYS, calendar_day
from bot.nlu.entity_words import Found, Sentence, Span

_MONTHS, _LAST_DAY = 12, 31
_BEGIN = ((3, 21), (4, 21), (5, 22), (6, 22), (7, 23), (8, 23), (9, 23), (10, 23), (11, 22), (12, 22), (1, 21), (2, 20))
"""First days of the Kurdish months, Xakelêwe first; in the Kurdistan Region the year begins on 21 March."""


def read_other_months(sentence: Sentence, today: date) -> list[Found]:
    """Days and months; what they use up is no age (“٥ شهر” is five months elsewhere)."""
    return [*_numbered(sentence, today), *_kurdish(sentence, today)]


def _numbered(sentence: Sentence, today: date) -> Iterator[Found]:
    for span in sentence.of("month_number"):
        number = sentence.numbers.get(span.end)
        is_month = number is not None and number.value == int(number.value) and 1 <= number.value <= _MONTHS
        if number is None or not is_month or sentence.of("pregnant") or sentence.starting(number.end, "units", "pounds"):
            continue
        day, start = _day_before(sentence, span)
        if day is not None and sentence.ending(start, "age_before"):
            continue
        on = calendar_day(day, int(number.value), None, today) if day is not None else None
        if day is None or on:
            sentence.used |= set(range(start, number.end))
            yield Found("day", {"on": on.isoformat()} if on else month_of(int(number.value), today), span.start)


def _kurdish(sentence: Sentence, today: date) -> Iterator[Found]:
    for span in sentence.of("solar_months"):
        day, start = _day_before(sentence, span)
        if day is None and not sentence.has(span.start - 1, "month_number"):
            continue  # “گوڵان” are flowers too
        first, after = _kurdish_month(int(span.value), today)
        sentence.used |= set(range(start, span.end))
        on = first + timedelta(days=day - 1) if day is not None else None
        yield Found("day", {"on": on.isoformat()} if on else stretch(first, after - timedelta(days=1), today), span.start)


def _kurdish_month(month: int, today: date) -> tuple[date, date]:
    """First day of the present or next month of that name, and of the month after it."""
    for year in (today.year - 1, today.year, today.year + 1):
        first = date(year, *_BEGIN[month])
        after = (first + timedelta(days=_LAST_DAY + 1)).replace(day=_BEGIN[(month + 1) % _MONTHS][1])
        if after > today - timedelta(days=PASSED_DAYS):
            break
    return first, after


def _day_before(sentence: Sentence, month: Span) -> tuple[int | None, int]:
    """The day of the month that stands before it, and where what is said of it begins."""
    at = month.start
    while sentence.has(at - 1, "of"):
        at -= 1
    number = sentence.number_ending(at)
    if number is None or number.value != int(number.value) or not 1 <= number.value <= _LAST_DAY:
        return None, month.start
    return int(number.value), number.start
