"""What a volunteer writes in the columns of the sheet that say when: days, hours, how often.

A cell that is not understood gives no session and is said: a session on a wrong day sends a family to a closed door.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.base.text import fold
from bot.directory import feed_values as read
from bot.directory.feeds.dialects import weekday
from bot.directory.feeds.tables import Row
from bot.directory.recurrence import WEEK
from bot.directory.said import timing_said

OF_SESSION = frozenset({"name", "day", "starts", "ends", "how_often", "first_date", "last_date", "term_time_only"})
"""The columns that may differ from line to line of one service."""

YES = {"yes", "y", "true", "1", "x"}
_WHOLE: Mapping[str, tuple[str, ...]] = {
    "weekday": WEEK[:5], "weekdays": WEEK[:5], "weekend": WEEK[5:], "weekends": WEEK[5:], "daily": WEEK,
}  # fmt: skip
_ORDINALS = {
    "1": "1", "2": "2", "3": "3", "4": "4", "first": "1", "second": "2", "third": "3", "fourth": "4", "last": "-1",
}  # fmt: skip
_NAMED = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_LAST = 5
_TOKEN = re.compile(r"[a-z]+\.?|\d+|\S")
_TO = {"to", "-", "until", "till"}
_PASSED_OVER = {
    ",", ";", "/", "&", "+", "(", ")", ".", "and", "every", "each", "on", "the", "of", "in", "month", "monthly", "st", "nd", "rd", "th",
    "morning", "mornings", "afternoon", "afternoons", "evening", "evenings", "term", "time", "termtime", "only", "during", "week", "a",
}  # fmt: skip
_EVERY_DAY = re.compile(r"(?:every|each|all) days?\b|(?:7|seven) days(?: a week)?")
# Every second Tuesday, or the second Tuesday of every month? Nobody can say.
_UNCLEAR = re.compile(r"(?:every|each) (?:second|third|fourth|2nd|3rd|4th)\b(?!.*month)")
_ALTERNATE = {"alternate", "other"}
_NTH = re.compile(r"\b(first|second|third|fourth|last|[1-4])(?:st|nd|rd|th)?\b")
_NUMBERS = {"other": 2, "second": 2, "two": 2, "third": 3, "three": 3, "fourth": 4, "four": 4, "six": 6}
_COUNT = r"(\d+|other|second|third|fourth|two|three|four|six)(?:nd|rd|th)?"
_MANY_A_MONTH = re.compile(r"bi-?month|twice|times")
_MONTHS = re.compile(rf"every {_COUNT} ?months?")
_WEEKS = re.compile(rf"every {_COUNT} ?weeks?|({_COUNT})[ -]weekly|fortnight|alternate|every other|bi-?weekly")
_EVERY_WEEK = re.compile(
    r"weekly|(?:every|each|once a|per) week|daily"
    r"|(?:every|each) (?:day|weekday|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun)(?:day)?s?)\b"
)
_ONCE = re.compile(r"one[ -]?off|once|single|one time|one day")
_RANGE = re.compile(r"(.+?)\s*(?:-|\bto\b|\buntil\b|\btill\b)\s*(.+)")
_BARE = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
_NOON = 12
_AFTERNOON_HOURS, _UNSURE_HOURS = range(1, 7), range(1, 9)


@dataclass(frozen=True)
class _Rhythm:
    """How often: `freq` is None for once; `nth` the ordinals of a monthly one."""

    freq: str | None = "WEEKLY"
    interval: int = 1
    nth: tuple[str, ...] = ()


def opening_times(row: Row) -> tuple[list[Row], list[str]]:
    """The schedules of a line as records of Open Referral UK 3.0, and what of the line is not understood or had to be guessed."""
    said: list[str] = []
    if not any(row.get(name) for name in ("day", "starts", "ends", "first_date", "how_often")):
        return [], said
    opens_at, closes_at = _hours(row.get("starts"), row.get("ends"), said)
    first, last = (_date(row, name, said) for name in ("first_date", "last_date"))
    words = " ".join(row.get(name) or "" for name in ("day", "how_often"))
    in_terms = fold(row.get("term_time_only") or "") in YES or timing_said(words).term_time_only
    base: Row = {
        "opens_at": opens_at and opens_at.isoformat("minutes"),
        "closes_at": closes_at and closes_at.isoformat("minutes"),
        "dtstart": first and first.isoformat(),
        "until": last and last.isoformat(),
        "notes": "Term time only" if in_terms else None,
    }
    if first and last and last < first:
        said.append("last_date is before first_date")
    rhythm = _rhythm(row.get("how_often"), said)
    if rhythm is None or (row.get("first_date") and first is None and not row.get("day")):
        return [], said
    return _rules(row, base, rhythm, first, said), said


def _rules(row: Row, base: Row, rhythm: _Rhythm, first: date | None, said: list[str]) -> list[Row]:
    days, alternate = _days(row.get("day"), said)
    if days is None:
        return []
    if not days and first and row.get("how_often") and rhythm.freq:
        days = {WEEK[first.weekday()]: ()}
    if not days or rhythm.freq is None:
        if first is None:
            said.append("no session is made of it: there is no day and no first_date")
        return [base] if first else []
    of_month = {day: own or rhythm.nth for day, own in days.items() if own or rhythm.freq == "MONTHLY"}
    rules = _monthly(base, rhythm, of_month, first, said)
    if len(of_month) == len(days):
        return rules
    interval = 2 if alternate else rhythm.interval
    if interval > 1 and first is None:
        said.append("first_date is missing: nobody can say in which week it is on")
    return rules + [{**base, "freq": "WEEKLY", "byday": day, "interval": interval} for day in days if day not in of_month]


def _monthly(base: Row, rhythm: _Rhythm, days: Mapping[str, tuple[str, ...]], first: date | None, said: list[str]) -> list[Row]:
    interval = rhythm.interval if rhythm.freq == "MONTHLY" else 1
    if interval > 1 and first is None and days:
        said.append("first_date is missing: nobody can say in which month it is on")
    rules = []
    for day, given in days.items():
        nth = given
        if not nth and first and WEEK[first.weekday()] == day:
            number = (first.day - 1) // 7 + 1
            nth = ("-1" if number == _LAST else str(number),)
            said.append(f"monthly is taken as the {_NAMED[nth[0]]} {day} of the month, as first_date is; write for example `first Tuesday`")
        if not nth:
            said.append("monthly, but not on which day of the month: write for example `first Tuesday`")
            continue
        rules.append({**base, "freq": "MONTHLY", "byday": ",".join(f"{one}{day}" for one in nth), "interval": interval})
    return rules


def _days(text: str | None, said: list[str]) -> tuple[dict[str, tuple[str, ...]] | None, bool]:
    """The days named with their ordinals, and whether only every second one is meant; None where a word is not understood."""
    found: dict[str, tuple[str, ...]] = {}
    nth: list[str] = []
    alternate, begins, fresh = False, "", True
    folded = _EVERY_DAY.sub("daily", fold(_plain_dash(text)))
    for token in ["?"] if _UNCLEAR.search(folded) else _TOKEN.findall(folded):
        day = weekday(token) if token.isalpha() or token.endswith(".") else None
        if token in _ORDINALS:
            nth = [_ORDINALS[token]] if fresh else [*nth, _ORDINALS[token]]
            fresh = False
        elif token in _TO and found:
            begins = list(found)[-1]
        elif day:
            for one in _from_to(begins, day) if begins else (day,):
                found[one] = tuple(dict.fromkeys((*found.get(one, ()), *nth)))
            begins, fresh = "", True
        elif token in _WHOLE:
            found |= dict.fromkeys(_WHOLE[token], ())
        elif token in _ALTERNATE:
            alternate = True
        elif token not in _PASSED_OVER:
            said.append(f"the day {text!r} is not understood")
            return None, False
    if text and not found:
        said.append(f"the day {text!r} is not understood")
        return None, False
    return found, alternate


def _from_to(begins: str, ends: str) -> list[str]:
    first = WEEK.index(begins)
    return [WEEK[(first + n) % 7] for n in range((WEEK.index(ends) - first) % 7 + 1)]


def _rhythm(text: str | None, said: list[str]) -> _Rhythm | None:
    folded = fold(text or "")
    only_terms = timing_said(folded).term_time_only and "week" not in folded and "month" not in folded
    if not folded or only_terms:
        return _Rhythm()
    if "month" in folded and not _MANY_A_MONTH.search(folded):
        every = _MONTHS.search(folded)
        rest = _MONTHS.sub("", folded)
        return _Rhythm("MONTHLY", _number(every.group(1)) if every else 1, tuple(_ORDINALS[one] for one in _NTH.findall(rest)))
    if "month" not in folded and (every := _WEEKS.search(folded)):
        return _Rhythm("WEEKLY", _number(every.group(1) or every.group(3)))
    if "month" not in folded and _EVERY_WEEK.search(folded):
        return _Rhythm()
    if _ONCE.search(folded):
        return _Rhythm(None)
    said.append(f"how_often {text!r} is not understood, so no session is made of it")
    return None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else _NUMBERS.get(text or "", 2)


def _date(row: Row, name: str, said: list[str]) -> date | None:
    value = row.get(name)
    found = read.day(value)
    if value and found is None:
        said.append(f"{name} {value!r} is not understood; write it like 24/11/2026")
    return found


def _hours(starts: str | None, ends: str | None, said: list[str]) -> tuple[time | None, time | None]:
    """Both hours; `10-11.30` may stand in the first column."""
    first, last = (_plain_dash(text).lower().replace("a.m.", "am").replace("p.m.", "pm").strip() for text in (starts, ends))
    if (both := _RANGE.fullmatch(first)) is not None:
        first, last = both.group(1), last or both.group(2)
    opens_at, opens_surely = _hour(first)
    closes_at, closes_surely = _hour(last)
    for name, text, hour in (("starts", first, opens_at), ("ends", last, closes_at)):
        if text and hour is None:
            said.append(f"{name} {text!r} is not understood; write it like 10:00 or 1.30pm")
    if opens_at and not opens_surely and opens_at.hour in _UNSURE_HOURS:
        later = _later(opens_at)
        if closes_at and closes_surely:  # “1 to 2.30pm” is all in the afternoon, “8 to 1pm” is not
            opens_at = later if later < closes_at else opens_at
        else:
            opens_at = later if opens_at.hour in _AFTERNOON_HOURS else opens_at
            said.append(f"starts {first!r} is taken as {opens_at:%H:%M}; write am or pm")
    if opens_at is None or closes_at is None:
        return opens_at, closes_at
    if not closes_surely and closes_at <= opens_at and (opens_at.hour >= _NOON or closes_at.hour in _UNSURE_HOURS):
        closes_at = _later(closes_at)
    if closes_at <= opens_at:
        said.append("it ends before it starts")
    return opens_at, closes_at


def _hour(text: str) -> tuple[time | None, bool]:
    """The hour, and whether it is certain which half of the day is meant."""
    bare = _BARE.fullmatch(text)
    if bare is None:
        return read.clock_time(text), True
    return read.clock_time(f"{bare.group(1)}:{bare.group(2) or '00'}"), text.startswith("0") or int(bare.group(1)) > _NOON


def _later(hour: time) -> time:
    return (datetime.combine(date.min, hour) + timedelta(hours=_NOON)).time()


def _plain_dash(text: str | None) -> str:
    return re.sub("[\u2010-\u2015]", "-", text or "")
