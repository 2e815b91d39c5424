"""Makes services of records in the shape of Open Referral UK 3.0.

Source: Open Referral UK 3.0 (`HSDS-UK-3.0`). The dirt that real feeds hold is cleaned here, and a
record that cannot be used is refused with its reason and never loses the page it is on. Other dialects are
brought into this shape by `feeds.dialects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from bot.base.text import fold
from bot.directory import feed_values as read
from bot.directory.categories import Categories
from bot.directory.closed_said import says_closed
from bot.directory.feed_booking import booking
from bot.directory.feed_extras import with_extras
from bot.directory.feed_offer import cost
from bot.directory.feed_record import MOST_PLACES, mapping, mappings
from bot.directory.feed_schedules import schedules_of
from bot.directory.geography import Geography, parse_postcode, rough
from bot.directory.model import Service, Status, Venue

OWN_TAXONOMY = "Kinline topics"
"""The vocabulary of terms that are our own topics; they are taken as they are."""

# “temporarily closed” and “inactive” have not ended, but nobody can say that they run.
_STATUSES: Mapping[str, Status] = {"active": "open", "defunct": "ended"}
_LONGEST_ID = 80


@dataclass(frozen=True)
class Refused:
    """A record that could not be used."""

    id: str
    reason: str


class UnusableError(Exception):
    """Why a record cannot be used; said in the report."""


@dataclass(frozen=True)
class Freshness:
    """How long information is trusted, in days since its source last vouched for it.

    Attributes:
        withheld_after_days: None = for ever.
    """

    stale_after_days: int = 180
    withheld_after_days: int | None = 540

    def stale_from(self, checked_on: date) -> date:
        """The day from which what was checked then ranks lower."""
        return checked_on + timedelta(days=self.stale_after_days + 1)

    def review_by(self, checked_on: date) -> date | None:
        """The last day on which what was checked then is offered."""
        return None if self.withheld_after_days is None else checked_on + timedelta(days=self.withheld_after_days)


@dataclass(frozen=True)
class FeedReader:
    """Turns records into services of one area.

    Attributes:
        geography: finds the point of an address that has a postcode but no coordinates.
        retrieved_on: stands for the day of assurance where a record has none.
        prefix: goes before ids that are unique in their feed only; the area when None.
    """

    area: str
    categories: Categories
    geography: Geography
    retrieved_on: date
    fictional: bool = False
    freshness: Freshness = Freshness()
    prefix: str | None = None

    def id_of(self, record_id: str) -> str:
        """Our id of a record: ids that are unique in the world stay as they are, counted ones get the feed's name in front."""
        return _own_id(self.prefix or self.area, record_id)

    def read(self, record: Any) -> Service:
        """The service of a record.

        Raises:
            UnusableError: with the reason, whatever the record holds.
        """
        if not isinstance(record, Mapping):
            raise UnusableError("not a record")
        record_id = read.identifier(record.get("id"))
        if not record_id:
            raise UnusableError("no id")
        try:
            return self.service(record, record_id)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            # A shape that nobody has met yet must not lose the other records.
            raise UnusableError(f"not understood ({type(error).__name__})") from error

    def service(self, record: Mapping[str, Any], record_id: str) -> Service:
        """One record; `UnusableError` when it has no name."""
        name = read.plain_text(record.get("name"), 200)
        if not name:
            raise UnusableError("no name")
        description = read.plain_text(record.get("description")) or ""
        alert = read.plain_text(_told(record.get("alert"))) or ""
        status = _status(record, name, alert, description)
        topics = _own_topics(record, self.categories) or self.categories.topics_of(name, description, _taxonomy(record))
        low, high = read.ages_in_months(record.get("minimum_age"), record.get("maximum_age"))
        booking_needed, how_to_join = _joining(record, description)
        locations = _locations(record)
        places, number_of = self._places(record)
        access = _access(record, locations)
        price = cost(_in_force(mappings(record, "cost_options"), self.retrieved_on), record.get("fees_description") or record.get("fees"))
        free = price.is_free if price.text or record.get("free") is not True else True
        checked_on = self._checked_on(record)
        url = read.link(record.get("url"))
        service = Service(
            id=self.id_of(record_id),
            area=self.area,
            name=name,
            topics=topics,
            status=status,
            offered=status == "open" and bool(topics),
            source=url or "Open Referral UK feed",
            checked_on=checked_on,
            also_called=_also_called(record),
            summary=" ".join(text for text in (alert, description) if text) or None,
            organisation=read.plain_text(mapping(record, "organization").get("name"), 200),
            min_age_months=low,
            max_age_months=high,
            cost_text=price.text,
            cost_pence=0 if free and price.pence is None else price.pence,
            is_free=free,
            phone=_phone(record),
            email=read.email(record.get("email")),
            url=url,
            how_to_join=read.plain_text(record.get("application_process"), 300) or how_to_join,
            booking_needed=booking_needed,
            languages=_languages(record),
            access=access,
            step_free=read.says_step_free(access),
            fictional=self.fictional,
            schedules=schedules_of(record, description, number_of),
            for_whom=read.plain_text(record.get("eligibility_description"), 300),
            stale_from=self.freshness.stale_from(checked_on),
            review_by=self.freshness.review_by(checked_on),
            **_placed(record, places),
        )
        extras = record.get("x_kinline")
        return with_extras(service, extras, self.categories.topics) if extras else service

    def _checked_on(self, record: Mapping[str, Any]) -> date:
        """When the source last vouched for it; a day that is yet to come is a slip."""
        return min(vouched_on(record) or self.retrieved_on, self.retrieved_on)

    def _places(self, record: Mapping[str, Any]) -> tuple[tuple[Venue, ...], Mapping[int, int]]:
        """Everywhere it is given, and the number among these of each `service_at_locations`, from 0.

        What cannot be found on the map is one of them only if it is the first, or has times of its own; at most `MOST_PLACES`.
        """
        ats = dict(enumerate(mappings(record, "service_at_locations")))
        physical = [n for n, at in ats.items() if mapping(at, "location") and not _is_virtual(mapping(at, "location"))]
        if not physical:
            return (), {}
        timed = [n for n, at in ats.items() if mappings(at, "schedules") and n not in physical]
        venues = {n: self._venue(mapping(ats[n], "location")) for n in (*physical, *timed)}
        located = [n for n, venue in venues.items() if venue.point] or physical[:1]
        numbers = [*located, *(n for n in venues if n not in located and mappings(ats[n], "schedules"))]
        places = tuple(dict.fromkeys(venues[n] for n in numbers))[:MOST_PLACES]
        number_of = {venue: number for number, venue in enumerate(places)}
        return places, {n: number_of[venues[n]] for n in numbers if venues[n] in number_of}

    def _venue(self, location: Mapping[str, Any]) -> Venue:
        address = next(iter(mappings(location, "addresses")), {})
        masked = bool(location.get("masked") or location.get("mask_exact_address"))
        lines = (
            None if masked else read.plain_text(address.get("address_1"), 200) or read.plain_text(location.get("name"), 200),
            read.plain_text(address.get("city"), 100),
        )
        postcode = read.plain_text(address.get("postal_code"), 20)
        if masked and postcode:
            parsed = parse_postcode(postcode)
            postcode = parsed.outcode if parsed else None
        at = self.geography.believed(read.point(location), postcode)
        if masked and at:
            at = rough(at)
        written = ", ".join(dict.fromkeys(line for line in lines if line)) or None
        return Venue(written, postcode, at.latitude if at else None, at.longitude if at else None)


@lru_cache(maxsize=4096)
def _own_id(prefix: str, record_id: str) -> str:
    """Kept, since an import asks for a record's id before it is read and again when it is."""
    try:
        return str(UUID(record_id))
    except ValueError:
        own = f"{prefix}-{record_id}"
        return own if len(own) <= _LONGEST_ID else str(uuid5(NAMESPACE_URL, own))


def vouched_on(record: Mapping[str, Any]) -> date | None:
    """The day of assurance, else of the last change; None where a record has neither."""
    return read.day(record.get("assured_date")) or read.day(record.get("last_modified"))


def _status(record: Mapping[str, Any], name: str, alert: str, description: str) -> Status:
    status: Status = _STATUSES.get(str(record.get("status") or "").strip().lower(), "unknown")
    return "unknown" if status == "open" and says_closed(name, alert, description) else status


def _joining(record: Mapping[str, Any], description: str) -> tuple[bool | None, str | None]:
    """What the description says goes before the ticks of a form.

    Of the ticks only those are believed that send nobody to a closed door: “drop-in” is ticked for childminders too.
    """
    needed, sentence = booking(description)
    if needed is None and isinstance(record.get("booking_needed"), bool):
        needed = record["booking_needed"]
    if needed is None and fold(str(record.get("attending_access") or "")) in {"appointment", "referral", "membership"}:
        needed = True
    return needed, sentence


def _in_force(options: list[Mapping[str, Any]], today: date) -> list[Mapping[str, Any]]:
    """Prices without those that have run out; all of them where no other is left."""
    kept = [one for one in options if (read.day(one.get("valid_to")) or today) >= today]
    return kept or options


def _placed(record: Mapping[str, Any], places: tuple[Venue, ...]) -> dict[str, Any]:
    """The fields of a service that say where it is."""
    if not places:
        return {"online": bool(_locations(record)) or fold(str(record.get("attending_type") or "")) in {"online", "phone"}}
    return {**vars(places[0]), "other_places": places[1:]}


def _told(alert: Any) -> Any:
    """Some feeds give an object here; its text is what is meant."""
    return alert.get("text") or alert.get("description") if isinstance(alert, Mapping) else alert


def _taxonomy(record: Mapping[str, Any]) -> list[str]:
    terms = (mapping(attribute, "taxonomy_term") for attribute in mappings(record, "attributes"))
    return [name for term in terms if (name := read.plain_text(term.get("name"), 200))]


def _locations(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = (mapping(at, "location") for at in mappings(record, "service_at_locations"))
    return [location for location in found if location]


def _is_virtual(location: Mapping[str, Any]) -> bool:
    if location.get("location_type") == "virtual":
        return True
    return fold(str(location.get("name") or "")) in {"online", "virtual"} and read.point(location) is None


def _access(record: Mapping[str, Any], locations: list[Mapping[str, Any]]) -> tuple[str, ...]:
    texts = [
        read.plain_text(entry.get("description"), 300) or read.plain_text(entry.get("details"), 300)
        for location in locations[:1]
        for entry in mappings(location, "accessibility")
    ]
    notes = record.get("access_notes")
    texts += [read.plain_text(note, 300) for note in (notes if isinstance(notes, list) else ())]
    return tuple(dict.fromkeys(text for text in texts if text))


def _also_called(record: Mapping[str, Any]) -> tuple[str, ...]:
    other = read.plain_text(record.get("alternate_name"), 200)
    return (other,) if other else ()


def _own_topics(record: Mapping[str, Any], categories: Categories) -> tuple[str, ...]:
    terms = (mapping(attribute, "taxonomy_term") for attribute in mappings(record, "attributes"))
    own = (str(term.get("term")) for term in terms if term.get("taxonomy") == OWN_TAXONOMY)
    return tuple(topic for topic in dict.fromkeys(own) if topic in categories.topics)


def _phone(record: Mapping[str, Any]) -> str | None:
    for holder in (record, *mappings(record, "contacts"), *_locations(record)):
        for entry in mappings(holder, "phones"):
            found = read.phone(entry.get("number"))
            if found:
                return found
    return None


def _languages(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("languages")
    codes = (read.language_code(entry) for entry in (value if isinstance(value, list) else ()))
    return tuple(dict.fromkeys(code for code in codes if code))
