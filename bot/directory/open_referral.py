"""Reads an Open Referral UK 3.0 feed from a folder of saved pages.

Source: Open Referral UK 3.0 (`HSDS-UK-3.0`). The dirt that real feeds hold is cleaned here, and a
record that cannot be used is reported with its reason and never loses the page it is on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.base.errors import ContentError
from bot.directory import feed_values as read
from bot.directory.categories import Categories
from bot.directory.feed_offer import cost, schedules
from bot.directory.geography import Geography
from bot.directory.model import Point, Service, Status, Venue
from bot.directory.names import plain

_PAGE = re.compile(r"services(?:_page_(\d+))?\.json")
# “temporarily closed” and “inactive” have not ended, but nobody can say that they run.
_STATUSES: Mapping[str, Status] = {"active": "open", "defunct": "ended"}
# People and bookkeeping that nobody needs here.
_NOT_KEPT = {"assurer_email", "pc_metadata", "metadata", "reviews"}


@dataclass(frozen=True)
class Refused:
    """A record that could not be used."""

    id: str
    reason: str


@dataclass(frozen=True)
class Feed:
    """What a folder gave."""

    services: tuple[Service, ...]
    refused: tuple[Refused, ...]


class _UnusableError(Exception):
    """Why a record cannot be used."""


@dataclass(frozen=True)
class FeedReader:
    """Turns records into services of one area.

    Attributes:
        geography: finds the point of an address that has a postcode but no coordinates.
        retrieved_on: stands for the day of assurance where a record has none.
    """

    area: str
    categories: Categories
    geography: Geography
    retrieved_on: date
    fictional: bool = False

    def read_folder(self, folder: Path) -> Feed:
        """All services of the pages `services*.json`, completed from `services/{id}.json`.

        Raises:
            ContentError: the folder holds no readable page.
        """
        services: dict[str, Service] = {}
        refused: list[Refused] = []
        for record in _records(folder):
            record_id = read.identifier(record.get("id")) if isinstance(record, Mapping) else ""
            try:
                service = self._read(folder, record, record_id)
                if service.id in services:
                    raise _UnusableError("the same id a second time")
            except _UnusableError as error:
                refused.append(Refused(record_id or "?", str(error)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                # A shape that nobody has met yet must not lose the other records.
                refused.append(Refused(record_id or "?", f"not understood ({type(error).__name__})"))
            else:
                services[service.id] = service
        kept, doubles = _without_doubles(list(services.values()))
        return Feed(tuple(kept), (*refused, *doubles))

    def _read(self, folder: Path, record: Any, record_id: str) -> Service:
        if not isinstance(record, Mapping):
            raise _UnusableError("not a record")
        if not record_id:
            raise _UnusableError("no id")
        return self.service({**record, **_detail(folder, record_id)}, record_id)

    def service(self, record: Mapping[str, Any], record_id: str) -> Service:
        """One record; `_UnusableError` when it has no name."""
        name = read.plain_text(record.get("name"), 200)
        if not name:
            raise _UnusableError("no name")
        description = read.plain_text(record.get("description")) or ""
        alert = read.plain_text(_told(record.get("alert"))) or ""
        status: Status = _STATUSES.get(str(record.get("status") or "").strip().lower(), "unknown")
        topics = self.categories.topics_of(name, description, _taxonomy(record))
        low, high = read.ages_in_months(record.get("minimum_age"), record.get("maximum_age"))
        booking_needed, how_to_join = read.booking(description)
        locations = _locations(record)
        access = _access(locations)
        price = cost(_list(record, "cost_options"), record.get("fees_description") or record.get("fees"))
        service = Service(
            id=_service_id(self.area, record_id),
            area=self.area,
            name=name,
            topics=topics,
            status=status,
            offered=status == "open" and bool(topics),
            source=read.link(record.get("url")) or "Open Referral UK feed",
            checked_on=read.day(record.get("assured_date")) or self.retrieved_on,
            summary=" ".join(text for text in (alert, description) if text) or None,
            organisation=read.plain_text(_mapping(record, "organization").get("name"), 200),
            min_age_months=low,
            max_age_months=high,
            cost_text=price.text,
            cost_pence=price.pence,
            is_free=price.is_free,
            phone=_phone(record),
            email=read.email(record.get("email")),
            url=read.link(record.get("url")),
            how_to_join=read.plain_text(record.get("application_process"), 300) or how_to_join,
            booking_needed=booking_needed,
            languages=_languages(record),
            access=access,
            step_free=read.says_step_free(access),
            fictional=self.fictional,
            schedules=schedules(_schedule_records(record), description),
            for_whom=read.plain_text(record.get("eligibility_description"), 300),
            raw=_kept(record),
        )
        return self._placed(service, locations)

    def _placed(self, service: Service, locations: list[Mapping[str, Any]]) -> Service:
        physical = [location for location in locations if location.get("location_type") != "virtual"]
        venues = [self._venue(location) for location in physical]
        located = [Venue(a, p, at.latitude, at.longitude) for a, p, at in venues if at]
        if not venues:
            return replace(service, online=bool(locations))
        address, postcode, at = next((venue for venue in venues if venue[2]), venues[0])
        return replace(
            service,
            address=address,
            postcode=postcode,
            latitude=at.latitude if at else None,
            longitude=at.longitude if at else None,
            other_places=tuple(located[1:]),
        )

    def _venue(self, location: Mapping[str, Any]) -> tuple[str | None, str | None, Point | None]:
        address = next(iter(_list(location, "addresses")), {})
        lines = (
            read.plain_text(address.get("address_1"), 200) or read.plain_text(location.get("name"), 200),
            read.plain_text(address.get("city"), 100),
        )
        postcode = read.plain_text(address.get("postal_code"), 20)
        at = read.point(location) or (self.geography.centroid_of_postcode(postcode) if postcode else None)
        return ", ".join(dict.fromkeys(line for line in lines if line)) or None, postcode, at


def _records(folder: Path) -> Iterator[Any]:
    pages = [(path, match) for path in folder.glob("services*.json") if (match := _PAGE.fullmatch(path.name))]
    if not pages:
        remedy = "give the folder of a saved Open Referral UK 3.0 feed"
        raise ContentError(folder, None, "no services.json or services_page_1.json in it", remedy)
    for path, _match in sorted(pages, key=lambda page: int(page[1].group(1) or 0)):
        body = _json(path)
        contents = body.get("contents") if isinstance(body, Mapping) else None
        if not isinstance(contents, list):
            raise ContentError(path, None, "not a page of services", "save the page again")
        yield from contents


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ContentError(path, getattr(error, "lineno", None), "not JSON", "save the page again") from error


def _detail(folder: Path, record_id: str) -> Mapping[str, Any]:
    path = folder / "services" / f"{record_id}.json"
    if not re.fullmatch(r"[\w-]+", record_id) or not path.exists():
        return {}
    try:
        detail = _json(path)
    except ContentError as error:
        raise _UnusableError("its own page is not JSON") from error
    if not isinstance(detail, Mapping) or read.identifier(detail.get("id")) != record_id:
        raise _UnusableError("its own page is about something else")
    return detail


def _service_id(area: str, record_id: str) -> str:
    """Ids that are unique in the world stay as they are; counted ones get the area in front."""
    try:
        return str(UUID(record_id))
    except ValueError:
        return f"{area}-{record_id}"[:80]


def _list(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = record.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _told(alert: Any) -> Any:
    """Some feeds give an object here; its text is what is meant."""
    return alert.get("text") or alert.get("description") if isinstance(alert, Mapping) else alert


def _taxonomy(record: Mapping[str, Any]) -> list[str]:
    terms = (_mapping(attribute, "taxonomy_term") for attribute in _list(record, "attributes"))
    return [name for term in terms if (name := read.plain_text(term.get("name"), 200))]


def _locations(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = (_mapping(at, "location") for at in _list(record, "service_at_locations"))
    return [location for location in found if location]


def _access(locations: list[Mapping[str, Any]]) -> tuple[str, ...]:
    texts = (
        read.plain_text(entry.get("description"), 300) or read.plain_text(entry.get("details"), 300)
        for location in locations[:1]
        for entry in _list(location, "accessibility")
    )
    return tuple(text for text in texts if text)


def _phone(record: Mapping[str, Any]) -> str | None:
    for holder in (record, *_list(record, "contacts"), *_locations(record)):
        for entry in _list(holder, "phones"):
            found = read.phone(entry.get("number"))
            if found:
                return found
    return None


def _languages(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("languages")
    codes = (read.language_code(entry) for entry in (value if isinstance(value, list) else ()))
    return tuple(dict.fromkeys(code for code in codes if code))


def _schedule_records(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    own = _list(record, "schedules")
    at_places = (s for at in _list(record, "service_at_locations") for s in _list(at, "schedules"))
    return own or list(at_places)


def _kept(record: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in record.items() if name not in _NOT_KEPT}
    if _list(record, "contacts"):
        kept["contacts"] = [{"phones": contact.get("phones")} for contact in _list(record, "contacts")]
    return kept


def _without_doubles(services: list[Service]) -> tuple[list[Service], list[Refused]]:
    """A record without times beside one of the same name and provider that has them is a slip."""
    timed = {(plain(s.name), s.organisation): s for s in services if s.schedules and s.status == "open"}
    kept, refused = [], []
    for service in services:
        other = timed.get((plain(service.name), service.organisation))
        if other and not service.schedules and service.status == "open":
            reason = f"a double of {other.id}: same name and provider, but no times"
            refused.append(Refused(service.id, reason))
        else:
            kept.append(service)
    return kept, refused
