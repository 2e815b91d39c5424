"""`python -m bot search`, and the verbs that keep what it searches: postcodes, vectors, organisers' calendars."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from datetime import date
from pathlib import Path
from typing import TextIO

from bot.base.db import open_database
from bot.base.errors import BadInput
from bot.base.settings import Settings
from bot.directory.feeds.fetch import Limits
from bot.directory.model import Hit, Query, Results
from bot.flows.house import House, open_house

_WAYS = {"online", "drop_in"}
logger = logging.getLogger(__name__)


def open_rooms(settings: Settings) -> House:
    """The rooms without Rasa."""
    return open_house(settings, open_database(settings.database_url))


def search_directory(house: House, options: argparse.Namespace) -> int:
    """Search and print.

    Raises:
        BadInput: a day or place that is none.
    """
    area = options.area or house.settings.area
    if area not in house.areas:
        raise BadInput(f"no area {area}; there are {', '.join(house.areas)}")
    place = house.directory.place(options.near, area) if options.near else None
    words = None if options.topic.startswith("find_") else options.topic
    needs = tuple(need for need in (*options.need, *(house.directory.needs_in(words) if words else ())) if need not in _WAYS)
    query = Query(
        topics=(house.directory.topic_of(options.topic),),
        text=words,
        needs=needs,
        part_of_day=options.part,
        max_cost_pence=options.max_pence,
        step_free=options.step_free,
        online=options.online,
        drop_in=options.drop_in,
        area=(place.area if place and place.area else area),
        near=place.point if place else None,
        age_months=options.age_months,
        on=_day(options.on),
        within_km=options.within_km,
        free=options.free,
        language=options.language,
    )
    _print(house.directory.search(query, limit=options.limit), options.json)
    return 0


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f"{text!r} is not a day; write it like 2026-11-26") from None


def _print(results: Results, as_json: bool) -> None:
    rows = [_row(hit, results.widened) for hit in results.hits]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['name']} · {row['next'] or 'no dated session'} · {row['cost'] or 'ask'} · {row['distance_km'] or '–'} km")
    if results.widened:
        print(f"given up to find these: {', '.join(results.widened)}")
    print(f"{results.total} in all")


def _row(hit: Hit, widened: tuple[str, ...]) -> dict[str, object]:
    service = hit.service
    return {
        "service_id": service.id,
        "name": service.name,
        "area": service.area,
        "next": hit.next_session.starts_at.isoformat() if hit.next_session else None,
        "distance_km": hit.distance_km,
        "cost": "free" if service.is_free else service.cost_text,
        "min_age_months": service.min_age_months,
        "max_age_months": service.max_age_months,
        "checked_on": service.checked_on.isoformat(),
        "widened": list(widened),
    }


def import_every_postcode(house: House, source: Path) -> int:
    """Import full postcodes and say how many."""
    number = house.directory.import_postcodes(source)
    print(f"{number} postcodes")
    return 0


def index_meaning(house: House) -> int:
    """Make the missing vectors and say how many."""
    print(f"{house.directory.index_meaning()} services indexed by meaning")
    return 0


def attach_calendars(house: House, service_id: str | None, source: str | None, *, named_only: bool = False) -> int:
    """Attach one calendar, or read all attached ones again; 1 when one of them cannot be read.

    Args:
        source: a file or a web address.
        named_only: of a hall's calendar only the events that name the service.

    Raises:
        BadInput: a service without a file or address, no such service, not a calendar.
    """
    if service_id and source is None:
        raise BadInput("give the calendar's file or web address after the service's id")
    if service_id and source:
        number = house.directory.attach_calendar_from(service_id, source, limits_of(house), named_only=named_only)
        print(f"{service_id}: {'not changed' if number is None else f'{number} schedules'}")
        return 0
    return 0 if refresh_calendars(house, told=sys.stdout) else 1


def refresh_calendars(house: House, told: TextIO | None = None) -> bool:
    """Read all attached calendars again; what cannot be read keeps the times of its last reading. True when all could be.

    Args:
        told: where each is told; None = only what could not be read, on standard error.
    """
    whole = True
    for service_id, source in house.directory.attached_calendars():
        try:
            number = house.directory.attach_calendar_from(service_id, source, limits_of(house))
        except BadInput as error:
            print(f"{service_id}: {error}; the times of the last reading stay", file=told or sys.stderr)
            whole = False
        except Exception as error:  # whatever is wrong with one calendar, the others and the feeds after them are read
            logger.exception("the calendar of %s could not be read", service_id)
            print(
                f"{service_id}: a fault in this program ({type(error).__name__}); the times of the last reading stay",
                file=told or sys.stderr,
            )
            whole = False
        else:
            if told:
                print(f"{service_id}: {'not changed' if number is None else f'{number} schedules'}", file=told)
    return whole


def limits_of(house: House) -> Limits:
    """How much is asked of another machine, by the settings."""
    return Limits(private=house.settings.import_private_addresses)
