"""Where is that, and how far? Offline, from the shipped centroids of 2,863 outcodes.

Source: OS Code-Point Open 2025, see content/geo/LICENCE.txt; `attribution` is what must be shown.
Points are the middle of an outcode, so say “near”, never “eligible”.
"""

from __future__ import annotations

import csv
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from bot.base.errors import ContentError, PlaceNotFound, PostcodeNotFound
from bot.base.text import ascii_digits
from bot.directory.model import Place, Point
from bot.directory.names import plain

_EARTH_KM = 6371.0
_KM_PER_MILE = 1.609344
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?) ?(\d[ABD-HJLNP-UW-Z]{2})\b")
_SLIPPED = re.compile(r"\b([A-Z]{1,2})([\dOIL][A-Z\d]?) ?([\dOIL])([ABD-HJLNP-UW-Z]{2})\b")
_OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
_TYPED = re.compile(r"\b([A-Z]{1,2}[\dOIL][A-Z\d]?)[\s-]*[\dOIL][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_ROUGH_DECIMALS = 2
_DIGIT_MEANT = str.maketrans("OIL", "011")
_ALIKE = 0.84
_SHORTEST_INSIDE = 4
_SHORTEST_ALIKE = 5
FURTHEST_FROM_POSTCODE_KM = 15.0
FURTHEST_PIN_KM = 25.0
_KM_PER_DEGREE = 111.0  # of latitude
_BOX_MARGIN = 0.01
_OPEN_GROUND = 3.0  # miles from which halves are no help

Locate = Callable[[str], "Point | None"]
"""Finds a full postcode such as `SS3 9AA`; for the optional data with every postcode."""


@dataclass(frozen=True)
class Postcode:
    """A postcode or its first half; `str()` writes it as people do: `SS3 9AA`."""

    outcode: str
    incode: str | None = None

    def __str__(self) -> str:
        """`SS3 9AA` or `SS3`."""
        return f"{self.outcode} {self.incode}" if self.incode else self.outcode


@dataclass(frozen=True)
class AreaPlaces:
    """An area's outcodes and the neighbourhoods' names, folded, with name and outcode or point."""

    id: str
    outcodes: tuple[str, ...]
    names: Mapping[str, tuple[str, str | Point]]


class Geography:
    """Looks places up.

    Args:
        centroids: outcode → point.
        areas: searched in this order for neighbourhoods.
        locate: knows full postcodes more exactly than the centroids, where such data is installed.
    """

    def __init__(self, centroids: Mapping[str, Point], areas: Sequence[AreaPlaces], locate: Locate | None = None) -> None:
        self._centroids = dict(centroids)
        self._areas = tuple(areas)
        self._locate = locate
        self._by_latitude = sorted(self._centroids, key=lambda code: self._centroids[code].latitude)
        self._latitudes = [self._centroids[code].latitude for code in self._by_latitude]

    def place(self, text: str, area: str | None = None) -> Place:
        """A postcode, an outcode or a neighbourhood's name, alone or among a few words.

        Args:
            area: the area whose neighbourhoods are looked at first.

        Raises:
            PostcodeNotFound: well formed, but no such outcode.
            PlaceNotFound: not known in any area.
        """
        postcode = parse_postcode(text)
        if postcode and postcode.incode:
            return self._of_postcode(postcode)
        outcodes = _outcodes_in(text)
        known = next((code for code in outcodes if code in self._centroids), None)
        if known:
            return self._of_postcode(Postcode(known))
        found = self._neighbourhood(text, area)
        if found:
            return found
        if outcodes:
            raise PostcodeNotFound(outcodes[0])
        raise PlaceNotFound(text)

    def area_of(self, outcode: str) -> str | None:
        """The area that an outcode (or the outcode of a postcode) belongs to."""
        postcode = parse_postcode(outcode)
        wanted = postcode.outcode if postcode else outcode
        return next((area.id for area in self._areas if wanted in area.outcodes), None)

    def centroid_of_postcode(self, postcode: str) -> Point | None:
        """The point of a postcode or outcode, or None."""
        parsed = parse_postcode(postcode)
        return self._point_of(parsed) if parsed else None

    def _point_of(self, postcode: Postcode) -> Point | None:
        exact = self._locate(str(postcode)) if self._locate and postcode.incode else None
        return exact or self._centroids.get(postcode.outcode)

    def believed(self, point: Point | None, postcode: str | None) -> Point | None:
        """The point that a source gives, unless it lies far from the postcode beside it: then the postcode's own."""
        parsed = parse_postcode(postcode) if postcode else None
        own = self._point_of(parsed) if parsed else None
        if parsed is None or own is None or point is None:
            return point or own
        is_near = distance_km(point, own) <= FURTHEST_FROM_POSTCODE_KM
        return point if is_near or self._lies_in(point, parsed.outcode) else own

    def _lies_in(self, point: Point, outcode: str) -> bool:
        """Whether that outcode is the nearest; most that are not are told by their distance, without a look at the others."""
        middle = self._centroids.get(outcode)
        return middle is not None and distance_km(middle, point) <= FURTHEST_PIN_KM and self.outcode_at(point) == outcode

    def outcode_at(self, point: Point) -> str | None:
        """The outcode whose middle is nearest to a point; None when all are further away than `FURTHEST_PIN_KM`."""
        away, near = min(((distance_km(self._centroids[code], point), code) for code in self._around(point)), default=(math.inf, None))
        return near if away <= FURTHEST_PIN_KM else None

    def _around(self, point: Point) -> list[str]:
        """Outcodes in a box a little larger than `FURTHEST_PIN_KM`, north to south of it and east to west."""
        high = FURTHEST_PIN_KM / _KM_PER_DEGREE + _BOX_MARGIN
        wide = high / max(math.cos(math.radians(point.latitude)), _BOX_MARGIN)
        first = bisect_left(self._latitudes, point.latitude - high)
        last = bisect_right(self._latitudes, point.latitude + high)
        return [code for code in self._by_latitude[first:last] if abs(self._centroids[code].longitude - point.longitude) <= wide]

    def _of_postcode(self, postcode: Postcode) -> Place:
        point = self._point_of(postcode)
        if point is None:
            raise PostcodeNotFound(postcode.outcode)
        return Place(str(postcode), point, self.area_of(postcode.outcode))

    def _neighbourhood(self, text: str, area: str | None) -> Place | None:
        wanted = plain(text)
        if not wanted:
            return None
        ordered = sorted(self._areas, key=lambda one: one.id != area)
        for one in ordered:
            if wanted in one.names:
                return self._named(one, wanted)
        inside = max(_inside(ordered, wanted), key=lambda found: len(found[1]), default=None)
        if inside:
            return self._named(*inside)
        # `max` keeps the first of equals: the parent's own area.
        alike = max(_alike(ordered, wanted), key=lambda found: found[0], default=None)
        return self._named(alike[1], alike[2]) if alike else None

    def _named(self, area: AreaPlaces, folded: str) -> Place:
        name, where = area.names[folded]
        if isinstance(where, Point):
            return Place(name, where, area.id)
        point = self._centroids.get(where)
        if point is None:
            raise PostcodeNotFound(where)
        return Place(name, point, area.id)


def parse_postcode(text: str) -> Postcode | None:
    """The first postcode in a text, or the text as an outcode; None when there is none.

    Small letters, missing blanks, numerals of other scripts and O for 0 or I for 1 are understood.
    """
    written = " ".join(re.sub(r"[^\w\s]", " ", ascii_digits(text)).upper().split())
    full = _POSTCODE.search(written)
    if full:
        return Postcode(full.group(1), full.group(2))
    slipped = _SLIPPED.search(written)
    if slipped and any(character.isdigit() for character in slipped.group(0)):
        letters, number, digit, rest = slipped.groups()
        outcode = letters + number[0].translate(_DIGIT_MEANT) + number[1:]
        return Postcode(outcode, digit.translate(_DIGIT_MEANT) + rest)
    return Postcode(written) if _OUTCODE.fullmatch(written) else None


def without_incodes(text: str) -> str:
    """The text with every full postcode cut down to its outcode: `near ss3 9aa?` → `near ss3?`.

    Numerals of other scripts and O for 0 are found too.
    """
    digits = ascii_digits(text)  # of the same length, so that places in one are places in the other
    kept, end = [], 0
    for match in _TYPED.finditer(digits):
        if any(character.isdigit() for character in match.group(1)):  # not the `to 2yr` of “1 to 2yr old”
            kept.append(text[end : match.end(1)])
            end = match.end()
    return "".join([*kept, text[end:]])


def rough(point: Point) -> Point:
    """A point to about a kilometre: near enough for what is near, and no household's."""
    return Point(round(point.latitude, _ROUGH_DECIMALS), round(point.longitude, _ROUGH_DECIMALS))


def _outcodes_in(text: str) -> list[str]:
    written = re.findall(r"\w+", ascii_digits(text).upper())
    return [word for word in written if _OUTCODE.fullmatch(word)]


def _inside(areas: Sequence[AreaPlaces], text: str) -> Iterator[tuple[AreaPlaces, str]]:
    for area in areas:
        for name in area.names:
            if len(name) >= _SHORTEST_INSIDE and f" {name} " in f" {text} ":
                yield area, name


def _alike(areas: Sequence[AreaPlaces], text: str) -> Iterator[tuple[float, AreaPlaces, str]]:
    if len(text) < _SHORTEST_ALIKE:
        return
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(text)
    for area in areas:
        for name in area.names:
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
                continue
            ratio = matcher.ratio()
            if ratio >= _ALIKE:
                yield ratio, area, name


def load_centroids(path: Path) -> dict[str, Point]:
    """Outcode → point.

    Raises:
        ContentError: the file is missing or not what it should be.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            return {r["outcode"]: Point(float(r["latitude"]), float(r["longitude"])) for r in rows}
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ContentError(path, None, "not a table of outcodes", "restore it from git") from error


def attribution(content_dir: Path) -> str:
    """The lines about whose data the outcodes are; they must be shown where the data is used.

    Raises:
        ContentError: the licence notice is missing or empty.
    """
    path = content_dir / "geo" / "LICENCE.txt"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ContentError(path, None, "the licence notice is missing", "restore it from git") from error
    shown = [line.strip() for line in lines if line.startswith("Contains ")]
    if not shown:
        raise ContentError(path, None, "the licence notice says nothing", "restore it from git")
    return " ".join(shown)


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance, kilometres, one decimal."""
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.longitude - a.longitude) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return round(2 * _EARTH_KM * math.asin(math.sqrt(h)), 1)


def miles(km: float) -> str:
    """Kilometres as people in England say distances: halves below three miles, whole miles above.

    Never `0`: what is nearest is still half a mile off as far as an outcode can tell.
    """
    distance = km / _KM_PER_MILE
    if distance < _OPEN_GROUND:
        return f"{max(round(distance * 2) / 2, 0.5):g}"
    return f"{round(distance)}"
