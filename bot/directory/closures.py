"""On which days a schedule does not run: cancellations, bank holidays, school holidays.

Source: GOV.UK's list of bank holidays (division england-and-wales); school terms are each council's own, read from
the area's `terms.ics`. There is no national list.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from dateutil.easter import easter
from icalendar import Calendar

from bot.base.calendar import is_bank_holiday
from bot.base.errors import ContentError
from bot.base.text import fold
from bot.base.yaml_files import read_yaml
from bot.directory.model import Closure, Schedule

Closed = Callable[[Schedule, date], "Closure | None"]
"""Says why a schedule does not run on a day, or None when it does."""

_HOLIDAY = re.compile(r"holiday|half[- ]?term|\bbreak\b|\bvacation\b")
_NOT_A_HOLIDAY = re.compile(r"bank holiday|public holiday|\binset\b|training day|\bpd day|\bstarts?\b|\bbegins?\b|\bends?\b")
_TERM = re.compile(r"\bterm\b")
_SHORTEST_TERM_DAYS = 14
_AUGUST = 8
_ABOUT_EASTER_DAYS = 14
"""Where Easter is early or late, the holidays begin up to two weeks after it or end as long before."""
_CHRISTMAS_EVE = (12, 24)
_ALWAYS = (time(0), time(23, 59))


@dataclass(frozen=True)
class SchoolYear:
    """An area's school holidays, as far as they are known.

    Attributes:
        holidays: first and last day, in order, not overlapping.
        known: first and last day about which anything is said; None when nothing is.
    """

    holidays: tuple[tuple[date, date], ...] = ()
    known: tuple[date, date] | None = None

    def is_holiday(self, on: date) -> bool:
        """Whether schools are on holiday; False when nobody knows."""
        at = bisect_right(self.holidays, (on, date.max)) - 1
        return at >= 0 and self.holidays[at][0] <= on <= self.holidays[at][1]

    def is_term(self, on: date) -> bool:
        """Whether it is known to be term time."""
        return self.is_known(on) and not self.is_holiday(on)

    def is_known(self, on: date) -> bool:
        """Whether the calendar says anything about that day."""
        return self.known is not None and self.known[0] <= on <= self.known[1]

    def break_after(self, name: str, today: date) -> tuple[date, date] | None:
        """First and last day of the present or next school holidays of a name; None when they are not known.

        Args:
            name: `school_holidays` (any), `half_term`, `easter_holidays`, `summer_holidays` or `christmas_holidays`.
        """
        return next((span for span in self.holidays if span[1] >= today and name in ("school_holidays", _name(*span))), None)


def is_holiday_everywhere(on: date) -> bool:
    """Whether no council in England has school then, so that no calendar is needed to know it: August, and Christmas to New Year.

    Leicestershire begins in the last days of August; its own `terms.ics` says so, and goes before this.
    """
    return on.month == _AUGUST or (on.month, on.day) >= _CHRISTMAS_EVE


def _name(first: date, last: date) -> str:
    """Schools in England break up over Christmas, about Easter, in August, and for a week in the middle of each term."""
    if first <= date(first.year, 12, 25) <= last:
        return "christmas_holidays"
    if first.month <= _AUGUST <= last.month:
        return "summer_holidays"
    near_easter = timedelta(days=_ABOUT_EASTER_DAYS)
    return "easter_holidays" if first - near_easter <= easter(first.year) <= last + near_easter else "half_term"


NO_SCHOOL_YEAR = SchoolYear()


def never_closed(_schedule: Schedule, _on: date) -> Closure | None:
    """The rule that lets every day through."""
    return None


def why_closed(schedule: Schedule, on: date, year: SchoolYear = NO_SCHOOL_YEAR) -> Closure | None:
    """Why the schedule does not run on a day that its rule names, or None.

    A cancellation goes before everything, an extra date before what follows. A single dated event is meant for its
    day, bank holiday or not. Where terms are not known, what is term time only is let through but for the days on which
    there is no school anywhere: the card says so.
    """
    if on in schedule.except_on:
        return "cancelled"
    if on in schedule.extra_on or schedule.freq is None:
        return None
    round_the_clock = (schedule.opens_at, schedule.closes_at) == _ALWAYS
    if not schedule.on_bank_holidays and not round_the_clock and is_bank_holiday(on):
        return "bank_holiday"
    if schedule.term_time_only and (year.is_holiday(on) or (not year.is_known(on) and is_holiday_everywhere(on))):
        return "school_holiday"
    if schedule.holidays_only and year.is_term(on):
        return "term_time"
    return None


class Closures:
    """The rule for each area.

    Args:
        years: school years by area id.
    """

    def __init__(self, years: Mapping[str, SchoolYear]) -> None:
        self._years = dict(years)

    def of(self, area: str) -> Closed:
        """The rule of an area."""
        year = self._years.get(area, NO_SCHOOL_YEAR)
        return lambda schedule, on: why_closed(schedule, on, year)

    def school_break(self, area: str, name: str, today: date) -> tuple[date, date] | None:
        """See `SchoolYear.break_after`."""
        return self._years.get(area, NO_SCHOOL_YEAR).break_after(name, today)

    def knows_terms(self, area: str, on: date) -> bool:
        """Whether it is known if that day is in term time."""
        return self._years.get(area, NO_SCHOOL_YEAR).is_known(on) or is_holiday_everywhere(on)


def load_closures(areas: Mapping[str, Path | None]) -> Closures:
    """Read the areas' calendars.

    Args:
        areas: id → file, or None where there is none.

    Raises:
        ContentError: a calendar that cannot be read, or that names neither holidays nor terms.
    """
    return Closures({area: load_school_year(path) for area, path in areas.items() if path})


def load_school_year(path: Path) -> SchoolYear:
    """School holidays from an iCalendar file.

    Whole-day events whose name says holiday, half-term or break are holidays (bank holidays and training days are
    not: groups meet on the latter, and the former are known). Where events name terms instead, the gaps between them
    are the holidays.

    Raises:
        ContentError: not a calendar, or nothing of the kind in it.
    """
    try:
        calendar = Calendar.from_ical(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ContentError(path, None, "not a calendar", "save the council's term dates as iCalendar (.ics)") from error
    events = [span for event in calendar.walk("VEVENT") if (span := _span(event))]
    holidays = _joined(span[:2] for span in events if _HOLIDAY.search(span[2]) and not _NOT_A_HOLIDAY.search(span[2]))
    terms = _joined(span[:2] for span in events if _is_term(span))
    if not holidays and not terms:
        raise ContentError(path, None, "names neither school holidays nor terms", "the events' names say what they are")
    if not holidays:
        holidays = [(a[1] + timedelta(days=1), b[0] - timedelta(days=1)) for a, b in pairwise(terms)]
        return SchoolYear(tuple(holidays), (terms[0][0], terms[-1][1]))
    days = [day for span in (*holidays, *terms) for day in span]
    return SchoolYear(tuple(holidays), (min(days), max(days)))


def _is_term(span: tuple[date, date, str]) -> bool:
    first, last, name = span
    return bool(_TERM.search(name)) and not _HOLIDAY.search(name) and (last - first).days >= _SHORTEST_TERM_DAYS


def _span(event: Any) -> tuple[date, date, str] | None:
    """First and last day and the folded name; the end of an all-day event is the day after it."""
    begins, ends = event.get("DTSTART"), event.get("DTEND")
    if begins is None:
        return None
    first = day_of(begins.dt)
    last = day_of(ends.dt) if ends is not None else first + timedelta(days=1)
    whole_day = not isinstance(begins.dt, datetime)
    last -= timedelta(days=1 if whole_day else 0)
    return (first, max(first, last), fold(str(event.get("SUMMARY") or "")))


def day_of(value: date | datetime) -> date:
    """The day of a day or of a moment."""
    return value.date() if isinstance(value, datetime) else value


def _joined(spans: Iterable[Sequence[date]]) -> list[tuple[date, date]]:
    """In order; what touches or overlaps is one."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted((a, b) for a, b in spans):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def terms_file(area_file: Path) -> Path | None:
    """The area's calendar of school terms: `terms.ics` beside it, or the file that `terms:` names, from the same folder."""
    named = (read_yaml(area_file) or {}).get("terms")
    path = area_file.parent / str(named or "terms.ics")
    return path if named or path.exists() else None
