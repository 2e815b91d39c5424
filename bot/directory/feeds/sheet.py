"""One sheet that a volunteer can fill in: `content/directory/sheet.csv` is the template, its second line explains itself.

A line is a service with one of its sessions; a line without a name is one more session of the service above it. Columns
may stand in any order and be left out; only `name` must be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID, uuid5

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.directory import feed_values as read
from bot.directory.feeds.dialects import weekday
from bot.directory.feeds.source import Batch, Known, Listed, Scan
from bot.directory.feeds.tables import Row, read_rows

_AT_ONCE = 500
_NAMESPACE = UUID("6d1b9d2e-5b7e-5f0c-9a53-0d0f8f0a6c11")
COLUMNS = (
    "name", "organisation", "description", "who_for", "min_age_years", "max_age_years", "day", "starts", "ends", "how_often",
    "first_date", "last_date", "term_time_only", "place", "address", "town", "postcode", "online", "cost", "booking", "phone",
    "email", "website", "languages", "access", "status", "checked_on", "id",
)  # fmt: skip
# What people write over a column instead.
_ALSO: Mapping[str, str] = {
    "service": "name", "title": "name", "organization": "organisation", "provider": "organisation", "for": "who_for",
    "min_age": "min_age_years", "age_from": "min_age_years", "max_age": "max_age_years", "age_to": "max_age_years",
    "weekday": "day", "days": "day", "start": "starts", "start_time": "starts", "end": "ends", "end_time": "ends",
    "frequency": "how_often", "start_date": "first_date", "from": "first_date", "end_date": "last_date", "until": "last_date",
    "venue": "place", "price": "cost", "telephone": "phone", "tel": "phone", "e_mail": "email", "url": "website",
    "web": "website", "language": "languages", "accessibility": "access", "checked": "checked_on",
}  # fmt: skip
_YES = {"yes", "y", "true", "1", "x"}
_EXAMPLE = "delete this line"
_ORDINALS = {"1": "1", "first": "1", "second": "2", "third": "3", "fourth": "4", "last": "-1", "2": "2", "3": "3", "4": "4"}
_NTH = re.compile(r"\b(first|second|third|fourth|last|[1-4])(?:st|nd|rd|th)?\b")
_EVERY = re.compile(r"every (\d+|other|second|two|three|four) ?weeks?|fortnight|every other|2 weekly|bi-?weekly")
_NUMBERS = {"other": 2, "second": 2, "two": 2, "three": 3, "four": 4}


class Sheet:
    """A file of services.

    Args:
        path: CSV, in UTF-8 or as spreadsheets on Windows save it.
    """

    dialect = "sheet"

    def __init__(self, path: Path) -> None:
        self._path = path

    def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
        """All services with their sessions.

        Raises:
            ContentError: no column `name`, or not a table.
        """
        listed: list[Listed] = []
        for service in self._services(scan):
            listed.append(service)
            if len(listed) == _AT_ONCE:
                yield Batch(tuple(listed), 1)
                listed = []
        yield Batch(tuple(listed), 1)
        scan.ended = True

    def _services(self, scan: Scan) -> Iterator[Listed]:
        current: Row | None = None
        for number, written in enumerate(read_rows(self._path), start=2):
            row = {_ALSO.get(name, name): value for name, value in written.items()}
            if number == 2 and "name" not in row:
                remedy = "begin with the first line of content/directory/sheet.csv"
                raise ContentError(self._path, 1, "no column `name`", remedy)
            if _EXAMPLE in fold(row.get("description") or ""):
                continue
            if not row.get("name"):
                if current is None:
                    yield Listed("", problem=f"line {number}: no name")
                else:
                    current["schedules"] += _sessions(row, scan, number)
                continue
            if current is not None:
                yield Listed(current["id"], current)
            current = {**_service(row), "schedules": _sessions(row, scan, number)}
        if current is not None:
            yield Listed(current["id"], current)


def _service(row: Row) -> Row:
    """The line as a record of Open Referral UK 3.0."""
    organisation = row.get("organisation") or ""
    own = row.get("id") or str(uuid5(_NAMESPACE, f"{fold(organisation)}\0{fold(row['name'])}\0{fold(row.get('postcode') or '')}"))
    cost = row.get("cost") or ""
    amount = re.fullmatch(r"£?\s*(\d+(?:\.\d{1,2})?)\s*(.*)", cost.strip())
    status = fold(row.get("status") or "active")
    record: Row = {
        "id": own,
        "name": row["name"],
        "description": row.get("description"),
        "status": {"open": "active", "closed": "defunct", "ended": "defunct"}.get(status, status),
        "url": row.get("website"),
        "email": row.get("email"),
        "phones": [{"number": row.get("phone")}],
        "minimum_age": row.get("min_age_years"),
        "maximum_age": row.get("max_age_years"),
        "eligibility_description": row.get("who_for"),
        "assured_date": row.get("checked_on"),
        "organization": {"name": organisation},
        "fees": None if amount else cost,
        "cost_options": [{"amount": amount.group(1), "option": amount.group(2) or None}] if amount else [],
        "languages": [one.strip() for one in re.split(r"[,;/]", row.get("languages") or "") if one.strip()],
        "service_at_locations": [{"location": location}] if (location := _location(row)) else [],
    }
    booking = row.get("booking")
    if booking:
        needed, _sentence = read.booking(booking)
        yes = needed if needed is not None else fold(booking) in _YES
        record["booking_needed"] = yes
        record |= {"application_process": booking} if len(booking.split()) > 1 else {}
    return record


def _location(row: Row) -> Row | None:
    if fold(row.get("online") or "") in _YES:
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


def _sessions(row: Row, scan: Scan, number: int) -> list[Row]:
    """One schedule for each day named on a line, or one for a single date."""
    if not any(row.get(name) for name in ("day", "first_date", "starts")):
        return []
    often = fold(row.get("how_often") or "")
    names = re.split(r"[,;/&]| and ", row.get("day") or "")
    days = [day for name in names if name.strip() and (day := weekday(_NTH.sub("", fold(name)).strip()))]
    nth = _NTH.search(fold(row.get("day") or "")) or (_NTH.search(often) if "month" in often else None)
    every = _EVERY.search(often)
    if row.get("day") and not days:
        scan.note(f"line {number}: the day {row['day']!r} is not understood")
    base: Row = {
        "opens_at": row.get("starts"),
        "closes_at": row.get("ends"),
        "dtstart": row.get("first_date"),
        "until": row.get("last_date"),
        "notes": "Term time only" if fold(row.get("term_time_only") or "") in _YES else None,
    }
    if not days:
        return [base] if row.get("first_date") else []
    if nth:
        return [{**base, "freq": "MONTHLY", "byday": f"{_ORDINALS[nth.group(1)]}{day}"} for day in days]
    interval = 1 if every is None else int(every.group(1)) if (every.group(1) or "").isdigit() else _NUMBERS.get(every.group(1) or "", 2)
    return [{**base, "freq": "WEEKLY", "byday": day, "interval": interval} for day in days]
