"""Which services a parent would call right, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.directory.geography import distance_km
from bot.directory.model import PARTS, Hit, Query, Service, Session
from bot.directory.recurrence import next_session

_FAR_KM = 1000.0
_FRESH_DAYS = 180


def search(query: Query, now: datetime, candidates: Callable[[Query], Sequence[Service]]) -> tuple[list[Hit], tuple[str, ...]]:
    """All hits in order, and what of the query had to be given up to find any.

    What is given up, in this order: the part of the day, the day, the distance, the price, the
    language, step-free access, the age. Each step keeps what was given up before it.
    """
    widened: tuple[str, ...] = ()
    for wider, step in _widening(query):
        widened = (*widened, step) if step else widened
        hits = _hits(wider, now, candidates(wider))
        if hits:
            return hits, widened
    return [], widened


def _widening(query: Query) -> Iterator[tuple[Query, str | None]]:
    yield query, None
    if query.part_of_day:
        query = replace(query, part_of_day=None)
        yield query, "part_of_day"
    if query.on or query.weekday is not None:
        query = replace(query, on=None, weekday=None)
        yield query, "other_day"
    if query.within_km is not None:
        query = replace(query, within_km=None)
        yield query, "further_away"
    if query.free or query.max_cost_pence is not None:
        query = replace(query, free=False, max_cost_pence=None)
        yield query, "any_cost"
    if query.language:
        query = replace(query, language=None)
        yield query, "any_language"
    if query.step_free:
        query = replace(query, step_free=False)
        yield query, "any_access"
    if query.age_months is not None:
        yield replace(query, age_months=None), "any_age"


def _hits(query: Query, now: datetime, services: Sequence[Service]) -> list[Hit]:
    hits = []
    for service in services:
        if query.language and query.language not in service.languages:
            continue
        if query.step_free and not any("step" in text.casefold() for text in service.access):
            continue
        away = distance_km(query.near, service.point) if query.near and service.point else None
        if query.within_km is not None and (away is None or away > query.within_km):
            continue
        session = _session(query, now, service)
        if session is None and (query.on or query.weekday is not None or query.part_of_day):
            continue
        hits.append(Hit(service, session, away))
    return sorted(_without_doubles(hits), key=lambda hit: _order(hit, query, now))


def _session(query: Query, now: datetime, service: Service) -> Session | None:
    def suits(session: Session) -> bool:
        if query.on and session.starts_at.date() != query.on:
            return False
        if query.weekday is not None and session.starts_at.weekday() != query.weekday:
            return False
        if query.part_of_day:
            first, last = PARTS[query.part_of_day]
            return first <= session.starts_at.time() < last
        return True

    return next_session(service.schedules, now, suits)


def _without_doubles(hits: Sequence[Hit]) -> list[Hit]:
    """One of several records of the same name and area: the one with a session, then the one checked last."""
    best: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        key = (hit.service.area, hit.service.name.casefold())
        kept = best.get(key)
        if kept is None or _worth(hit) > _worth(kept):
            best[key] = hit
    return list(best.values())


def _worth(hit: Hit) -> tuple[bool, int]:
    return hit.next_session is not None, hit.service.checked_on.toordinal()


def _order(hit: Hit, query: Query, now: datetime) -> tuple[object, ...]:
    stale = (now.date() - hit.service.checked_on).days > _FRESH_DAYS
    soon = hit.next_session.starts_at.timestamp() if hit.next_session else float("inf")
    far = hit.distance_km if hit.distance_km is not None else _FAR_KM
    near_first = (far, soon) if query.near else (soon, far)
    return (hit.next_session is None and bool(hit.service.schedules), *near_first, stale, hit.service.name)
