"""Reads an Open Referral UK 3.0 feed from a folder of saved pages.

Source: Open Referral UK 3.0 (`HSDS-UK-3.0`); the dirt that real feeds hold is cleaned here, and a
record that cannot be used is reported with its reason and never loses the page it is on.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, Literal

from bot.base.errors import ContentError, PhoneNotUsable
from bot.base.phones import read_phone
from bot.directory.categories import Categories
from bot.directory.model import Schedule, Service

_TAG = re.compile(r"<[^>]+>")
_OPEN = {"active"}
_GB = ((49.0, 61.5), (-9.0, 2.5))
_PHONE = re.compile(r"[+\d][\d\s()]{8,}")
_LONGEST_TEXT = 2000


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


def read_folder(folder: Path, area: str, categories: Categories, *, fictional: bool, retrieved_on: date) -> Feed:
    """All services of saved pages `services*.json`, enriched from `services/{id}.json`.

    Raises:
        ContentError: the folder holds no readable page.
    """
    pages = sorted(folder.glob("services*.json"))
    if not pages:
        raise ContentError(folder, None, "no services*.json in it", "give the folder of a saved Open Referral UK 3.0 feed")
    services: dict[str, Service] = {}
    refused: list[Refused] = []
    for record in _records(pages):
        record_id = str(record.get("id") or "").strip()
        try:
            full = _detail(folder, record_id) or record
            service = _service({**record, **full}, area, categories, fictional, retrieved_on)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            refused.append(Refused(record_id or "?", str(error) or type(error).__name__))
            continue
        if service.id in services:
            refused.append(Refused(record_id, "the same id a second time"))
            continue
        services[service.id] = service
    return Feed(tuple(services.values()), tuple(refused))


def _records(pages: list[Path]) -> Iterator[Mapping[str, Any]]:
    for page in pages:
        try:
            body = json.loads(page.read_text(encoding="utf-8-sig"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ContentError(page, getattr(error, "lineno", None), "not JSON", "save the page again") from error
        yield from body.get("contents") or ()


def _detail(folder: Path, record_id: str) -> Mapping[str, Any] | None:
    path = folder / "services" / f"{record_id}.json"
    if not re.fullmatch(r"[\w-]+", record_id) or not path.exists():
        return None
    detail: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    return detail


def _service(record: Mapping[str, Any], area: str, categories: Categories, fictional: bool, retrieved_on: date) -> Service:
    name = _text(record.get("name"))
    if not name:
        raise ValueError("no name")
    low, high = _age(record.get("minimum_age")), _age(record.get("maximum_age"))
    if low is not None and high is not None and high < low:
        raise ValueError("the highest age is below the lowest")
    description = _text(record.get("description")) or ""
    taxonomy = [a["taxonomy_term"]["name"] for a in record.get("attributes") or () if (a.get("taxonomy_term") or {}).get("name")]
    low_months = None if low is None else round(low * 12)
    location: Mapping[str, Any] = next((x.get("location") or {} for x in record.get("service_at_locations") or ()), {})
    address: Mapping[str, Any] = next(iter(location.get("addresses") or ()), {})
    latitude, longitude = _point(location)
    cost_text, cost_pence, is_free = _cost(record.get("cost_options") or ())
    topics = categories.topics(name, description, taxonomy, low_months)
    status: Literal["open", "ended", "unknown"] = "open" if record.get("status") in _OPEN else "ended"
    return Service(
        id=str(record["id"]).strip(), area=area, name=name, topics=topics, status=status,
        offered=status == "open" and bool(topics), source=str(record.get("url") or "Open Referral UK feed"),
        checked_on=_day(record.get("assured_date")) or retrieved_on, summary=description or None,
        organisation=_text((record.get("organization") or {}).get("name")),
        min_age_months=low_months,
        # Whole years: “up to 5” holds until the day before the sixth birthday.
        max_age_months=None if high is None else round(high * 12) + 11,
        cost_text=cost_text, cost_pence=cost_pence, is_free=is_free,
        address=_address(address, location), postcode=_text(address.get("postal_code")), latitude=latitude, longitude=longitude,
        phone=_phone(record), email=_contact_mail(record.get("email")), url=_link(record.get("url")),
        how_to_join=None, booking_needed=_booking(description),
        languages=tuple(x["code"] for x in record.get("languages") or () if x.get("code")),
        access=tuple(t for a in location.get("accessibility") or () if (t := _text(a.get("description")))),
        fictional=fictional, schedules=tuple(_schedule(s) for s in record.get("schedules") or ()), raw=record,
    )  # fmt: skip


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    plain = " ".join(html.unescape(_TAG.sub(" ", value)).replace("\xa0", " ").split())
    return re.sub(r"\s+([.,;:])", r"\1", plain)[:_LONGEST_TEXT] or None


def _age(value: Any) -> float | None:
    if value in (None, "") or float(value) < 0:
        return None
    return float(value)


def _point(location: Mapping[str, Any]) -> tuple[float | None, float | None]:
    try:
        latitude, longitude = float(location["latitude"]), float(location["longitude"])
    except (KeyError, TypeError, ValueError):
        return None, None
    (south, north), (west, east) = _GB
    return (latitude, longitude) if south <= latitude <= north and west <= longitude <= east else (None, None)


def _address(address: Mapping[str, Any], location: Mapping[str, Any]) -> str | None:
    parts = [_text(address.get("address_1")) or _text(location.get("name")), _text(address.get("city"))]
    return ", ".join(part for part in parts if part) or None


def _cost(options: Any) -> tuple[str | None, int | None, bool | None]:
    option = next(iter(options), None)
    if option is None:
        return None, None, None
    amount = option.get("amount")
    words = " ".join(t for t in (_text(option.get("option")), _text(option.get("amount_description"))) if t)
    if amount in (None, ""):
        return words or None, None, None
    pence = round(float(amount) * 100)
    if pence == 0:
        # “Free” with a condition is shown with the condition.
        return words or None, 0, words.casefold() in {"", "free", "free nhs service"}
    return f"£{pence / 100:.2f} {words}".strip(), pence, False


def _phone(record: Mapping[str, Any]) -> str | None:
    for contact in (*(record.get("contacts") or ()), record):
        for phone in contact.get("phones") or ():
            match = _PHONE.search(str(phone.get("number") or ""))
            if match:
                return _national(match.group(0))
    return None


def _national(number: str) -> str:
    try:
        return read_phone(number).national
    except PhoneNotUsable:
        # Numbers kept for fiction (01632 …) are not valid ones; they are shown as given.
        return " ".join(number.split())


def _contact_mail(value: Any) -> str | None:
    mail = _text(value)
    return mail if mail and "@" in mail and not mail.endswith((".invalid", "noemail.invalid")) else None


def _link(value: Any) -> str | None:
    link = _text(value)
    if not link or link.startswith(("javascript:", "data:")) or link == "http://www.example.com":
        return None
    return link if link.startswith(("http://", "https://")) else f"https://{link}"


def _booking(description: str) -> bool | None:
    text = description.casefold()
    if re.search(r"no need to book|drop-?in|turn up", text):
        return False
    return True if re.search(r"\bbook(?:ing)?\b", text) else None


def _schedule(entry: Mapping[str, Any]) -> Schedule:
    freq = str(entry.get("freq") or "").lower()
    return Schedule(
        freq="weekly" if freq in {"weekly", "week"} else "monthly" if freq in {"monthly", "month"} else None,
        opens_at=_time(entry.get("opens_at")), closes_at=_time(entry.get("closes_at")),
        byday=tuple(d.strip().upper() for d in str(entry.get("byday") or "").split(",") if d.strip()),
        bymonthday=tuple(int(d) for d in str(entry.get("bymonthday") or "").split(",") if d.strip()),
        interval=int(entry.get("interval") or 1), dtstart=_day(entry.get("dtstart")), until=_day(entry.get("until")),
        count=int(entry["count"]) if entry.get("count") else None,
        valid_from=_day(entry.get("valid_from")), valid_to=_day(entry.get("valid_to")), notes=_text(entry.get("notes")),
    )  # fmt: skip


def _time(value: Any) -> time | None:
    text = str(value or "").removesuffix("Z")
    return time.fromisoformat(text) if text else None


def _day(value: Any) -> date | None:
    text = str(value or "")[:10]
    if re.fullmatch(r"\d{2}/\d{2}/\d{4}", text):
        return date(int(text[6:]), int(text[3:5]), int(text[:2]))
    return date.fromisoformat(text) if text else None
