"""One sheet that a volunteer can fill in: `content/directory/sheet.csv` is the template, its second line explains itself.

A line is a service with one of its sessions; a line without a name, or with a name that was there, is one more session of
that service. Columns may stand in any order and be left out; only `name` must be there. Whatever is not understood is said
with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

from bot.base.errors import ContentError
from bot.base.text import fold
from bot.directory.feeds.sheet_service import service_record
from bot.directory.feeds.sheet_times import OF_SESSION, opening_times
from bot.directory.feeds.source import Batch, Known, Listed, Scan
from bot.directory.feeds.tables import Row, read_lines

_AT_ONCE = 500
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
_EXAMPLE = "delete this line"


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
        found: list[_Entry] = []
        latest: dict[tuple[str, ...], _Entry] = {}
        for count, (line, written) in enumerate(read_lines(self._path)):
            row = {_ALSO.get(name, name): value for name, value in written.items()}
            if count == 0:
                self._check_columns(row, scan)
            if _EXAMPLE in fold(row.get("description") or ""):
                continue
            entry = (found[-1] if found else None) if not row.get("name") else latest.get(_marks(row))
            if entry is None and not row.get("name"):
                yield Listed("", problem=f"line {line}: no name")
                continue
            schedules, said = opening_times(row)
            if entry is None:
                record, not_understood = service_record(row)
                entry = _Entry(line, row, record)
                found.append(entry)
                latest.update(dict.fromkeys(product(*({mark, ""} if n else {mark} for n, mark in enumerate(_marks(row)))), entry))
                said = [*not_understood, *said]
            else:
                said = [*entry.differences(row), *said]
            entry.record["schedules"] += schedules
            for text in said:
                scan.note(f"line {line}: {text}")
        for entry in found:
            yield Listed(entry.record["id"], entry.record)

    def _check_columns(self, row: Row, scan: Scan) -> None:
        if "name" not in row:
            raise ContentError(self._path, 1, "no column `name`", "begin with the first line of content/directory/sheet.csv")
        for name in row.keys() - set(COLUMNS):
            scan.note(f"line 1: there is no column {name!r}, so it is not read")


def _marks(row: Row) -> tuple[str, ...]:
    """What tells services apart. A line is about the service of its name in which all the other marks that it has are the same."""
    return tuple(fold(row.get(name) or "") for name in ("name", "organisation", "postcode", "id"))


class _Entry:
    """A service of the sheet: where it begins, as it was written there, and its record."""

    def __init__(self, line: int, row: Row, record: Row) -> None:
        self.line, self.row, self.record = line, row, record

    def differences(self, row: Row) -> Iterator[str]:
        """What a further line says otherwise of the service itself; the first line counts."""
        for name in COLUMNS:
            if name not in OF_SESSION and row.get(name) and fold(row[name]) != fold(self.row.get(name) or ""):
                yield f"{name} is not as on line {self.line}, which counts for all sessions of {self.row['name']}"
