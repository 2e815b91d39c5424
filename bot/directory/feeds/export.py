"""The directory as an Open Referral UK 3.0 feed: what anybody may read, and nobody's name.

Services and organisations get UUIDs (made from our ids where those are none); what is unknown is left out, not null. What
the standard has no field for goes into `x_kinline`, so that reading the feed gives an equal directory.

Source: HSDS-UK-3.0, compiled schema; Open Referral UK 3.0 API (envelope, paging).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any
from uuid import UUID, uuid5

from bot.directory.feed_extras import SCHEDULE_EXTRAS, SERVICE_EXTRAS
from bot.directory.geography import parse_postcode
from bot.directory.model import Schedule, Service, Venue
from bot.directory.open_referral import OWN_TAXONOMY, UnusableError
from bot.directory.public_ids import SPACE, public_id

VERSION = "HSDS-UK-3.0"
PROFILE = "https://openreferraluk.org/specifications/3.0"
_STATUS = {"open": "active", "ended": "defunct", "unknown": "inactive"}
_LEADING_PRICE = re.compile(r"^(?:£[\d.]+|Free)\b")
Record = dict[str, Any]
ReadBack = Callable[[Record], Service]


def root(base: str) -> Record:
    """What the feed's own address answers."""
    return {"version": VERSION, "profile": PROFILE, "openapi_url": f"{PROFILE}/openapi.json", "services_url": f"{base}/services"}


def page(rows: list[Record], number: int, total: int, per_page: int) -> Record:
    """A page in the standard's envelope; beyond the end it is empty, and it is no error."""
    pages = max(-(-total // per_page), 1)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(rows),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not rows,
        "contents": rows,
    }


def organization(name: str) -> Record:
    """A provider; its name is all that is known of it."""
    return {"id": str(uuid5(SPACE, f"organization\0{name}")), "name": name, "description": name}


def shallow(service: Service) -> Record:
    """A service as it stands in the list."""
    record = {
        "id": public_id(service.id),
        "organization_id": organization(service.organisation)["id"] if service.organisation else None,
        "name": service.name,
        "alternate_name": next(iter(service.also_called), None),
        "description": service.summary,
        "url": service.url,
        "email": service.email,
        "status": _STATUS[service.status],
        "fees": service.cost_text,
        "minimum_age": _years_from(service.min_age_months),
        "maximum_age": _years_to(service.max_age_months),
        "assured_date": service.checked_on.isoformat(),
        "application_process": service.how_to_join,
        "eligibility_description": service.for_whom,
        "organization": organization(service.organisation) if service.organisation else None,
    }
    return _said(record)


def whole(service: Service, read_back: ReadBack) -> Record:
    """A service with everything.

    Args:
        read_back: reads a record as an import would; what it would miss is put into `x_kinline`.
    """
    own = public_id(service.id)
    locations = _locations(service, own)
    placed = [one.place if one.place is not None and one.place < len(locations) else None for one in service.schedules]
    rows = [_schedule(one, own, number) for number, one in enumerate(service.schedules)]
    for at, location in enumerate(locations):
        held = [{**row, "service_at_location_id": location["id"]} for row, place in zip(rows, placed) if place == at]
        location.update({"schedules": held} if held else {})
    record = {
        **shallow(service),
        "schedules": [row for row, place in zip(rows, placed) if place is None],
        "cost_options": _cost_options(service, own),
        "languages": [{"id": _id(own, f"language {code}"), "service_id": own, "code": code} for code in service.languages],
        "phones": [{"id": _id(own, "phone"), "number": service.phone}] if service.phone else [],
        "service_at_locations": locations,
        "attributes": [_attribute(topic, own) for topic in service.topics],
    }
    record = {name: value for name, value in record.items() if value not in (None, [], "")}
    extras = _extras(service, record, read_back)
    return {**record, "x_kinline": extras} if extras else record


def with_attribution(record: Record, attribution: str | None) -> Record:
    """The record with the words that its source's licence asks for; in `x_kinline`, as the standard has no field for them."""
    return {**record, "x_kinline": {**record.get("x_kinline", {}), "attribution": attribution}} if attribution else record


def _extras(service: Service, record: Record, read_back: ReadBack) -> Record:
    """Whatever reading the record gives otherwise than it is."""
    try:
        read = read_back(record)
    except UnusableError:
        return {}
    extras = {name: _plain(getattr(service, name)) for name in SERVICE_EXTRAS if getattr(read, name) != getattr(service, name)}
    if read.topics != service.topics:
        extras["topics"] = list(service.topics)
    if service.status == "open" and not service.offered and (read.offered or service.topics):
        extras["offered"] = False
    return extras | _extras_of_schedules(service.schedules, read.schedules)


def _extras_of_schedules(own: Sequence[Schedule], read: Sequence[Schedule]) -> Record:
    """For each schedule in the order in which it is read, and that order where it is another than ours."""
    places = [-1 if one.place is None else one.place for one in own]
    order = sorted(range(len(own)), key=places.__getitem__)
    if len(read) != len(own):
        return {}
    rows = [_differences(own[n], theirs) for n, theirs in zip(order, read)]
    extras: Record = {"schedules": rows} if any(rows) else {}
    is_ours = order == list(range(len(own)))
    return extras if is_ours else {**extras, "schedule_order": [order.index(n) for n in range(len(own))]}


def _differences(mine: Schedule, theirs: Schedule) -> Record:
    known = (name for name in SCHEDULE_EXTRAS if hasattr(mine, name))
    return {name: _plain(getattr(mine, name)) for name in known if getattr(mine, name) != getattr(theirs, name)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    return {**vars(value)} if isinstance(value, Venue) else value


def _schedule(schedule: Schedule, own: str, number: int) -> Record:
    return _said(
        {
            "id": _id(own, f"schedule {number}"),
            "service_id": own,
            "freq": schedule.freq.upper() if schedule.freq else None,
            "interval": schedule.interval if schedule.freq else None,
            "byday": ",".join(schedule.byday),
            "bymonthday": ",".join(map(str, schedule.bymonthday)),
            "dtstart": _iso(schedule.dtstart),
            "until": _iso(schedule.until),
            "count": schedule.count,
            "valid_from": _iso(schedule.valid_from),
            "valid_to": _iso(schedule.valid_to),
            "opens_at": f"{schedule.opens_at:%H:%M}" if schedule.opens_at else None,
            "closes_at": f"{schedule.closes_at:%H:%M}" if schedule.closes_at else None,
            "notes": schedule.notes,
        }
    )


def _cost_options(service: Service, own: str) -> list[Record]:
    if service.cost_pence is None:
        return []
    option = {"id": _id(own, "cost"), "service_id": own, "amount": service.cost_pence / 100}
    words = _LEADING_PRICE.sub("", service.cost_text or "").strip()
    if words.startswith("(") and words.endswith(")") and words.count("(") == 1:
        words = words[1:-1]
    return [{**option, "option": words} if words else option]


def _locations(service: Service, own: str) -> list[Record]:
    if service.online and not service.address:
        location: Record = {"id": _id(own, "location online"), "location_type": "virtual", "name": "Online"}
        return [{"id": _id(own, "at online"), "service_id": own, "location_id": location["id"], "location": location}]
    first, *others = service.places
    if not (first.address or first.postcode or first.point):
        return []
    return [_at(own, number, venue, service.access if number == 0 else ()) for number, venue in enumerate((first, *others))]


def _at(own: str, number: int, venue: Venue, access: tuple[str, ...]) -> Record:
    place, address, postcode, at = _id(own, f"location {number}"), venue.address, venue.postcode, venue.point
    in_address = parse_postcode(address) if address and not postcode else None
    shown = address or ""
    if in_address and in_address.incode:
        shown = re.sub(rf"\s*\b{in_address.outcode}\s*{in_address.incode}\b", "", shown, flags=re.IGNORECASE).strip(" ,")
    lines, _comma, town = shown.rpartition(", ")
    location = {
        "id": place,
        "location_type": "physical",
        "latitude": at.latitude if at else None,
        "longitude": at.longitude if at else None,
        # All of these must be there; an unknown one is an empty text.
        "addresses": [
            {
                "id": _id(own, f"address {number}"),
                "location_id": place,
                "address_1": lines or town,
                "city": town,
                "state_province": "",
                "postal_code": postcode or (str(in_address) if in_address and in_address.incode else ""),
                "country": "GB",
                "address_type": "physical",
            }
        ],
        "accessibility": [{"id": _id(own, f"access {n}"), "description": text} for n, text in enumerate(access)],
    }
    return {"id": _id(own, f"at {number}"), "service_id": own, "location_id": place, "location": _said(location)}


def _attribute(topic: str, own: str) -> Record:
    name = topic.removeprefix("find_").replace("_", " ").capitalize()
    term = {"id": str(uuid5(SPACE, f"topic\0{topic}")), "name": name, "description": name, "taxonomy": OWN_TAXONOMY, "term": topic}
    return {"id": _id(own, f"attribute {topic}"), "link_id": own, "link_type": "service", "taxonomy_term": term}


def _id(own: str, part: str) -> str:
    return str(uuid5(UUID(own), part))


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _years_from(months: int | None) -> float | None:
    return None if months is None else round(months / 12, 2) if months % 12 else months // 12


def _years_to(months: int | None) -> float | None:
    """An age is inclusive: 5 years hold until the day before the sixth birthday, which is 71 months."""
    if months is None:
        return None
    return months // 12 if months % 12 == 11 else round(months / 12, 2)


def _said(record: Record) -> Record:
    """Without what is not known: the standard wants it left out."""
    return {name: value for name, value in record.items() if value not in (None, "", [], ())}
