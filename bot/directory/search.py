"""Which services a parent would call right, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.directory.closures import Closed, never_closed
from bot.directory.geography import distance_km
from bot.directory.model import PARTS, WIDENING, Hit, PartOfDay, Query, Schedule, Service, Session, Traits
from bot.directory.recurrence import days, has_ended, is_past, next_session, session_on
from bot.directory.terms import terms

NEAR_KM = 15.0
"""As far as people usually go, when they say where they are but not how far they would go."""

TOO_FAR_KM = 40.0
"""Nobody goes further with a small child, whatever there is; only a parent who says so."""

_FAR_KM = 10_000.0
_FRESH_DAYS = 180
_DAYS_AHEAD = 35
_DAYS_AROUND = 14
_WIDE_AGES_MONTHS = 12 * 12
_ENOUGH_MINUTES = 60.0
_NEVER = date.max.toordinal()


# One bit for each thing to give up; what hurts more weighs more than everything before it.
_PART, _DAY, _FAR, _COST, _JOINING, _LANGUAGE, _ACCESS, _KIND = (1 << place for place in range(len(WIDENING)))


@dataclass(frozen=True)
class Weighed:
    """A service against a query."""

    service: Service
    session: Session | None
    away: float | None
    miss: int
    named: int
    likeness: float = 0.0


_NOTHING_KNOWN = Traits()


def always_open(_area: str) -> Closed:
    """Areas without holidays and cancellations."""
    return never_closed


def search(
    query: Query,
    now: datetime,
    services: Sequence[Service],
    closed_in: Callable[[str], Closed] = always_open,
    traits: Mapping[str, Traits] | None = None,
) -> tuple[list[Hit], tuple[str, ...]]:
    """All hits in order, and what of the query had to be given up to find any.

    When nothing meets the whole query, as little as possible is given up: `WIDENING` says what
    hurts least, and nothing is given up that would not help. So “nothing on Thursday morning”
    becomes another time on Thursday if there is one, and only else another day. What is for other
    ages, over, or too far to go is never found.

    Args:
        services: open and offered ones of the asked topics and area.
        closed_in: an area's rule for days on which a schedule does not run.
        traits: by service id.
    """
    weighed, given_up = weigh(query, now, services, closed_in, traits or {})
    return arranged([one for one in weighed if not one.miss & ~given_up], query, now), widening(given_up)


def arranged(weighed: Sequence[Weighed], query: Query, now: datetime) -> list[Hit]:
    """Hits in the order in which a parent would want them, doubles once."""
    kept = _without_doubles(weighed)
    kept.sort(key=lambda one: _order(one, query, now))
    return [Hit(one.service, one.session, one.away) for one in kept]


def widening(given_up: int) -> tuple[str, ...]:
    """The bits of a miss as the codes of `WIDENING`, in its order."""
    return tuple(code for place, code in enumerate(WIDENING) if given_up & 1 << place)


def weigh(
    query: Query, now: datetime, services: Sequence[Service], closed_in: Callable[[str], Closed], traits: Mapping[str, Traits]
) -> tuple[list[Weighed], int]:
    """Every service that comes into question with what it misses, and the least that any of them misses."""
    today = now.date()
    weighed = [
        _weigh(query, now, service, closed_in(service.area), traits.get(service.id, _NOTHING_KNOWN))
        for service in services
        if _of_age(service, query.age_months) and not has_ended(service.schedules, today)
    ]
    weighed = [one for one in weighed if _in_question(one, query)]
    return weighed, min((one.miss for one in weighed), default=0)


def _in_question(one: Weighed, query: Query) -> bool:
    if query.words and not query.topics and not one.named:
        return False
    far = query.near is not None and not one.service.online and (one.away or 0.0) > max(TOO_FAR_KM, query.within_km or 0.0)
    return not far


def hit_of(service: Service, query: Query, now: datetime, is_closed: Closed = never_closed) -> Hit:
    """One service as a hit, whether it meets the query or not."""
    weighed = _weigh(query, now, service, is_closed, _NOTHING_KNOWN)
    return Hit(weighed.service, weighed.session, weighed.away)


def _weigh(query: Query, now: datetime, service: Service, is_closed: Closed, traits: Traits) -> Weighed:
    """The service at that one of its places which suits best: a session counts only where it is held."""
    others, named = _other_misses(query, service, traits), _named(query, service)
    weighed = []
    for placed, away in _places(query, service, now.date()):
        session, miss = _when(query, now, placed, is_closed)
        miss |= _far_miss(query, placed, away) | others
        weighed.append(Weighed(placed, session, away, miss, named, traits.likeness))
    return min(weighed, key=lambda one: _order(one, query, now)) if len(weighed) > 1 else weighed[0]


def _far_miss(query: Query, service: Service, away: float | None) -> int:
    if query.near is None or service.online:
        return 0
    unknown = away is None and query.within_km is not None
    limit = query.within_km if query.within_km is not None else NEAR_KM
    return _FAR if unknown or (away or 0.0) > limit else 0


def _other_misses(query: Query, service: Service, traits: Traits) -> int:
    dear = (query.free and not service.is_free) or (query.max_cost_pence is not None and not _affordable(service, query.max_cost_pence))
    hard_to_join = (query.online and not service.online) or (query.drop_in and service.booking_needed is not False)
    barred = (query.step_free and not service.step_free) or bool(set(query.needs) - traits.needs)
    another = bool(query.kinds) and not traits.kinds & set(query.kinds)
    foreign = bool(query.language) and not _speaks(service, str(query.language))
    told = ((dear, _COST), (hard_to_join, _JOINING), (foreign, _LANGUAGE), (barred, _ACCESS), (another, _KIND))
    return sum(bit for missed, bit in told if missed)


def _places(query: Query, service: Service, today: date) -> list[tuple[Service, float | None]]:
    """The service at each of its places, and how far that is; only at the nearest one where it is the same at all of them."""
    if not service.other_places:
        return [(service, _away(query, service))]
    is_same = all(schedule.place is None for schedule in service.schedules)
    if is_same and query.near is None:
        return [(service, None)]
    placed = [service.at(number) for number in range(len(service.places))]
    running = [(one, _away(query, one)) for one in placed if not has_ended(one.schedules, today)] or [(service, _away(query, service))]
    return [min(running, key=lambda one: _FAR_KM if one[1] is None else one[1])] if is_same else running


def _away(query: Query, service: Service) -> float | None:
    return distance_km(query.near, service.point) if query.near and service.point else None


def _affordable(service: Service, most_pence: int) -> bool:
    return bool(service.is_free) or (service.cost_pence is not None and service.cost_pence <= most_pence)


def _speaks(service: Service, language: str) -> bool:
    """A language in another script is the same language when it is spoken."""
    wanted, _, _script = language.partition("-")
    return any(code.partition("-")[0] == wanted for code in service.languages)


def _of_age(service: Service, age_months: int | None) -> bool:
    if age_months is None or service.for_adults:
        return True
    low, high = service.min_age_months, service.max_age_months
    return (low is None or low <= age_months) and (high is None or age_months <= high)


def _named(query: Query, service: Service) -> int:
    """How well the words fit: twice for each in the name, once in the description; beginnings count."""
    if not query.words:
        return 0
    name = f" {' '.join(terms(' '.join((service.name, *service.also_called))))}"
    text = f" {' '.join(terms(service.summary or ''))}"
    wanted = [term for word in query.words for term in terms(word)]
    return sum(2 if f" {term}" in name else 1 if f" {term}" in text else 0 for term in wanted)


def _when(query: Query, now: datetime, service: Service, is_closed: Closed) -> tuple[Session | None, int]:
    """The session to show and which wishes of time it does not meet."""
    is_wanted = query.on is not None or query.weekday is not None or query.part_of_day is not None
    if not (is_wanted or query.not_weekdays or query.not_on or query.not_parts):
        return next_session(service.schedules, now, is_closed), 0
    best: tuple[int, int, datetime] | None = None
    shown: Session | None = None
    for schedule in service.schedules:
        found = _best_of(query, now, schedule, is_closed)
        if found and (best is None or found[:3] < best):
            best, shown = found[:3], found[3]
    if best is None:
        # No times, or none soon: nobody can say that it is on then.
        miss = _DAY | (_PART if query.part_of_day else 0)
        return next_session(service.schedules, now, is_closed), miss if is_wanted else 0
    return shown, best[0]


def _best_of(query: Query, now: datetime, schedule: Schedule, is_closed: Closed) -> tuple[int, int, datetime, Session] | None:
    if schedule.opens_at is None and not schedule.all_day:
        return None
    today = now.date()
    least = 0 if query.part_of_day is None or is_in_part(schedule, query.part_of_day) else _PART
    least |= _PART if any(is_in_part(schedule, part) for part in query.not_parts) else 0
    wanted = query.on if query.on and query.on >= today else None
    best: tuple[int, int, datetime, Session] | None = None
    for on in _days_to_look_at(query, today, schedule, is_closed):
        miss = _day_miss(query, on) | least
        off = abs((on - wanted).days) if wanted else 0
        if (best and (miss, off) >= best[:2]) or is_closed(schedule, on):
            continue
        session = session_on(schedule, on)
        if session and not is_past(session, now):
            best = (miss, off, session.ranks_at, session)
            if miss == least and not off:
                break  # the days are in order: nothing sooner or better can come
    return best


def _days_to_look_at(query: Query, today: date, schedule: Schedule, is_closed: Closed) -> tuple[date, ...]:
    """The days that are asked for; where it runs on none of them, those around them."""
    first, last = today, today + timedelta(days=_DAYS_AHEAD)
    if query.on and query.on > today:
        exact = tuple(on for on in days(schedule, query.on, query.until or query.on) if not is_closed(schedule, on))
        if exact:
            return exact
        around = timedelta(days=_DAYS_AROUND)
        if query.on > last:
            first, last = query.on - around, query.on + around
    return days(schedule, first, last)


def _day_miss(query: Query, on: date) -> int:
    if on.weekday() in query.not_weekdays or on in query.not_on:
        return _DAY
    if query.on is not None:
        return 0 if query.on <= on <= (query.until or query.on) else _DAY
    return 0 if query.weekday is None or on.weekday() == query.weekday else _DAY


def is_in_part(schedule: Schedule, part: PartOfDay) -> bool:
    """Whether it begins in that part of the day, or an hour or half of it lies there."""
    first, last = (_minutes(at.hour, at.minute) for at in PARTS[part])
    opens_at, closes_at = schedule.opens_at, schedule.closes_at
    if opens_at is None:
        return False
    begins = _minutes(opens_at.hour, opens_at.minute)
    if first <= begins < last:
        return True
    ends = _minutes(closes_at.hour, closes_at.minute) if closes_at else begins
    overlap = min(ends, last) - max(begins, first)
    return ends > begins and overlap >= min(_ENOUGH_MINUTES, (ends - begins) / 2)


def _minutes(hour: int, minute: int) -> int:
    return hour * 60 + minute


def _without_doubles(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Of records with the same name, provider and place: one with a session, checked last."""
    best: dict[tuple[str, str, str | None, str | None], Weighed] = {}
    for one in weighed:
        service = one.service
        key = (service.area, service.name.casefold(), service.organisation, service.postcode)
        kept = best.get(key)
        if kept is None or _worth(one) > _worth(kept):
            best[key] = one
    return list(best.values())


def _worth(one: Weighed) -> tuple[bool, date]:
    return one.session is not None, one.service.checked_on


def _order(one: Weighed, query: Query, now: datetime) -> tuple[object, ...]:
    """Fit, then when, then how far, then how fresh.

    With a place, days are taken by the week, so that what is round the corner on Friday goes
    before what is across the town on Thursday; but what stands in for an asked day is the nearest day.
    Information that is old stands behind what is fresh, however soon and near it is. Who asks for a
    Saturday means the coming one: what is on in a later week stands behind.
    """
    service, today = one.service, now.date()
    topic = min((service.topics.index(t) for t in query.topics if t in service.topics), default=0)
    on = one.session.starts_at.date().toordinal() if one.session else _NEVER
    if one.session and query.on and query.on >= today:
        on = abs(on - query.on.toordinal())
    elif one.session:
        on -= today.toordinal()
    far = one.away if one.away is not None else _FAR_KM
    starts = one.session.ranks_at.timestamp() if one.session else float("inf")
    when = (on // 7, round(far), on) if query.near and not one.miss & _DAY else (on, far, 0)
    stale = is_stale(service, today)
    later = query.weekday is not None and query.on is None and on >= 7
    fit = (one.miss, -one.named, later, min(topic, 1), -one.likeness, _vague(service, query), stale)
    return (*fit, *when, starts, far, service.name, service.id)


def is_stale(service: Service, today: date) -> bool:
    """Whether its source has not vouched for it for so long that it ranks below what is fresh."""
    return today >= service.stale_from if service.stale_from else (today - service.checked_on).days > _FRESH_DAYS


def _vague(service: Service, query: Query) -> bool:
    """Whether it is for children of nearly any age, or does not say, when an age was asked for."""
    if query.age_months is None:
        return False
    return service.max_age_months is None or service.max_age_months > _WIDE_AGES_MONTHS
