"""From the dialects in the wild to one shape: that of Open Referral UK 3.0, with the fields of HSDS 3 beside.

Decided by the names of the fields, never by validation: what is schema-valid is often unusable, and the other way round.
Added to the shape, because the standard has no place for them: `closures` (pairs of days), `access_notes`,
`attending_access`, `attending_type`, `free` and `booking_needed`.

Source: Open Referral UK 3.0 and 1.0; serializers of Outpost (wearefuturegov/outpost, app/serializers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.directory.feed_record import mappings
from bot.directory.feed_values import number
from bot.directory.recurrence import WEEK

Record = dict[str, Any]

_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERED_DAYS = {str(number): day for number, day in enumerate(WEEK, start=1)}
_SHORTEST_DAY = 3
_NAMES = (
    "id", "organization_id", "name", "alternate_name", "description", "url", "email", "status", "fees", "fees_description",
    "accreditations", "minimum_age", "maximum_age", "assured_date", "assurer_email", "alert", "last_modified", "organization",
    "schedules", "service_areas", "service_at_locations", "languages", "funding", "contacts", "cost_options", "attributes", "phones",
    "locations", "location", "program", "eligibility_description", "application_process", "interpretation_services", "website", "logo",
    "uri", "taxonomy_term", "taxonomy", "taxonomy_id", "term_uri", "term", "link_id", "link_type", "valid_from", "valid_to", "dtstart",
    "freq", "interval", "byday", "bymonthday", "opens_at", "closes_at", "schedule_link", "attending_type", "attending_access", "notes",
    "until", "count", "weekday", "location_type", "latitude", "longitude", "addresses", "address_1", "address_2", "city", "region",
    "state_province", "postal_code", "country", "address_type", "accessibility", "details", "number", "extension", "code", "option",
    "amount", "amount_description", "regular_schedules", "regular_schedule", "holiday_schedules", "holiday_schedule_collection",
    "eligibilitys", "service_taxonomys", "physical_addresses", "accessibility_for_disabilities", "fundings", "pc_metadata",
    "updated_at", "created_at", "organisation", "min_age", "max_age", "needs_referral", "free", "mask_exact_address", "geometry",
    "coordinates", "send_needs", "local_offer", "survey_answers", "suitabilities", "target_directories", "directories", "taxonomies",
    "cost_type", "accessibilities", "required_documents", "deliverable_type", "reviews", "closed", "start_date", "end_date",
    "term_time_only", "x_kinline", "metadata",
)  # fmt: skip
_BY_SQUASHED = {name.replace("_", ""): name for name in _NAMES}
_KNOWN = frozenset(_NAMES)
_PLACES = ("service_at_locations", "locations")
_TIMES = ("schedules", "regular_schedules", "regular_schedule")
_GENERIC_MAILBOX = re.compile(r"(?:hello|info|enquir|contact|admin|office|team|support|help|mail|reception|booking)[\w.+-]*@", re.I)
_OUTPOST = ("organisation", "min_age", "max_age", "needs_referral", "taxonomies", "send_needs", "local_offer")
_VERSION_1 = ("eligibilitys", "service_taxonomys", "regular_schedules", "holiday_schedules", "attending_access", "fundings")
_MOST_CLOSURES = 200


def squash(name: str) -> str:
    """A field's name without case, underscores and hyphens."""
    return name.lower().replace("_", "").replace("-", "")


def is_shallow(record: Mapping[str, Any]) -> bool:
    """Whether a record of a list lacks times or places, which a service's own page may add; an empty list of them says nothing."""
    named = {_BY_SQUASHED.get(squash(str(name)), str(name)): value for name, value in record.items()}
    places = [at for name in _PLACES for at in mappings(named, name)]
    return not places or not any(_has_times(one) for one in (named, *places))


def _has_times(holder: Mapping[str, Any]) -> bool:
    return any(value for name, value in holder.items() if _BY_SQUASHED.get(squash(str(name))) in _TIMES)


def to_version_3(record: Mapping[str, Any]) -> Record:
    """The record in the shape of Open Referral UK 3.0; one that has it already comes back as it is."""
    named: Record = _renamed(record) if any(n not in _KNOWN and _BY_SQUASHED.get(squash(str(n))) for n in record) else dict(record)
    if any(name in named for name in _OUTPOST):
        return _of_outpost(named)
    if any(name in named for name in _VERSION_1):
        return _of_version_1(named)
    return named


def _renamed(value: Any) -> Any:
    """Names such as `serviceAtLocations` or `serviceatlocations` as the standard writes them, at every depth."""
    if isinstance(value, Mapping):
        return {_BY_SQUASHED.get(squash(str(name)), str(name)): _renamed(one) for name, one in value.items()}
    return [_renamed(one) for one in value] if isinstance(value, list) else value


def _of_version_1(record: Record) -> Record:
    ages = _eligible_ages(mappings(record, "eligibilitys"))
    texts = [e["eligibility"] for e in mappings(record, "eligibilitys") if isinstance(e.get("eligibility"), str)]
    made: Record = {
        **record,
        "schedules": [*mappings(record, "schedules"), *map(_schedule, mappings(record, "regular_schedules"))],
        "closures": _closures(mappings(record, "holiday_schedules")),
        "attributes": [
            *mappings(record, "attributes"),
            *({"taxonomy_term": entry["taxonomy"]} for entry in mappings(record, "service_taxonomys") if entry.get("taxonomy")),
        ],
        "service_at_locations": [_at_location_1(at) for at in mappings(record, "service_at_locations")],
        "funding": record.get("funding") or record.get("fundings") or [],
    }
    for name, age in zip(("minimum_age", "maximum_age"), ages):
        if record.get(name) is None and age is not None:
            made[name] = age
    if texts and not record.get("eligibility_description"):
        made["eligibility_description"] = "; ".join(texts)
    organization = record.get("organization")
    if isinstance(organization, Mapping) and not organization.get("website"):
        made["organization"] = {**organization, "website": organization.get("url")}
    for name in ("regular_schedules", "eligibilitys", "service_taxonomys", "fundings", "holiday_schedules"):
        made.pop(name, None)
    return made


def _eligible_ages(entries: Sequence[Mapping[str, Any]]) -> tuple[Any, Any]:
    """The widest of all age ranges; an end that one of them leaves open is open."""
    return _widest(entries, "minimum_age", min), _widest(entries, "maximum_age", max)


def _widest(entries: Sequence[Mapping[str, Any]], name: str, choose: Callable[[Iterable[float]], float]) -> Any:
    ages = [number(entry.get(name)) for entry in entries]
    known = [age for age in ages if age is not None]
    return choose(known) if known and len(known) == len(ages) else None


def _at_location_1(at: Mapping[str, Any]) -> Record:
    location = at.get("location")
    held: Record = dict(location) if isinstance(location, Mapping) else {}
    held["addresses"] = held.pop("physical_addresses", None) or held.get("addresses") or []
    access = held.pop("accessibility_for_disabilities", None)
    if isinstance(access, list):
        held["accessibility"] = [{**a, "description": a.get("accessibility")} for a in access if isinstance(a, Mapping)]
    rows = [*mappings(at, "schedules"), *map(_schedule, (*mappings(at, "regular_schedule"), *mappings(at, "regular_schedules")))]
    return {**at, "location": held, "schedules": rows}


def _schedule(row: Mapping[str, Any]) -> Record:
    """A row of opening times; its weekday counts only where `byday` says nothing.

    Numbers are taken as 1 = Monday to 7 = Sunday, which the profile does not say.
    """
    byday = row.get("byday")
    if byday or str(row.get("freq") or "").strip().lower().startswith("month"):
        return dict(row)
    day = weekday(row.get("weekday"))
    return {**row, "byday": day, "freq": row.get("freq") or "WEEKLY"} if day else dict(row)


def weekday(value: Any) -> str | None:
    """`MO` of `Monday`, `mon`, `Mondays`, `Weds`, 1 or `1`; None for what is no day."""
    text = str(value or "").strip().lower()
    if text in _NUMBERED_DAYS:
        return _NUMBERED_DAYS[text]
    if text.upper() in WEEK:
        return text.upper()
    singular = text.rstrip(".")
    singular = singular.removesuffix("s") if singular.endswith(("days", "weds")) else singular
    return next((day for day, name in zip(WEEK, _ENGLISH_DAYS) if len(singular) >= _SHORTEST_DAY and name.startswith(singular)), None)


def _closures(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    """First and last day of each holiday on which it is closed."""
    closed = (row for row in rows if str(row.get("closed")).lower() in {"true", "1", "yes"})
    return [(row.get("start_date"), row.get("end_date") or row.get("start_date")) for row in closed][:_MOST_CLOSURES]


def _of_outpost(record: Record) -> Record:
    organisation = record.get("organisation") or record.get("organization")
    terms = [*mappings(record, "taxonomies"), *mappings(record, "attributes")]
    contacts = mappings(record, "contacts")
    mailbox = next((c["email"] for c in contacts if isinstance(c.get("email"), str) and _GENERIC_MAILBOX.match(c["email"])), None)
    links = [link["url"] for link in mappings(record, "links") if isinstance(link.get("url"), str)]
    made: Record = {
        **{name: value for name, value in record.items() if name not in _OUTPOST},
        "minimum_age": record.get("min_age", record.get("minimum_age")),
        "maximum_age": record.get("max_age", record.get("maximum_age")),
        "email": record.get("email") or mailbox,
        "url": record.get("url") or next(iter(links), None),
        "last_modified": record.get("last_modified") or record.get("updated_at"),
        "schedules": [_schedule(row) for row in (*mappings(record, "regular_schedules"), *mappings(record, "schedules"))],
        "attributes": [{"taxonomy_term": {"name": term.get("name")}} if "taxonomy_term" not in term else term for term in terms],
        "service_at_locations": [{"location": _location_of_outpost(one)} for one in mappings(record, "locations")],
        "contacts": [{"phones": [{"number": contact.get("phone")}, *mappings(contact, "phones")]} for contact in contacts],
        "cost_options": [
            {**option, "amount_description": option.get("amount_description") or _price_unit(option)}
            for option in mappings(record, "cost_options")
        ],
        "free": record.get("free"),
        "booking_needed": True if record.get("needs_referral") is True else None,
        "access_notes": _access_notes(record),
    }
    if isinstance(organisation, Mapping):
        made["organization"] = {**organisation, "website": organisation.get("website") or organisation.get("url")}
    for name in ("regular_schedules", "locations"):
        made.pop(name, None)
    return made


def _price_unit(option: Mapping[str, Any]) -> Any:
    """`per session` is what the form begins with: it counts only where the price's own words say nothing of the kind."""
    said = str(option.get("option") or "").lower()
    return None if "per " in said or "each" in said else option.get("cost_type")


def _location_of_outpost(location: Mapping[str, Any]) -> Record:
    made: Record = {"id": location.get("id"), "name": location.get("name"), "masked": location.get("mask_exact_address") is True}
    geometry = location.get("geometry")
    coordinates = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if isinstance(coordinates, list) and len(coordinates) >= 2:
        made["longitude"], made["latitude"] = coordinates[0], coordinates[1]
    made["addresses"] = [{n: location.get(n) for n in ("address_1", "city", "state_province", "postal_code", "country")}]
    made["accessibility"] = [{"description": one.get("name")} for one in mappings(location, "accessibilities")]
    return made


def _access_notes(record: Record) -> list[str]:
    """What families of children with additional needs ask for: the local offer, the needs catered for, who it suits."""
    offer = record.get("local_offer")
    notes = [offer.get("description")] if isinstance(offer, Mapping) else []
    for name in ("send_needs", "suitabilities"):
        known = [str(one["name"]) for one in mappings(record, name) if one.get("name")]
        notes += [", ".join(known)] if known else []
    return [note for note in notes if isinstance(note, str) and note]
