"""What a feed says of prices and times: several records that have to be read together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from bot.base.text import fold
from bot.directory import feed_values as read
from bot.directory.feed_price import is_free_of_words, pence_of, pence_said, says_free
from bot.directory.model import Schedule
from bot.directory.recurrence import WEEK, is_byday
from bot.directory.said import Timing, timing_said

_FOR_SOME = re.compile(r"\bif\b|\bonly\b|\beligible\b|\bbenefits?\b|\bunder\b|\bsiblings?\b|\bmembers?\b|\bfirst\b")
_MOST_INTERVALS, _MOST_TIMES = 60, 1000
_FREQS: Mapping[str, Literal["weekly", "monthly"]] = {
    "weekly": "weekly",
    "week": "weekly",
    "monthly": "monthly",
    "month": "monthly",
}
_EVERY_DAY, _FORTNIGHTLY = {"daily", "day"}, {"fortnightly", "fortnight", "biweekly"}


@dataclass(frozen=True)
class Cost:
    """A price in words and figures.

    Attributes:
        pence: the dearest option; None = not known.
        is_free: True only if it is for everybody; None where it is free for some, or not known.
    """

    text: str | None = None
    pence: int | None = None
    is_free: bool | None = None


def cost(options: Sequence[Mapping[str, Any]], fees: Any) -> Cost:
    """All options in the provider's words, or what is said of fees where there are none; a price may stand in the words alone."""
    texts: list[str] = []
    amounts: list[int] = []
    for_some = False
    for option in options:
        pence = pence_of(option.get("amount"))
        said = [t for n in ("option", "amount_description") if (t := read.plain_text(option.get(n), 200))]
        if pence is not None:
            amounts.append(pence)
            for_some = for_some or (not pence and bool(_FOR_SOME.search(fold(" ".join(said)))))
        elif (named := _named(option, said)) is not None:
            amounts.append(named)
            for_some = for_some or is_free_of_words(named, said) is None
        texts.append(_in_words(pence, said))
    text = "; ".join(dict.fromkeys(t for t in texts if t)) or None
    if not amounts:
        fee = text or read.plain_text(fees, 200) or ""
        pence = 0 if says_free(fee) else pence_said(fee)
        return Cost(fee or None, pence, True if says_free(fee) else is_free_of_words(pence, [fee]))
    if not any(amounts):
        return Cost(text, 0, None if for_some else True)
    return Cost(text, max(amounts), False if all(amounts) and not for_some else None)


def _named(option: Mapping[str, Any], said: list[str]) -> int | None:
    """The price that an option's words name; words that stand where the amount should are added to them."""
    amount = option.get("amount")
    words = read.plain_text(amount, 200) if isinstance(amount, str) else None
    if words and pence_said(words) is not None:
        said.insert(0, words)
    return pence_said(*said)


def _in_words(pence: int | None, said: Sequence[str]) -> str:
    if pence is None:
        return ", ".join(said)
    if pence == 0:
        rest = [text for text in said if not says_free(text)]
        return f"Free ({', '.join(rest)})" if rest else "Free"
    pounds = f"£{pence // 100}" if pence % 100 == 0 else f"£{pence / 100:.2f}"
    head = " ".join([pounds, *said[:1]])
    return f"{head} ({', '.join(said[1:])})" if len(said) > 1 else head


def schedules(records: Sequence[Mapping[str, Any]], description: str) -> tuple[Schedule, ...]:
    """All schedules that say when; “term time only” may stand in their texts or the service's."""
    everywhere = timing_said(description)
    found = (_cached(record, everywhere) for record in records)
    return tuple(dict.fromkeys(schedule for schedule in found if schedule))


_READ = (
    "freq", "interval", "byday", "bymonthday", "dtstart", "until", "count", "valid_from", "valid_to", "opens_at", "closes_at",
    "description", "notes",
)  # fmt: skip


def _cached(record: Mapping[str, Any], everywhere: Timing) -> Schedule | None:
    """The same opening times come again and again in a feed, and reading them takes as long as half a service."""
    values = tuple(map(record.get, _READ))
    try:
        return _of_values(values, everywhere)
    except TypeError:  # a list or the like stands in one of them
        return _schedule(record, everywhere)


@lru_cache(maxsize=8192, typed=True)
def _of_values(values: tuple[Any, ...], everywhere: Timing) -> Schedule | None:
    return _schedule(dict(zip(_READ, values)), everywhere)


def _schedule(record: Mapping[str, Any], everywhere: Timing) -> Schedule | None:
    byday = tuple(d for d in _parts(record.get("byday"), str.upper) if is_byday(d))
    bymonthday = tuple(n for d in _parts(record.get("bymonthday")) if (n := _month_day(d)))
    dtstart = read.day(record.get("dtstart"))
    said_freq = str(record.get("freq") or "").strip().lower()
    interval = _whole(record.get("interval"), _MOST_INTERVALS) or 1
    if said_freq in _EVERY_DAY and interval == 1 and (byday or dtstart or record.get("opens_at")):
        said_freq, byday = "weekly", byday or WEEK
    elif said_freq in _FORTNIGHTLY and interval == 1:
        said_freq, interval = "weekly", 2
    elif said_freq and said_freq not in _FREQS:
        return None  # yearly, every second day: a single day in the past would hide the service
    named = _FREQS.get(said_freq)
    freq = named or ("monthly" if bymonthday or any(d[:-2] for d in byday) else "weekly" if byday else None)
    if freq is None and dtstart is None:
        return None
    said = [t for n in ("description", "notes") if (t := read.plain_text(record.get(n), 300))]
    notes = "; ".join(dict.fromkeys(said)) or None
    noted = timing_said(notes or "", of_schedule=True)
    return Schedule(
        freq=freq,
        opens_at=read.clock_time(record.get("opens_at")),
        closes_at=read.clock_time(record.get("closes_at")),
        byday=byday,
        bymonthday=bymonthday,
        interval=interval,
        dtstart=dtstart,
        until=read.day(record.get("until")),
        count=_whole(record.get("count"), _MOST_TIMES),
        valid_from=read.day(record.get("valid_from")),
        valid_to=read.day(record.get("valid_to")),
        notes=notes,
        # What a schedule's own note says goes before what the description says of all of them.
        term_time_only=noted.term_time_only or (everywhere.term_time_only and not noted.holidays_only),
        holidays_only=noted.holidays_only or (everywhere.holidays_only and not noted.term_time_only),
        on_bank_holidays=noted.on_bank_holidays or everywhere.on_bank_holidays,
    )


def _parts(value: Any, change: Any = str) -> list[str]:
    pieces = value if isinstance(value, list) else str(value or "").split(",")
    return [change(str(piece).strip()) for piece in pieces if str(piece).strip()]


def _month_day(text: str) -> int | None:
    try:
        value = int(text)
    except ValueError:
        return None
    return value if 1 <= abs(value) <= 31 else None


def _whole(value: Any, most: int) -> int | None:
    read_as = read.number(value)
    return int(read_as) if read_as is not None and 1 <= read_as <= most else None
