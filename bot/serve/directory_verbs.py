"""`python -m bot search`."""

from __future__ import annotations

import argparse
import json
from datetime import date

from bot.base.db import open_database
from bot.base.errors import BadInput
from bot.base.settings import Settings
from bot.directory.model import Hit, Query, Results
from bot.flows.house import House, open_house


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
    query = Query(
        topics=(house.directory.topic_of(options.topic),),
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
    rows = [_row(hit) for hit in results.hits]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['name']} · {row['next'] or 'no dated session'} · {row['cost'] or 'ask'} · {row['distance_km'] or '–'} km")
    if results.widened:
        print(f"given up to find these: {', '.join(results.widened)}")
    print(f"{results.total} in all")


def _row(hit: Hit) -> dict[str, object]:
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
    }
