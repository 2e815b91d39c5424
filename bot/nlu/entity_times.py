"""Days, dates and parts of the day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bot.nlu.entity_refusals import ruling_before
from bot.nlu.entity_words import Found, Number, Sentence, Span

_WEEK = 7
_SATURDAY, _SUNDAY = 5, 6
_LAST_DAY = 31
PASSED_DAYS = 60
_NOON, _EVENING, _MIDNIGHT = 12, 17, 24
_FIRST_MORNING_HOUR = 7
_MONTH_FIRST_LETTERS = 4
_SURE_MONTHS = frozenset({"dec", "nov", "oct", "sep", "aug", "apr", "feb"})
"""Short, and yet no other word and no name: “dec 3”."""
_DAY_WORDS = ("weekdays", "today", "tomorrow", "after_tomorrow", "weekend", "parts", "months")
_NUMERIC = re.compile(
    r"(?<![\d/.])(?:(?P<day>\d{1,2})(?P<sign>[./-])(?P<month>\d{1,2})(?:(?P=sign)(?P<year>\d{4}|\d{2}))?"
    r"|(?P<iso>\d{4}-\d{2}-\d{2}))(?![\d/]|\.\d)\s*(?P<then>[^\W\d_]*)"
)


def read_dates(text: str, language: str, today: date, counted: frozenset[str]) -> tuple[list[Found], str]:
    """Dates in figures, and the text without them.

    Args:
        text: folded.
        counted: words after which `2/3` counts something (`2/3 times`, `2.5 years`).
    """
    found: list[Found] = []

    def read(match: re.Match[str]) -> str:
        on = _numeric(match, language, today) if match["then"] not in counted else None
        if on is None:
            return match.group(0)
        found.append(Found("day", {"on": on.isoformat()}, -1))
        return f" {match['then']}"

    return found, _NUMERIC.sub(read, text)


def _numeric(match: re.Match[str], language: str, today: date) -> date | None:
    if match["iso"]:
        try:
            return date.fromisoformat(match["iso"])
        except ValueError:
            return None
    day, month, sign = int(match["day"]), int(match["month"]), match["sign"]
    if match["year"] is None:
        if sign == "-" or (day, month) in {(24, 7), (1, 2), (1, 3), (1, 4), (3, 4)}:
            return None  # 24/7, a half, a quarter
        if sign == "." and (language == "en" or len(match["day"] + match["month"]) < 3):
            return None  # 10.30 is an hour in English, 2.5 a number everywhere
    return calendar_day(day, month, int(match["year"]) if match["year"] else None, today)


def calendar_day(day: int, month: int, year: int | None, today: date) -> date | None:
    """A day; without a year the next such day, up to two months back counting as passed."""
    full_year = today.year if year is None else year + 2000 if year < 100 else year
    try:
        on = date(full_year, month, day)
        return on.replace(year=on.year + 1) if year is None and on < today - timedelta(days=PASSED_DAYS) else on
    except ValueError:
        return None


def read_days(sentence: Sentence, today: date) -> list[Found]:
    """Days by name, by distance from today and by date in words; `not_day` when they are ruled out."""
    found = list(_in_months(sentence, today)) + list(_of_month(sentence, today))
    for span in sentence.of("weekdays", "weekdays_unsure", "today", "tomorrow", "after_tomorrow", "weekend"):
        if set(range(span.start, span.end)) & sentence.used or (span.label == "weekdays_unsure" and not _is_weekday(sentence, span)):
            continue
        value = _day(sentence, span, today)
        if value and not sentence.rules_out(span):
            found.append(Found("day", value, span.start))
        elif value:
            found += [Found("not_day", one, span.start) for one in (*_days_until(sentence, span), value)]
    return found


def _days_until(sentence: Sentence, last: Span) -> list[dict[str, Any]]:
    """Days that are ruled out with this one: between Monday and Friday of “I work Monday to Friday”; Sunday with its weekend."""
    if last.label == "weekend":
        return [{"weekday": _SUNDAY}]
    first = sentence.ending(last.start - 1, "weekdays", "weekdays_unsure")
    a_range = sentence.has(last.start - 1, "until") and not sentence.has(last.start - 1, "and", "or")
    if first is None or not last.label.startswith("weekdays") or not a_range or not sentence.rules_out(first):
        return []
    return [{"weekday": weekday} for weekday in range(int(first.value) + 1, int(last.value))]


def _day(sentence: Sentence, span: Span, today: date) -> dict[str, Any] | None:
    ahead = {"today": 0, "tomorrow": 1, "after_tomorrow": 2}.get(span.label)
    if ahead is not None:
        return {"on": (today + timedelta(days=ahead)).isoformat()}
    weekday = _SATURDAY if span.label == "weekend" else int(span.value)
    if sentence.ending(span.start, "past") or sentence.starting(span.end, "past"):
        return None
    if _in_next_week(sentence, span):
        monday = today - timedelta(days=today.weekday())
        return {"on": (monday + timedelta(days=_WEEK + weekday)).isoformat()}
    if weekday == today.weekday() and (sentence.ending(span.start, "coming") or sentence.starting(span.end, "coming")):
        return {"on": (today + timedelta(days=_WEEK)).isoformat()}
    return {"weekday": weekday}


def _in_next_week(sentence: Sentence, day: Span) -> bool:
    """`next Tuesday`, `Tuesday next week`, `next week on Tuesday`."""
    for span in [*sentence.of("next"), *(one for one in sentence.of("periods") if one.value == "next_week")]:
        start, end = span.start, span.end
        if (week := sentence.starting(end, "units")) and week.value == "week":
            end = week.end
        if (week := sentence.ending(start, "units")) and week.value == "week":
            start = week.start
        if end <= day.start <= end + 1 or start - 1 <= day.end <= start:
            return True
    return False


def _is_weekday(sentence: Sentence, span: Span) -> bool:
    """Whether a word that can mean something else (`sat`, `ہفتہ`) is a day here."""
    if sentence.length == 1:
        return True
    sides = [at + (1 if sentence.has(at, "and", "or", "until") else 0) for at in (span.end,)]
    sides += [at - (1 if sentence.has(at, "and", "or", "until") else 0) for at in (span.start - 1,)]
    if sentence.has(span.start - 1, "next", "past") and span.value == "5" and not sentence.word(span.start).isascii():
        return False
    of_its_part = span.end
    while sentence.has(of_its_part, "weekday_links"):
        of_its_part += 1  # “پیر کی صبح”
    if of_its_part > span.end and sentence.has(of_its_part, "parts"):
        return True
    return any(sentence.has(at, *_DAY_WORDS) for at in sides) or sentence.has(span.start - 1, "weekday_signs")


def _in_months(sentence: Sentence, today: date) -> Iterator[Found]:
    for span in sentence.of("months"):
        before = span.start
        while sentence.has(before - 1, "of"):
            before -= 1
        number = sentence.number_ending(before) or _ordinal_before_month(sentence, before, span)
        if number is None and (len(sentence.word(span.start)) >= _MONTH_FIRST_LETTERS or sentence.word(span.start) in _SURE_MONTHS):
            after = sentence.numbers.get(span.end) or _day_number_ending(sentence, span.end + 1)
            number = after if after and after.start >= span.end and not sentence.starting(after.end, "units", "pounds") else None
        if number is None or not 1 <= number.value <= _LAST_DAY or number.start in sentence.used:
            continue
        on = calendar_day(int(number.value), int(span.value) + 1, None, today)
        if on:
            sentence.used |= set(range(min(number.start, span.start), max(number.end, span.end)))
            yield Found("day", {"on": on.isoformat()}, span.start)


def _of_month(sentence: Sentence, today: date) -> Iterator[Found]:
    """`on the 14th`: this month's, or the next's when it has passed."""
    for at in range(len(sentence.words)):
        number = _day_number_ending(sentence, at + 1)
        dated = number and (number.value > 3 or (sentence.word(at - 1) == "the" and sentence.word(at - 2) == "on"))
        if number is None and (said := sentence.numbers.get(at)) and _is_date_number(sentence, said):
            number, dated = said, True
        if number is None or not dated or at in sentence.used or not 1 <= number.value <= _LAST_DAY:
            continue
        end = number.end
        if sentence.is_pause(end) or sentence.has(end, "joins", "parts", "or", "and", "date_after"):
            month, year = today.month, today.year
            if number.value < today.day:
                month, year = month % 12 + 1, year + month // 12
            on = calendar_day(int(number.value), month, year, today)
            if on:
                sentence.used |= set(range(at, end))
                yield Found("day", {"on": on.isoformat()}, at)


def _is_date_number(sentence: Sentence, number: Number) -> bool:
    """`pe 28`, `۵ تاریخ کو`."""
    whole = number.value == int(number.value)
    said = sentence.starting(number.end, "date_after") or sentence.ending(number.start, "date_before")
    return whole and said is not None and sentence.ending(number.start, "clock_before") is None  # not “o 3 go odbieram”


def _day_number_ending(sentence: Sentence, end: int) -> Number | None:
    """`14th`."""
    number = sentence.ordinal_ending(end)
    return number if number and sentence.word(end - 1)[0].isdigit() else None


def _ordinal_before_month(sentence: Sentence, end: int, month: Span) -> Number | None:
    """`3rd dec`, `second of december`; of “my second may not like it” only `of` would say that it is a month."""
    number = sentence.ordinal_ending(end)
    sure = len(sentence.word(month.start)) >= _MONTH_FIRST_LETTERS or end < month.start or sentence.word(end - 1)[:1].isdigit()
    return number if sure else None


def read_parts(sentence: Sentence) -> list[Found]:
    """Morning, afternoon or evening: in words, or by the hour; `not_time_of_day` when they are ruled out."""
    found = []
    for span in sentence.of("parts"):
        if span.start in sentence.used or span.start in sentence.left_open:
            continue
        hour = sentence.number_ending(span.start)
        if hour is None and sentence.word(span.start) in {"am", "pm"} and not _ends_a_day(sentence, span):
            continue  # “am i eligible”
        late = (
            span.value == "afternoon" and hour is not None and sentence.word(span.start) == "pm" and _EVENING - _NOON <= hour.value < _NOON
        )
        kind = "not_time_of_day" if sentence.rules_out(span) else "time_of_day"
        found.append(Found(kind, "evening" if late else span.value, span.start))
    for number, hour_of_day in _hours(sentence):
        if number.start in sentence.used or sentence.near(number.start, number.end, "parts", 3, 3):
            continue  # “5 in the evening” has said it already
        sentence.used |= set(range(number.start, number.end))
        clock = sentence.ending(number.start, "clock_before")
        if ruling_before(sentence, clock.start if clock else number.start) is None:  # “not after 3” leaves open what is wanted
            found.append(Found("time_of_day", _part(hour_of_day), number.start))
    return found


def _ends_a_day(sentence: Sentence, part: Span) -> bool:
    """“fri pm”; of “friday am i” nobody can say."""
    return sentence.has(part.start - 1, *_DAY_WORDS) and (sentence.word(part.start) == "pm" or sentence.is_pause(part.end))


def _part(hour: int) -> str:
    """Hours of 1 to 6 are meant after noon."""
    hour = hour + _NOON if hour < _FIRST_MORNING_HOUR else hour
    return "morning" if hour < _NOON else "afternoon" if hour < _EVENING else "evening"


def _hours(sentence: Sentence) -> Iterator[tuple[Number, int]]:
    """Numbers that are hours: with minutes, after `at`, before `o’clock`, as a range."""
    for number in sentence.numbers.values():
        hour = int(number.value)
        if not 1 <= hour < _MIDNIGHT or number.start in sentence.used:
            continue
        minutes = _minutes(sentence, number)
        end = _past_half(sentence, number.end) if minutes is None else minutes
        counted = sentence.starting(end, "units", "pounds", "pence", "miles", "kilometres", "minutes", "months", "bus")
        if counted and not sentence.starting(end, "weekdays"):
            continue
        before = sentence.ending(number.start, "clock_before") is not None and _may_stand_before(sentence, end)
        half_past = _half_before(sentence, number.start) and _may_stand_before(sentence, end)
        last = _range_end(sentence, number)
        if minutes is not None or before or half_past or sentence.starting(end, "clock_after") or last:
            if last:
                sentence.used |= set(range(last.start, last.end))
            yield number, hour


def _half_before(sentence: Sentence, start: int) -> bool:
    """`half 3`, `half past 3`, `quarter to 10`, `wpół do czwartej`."""
    past = start - (1 if sentence.has(start - 1, "past", "until") else 0)
    return any(sentence.ending(at, "half", "quarter") for at in (start, past))


def _past_half(sentence: Sentence, end: int) -> int:
    """Where `3 and a half`, `3 jumate` ends."""
    half = sentence.starting(end + (1 if sentence.has(end, "and") and not sentence.starting(end, "half") else 0), "half", "quarter")
    return half.end if half and half.end not in sentence.numbers else end


def _minutes(sentence: Sentence, number: Number) -> int | None:
    """Where an hour with minutes ends: `10.30`, `10:30`."""
    word = sentence.word(number.start)
    if "." in word and len(word.partition(".")[2]) == 2 and int(word.partition(".")[2]) < 60:
        return number.end if sentence.word(number.start - 1) != "£" else None
    if sentence.word(number.end) == ":" and len(sentence.word(number.end + 1)) == 2 and sentence.word(number.end + 1).isdigit():
        return number.end + 2
    return None


def _may_stand_before(sentence: Sentence, at: int) -> bool:
    return sentence.is_pause(at) or sentence.has(at, "joins", "and", "or", "until", "clock_after", "ways", *_DAY_WORDS)


def _range_end(sentence: Sentence, number: Number) -> Number | None:
    """The later hour of `10-12`, `10 to 12`; not of `2-3 years`, and not of `10 and 12` without a word before."""
    second = sentence.numbers.get(number.end + 1) if sentence.has(number.end, "until") else None
    if second is None or not number.value != second.value <= _MIDNIGHT or sentence.word(number.start - 1) in {"-", "£", "/"}:
        return None
    counted = sentence.starting(second.end, "units", "pounds", "pence", "miles", "kilometres", "minutes", "months", "bus")
    joined = sentence.has(number.end, "and") and not sentence.ending(number.start, "clock_before")
    if counted or joined or sentence.ending(number.start, "age_before"):
        return None
    return second if _may_stand_before(sentence, second.end) else None
