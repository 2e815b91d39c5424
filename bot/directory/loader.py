"""Reads an area's places and its services from `content/areas/<area>/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.base.yaml_files import line_of, read_yaml
from bot.directory.geography import AreaPlaces
from bot.directory.model import Service

_REMEDY = "compare with the entries around it; CONTRIBUTING.md, “Add or change a service”"
_STATUSES = {"open", "ended", "unknown"}


def load_places(areas_dir: Path) -> list[AreaPlaces]:
    """Outcodes and neighbourhoods of every area.

    Raises:
        ContentError: a place without a name, or with an outcode that is not the area's.
    """
    return [_places(path) for path in sorted(areas_dir.glob("*/area.yml"))]


def _places(path: Path) -> AreaPlaces:
    entry = read_yaml(path) or {}
    outcodes = tuple(str(code) for code in entry.get("outcodes") or ())
    names: dict[str, tuple[str, str]] = {}
    for place in entry.get("places") or ():
        if not place.get("name") or place.get("outcode") not in outcodes:
            shown = str(place.get("name") or place)
            raise ContentError(path, line_of(path, shown), f"place {shown}: outcode is not one of the area's", _REMEDY)
        for name in (place["name"], *(place.get("also") or ())):
            names[fold(str(name))] = (str(place["name"]), str(place["outcode"]))
    return AreaPlaces(path.parent.name, outcodes, names)


def load_services(path: Path, facts: Mapping[str, str], known_facts: frozenset[str]) -> list[Service]:
    """The services of one area.

    Args:
        facts: values that may be stated today, by fact id; one that is overdue is left out of the card.
        known_facts: ids of all facts, overdue ones included.

    Raises:
        ContentError: with file, line and what to do.
    """
    entries = read_yaml(path) or []
    seen: set[str] = set()
    services = []
    for entry in entries:
        service = _service(path, entry, facts, known_facts)
        if service.id in seen:
            raise ContentError(path, line_of(path, f"id: {service.id}"), f"{service.id} stands twice", "keep one of them")
        seen.add(service.id)
        services.append(service)
    return services


def _service(path: Path, entry: Any, facts: Mapping[str, str], known: frozenset[str]) -> Service:
    if not isinstance(entry, dict) or not entry.get("id"):
        raise ContentError(path, None, "an entry without `id`", _REMEDY)
    line = line_of(path, f"id: {entry['id']}")
    for name in ("name", "status", "source", "checked_on"):
        if not entry.get(name):
            raise ContentError(path, line, f"{entry['id']}: `{name}` is missing", _REMEDY)
    if entry["status"] not in _STATUSES:
        raise ContentError(path, line, f"{entry['id']}: status {entry['status']!r}", f"use one of {sorted(_STATUSES)}")
    for name in ("checked_on", "review_by"):
        if entry.get(name) and not isinstance(entry[name], date):
            raise ContentError(path, line, f"{entry['id']}: {name} is not a date", "write it like 2026-11-22")
    used = {name: fact for name, fact in (entry.get("facts") or {}).items() if fact}
    for fact in used.values():
        if fact not in known:
            raise ContentError(path, line, f"{entry['id']}: there is no fact {fact}", "add it to content/facts.yml")
    values = {name: facts.get(fact) for name, fact in used.items()}
    return Service(
        id=str(entry["id"]), area=path.parent.name, name=str(entry["name"]), topics=tuple(entry.get("topics") or ()),
        status=entry["status"], offered=bool(entry.get("offered")) and entry["status"] == "open", source=str(entry["source"]),
        checked_on=entry["checked_on"], review_by=entry.get("review_by"),
        also_called=tuple(str(n) for n in entry.get("also_called") or ()), summary=entry.get("summary"),
        organisation=entry.get("organisation"), successor=entry.get("successor"),
        min_age_months=entry.get("min_age_months"), max_age_months=entry.get("max_age_months"), is_free=entry.get("is_free"),
        phone=values.get("phone"), url=values.get("url"), email=values.get("email"), address=values.get("address"),
        opening=values.get("opening"), languages=tuple(entry.get("languages") or ()),
    )  # fmt: skip
