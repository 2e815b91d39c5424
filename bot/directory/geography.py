"""Where is that, and how far? Offline, from the shipped centroids of 2,863 outcodes.

Source: OS Code-Point Open 2025, see content/geo/LICENCE.txt; the attribution is on the accessibility page.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from bot.base.errors import ContentError, PlaceNotFound, PostcodeNotFound
from bot.base.text import ascii_digits, fold
from bot.directory.model import Place, Point

_EARTH_KM = 6371.0
_KM_PER_MILE = 1.609344
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[ABD-HJLNP-UW-Z]{2})")
_OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
_ALIKE = 0.84


@dataclass(frozen=True)
class AreaPlaces:
    """An area's outcodes and the neighbourhoods' names, folded, with their outcodes."""

    id: str
    outcodes: tuple[str, ...]
    names: Mapping[str, tuple[str, str]]


class Geography:
    """Looks places up.

    Args:
        centroids: outcode → point.
        areas: searched in this order for neighbourhoods.
    """

    def __init__(self, centroids: Mapping[str, Point], areas: Sequence[AreaPlaces]) -> None:
        self._centroids = dict(centroids)
        self._areas = tuple(areas)

    def place(self, text: str, area: str) -> Place:
        """A postcode, an outcode or a neighbourhood's name.

        Args:
            area: the area whose neighbourhoods are looked at first.

        Raises:
            PostcodeNotFound: well formed, but no such outcode.
            PlaceNotFound: not known in any area.
        """
        written = ascii_digits(text).strip().upper()
        full = _POSTCODE.fullmatch(written)
        if full or _OUTCODE.fullmatch(written):
            outcode = full.group(1) if full else written
            name = f"{full.group(1)} {full.group(2)}" if full else written
            return Place(name, self._centroid(outcode), self.area_of(outcode))
        return self._neighbourhood(text, area)

    def area_of(self, outcode: str) -> str | None:
        """The area that an outcode belongs to."""
        return next((area.id for area in self._areas if outcode in area.outcodes), None)

    def centroid_of_postcode(self, postcode: str) -> Point | None:
        """The middle of a postcode's outcode, or None."""
        match = _POSTCODE.fullmatch(postcode.strip().upper())
        return self._centroids.get(match.group(1)) if match else None

    def _centroid(self, outcode: str) -> Point:
        point = self._centroids.get(outcode)
        if point is None:
            raise PostcodeNotFound(outcode)
        return point

    def _neighbourhood(self, text: str, area: str) -> Place:
        wanted = fold(text)
        ordered = sorted(self._areas, key=lambda a: a.id != area)
        for exact in (True, False):
            for one in ordered:
                for folded, (name, outcode) in one.names.items():
                    if folded == wanted or (not exact and SequenceMatcher(None, folded, wanted).ratio() >= _ALIKE):
                        return Place(name, self._centroid(outcode), one.id)
        raise PlaceNotFound(text)


def load_centroids(path: Path) -> dict[str, Point]:
    """Outcode → point.

    Raises:
        ContentError: the file is missing or not what it should be.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["outcode"]: Point(float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as error:
        raise ContentError(path, None, "not a table of outcodes", "restore it from git") from error


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance, kilometres, one decimal."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.longitude - a.longitude) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return round(2 * _EARTH_KM * math.asin(math.sqrt(h)), 1)


def miles(km: float) -> str:
    """Kilometres as people in England say distances: halves below three miles, whole miles above."""
    distance = km / _KM_PER_MILE
    if distance < 3:
        return f"{max(round(distance * 2) / 2, 0.5):g}"
    return f"{round(distance)}"
