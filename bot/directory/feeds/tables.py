"""HSDS as a folder of CSV files: 3.0, 1.1 and what is called so.

Every file is one table, joined by ids. The tables go into a temporary database on disk, so that a folder of any size is
read with little memory, and come out as nested records of the JSON dialects.

Source: HSDS 3.0 and 1.1 tabular schemas; the files of Ohana, which attach services to a location directly.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.directory.feeds.source import Batch, Known, Listed, Scan

_AT_ONCE = 500
_LONGEST_FIELD = 20 * 1024 * 1024
Row = dict[str, Any]

# Names of files without `.csv` → the table that they are; singular in 1.1, plural in 3.0.
_TABLES: Mapping[str, str] = {
    "service": "services", "services": "services", "organization": "organizations", "organizations": "organizations",
    "location": "locations", "locations": "locations", "service_at_location": "at", "service_at_locations": "at",
    "address": "addresses", "addresses": "addresses", "physical_address": "addresses", "physical_addresses": "addresses",
    "phone": "phones", "phones": "phones", "contact": "contacts", "contacts": "contacts", "schedule": "schedules",
    "schedules": "schedules", "regular_schedule": "regular", "regular_schedules": "regular", "holiday_schedule": "holidays",
    "holiday_schedules": "holidays", "cost_option": "costs", "cost_options": "costs", "language": "languages",
    "languages": "languages", "accessibility": "access", "accessibility_for_disabilities": "access", "eligibility": "eligible",
    "service_taxonomy": "taxonomy_links", "attribute": "attributes", "attributes": "attributes", "taxonomy": "terms",
    "taxonomy_term": "terms", "taxonomy_terms": "terms",
}  # fmt: skip
_PARENTS = ("service_id", "service_at_location_id", "location_id", "organization_id", "contact_id", "link_id")
_EMPTY = {"", "null", "NULL", "None"}


class TableFolder:
    """A folder of HSDS tables.

    Args:
        folder: holds `services.csv` or `service.csv`.
    """

    dialect = "HSDS tables"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
        """All services with what the other tables say of them.

        Raises:
            ContentError: there is no table of services, or it has no column `id` or `name`.
        """
        files = {table: path for path in sorted(self._folder.glob("*.csv")) if (table := _TABLES.get(path.stem.lower()))}
        if "services" not in files:
            raise ContentError(self._folder, None, "no services.csv in it", "give a folder of HSDS tables")
        with tempfile.TemporaryDirectory(prefix="kinline-tables-") as kept, closing(_Joined(Path(kept) / "tables.db")) as joined:
            for table, path in files.items():
                if table != "services":
                    try:
                        joined.fill(table, read_rows(path))
                    except ContentError as error:
                        scan.broken = True
                        scan.note(f"{path.name} could not be read: {error.problem}")
            yield from self._services(files["services"], joined, scan)

    def _services(self, path: Path, joined: _Joined, scan: Scan) -> Iterator[Batch]:
        listed: list[Listed] = []
        for number, row in enumerate(read_rows(path), start=1):
            if number == 1 and not {"id", "name"} <= row.keys():
                raise ContentError(path, 1, "no columns `id` and `name`", "compare with the HSDS specification")
            listed.append(joined.service(row) if row.get("id") else Listed("", problem=f"row {number + 1}: no id"))
            if len(listed) == _AT_ONCE:
                yield Batch(tuple(listed), 1)
                listed = []
        yield Batch(tuple(listed), 1)
        scan.ended = True


class _Joined:
    """All tables but that of the services, by id and by what they belong to."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE record (kind TEXT, id TEXT, parent TEXT, parent_id TEXT, body TEXT)")
        self._db.execute("CREATE INDEX by_parent ON record (kind, parent, parent_id)")
        self._db.execute("CREATE INDEX by_id ON record (kind, id)")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def fill(self, kind: str, rows: Iterator[Row]) -> None:
        """Take a table in."""
        entries = (
            (kind, row.get("id") or row.get("taxonomy_id"), parent, row.get(parent), json.dumps(row))
            for row in rows
            for parent in ([name for name in _PARENTS if row.get(name)] or [""])
        )
        self._db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?)", entries)
        self._db.commit()

    def children(self, kind: str, parent: str, parent_id: Any) -> list[Row]:
        """Rows of a table that belong to something."""
        found = self._db.execute(
            "SELECT body FROM record WHERE kind = ? AND parent = ? AND parent_id = ? ORDER BY rowid", (kind, parent, parent_id)
        )
        return [json.loads(body) for (body,) in found]

    def one(self, kind: str, row_id: Any) -> Row:
        """A row by its id; nothing for an unknown one."""
        found = self._db.execute("SELECT body FROM record WHERE kind = ? AND id = ? LIMIT 1", (kind, row_id)).fetchone()
        return json.loads(found[0]) if found else {}

    def service(self, row: Row) -> Listed:
        """A service with everything that belongs to it, as a nested record."""
        own = row["id"]
        places = self._places(row)
        schedules, regular = (
            [row for row in self.children(kind, "service_id", own) if not row.get("service_at_location_id")]
            for kind in ("schedules", "regular")
        )
        has_times = bool(schedules or regular)
        record: Row = {
            **row,
            "url": row.get("url") or row.get("website"),
            "eligibility_description": row.get("eligibility_description") or row.get("eligibility"),
            "organization": self._organization(row, places),
            "service_at_locations": [self._at(at, location, has_times=has_times) for at, location in places],
            "schedules": schedules,
            "regular_schedules": regular,
            "holiday_schedules": self.children("holidays", "service_id", own),
            "cost_options": self.children("costs", "service_id", own),
            "phones": self._phones(own, places),
            "languages": [*self.children("languages", "service_id", own), *_split(row.get("languages"))],
            "eligibilitys": self.children("eligible", "service_id", own),
            "attributes": self._terms(row),
        }
        for name in ("website", "eligibility", "taxonomy_ids"):
            record.pop(name, None)
        # The opening times of version 1 stay even when there are none: by them the dialect is known.
        return Listed(own, {name: value for name, value in record.items() if value not in (None, [], {}) or name == "regular_schedules"})

    def _organization(self, row: Row, places: Sequence[tuple[Row, Row]]) -> Row:
        owner = row.get("organization_id") or next((location.get("organization_id") for _at, location in places), None)
        return self.one("organizations", owner) if owner else {}

    def _places(self, row: Row) -> list[tuple[Row, Row]]:
        ats = self.children("at", "service_id", row["id"])
        direct = [{"location_id": row["location_id"]}] if row.get("location_id") and not ats else []
        return [(at, self.one("locations", at.get("location_id"))) for at in (*ats, *direct)]

    def _at(self, at: Row, location: Row, *, has_times: bool) -> Row:
        """A place of a service; when the place itself is open says something only of a service without times of its own."""
        place = location.get("id")
        texts = [{"description": text.replace("_", " ")} for text in _split(location.get("accessibility"))]
        rows = self.children("access", "location_id", place)
        access = [{**row, "description": row.get("description") or row.get("accessibility")} for row in rows]
        own = at.get("id")
        schedules, regular = (self.children(kind, "service_at_location_id", own) if own else [] for kind in ("schedules", "regular"))
        if not has_times:
            # A row that names a service too is that service's.
            schedules = schedules or self.children("schedules", "location_id", place)
            regular = regular or [row for row in self.children("regular", "location_id", place) if not row.get("service_id")]
        virtual = str(location.get("virtual")).lower() == "true"
        return {
            **at,
            "schedules": schedules,
            "regular_schedules": regular,
            "location": {
                **location,
                "location_type": location.get("location_type") or ("virtual" if virtual else "physical"),
                "addresses": self.children("addresses", "location_id", place),
                "accessibility": access or texts,
            },
        }

    def _phones(self, own: str, places: Sequence[tuple[Row, Row]]) -> list[Row]:
        found = self.children("phones", "service_id", own)
        for contact in self.children("contacts", "service_id", own):
            found += self.children("phones", "contact_id", contact.get("id"))
        for _at, location in places:
            found += self.children("phones", "location_id", location.get("id"))
        return [phone for phone in found if str(phone.get("number_type") or phone.get("type") or "voice").lower() not in {"fax", "tty"}]

    def _terms(self, row: Row) -> list[Row]:
        links = [*self.children("attributes", "link_id", row["id"]), *self.children("taxonomy_links", "service_id", row["id"])]
        ids = [link.get("taxonomy_term_id") or link.get("taxonomy_id") for link in links] + _split(row.get("taxonomy_ids"))
        terms = [self.one("terms", one) for one in ids if one]
        return [{"taxonomy_term": term} for term in terms if term.get("name")]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file by column, empty ones left out; blank lines and stray line ends are passed over.

    Raises:
        ContentError: not UTF-8 or Windows text, or a line that never ends.
    """
    return (row for _line, row in read_lines(path))


def read_lines(path: Path) -> Iterator[tuple[int, Row]]:
    """The same rows, each with the number of the line on which it ends.

    Raises:
        ContentError: not UTF-8 or Windows text, or a line that never ends.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="\n") as file:
        # Some tables end their lines with `\r\r\n`, which would be an empty row after each.
        lines = (line.replace("\r\r\n", "\n").replace("\0", "") for line in file)
        try:
            rows = csv.DictReader(lines)
            for row in rows:
                values = {_column(name): value.strip() for name, value in row.items() if isinstance(name, str) and isinstance(value, str)}
                if any(values.values()):
                    yield rows.line_num, {name: value if value not in _EMPTY else None for name, value in values.items()}
        except csv.Error as error:
            raise ContentError(path, None, f"not a table ({error})", "save it again as CSV") from error


def _encoding(path: Path) -> str:
    """UTF-8, with or without a mark; else what spreadsheets on Windows write."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for _line in file:
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _column(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").split())


def _split(value: Any) -> list[Any]:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else []
