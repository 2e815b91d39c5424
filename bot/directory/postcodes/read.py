"""Reads postcodes with their points: OS Code-Point Open, or the ONS Postcode Directory.

Source: OS Code-Point Open user guide (columns without a header line: postcode, quality, easting, northing, …; quality 90
means no coordinates); ONSPD user guide (a header line; `doterm` is filled for a postcode that has gone). Tables made from the
latter with `pcd`, `easting` and `northing` alone are read too.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from bot.base.errors import ContentError
from bot.directory.geography import parse_postcode
from bot.directory.model import Point
from bot.directory.postcodes.grid import to_point

_NO_COORDINATES = 90
_MOST_EAST, _MOST_NORTH = 700_000, 1_300_000
"""How far the National Grid reaches, in metres."""
_LONGEST_FIELD = 100_000
_MOST_BYTES = 3_000_000_000
_REMEDY = "give the zip of OS Code-Point Open, its unpacked folder, one of its CSV files, or a CSV of the ONS Postcode Directory"
_POSTCODES = ("pcds", "pcd", "pcd7", "postcode")
_ON_GLOBE, _ON_GRID = ("lat", "long"), ("easting", "northing")
_LEFT_OUT = ("column_headers", "readme", "codelist")
# The last is what a zip with a password, or packed in a way that nobody knows, ends in.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, csv.Error, RuntimeError)


def read_postcodes(source: Path) -> Iterator[tuple[str, Point]]:
    """Every live postcode with coordinates: `BS5 0AA`, point.

    Raises:
        ContentError: not a file of postcodes, or a damaged one.
    """
    found = False
    try:
        for name, lines in _files(source):
            for postcode, point in _rows(name, lines):
                found = True
                yield postcode, point
    except _DAMAGED as error:
        raise ContentError(source, None, f"it is damaged ({type(error).__name__})", f"have it again, and {_REMEDY}") from error
    if not found:
        raise ContentError(source, None, "no postcodes in it", _REMEDY)


def _files(source: Path) -> Iterator[tuple[Path, Iterator[str]]]:
    if source.is_dir():
        for path in sorted(source.rglob("*.csv")):
            if not any(word in path.name.lower() for word in _LEFT_OUT):
                with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                    yield path, iter(file)
    elif zipfile.is_zipfile(source):
        yield from _zipped(source)
    elif source.is_file():
        with source.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            yield source, iter(file)
    else:
        raise ContentError(source, None, "there is no such file or folder", _REMEDY)


def _zipped(source: Path) -> Iterator[tuple[Path, Iterator[str]]]:
    with zipfile.ZipFile(source) as archive:
        inside = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
        inside = [one for one in inside if not any(word in one.filename.lower() for word in _LEFT_OUT)]
        if sum(one.file_size for one in inside) > _MOST_BYTES:
            raise ContentError(source, None, "unpacks to more than any list of postcodes", _REMEDY)
        for one in sorted(inside, key=lambda entry: entry.filename):
            with archive.open(one) as file:
                yield source / one.filename, iter(io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline=""))


def _rows(path: Path, lines: Iterator[str]) -> Iterator[tuple[str, Point]]:
    csv.field_size_limit(_LONGEST_FIELD)  # one for the whole process: whoever reads other tables sets theirs
    rows = csv.reader(lines)
    first = next(rows, [])
    names = [name.strip().lower() for name in first]
    column = next((names.index(name) for name in _POSTCODES if name in names), None)
    if column is not None:
        yield from _with_header(rows, names, column)
        return
    if len(first) < 4:
        raise ContentError(path, 1, "not a list of postcodes", _REMEDY)
    for row in (first, *rows) if first else rows:
        if found := _code_point(row):
            yield found


def _code_point(row: list[str]) -> tuple[str, Point] | None:
    postcode = parse_postcode(row[0]) if len(row) >= 4 else None
    try:
        quality, easting, northing = (int(value) for value in row[1:4])
    except ValueError:
        return None
    if postcode is None or postcode.incode is None or quality >= _NO_COORDINATES:
        return None
    at = _on_grid(easting, northing)
    return (str(postcode), at) if at else None


def _with_header(rows: Iterator[list[str]], names: list[str], column: int) -> Iterator[tuple[str, Point]]:
    on_globe, on_grid = ([names.index(name) for name in pair if name in names] for pair in (_ON_GLOBE, _ON_GRID))
    ended = names.index("doterm") if "doterm" in names else None
    for row in rows:
        if len(row) < len(names) or (ended is not None and row[ended].strip()):
            continue
        postcode = parse_postcode(row[column])
        point = _globe_point(row, on_globe) if len(on_globe) == len(_ON_GLOBE) else _grid_point(row, on_grid)
        if postcode and postcode.incode and point:
            yield str(postcode), point


def _globe_point(row: list[str], columns: list[int]) -> Point | None:
    try:
        latitude, longitude = (round(float(row[column]), 6) for column in columns)
    except ValueError:
        return None
    # The directory puts 99.999999 where a postcode has no place.
    return Point(latitude, longitude) if abs(latitude) < _NO_COORDINATES and abs(longitude) <= 180 else None


def _grid_point(row: list[str], columns: list[int]) -> Point | None:
    """The point of a table that has eastings and northings only; nothing stands there where a postcode has no place."""
    try:
        easting, northing = (int(float(row[column])) for column in columns)
    except (ValueError, OverflowError):
        return None
    return _on_grid(easting, northing)


def _on_grid(easting: int, northing: int) -> Point | None:
    """The point of a place on the National Grid; noughts and what lies beyond it are none."""
    return to_point(easting, northing) if 0 < easting <= _MOST_EAST and 0 < northing <= _MOST_NORTH else None
