"""Gives the directory out, page by page or as a folder."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.base.clock import Clock
from bot.base.db import Database
from bot.base.errors import ContentError
from bot.directory.feeds import export, store
from bot.directory.model import Service
from bot.directory.open_referral import FeedReader
from bot.directory.store import get, get_public

PER_PAGE, MOST_PER_PAGE = 50, 200
_KEPT_FOR = timedelta(minutes=5)
_AT_ONCE = 500


class Publisher:
    """The directory of some areas as an Open Referral UK 3.0 feed.

    Args:
        readers: by area; how an import would read what is given out.
    """

    def __init__(self, database: Database, clock: Clock, readers: Mapping[str, FeedReader]) -> None:
        self._database, self._clock, self._readers = database, clock, dict(readers)
        self._organisations: tuple[datetime, list[str]] | None = None

    def services(self, number: int = 1, per_page: int = PER_PAGE) -> export.Record:
        """A page of the list; both numbers are brought into their range."""
        number, per_page = max(number, 1), min(max(per_page, 1), MOST_PER_PAGE)
        areas = list(self._readers)
        with self._database.session() as session:
            total = store.count_published(session, areas)
            found = store.published(session, areas, (number - 1) * per_page, per_page) if (number - 1) * per_page < total else []
        return export.page([export.shallow(one) for one in found], number, total, per_page)

    def service(self, wanted: str) -> export.Record | None:
        """One service by its public id; None for one that there is not."""
        found = self.find(wanted)
        return self._whole([found])[0] if found else None

    def find(self, wanted: str) -> Service | None:
        """The service behind a public id, if it is given out."""
        with self._database.session() as session:
            found = get(session, wanted) or get_public(session, wanted)
            if found is None or found.area not in self._readers or store.is_withdrawn(session, found.id):
                return None
        return found

    def organizations(self, number: int = 1, per_page: int = PER_PAGE) -> export.Record:
        """A page of the providers."""
        number, per_page = max(number, 1), min(max(per_page, 1), MOST_PER_PAGE)
        names = self._names()
        some = names[(number - 1) * per_page : number * per_page]
        return export.page([export.organization(name) for name in some], number, len(names), per_page)

    def write(self, folder: Path) -> int:
        """The whole feed into a folder; returns how many services. What was there of an older export goes.

        It is written beside the folder first and put in its place at the end, so that nobody reads half a feed.

        Raises:
            ContentError: the folder holds something else, or cannot be written.
        """
        if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "root.json").exists())):
            raise ContentError(folder, None, "there is something else at that place", "give an empty folder, or one of an older export")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
            try:
                number = self._write(made)
                made.chmod(0o755)
                if folder.exists():
                    shutil.rmtree(folder)
                made.rename(folder)
            finally:
                shutil.rmtree(made, ignore_errors=True)
        except OSError as error:
            raise ContentError(folder, None, f"cannot be written ({error.strerror})", "make room, or give the right to write") from error
        return number

    def _write(self, folder: Path) -> int:
        _put(folder / "root.json", export.root("."))
        (folder / "services").mkdir()
        with self._database.session() as session:
            total = store.count_published(session, list(self._readers))
        rows: list[export.Record] = []
        number = written = 0
        for service, record in ((one, record) for some in self._batches() for one, record in zip(some, self._whole(some))):
            _put(folder / "services" / f"{record['id']}.json", record)
            rows.append(export.shallow(service))
            written += 1
            if len(rows) == MOST_PER_PAGE and written < total:
                number += 1
                self._put_page(folder, rows, number, total)
                rows = []
        self._put_page(folder, rows, number + 1, total)
        names = self._names()
        _put(folder / "organizations.json", export.page([export.organization(n) for n in names], 1, len(names), max(len(names), 1)))
        return written

    def _put_page(self, folder: Path, rows: list[export.Record], number: int, total: int) -> None:
        page = export.page(rows, number, total, MOST_PER_PAGE)
        if number == 1:
            _put(folder / "services.json", page)
        if total > MOST_PER_PAGE:
            _put(folder / f"services_page_{number}.json", page)

    def _whole(self, services: Sequence[Service]) -> list[export.Record]:
        """Whole records; what a source's licence asks to be shown goes on with its data."""
        with self._database.session() as session:
            owed = store.attributions(session, [one.id for one in services])
        records = [export.whole(one, self._readers[one.area].read) for one in services]
        return [export.with_attribution(record, owed.get(one.id)) for one, record in zip(services, records)]

    def _batches(self) -> Iterator[Sequence[Service]]:
        offset = 0
        while True:
            with self._database.session() as session:
                found = store.published(session, list(self._readers), offset, _AT_ONCE)
            yield found
            if len(found) < _AT_ONCE:
                return
            offset += _AT_ONCE

    def _names(self) -> list[str]:
        """All providers; looking through all services takes seconds where there are many, so it is remembered for a while."""
        now = self._clock.now()
        if self._organisations is None or now - self._organisations[0] > _KEPT_FOR:
            self._organisations = now, sorted({one.organisation for some in self._batches() for one in some if one.organisation})
        return self._organisations[1]


def _put(path: Path, body: Any) -> None:
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
