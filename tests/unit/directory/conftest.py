"""A small made-up content folder, and services to search among."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.clock import StoppedClock
from bot.base.db import Database
from bot.directory.directory import Directory
from bot.directory.model import Service

ROOT = Path(__file__).resolve().parents[3]
CONTENT = ROOT / "content"
FEED = CONTENT / "areas" / "borsetshire" / "feed"

SEATOWN = """
id: seatown
name: Seatown
fictional: false
outcodes: [SS0, SS1, SS3]
centre: {latitude: 51.54, longitude: 0.71}
places:
- {name: "Leigh-on-Sea", outcode: SS0, also: ["لی"]}
- {name: "Shoeburyness", outcode: SS3, also: ["shoebury", "شوبري"]}
- {name: "King's Heath", outcode: SS1}
- {name: "Pier End", point: {latitude: 51.51, longitude: 0.72}}
"""
HILLTOWN = """
id: hilltown
name: Hilltown
outcodes: [BD1, ZE9]
places:
- {name: "Leigh-on-Sea", outcode: BD1}
- {name: "Manningham", outcode: BD1}
- {name: "Nowhere", outcode: ZE9}
"""
SERVICES = """
- id: seatown_friars_family_centre
  name: "Friars family centre"
  also_called: ["Friars Children’s Centre"]
  kind: place
  topics: [find_family_hub]
  status: open
  offered: true
  for_whom: Families with small children
  facts: {phone: friars_phone, address: friars_address, opening: null}
  min_age_months: 0
  max_age_months: 59
  source: seatown.example
  checked_on: 2026-11-22
  review_by: 2027-05-22
- id: seatown_old_scheme
  name: "Sure Start Seatown"
  topics: [find_family_hub]
  status: ended
  offered: false
  successor: seatown_friars_family_centre
  source: seatown.example
  checked_on: 2026-11-22
"""
FACTS = {"friars_phone": "0300 123 4567", "friars_address": "Constable Way, Seatown SS3 9AA"}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    for name, area in (("seatown", SEATOWN), ("hilltown", HILLTOWN)):
        (folder / "areas" / name).mkdir(parents=True)
        (folder / "areas" / name / "area.yml").write_text(area, encoding="utf-8")
    (folder / "areas" / "seatown" / "services.yml").write_text(SERVICES, encoding="utf-8")
    shutil.copytree(CONTENT / "geo", folder / "geo")
    shutil.copytree(CONTENT / "directory", folder / "directory")
    shutil.copytree(CONTENT / "areas" / "borsetshire", folder / "areas" / "borsetshire")
    return folder


@pytest.fixture
def directory(database: Database, clock: StoppedClock, content: Path) -> Directory:
    directory = Directory(database, clock, content)
    directory.load_content(FACTS, frozenset(FACTS))
    return directory


@pytest.fixture
def service() -> Callable[..., Service]:
    def build(name: str = "Stay and Play", **values: Any) -> Service:
        given: dict[str, Any] = {
            "id": name.lower().replace(" ", "_"),
            "area": "seatown",
            "name": name,
            "topics": ("find_activities",),
            "status": "open",
            "offered": True,
            "source": "seatown.example",
            "checked_on": date(2026, 11, 1),
        }
        return Service(**{**given, **values})

    return build
