"""What the directory holds and what it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal

Status = Literal["open", "ended", "unknown"]
PartOfDay = Literal["morning", "afternoon", "evening"]
Closure = Literal["cancelled", "bank_holiday", "school_holiday", "term_time"]
"""Why a session does not take place on a day on which its rule has one."""

PARTS: Mapping[str, tuple[time, time]] = {
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(23, 59)),
}

SCHOOL_AGE_FROM_MONTHS = 60
"""A service for nobody younger than this is not offered unless a child of that age is asked for."""

ADULT_FROM_MONTHS = 16 * 12
"""A lowest age from here on is the parent's own (English classes from 19), not the child's."""

WIDENING = ("part_of_day", "other_day", "further_away", "any_cost", "any_joining", "any_language", "any_access", "other_kind")
"""What of a query is given up, what hurts least first, when nothing fits the whole of it.

The child's age is not among them: a group for babies is no answer for a child of four.
"""


@dataclass(frozen=True)
class Point:
    """A place on the map in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Place:
    """A name that parents use for where they are.

    Attributes:
        area: id of the area it lies in, or None when it is in none of ours.
    """

    name: str
    point: Point
    area: str | None


@dataclass(frozen=True)
class Schedule:
    """When a service opens, as Open Referral means it.

    Attributes:
        freq: weekly or monthly; None for a single day (`dtstart`).
        byday: RFC 5545 days such as `TU`, `2MO`, `-1FR`.
        bymonthday: 1 to 31, or from the end of the month, -1 to -31.
        interval: every so many weeks or months, counted from `dtstart`; at least 1.
        until, count: the service itself ends then.
        valid_from, valid_to: the days for which this is known to hold; it may go on after them.
        term_time_only: said in the provider's words; the dates of terms are the area's calendar's.
        holidays_only: the reverse, for holiday clubs.
        on_bank_holidays: said to run on bank holidays too.
        except_on: days on which it was cancelled.
        extra_on: days on which it runs besides the rule, whatever day that is.
        place: number of the one of the service's `places` where this is held; None = at any of them, or not said.
        all_day: it is on these days, but its source leaves the hours out.
    """

    freq: Literal["weekly", "monthly"] | None
    opens_at: time | None
    closes_at: time | None
    byday: tuple[str, ...] = ()
    bymonthday: tuple[int, ...] = ()
    interval: int = 1
    dtstart: date | None = None
    until: date | None = None
    count: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    notes: str | None = None
    term_time_only: bool = False
    holidays_only: bool = False
    on_bank_holidays: bool = False
    except_on: tuple[date, ...] = ()
    extra_on: tuple[date, ...] = ()
    place: int | None = None
    all_day: bool = False


@dataclass(frozen=True)
class Session:
    """One dated opening, in Europe/London.

    Attributes:
        ends_at: None when the provider gives no end, or none that makes sense.
        term_time_only: it may not take place in school holidays.
        place: as of its schedule.
        all_day: nobody knows the hours; it begins at midnight and ends at the next.
    """

    starts_at: datetime
    ends_at: datetime | None
    term_time_only: bool = False
    place: int | None = None
    all_day: bool = False

    @property
    def ranks_at(self) -> datetime:
        """Where it stands among others: what has hours goes before what is only known to be on that day."""
        return self.ends_at if self.all_day and self.ends_at else self.starts_at


@dataclass(frozen=True)
class Venue:
    """One of the places where a service is given."""

    address: str | None
    postcode: str | None
    latitude: float | None
    longitude: float | None

    @property
    def point(self) -> Point | None:
        """Where it is, when that is known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)


@dataclass(frozen=True)
class Service:
    """One thing that families can go to or ask for.

    Attributes:
        topics: find_* intents that it answers, the one that it is most about first.
        min_age_months, max_age_months: inclusive; None = open. See also `ADULT_FROM_MONTHS`.
        cost_pence: the dearest of its prices; None = not known.
        is_free: for everybody who may come; None = not known, or free for some.
        offered: False → never among results, only answered by name.
        fictional: for demonstrations; every card says so.
        successor: id or plain name of what replaced it.
        checked_on: the day on which the source last vouched for it.
        review_by: the last day on which it is offered; None = no limit.
        stale_from: from this day on it ranks below what is fresh; None = not said.
        languages: BCP-47 codes spoken there besides English; empty = not said.
        step_free: None when `access` does not say.
        online: given by video or phone, so that distance does not matter.
        other_places: where else it is given; the flat fields are the first place.
    """

    id: str
    area: str
    name: str
    topics: tuple[str, ...]
    status: Status
    offered: bool
    source: str
    checked_on: date
    also_called: tuple[str, ...] = ()
    summary: str | None = None
    organisation: str | None = None
    successor: str | None = None
    min_age_months: int | None = None
    max_age_months: int | None = None
    cost_text: str | None = None
    cost_pence: int | None = None
    is_free: bool | None = None
    address: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    email: str | None = None
    url: str | None = None
    opening: str | None = None
    how_to_join: str | None = None
    booking_needed: bool | None = None
    languages: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    fictional: bool = False
    review_by: date | None = None
    schedules: tuple[Schedule, ...] = ()
    kind: str | None = None
    for_whom: str | None = None
    step_free: bool | None = None
    online: bool = False
    other_places: tuple[Venue, ...] = ()
    stale_from: date | None = None

    @property
    def point(self) -> Point | None:
        """Where it is, when that is known."""
        return self.places[0].point

    @property
    def places(self) -> tuple[Venue, ...]:
        """Everywhere it is given, the flat fields first."""
        return (Venue(self.address, self.postcode, self.latitude, self.longitude), *self.other_places)

    def at(self, place: int | None) -> Service:
        """The same as if it were given at that one of its places only, with what is held there; unchanged when there is no such place."""
        places = self.places
        if place is None or not self.other_places or place >= len(places):
            return self
        held = tuple(one for one in self.schedules if one.place is None or one.place == place or one.place >= len(places))
        return replace(self, **vars(places[place]), other_places=(), schedules=held)

    def is_offered_on(self, today: date) -> bool:
        """Whether parents are shown it: open, and vouched for lately enough."""
        return self.status == "open" and self.offered and (self.review_by is None or today <= self.review_by)

    @property
    def for_adults(self) -> bool:
        """Whether its ages are those of parents."""
        return self.min_age_months is not None and self.min_age_months >= ADULT_FROM_MONTHS

    @property
    def for_school_age(self) -> bool:
        """Whether it is for school children and teenagers only."""
        low = self.min_age_months
        return low is not None and SCHOOL_AGE_FROM_MONTHS <= low < ADULT_FROM_MONTHS


@dataclass(frozen=True)
class Query:
    """What is looked for; everything may be left open.

    Attributes:
        topics: find_* intents, any of them; empty = every topic.
        area: id of an area; None = all that are not fictional.
        age_months: of the child; callers refuse what no child can be.
        weekday: 0 = Monday; `on` is one day and goes before it.
        until: last of the days that begin with `on`, any of which will do; None = that one day.
        not_weekdays, not_on, not_parts: when the parent cannot come.
        within_km: straight line from `near`; None = as far as people usually go.
        language: BCP-47 code that should be spoken there.
        words: words to be found; what is called like them comes first. Without topics at
            least one of them must occur.
        kinds: ids of `content/directory/kinds.yml`, any of them: baby massage rather than any activity.
        text: the parent's message, for its meaning; never stored by the search.
        online: to be had without going anywhere.
        drop_in: without booking.
        needs: ids of `content/directory/needs.yml` besides step-free, all of them.
    """

    topics: tuple[str, ...] = ()
    area: str | None = None
    near: Point | None = None
    near_name: str | None = None
    age_months: int | None = None
    on: date | None = None
    weekday: int | None = None
    part_of_day: PartOfDay | None = None
    until: date | None = None
    not_weekdays: tuple[int, ...] = ()
    not_on: tuple[date, ...] = ()
    not_parts: tuple[PartOfDay, ...] = ()
    free: bool = False
    max_cost_pence: int | None = None
    within_km: float | None = None
    language: str | None = None
    step_free: bool = False
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    text: str | None = None
    online: bool = False
    drop_in: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A service that fits, with its next session and how far it is (kilometres, one decimal).

    Of several places the service shows the one nearest to where the parent is.
    """

    service: Service
    next_session: Session | None
    distance_km: float | None


@dataclass(frozen=True)
class Traits:
    """What the index knows of a service besides its record.

    Attributes:
        kinds, needs: ids of `content/directory/kinds.yml` and `needs.yml`.
        likeness: of its text to the parent's message, higher is closer; 0 when not compared.
    """

    kinds: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    likeness: float = 0.0


@dataclass(frozen=True)
class Results:
    """One page of hits.

    Attributes:
        total: of all pages, as far as was looked; more than `offset` and the hits if there is another page.
        widened: what of the query was given up to find these, in the order of `WIDENING`; only
            what had to be. Empty when everything was found as asked, or nothing at all.
    """

    hits: tuple[Hit, ...]
    total: int
    offset: int
    widened: tuple[str, ...] = ()
