"""Reads an area's places and its services from `content/areas/<area>/`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, read_yaml
from bot.directory.feed_values import says_step_free
from bot.directory.geography import AreaPlaces, Geography, parse_postcode
from bot.directory.model import Point, Service
from bot.directory.names import plain

_REMEDY = "compare with the entries around it; CONTRIBUTING.md, “Add or change a service”"
_STATUSES = {"open", "ended", "unknown"}
_LISTS = ("also_called", "topics", "languages", "access")
_AGES = ("min_age_months", "max_age_months")
_FACTS = {"phone", "url", "email", "address", "opening"}


def load_places(areas_dir: Path) -> list[AreaPlaces]:
    """Outcodes and neighbourhoods of every area; the area's own name stands for its centre.

    Raises:
        ContentError: a place without a name, or with neither a point nor an outcode: of the area, or of a town nearby.
    """
    return [_places(path) for path in sorted(areas_dir.glob("*/area.yml"))]


def _places(path: Path) -> AreaPlaces:
    entry = read_yaml(path) or {}
    if not isinstance(entry, dict):
        raise ContentError(path, 1, "not a mapping", "compare with another area's area.yml")
    outcodes = tuple(str(code) for code in entry.get("outcodes") or ())
    names: dict[str, tuple[str, str | Point]] = {}
    centre = _point(entry.get("centre"))
    if centre and entry.get("name"):
        names[plain(str(entry["name"]))] = (str(entry["name"]), centre)
    inside = list(entry.get("places") or ())
    for place in (*inside, *(entry.get("nearby") or ())):
        name = place.get("name") if isinstance(place, dict) else None
        where = _point(place.get("point")) or str(place.get("outcode")) if name else ""
        known_outcode = where in outcodes if place in inside else parse_postcode(str(where)) is not None
        if not (isinstance(where, Point) or known_outcode):
            shown = str(name or place)
            problem = f"place {shown}: outcode is not one of the area's" if place in inside else f"place {shown}: not an outcode"
            raise ContentError(path, line_of(path, shown), problem, _REMEDY)
        for known in (name, *(place.get("also") or ())):
            names[plain(str(known))] = (str(name), where)
    return AreaPlaces(path.parent.name, outcodes, names)


def _point(value: Any) -> Point | None:
    try:
        return Point(float(value["latitude"]), float(value["longitude"]))
    except (KeyError, TypeError, ValueError):
        return None


def load_services(
    path: Path,
    facts: Mapping[str, str],
    known_facts: frozenset[str],
    topics: Collection[str] | None = None,
    geography: Geography | None = None,
) -> list[Service]:
    """The services of one area.

    Args:
        facts: values that may be stated today, by fact id; one that is overdue is left out of the card.
        known_facts: ids of all facts, overdue ones included.
        topics: the find_* intents there are; not checked when None.
        geography: finds the point of an address that has a postcode.

    Raises:
        ContentError: with file, line and what to do.
    """
    entries = read_yaml(path) or []
    if not isinstance(entries, list):
        raise ContentError(path, 1, "not a list of services", "begin every service with `- id:`")
    fictional = bool((read_yaml(path.parent / "area.yml") or {}).get("fictional"))
    seen: set[str] = set()
    services = []
    for entry in entries:
        checked = _Entry(path, entry)
        checked.check(known_facts, topics)
        service = checked.service(facts, geography, fictional)
        if service.id in seen:
            line = _last_line_of(path, f"id: {service.id}")
            raise ContentError(path, line, f"{service.id} stands twice", "keep one of them")
        seen.add(service.id)
        services.append(service)
    return services


class _Entry:
    """One service as it is written, and where."""

    def __init__(self, path: Path, entry: Any) -> None:
        if not isinstance(entry, dict) or not entry.get("id"):
            line = line_of(path, str(entry.get("name"))) if isinstance(entry, dict) else None
            raise ContentError(path, line, "an entry without `id`", _REMEDY)
        self._path, self._entry, self._id = path, entry, str(entry["id"])

    def check(self, known_facts: frozenset[str], topics: Collection[str] | None) -> None:
        """Everything that can be wrong with an entry by itself."""
        entry = self._entry
        for name in ("name", "status", "source", "checked_on"):
            if not entry.get(name):
                self._refuse(f"`{name}` is missing")
        for name in _LISTS:
            if not isinstance(entry.get(name) or [], list):
                self._refuse(f"{name} is not a list", f"write it like `{name}: [one, two]`")
        for topic in entry.get("topics") or ():
            if topics is not None and topic not in topics:
                self._refuse(f"there is no topic {topic}", "use those of content/directory/categories.yml")
        for name in ("checked_on", "review_by"):
            if entry.get(name) and not isinstance(entry[name], date):
                self._refuse(f"{name} is not a date", "write it like 2026-11-22")
        self._check_status()
        self._check_ages()
        self._check_facts(known_facts)

    def _check_status(self) -> None:
        status = self._entry["status"]
        if status not in _STATUSES:
            self._refuse(f"status {status!r}", f"use one of {', '.join(sorted(_STATUSES))}")
        if self._entry.get("offered") and status != "open":
            self._refuse("offered, but not open", "write `offered: false`, or correct the status")

    def _check_ages(self) -> None:
        low, high = (self._entry.get(name) for name in _AGES)
        for age in (low, high):
            if age is not None and (isinstance(age, bool) or not isinstance(age, int) or age < 0):
                self._refuse(f"an age of {age!r}", "write whole months, or null")
        if low is not None and high is not None and high < low:
            self._refuse("the highest age is below the lowest", "correct one of them")

    def _check_facts(self, known: frozenset[str]) -> None:
        facts = self._entry.get("facts") or {}
        if not isinstance(facts, dict):
            self._refuse("facts is not a mapping", "write it like `facts: {phone: fact_id}`")
        for name, fact in facts.items():
            if name not in _FACTS:
                self._refuse(f"facts: there is no {name}", f"use {', '.join(sorted(_FACTS))}")
            if fact and fact not in known:
                self._refuse(f"there is no fact {fact}", "add it to content/facts.yml")

    def _refuse(self, problem: str, remedy: str = _REMEDY) -> None:
        line = line_of(self._path, f"id: {self._id}")
        raise ContentError(self._path, line, f"{self._id}: {problem}", remedy)

    def service(self, facts: Mapping[str, str], geography: Geography | None, fictional: bool) -> Service:
        """The service with the facts that may be stated today."""
        entry = self._entry
        used = {name: facts.get(fact) for name, fact in (entry.get("facts") or {}).items() if fact}
        address = used.get("address")
        postcode = parse_postcode(address) if address else None
        full = str(postcode) if postcode and postcode.incode else None
        point = geography.centroid_of_postcode(full) if geography and full else None
        access = _texts(entry.get("access"))
        return Service(
            id=self._id,
            area=self._path.parent.name,
            name=str(entry["name"]),
            topics=_texts(entry.get("topics")),
            status=entry["status"],
            offered=bool(entry.get("offered")),
            source=str(entry["source"]),
            checked_on=entry["checked_on"],
            review_by=entry.get("review_by"),
            also_called=_texts(entry.get("also_called")),
            summary=entry.get("summary"),
            organisation=entry.get("organisation"),
            successor=entry.get("successor"),
            kind=entry.get("kind"),
            for_whom=entry.get("for_whom"),
            min_age_months=entry.get("min_age_months"),
            max_age_months=entry.get("max_age_months"),
            is_free=entry.get("is_free"),
            phone=used.get("phone"),
            url=used.get("url"),
            email=used.get("email"),
            opening=used.get("opening"),
            address=address,
            postcode=None,  # the address has it already
            latitude=point.latitude if point else None,
            longitude=point.longitude if point else None,
            languages=_texts(entry.get("languages")),
            access=access,
            step_free=says_step_free(access),
            fictional=fictional,
        )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value or ())


def _last_line_of(path: Path, needle: str) -> int | None:
    lines = path.read_text(encoding="utf-8").splitlines()
    return max((n for n, line in enumerate(lines, start=1) if line.endswith(needle)), default=None)
