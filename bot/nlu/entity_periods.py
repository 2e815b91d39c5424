"""Weeks, months and days with a name of their own: “next week”, “in January”, “Boxing Day”."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot.nlu.entity_times import calendar_day
from bot.nlu.entity_words import Found, Sentence, Span

_WEEKS_AHEAD = {"this_week": 0, "next_week": 1, "week_after_next": 2}
_MONTHS_AHEAD = {"this_month": 0, "next_month": 1}
_YEAR_MONTHS = 12
_ANY_LENGTH = 10_000
_LONGEST_ASKING = 6
"""In longer messages a month is mostly that of a birth, an appointment, a move."""
_LONGEST_WITH_WEEK = 8
"""The same of next week: a hearing, a visit."""
_SCHOOL_BREAKS = frozenset({"half_term", "school_holidays", "easter_holidays", "summer_holidays", "christmas_holidays"})
_LONGEST_WITH_BREAK = 14
"""“In the school holidays I have no money for food” in a long story is no wish for a date."""
_LONGEST_WITH_THIS = 3
"""“Nothing to eat this week” is no wish for a time; what is soon comes first anyway."""
_LEAST_LETTERS = 4
"""Romanian `mai` is “more” too."""


def read_periods(sentence: Sentence, today: date) -> list[Found]:
    """From when to when: `{"from": ISO, "to": ISO}`, no earlier than today; a named day as `{"on": ISO}`.

    School holidays are each area's own: they are given by name, as `school_break`.
    """
    found = []
    end = 0
    for span in sentence.of("periods"):
        if span.start < end:
            continue  # “گرمیوں کی چھٹیوں میں” are not any holidays
        end = span.end
        is_of_an_age = span.start - 1 in sentence.used and not sentence.rules_out(span)  # “9 months next week”
        is_of_an_age |= bool(sentence.used) and sentence.near(span.start, span.end, "becomes", 6, 6)  # “اگلے مہینے ایک سال کا ہو جائے گا”
        in_weeks = sentence.number_ending(span.start) is not None  # “سێ هەفتەی تر” is in three weeks
        if is_of_an_age or in_weeks or sentence.near(span.start, span.end, "no_age_near", 3, 1) or span.start in sentence.used:
            continue
        if sentence.length > _longest(span.value):
            continue
        if span.value in _SCHOOL_BREAKS:
            found += [] if sentence.rules_out(span) else [Found("school_break", span.value, span.start)]
            continue
        value = _period(span.value, today)
        if value:
            found.append(Found("not_day" if sentence.rules_out(span) else "day", value, span.start))
    return found + [Found("day", month_of(int(span.value) + 1, today), span.start) for span in _months_asked_for(sentence)]


def _longest(period: str) -> int:
    if period.startswith("this_"):
        return _LONGEST_WITH_THIS
    if period in _SCHOOL_BREAKS:
        return _LONGEST_WITH_BREAK
    return _LONGEST_WITH_WEEK if period in _WEEKS_AHEAD or period in _MONTHS_AHEAD else _ANY_LENGTH


def _period(value: str, today: date) -> dict[str, Any] | None:
    if value in _WEEKS_AHEAD:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS_AHEAD[value])
        return stretch(monday, monday + timedelta(days=6), today)
    if value in _MONTHS_AHEAD:
        return month_of((today.month - 1 + _MONTHS_AHEAD[value]) % _YEAR_MONTHS + 1, today)
    month, _, day = value.partition("-")
    on = calendar_day(int(day), int(month), None, today)
    return {"on": on.isoformat()} if on else None


def month_of(month: int, today: date) -> dict[str, str]:
    """The present or next month of that number."""
    first = date(today.year + (month < today.month), month, 1)
    after = date(first.year + month // _YEAR_MONTHS, month % _YEAR_MONTHS + 1, 1)
    return stretch(first, after - timedelta(days=1), today)


def stretch(first: date, last: date, today: date) -> dict[str, str]:
    """From one day to another, no earlier than today."""
    return {"from": max(first, today).isoformat(), "to": last.isoformat()}


def _months_asked_for(sentence: Sentence) -> list[Span]:
    if sentence.length > _LONGEST_ASKING or sentence.numbers or sentence.of("pregnant", "no_age_near", "past"):
        return []
    return [
        span
        for span in sentence.of("months")
        if len(sentence.word(span.start)) >= _LEAST_LETTERS
        and (sentence.has(span.start - 1, "where", "next", "coming", "of") or sentence.has(span.end, "where"))
    ]
