"""A line of the volunteer's sheet as a record of Open Referral UK 3.0, all but its opening times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid5

from bot.base.text import fold
from bot.directory import feed_values as read
from bot.directory.feed_booking import booking
from bot.directory.feeds.sheet_times import YES
from bot.directory.feeds.tables import Row
from bot.directory.geography import parse_postcode

_NAMESPACE = UUID("6d1b9d2e-5b7e-5f0c-9a53-0d0f8f0a6c11")
_NO = {"no", "n", "false", "0"}
_STATUSES = {
    "active": "active", "open": "active", "closed": "defunct", "ended": "defunct", "defunct": "defunct", "inactive": "inactive",
    "temporarily closed": "temporarily closed",
}  # fmt: skip
_AMOUNT = re.compile(r"(?:(free)\b|£\s*(\d+(?:\.\d{1,2})?)|(\d+)\s*p\b|(\d+(?:\.\d{1,2})?))\s*(?:pounds?\b)?\s*(.*)", re.IGNORECASE)
_PRICES = re.compile(r"\s*(?:[,;/]|-(?=\s*[£\d])|\bor\b|\bto\b(?=\s*£)|[\u2010-\u2015])\s*")
_AGES = re.compile(r"(\d[\d.]*)\s*([a-z]*)\s*(?:-|to|[\u2010-\u2015])\s*(\d[\d.]*)\s*([a-z]*)", re.IGNORECASE)
_AND_OLDER = re.compile(r"\s*(?:\+|(?:and|&) (?:over|up|older|above)|plus)$", re.IGNORECASE)
_NEEDED = re.compile(r"^(?:yes|no)\b|\b(?:required|essential|needed|necessary|compulsory|must)\b")
_NOT_NEEDED = re.compile(r"^no\b|\bnot\b|n't\b|\bnone\b")
_CHECKED: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "min_age_years": (read.age, "an age; write 2, or 18 months"),
    "max_age_years": (read.age, "an age; write 4, or 18 months"),
    "postcode": (parse_postcode, "a postcode"),
    "phone": (read.phone, "a telephone number"),
    "email": (read.email, "an e-mail address"),
    "website": (read.link, "a web address"),
    "checked_on": (read.day, "a day; write it like 24/11/2026"),
    "status": (lambda text: fold(text) in _STATUSES, "a status; write active or ended"),
    "online": (lambda text: fold(text) in YES | _NO, "yes or no"),
}


def service_record(row: Row) -> tuple[Row, list[str]]:
    """The record without its `schedules`, which are an empty list, and what of the line is not understood."""
    organisation = row.get("organisation") or ""
    own = row.get("id") or str(uuid5(_NAMESPACE, f"{fold(organisation)}\0{fold(row['name'])}\0{fold(row.get('postcode') or '')}"))
    row = _with_ages(row)
    said = [f"{name} {row[name]!r} is not {what}" for name, (reads, what) in _CHECKED.items() if row.get(name) and not reads(row[name])]
    spoken = [one.strip() for one in re.split(r"[,;/]|\band\b", row.get("languages") or "") if one.strip()]
    said += [f"languages: {one!r} is not a language" for one in spoken if read.language_code(one) is None]
    prices = _prices(row.get("cost") or "")
    record: Row = {
        "id": own,
        "name": row["name"],
        "description": row.get("description"),
        "status": _STATUSES.get(fold(row.get("status") or "active"), "unknown"),
        "url": row.get("website"),
        "email": row.get("email"),
        "phones": [{"number": row.get("phone")}],
        "minimum_age": row.get("min_age_years"),
        "maximum_age": row.get("max_age_years"),
        "eligibility_description": row.get("who_for"),
        "assured_date": row.get("checked_on"),
        "organization": {"name": organisation},
        "fees": None if prices else row.get("cost"),
        "cost_options": prices,
        "languages": spoken,
        "service_at_locations": [{"location": location}] if (location := _location(row)) else [],
        "schedules": [],
    }
    if written := row.get("booking"):
        needed = _booking_needed(written)
        said += [] if needed is not None else [f"booking {written!r} is not understood; write yes or no"]
        record["booking_needed"] = needed
        record |= {"application_process": written} if len(written.split()) > 1 else {}
    return record, said


def _booking_needed(written: str) -> bool | None:
    """`yes`, `no`, `essential`, `not required`, or a sentence about it; None where it says neither."""
    folded = fold(written).strip(" .!")
    if folded in YES | _NO:
        return folded in YES
    needed, _sentence = booking(written)
    if needed is None and _NEEDED.search(folded):
        return not _NOT_NEEDED.search(folded)
    return needed


def _with_ages(row: Row) -> Row:
    """`6-18 months` or `5+` in one of the two columns says both."""
    low, high = row.get("min_age_years"), row.get("max_age_years")
    given = low or high or ""
    both = _AGES.fullmatch(given.strip())
    if both and (not low or not high):
        first, unit, last, last_unit = both.groups()
        return {**row, "min_age_years": f"{first} {unit or last_unit}".strip(), "max_age_years": f"{last} {last_unit}".strip()}
    if low and not high and fold(low).startswith(("under ", "up to ")):
        return {**row, "min_age_years": None, "max_age_years": low}
    return {**row, "min_age_years": _AND_OLDER.sub("", low)} if low else row


def _prices(text: str) -> list[Row]:
    """`£1.50 per child, 50p siblings` as two prices; none where a part of it is no price, so that all of it stays in words."""
    found = []
    for part in _PRICES.split(text.strip()):
        match = _AMOUNT.fullmatch(part)
        if match is None:
            return []
        free, pounds, pence, bare, rest = match.groups()
        amount = 0 if free else int(pence) / 100 if pence else float(pounds or bare)
        found.append({"amount": amount, "option": rest or None})
    return found if any(one["amount"] for one in found) else []


def _location(row: Row) -> Row | None:
    if fold(row.get("online") or "") in YES:
        return {"location_type": "virtual", "name": "Online"}
    if not any(row.get(name) for name in ("place", "address", "postcode", "town")):
        return None
    lines = ", ".join(dict.fromkeys(row[name] for name in ("place", "address") if row.get(name)))
    return {
        "location_type": "physical",
        "name": row.get("place"),
        "addresses": [{"address_1": lines or None, "city": row.get("town"), "postal_code": row.get("postcode")}],
        "accessibility": [{"description": row["access"]}] if row.get("access") else [],
    }
