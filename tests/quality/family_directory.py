"""A made-up directory of family services around a real coast, with the truth about each beside it.

The seed is fixed: the same number gives the same directory. What a service is in truth (`Truth`) stands apart from what its
record says, and the judge knows only the truth.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.conftest import ROOT
from tests.quality.wording import KINDS, Wording

TODAY = date(2026, 11, 24)
HALF_TERMS = ((date(2026, 10, 24), date(2026, 11, 1)), (date(2026, 12, 19), date(2027, 1, 3)), (date(2027, 2, 13), date(2027, 2, 21)))
BANK_HOLIDAYS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NEAR = ("SS0", "SS1", "SS2", "SS3", "SS9", "SS4", "SS6", "SS7")
_FAR = ("CM1", "CO1", "RM1")
_VENUES = ("St Mark's Hall", "the Pier Library", "Seaview Community Centre", "Hope Church", "Cliff Street Family Centre", "the Old School", "Marsh Lane Hall")
_LANGUAGES = ("pl", "ur", "ar", "ro", "ckb")
_NAMES = {"pl": "Polish", "ur": "Urdu", "ar": "Arabic", "ro": "Romanian", "ckb": "Central Kurdish"}


@dataclass(frozen=True)
class Truth:
    """What a service is in truth.

    Attributes:
        weekdays: 0 = Monday; every second week from `begins` when `fortnightly`.
        pence: None = nobody says.
    """

    id: str
    name: str
    kind: str
    topic: str
    latitude: float
    longitude: float
    low: int | None
    high: int | None
    pence: int | None
    weekdays: tuple[int, ...]
    opens_at: time
    fortnightly: bool
    begins: date
    ends: date | None
    term_time_only: bool
    cancelled_for_good: bool
    languages: tuple[str, ...]
    step_free: bool | None
    drop_in: bool | None
    online: bool

    def runs_on(self, on: date) -> bool:
        """Whether there is a session on that day."""
        if self.cancelled_for_good or on < self.begins or (self.ends and on > self.ends) or on.weekday() not in self.weekdays:
            return False
        if self.fortnightly and ((on - timedelta(days=on.weekday())) - (self.begins - timedelta(days=self.begins.weekday()))).days % 14:
            return False
        return on not in BANK_HOLIDAYS and not (self.term_time_only and any(a <= on <= b for a, b in HALF_TERMS))

    @property
    def is_over(self) -> bool:
        """Closed, or a course that has ended."""
        return self.cancelled_for_good or (self.ends is not None and self.ends < TODAY)

    def km_from(self, latitude: float, longitude: float) -> float:
        """Straight line, on a flat map: good enough for a town."""
        up = (self.latitude - latitude) * 111.2
        aside = (self.longitude - longitude) * 111.2 * math.cos(math.radians(latitude))
        return math.hypot(up, aside)


def centroids() -> dict[str, tuple[float, float]]:
    """Outcode → latitude, longitude, from the shipped table."""
    lines = (ROOT / "content" / "geo" / "outcode_centroids_gb.csv").read_text().splitlines()[1:]
    return {row.split(",")[0]: (float(row.split(",")[1]), float(row.split(",")[2])) for row in lines}


def make(number: int = 2000, seed: int = 20261124) -> list[tuple[Truth, dict[str, Any]]]:
    """So many services, each as truth and as an Open Referral UK 3.0 record."""
    chance = random.Random(seed)
    places = centroids()
    names = list(KINDS)
    shares = [KINDS[kind].share for kind in names]
    return [_one(chance, n, kind, KINDS[kind], places) for n, kind in enumerate(chance.choices(names, shares, k=number))]


def write(folder: Path, records: list[dict[str, Any]], per_page: int = 100) -> None:
    """A folder of saved pages, as `import-directory` reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [records[at : at + per_page] for at in range(0, len(records), per_page)]
    for at, page in enumerate(pages, start=1):
        body = {
            "total_items": len(records), "total_pages": len(pages), "page_number": at, "size": len(page),
            "first_page": at == 1, "last_page": at == len(pages), "empty": False, "contents": page,
        }  # fmt: skip
        (folder / f"services_page_{at}.json").write_text(json.dumps(body))


def _one(chance: random.Random, n: int, kind: str, wording: Wording, places: dict[str, tuple[float, float]]) -> tuple[Truth, dict[str, Any]]:
    outcode = chance.choice(_NEAR) if chance.random() < 0.93 else chance.choice(_FAR)
    latitude, longitude = (value + chance.uniform(-0.008, 0.008) for value in places[outcode])
    low, high = chance.choice(wording.ages)
    high = high - 1 if high and high % 12 == 0 else high  # “under two”, as feeds mean it
    over = chance.random()
    weekdays = tuple(sorted(chance.sample(range(7), chance.choice([1, 1, 1, 1, 2, 3])))) if wording.dated else ()
    weekdays = tuple(day for day in weekdays if day < 5 or chance.random() < 0.6) or ((chance.randrange(5),) if wording.dated else ())
    begins = TODAY - timedelta(days=chance.randrange(30, 400))
    begins += timedelta(days=(weekdays[0] - begins.weekday()) % 7) if weekdays else timedelta()
    truth = Truth(
        id=str(uuid5(NAMESPACE_URL, f"family-directory/{n}")),
        name="", kind=kind, topic=wording.topic, latitude=latitude, longitude=longitude, low=low, high=high,
        pence=chance.choice(wording.prices), weekdays=weekdays,
        opens_at=chance.choice([time(9, 30), time(10), time(10, 30), time(13), time(13, 30), time(14), time(17, 30)]),
        fortnightly=chance.random() < 0.06, begins=begins,
        ends=TODAY - timedelta(days=chance.randrange(3, 200)) if over < 0.04 and wording.dated else None,
        term_time_only=wording.dated and chance.random() < 0.4, cancelled_for_good=0.04 < over < 0.11,
        languages=tuple(sorted(chance.sample(_LANGUAGES, chance.choice([1, 1, 2])))) if chance.random() < 0.22 else (),
        step_free=chance.choice([True, True, False, None, None]),
        drop_in={"book": False, "drop-in": True}.get(wording.booking, chance.choice([True, False, None])),
        online=False,
    )  # fmt: skip
    return _record(chance, n, truth, wording, outcode)


def _record(chance: random.Random, n: int, truth: Truth, wording: Wording, outcode: str) -> tuple[Truth, dict[str, Any]]:
    title, venue = chance.choice(wording.titles), chance.choice(_VENUES)
    name = chance.choice([title, title, f"{title} - {venue}", f"{title} at {venue}", f"{venue}: {title}"])
    said = [chance.choice(wording.descriptions)]
    if truth.term_time_only:
        said.append(chance.choice(["Term time only.", "Runs in term-time.", "We do not meet in the school holidays: not during school holidays.", "Closed in half term."]))
    said.append({True: chance.choice(["No need to book.", "Just turn up."]), False: chance.choice(["Booking essential.", "Please book a place."]), None: ""}[truth.drop_in])
    record: dict[str, Any] = {
        "id": truth.id, "name": name, "description": " ".join(part for part in said if part),
        "status": chance.choice(["defunct", "inactive", "temporarily closed"]) if truth.cancelled_for_good else "active",
        "assured_date": (TODAY - timedelta(days=chance.randrange(5, 170))).isoformat(),
        "organization": {"id": str(uuid5(NAMESPACE_URL, f"o{n}")), "name": f"{venue} Trust", "description": "Made up."},
        "url": f"https://services.example/{n}",
        "service_at_locations": [_at(chance, n, truth, venue, outcode)],
    }  # fmt: skip
    if truth.low is not None:
        record["minimum_age"] = round(truth.low / 12 + 0.00001, 5)
    if truth.high is not None:
        # Whole years are inclusive in feeds: “0 to 4” is until the fifth birthday.
        record["maximum_age"] = (truth.high + 1) / 12 - 1 if (truth.high + 1) % 12 == 0 else round(truth.high / 12 + 0.00001, 5)
    if truth.pence is not None:
        record["cost_options"] = [{"id": f"c{n}", "amount": truth.pence / 100, "option": "per family" if truth.pence else "Free"}]
    if truth.languages:
        record["languages"] = [{"id": f"l{n}{code}", "name": _NAMES[code], "code": code} for code in truth.languages]
    if truth.weekdays:
        record["schedules"] = [_schedule(n, truth)]
    return replace(truth, name=name), record


def _at(chance: random.Random, n: int, truth: Truth, venue: str, outcode: str) -> dict[str, Any]:
    location: dict[str, Any] = {
        "id": f"p{n}", "location_type": "physical", "name": venue, "latitude": truth.latitude, "longitude": truth.longitude,
        "addresses": [{
            "id": f"a{n}", "address_1": venue, "city": "Seatown", "postal_code": f"{outcode} {chance.randrange(1, 9)}AA",
            "country": "GB", "state_province": "Essex", "address_type": "physical",
        }],
    }  # fmt: skip
    if truth.step_free is not None:
        location["accessibility"] = [{"id": f"x{n}", "description": "Step-free from the street." if truth.step_free else "Two steps at the door, no ramp."}]
    return {"id": f"s{n}", "service_id": truth.id, "location": location}


def _schedule(n: int, truth: Truth) -> dict[str, Any]:
    closes = (datetime.combine(TODAY, truth.opens_at) + timedelta(minutes=90)).time()
    schedule: dict[str, Any] = {
        "id": f"t{n}", "freq": "WEEKLY", "interval": 2 if truth.fortnightly else 1, "byday": ",".join(_DAYS[day] for day in truth.weekdays),
        "dtstart": truth.begins.isoformat(), "opens_at": truth.opens_at.isoformat(), "closes_at": closes.isoformat(),
    }  # fmt: skip
    if truth.ends:
        schedule["until"] = truth.ends.isoformat()
    return schedule
