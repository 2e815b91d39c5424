"""What the database is asked, so that only services that may fit are read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.directory.index.mask import asked
from bot.directory.model import WIDENING, Point, Query
from bot.directory.search import NEAR_KM, TOO_FAR_KM
from bot.directory.terms import Match

PART, DAY, FAR, COST, JOINING, LANGUAGE, ACCESS, KIND = (1 << place for place in range(len(WIDENING)))
_KM_PER_DEGREE = 111.2
_RINGS_KM = (1.5, 4.0, 10.0)
_DAYS_AROUND = (1, -1, 2, -2, 3, -3)
_FIRST, _MORE, _MOST = 60, 180, 600


@dataclass(frozen=True)
class Box:
    """A square around a point, in degrees; `stretch` makes degrees of longitude as long as those of latitude."""

    centre: Point
    within_km: float

    @property
    def stretch(self) -> float:
        """The cosine of the latitude."""
        return math.cos(math.radians(self.centre.latitude))

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """South, north, west, east."""
        up = self.within_km / _KM_PER_DEGREE
        aside = up / self.stretch
        at = self.centre
        return at.latitude - up, at.latitude + up, at.longitude - aside, at.longitude + aside


@dataclass(frozen=True)
class Narrowing:
    """Conditions that every service which fits must meet; meeting them is not yet fitting.

    Attributes:
        open_bits: one of these bits of `service_entry.open_mask`; 0 = at any time, or none known.
        on: a day that must lie between the service's first and last.
        box: only what lies in it, nearest first; None = anywhere, freshest first.
        unplaced: only what has no place, or is online.
        match: words that must stand in its text.
        in_any_order: the order does not matter, so that the database may stop early.
    """

    topics: tuple[str, ...]
    area: str | None
    today: date
    age_months: int | None = None
    free: bool = False
    max_cost_pence: int | None = None
    online: bool = False
    drop_in: bool = False
    language: str | None = None
    step_free: bool = False
    open_bits: int = 0
    on: date | None = None
    box: Box | None = None
    unplaced: bool = False
    match: Match | None = None
    in_any_order: bool = False
    limit: int = _FIRST

    def holds(self, other: Narrowing) -> bool:
        """Whether all that meets the other conditions meets these too, if all of it is read."""
        bare = {"box": None, "in_any_order": False, "limit": 0}
        if replace(self, **bare) != replace(other, **bare):  # type: ignore[arg-type]
            return False
        mine, others = self.box, other.box
        if mine is None or others is None:
            return mine is others
        return mine.centre == others.centre and mine.within_km >= others.within_km


def possible_misses(query: Query) -> int:
    """The bits of what the query asks and may have to give up."""
    in_time = query.on is not None or query.weekday is not None or bool(query.not_weekdays or query.not_on)
    in_part = query.part_of_day is not None or bool(query.not_parts)
    told = (
        (in_part, PART),
        (in_time or in_part, DAY),
        (query.near is not None, FAR),
        (query.free or query.max_cost_pence is not None, COST),
        (query.online or query.drop_in, JOINING),
        (query.language is not None, LANGUAGE),
        (query.step_free or bool(query.needs), ACCESS),
        (bool(query.kinds), KIND),
    )
    return sum(bit for asked_for, bit in told if asked_for)


def levels(query: Query, today: date) -> Iterator[int]:
    """What to give up, least first; a day that has passed cannot be kept."""
    possible = possible_misses(query)
    must = DAY if query.on is not None and query.on < today else 0
    return (level for level in range(possible + 1) if not level & ~possible and not must & ~level)


def narrowed(query: Query, today: date, given_up: int, match: Match | None) -> Narrowing:
    """The conditions of a query without what is given up, anywhere."""
    keep_day, keep_part = not given_up & DAY, not given_up & PART
    on = query.on if keep_day and query.until is None else None
    part = query.part_of_day if keep_part else None
    return Narrowing(
        topics=query.topics,
        area=query.area,
        today=today,
        age_months=query.age_months,
        free=query.free and not given_up & COST,
        max_cost_pence=None if given_up & COST else query.max_cost_pence,
        online=query.online and not given_up & JOINING,
        drop_in=query.drop_in and not given_up & JOINING,
        language=None if given_up & LANGUAGE else query.language,
        step_free=query.step_free and not given_up & ACCESS,
        open_bits=asked(_weekdays(query) if keep_day else None, part),
        on=on,
        match=match,
    )


def _weekdays(query: Query) -> list[int] | None:
    """On which a session may be that is wanted; what is only ruled out leaves in what has no times."""
    if query.on is None:
        return None if query.weekday is None else [query.weekday]
    last = query.until or query.on
    return [(query.on + timedelta(days=ahead)).weekday() for ahead in range(min((last - query.on).days + 1, 7))]


def steps(base: Narrowing, query: Query, given_up: int) -> Iterator[Narrowing]:
    """One after the other until enough is found: near before far, what is on soon before the rest.

    Where there is little within reach it is read at once; who has read all of a step need not take one that it holds.
    """
    if query.near is None:
        if query.on is not None and given_up & DAY:
            yield from _around(base, query.on, query)
        if not base.open_bits:
            today = base.today.weekday()
            yield replace(base, open_bits=asked([today, (today + 1) % 7], None), limit=_FIRST)
        yield from (replace(base, limit=limit) for limit in (_FIRST, _MORE, _MOST))
        return
    limit_km = query.within_km if query.within_km is not None else NEAR_KM
    furthest = max(limit_km, TOO_FAR_KM) if given_up & FAR else limit_km
    yield replace(base, box=Box(query.near, furthest + 0.1), in_any_order=True, limit=_FIRST)
    if query.on is not None and given_up & DAY:
        yield from _around(replace(base, box=Box(query.near, furthest + 0.1)), query.on, query)
    for radius in (*(ring for ring in _RINGS_KM if ring < furthest), furthest):
        # A tenth of a kilometre more: distances are rounded to that.
        yield replace(base, box=Box(query.near, radius + 0.1), limit=_FIRST)
    yield replace(base, box=Box(query.near, furthest + 0.1), limit=_MOST)
    yield replace(base, unplaced=True, limit=_MORE)


def reaching(base: Narrowing, query: Query) -> Narrowing:
    """As far as anybody would go."""
    if query.near is None:
        return base
    return replace(base, box=Box(query.near, max(query.within_km or 0.0, TOO_FAR_KM) + 0.1))


def _around(base: Narrowing, on: date, query: Query) -> Iterator[Narrowing]:
    """What is on one day later or sooner, then two, then three: every day of the week, the nearest first."""
    part = query.part_of_day if base.open_bits else None
    for off in _DAYS_AROUND:
        yield replace(base, open_bits=asked([(on.weekday() + off) % 7], part), limit=_FIRST)
