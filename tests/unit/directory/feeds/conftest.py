"""A reader for a made-up area, an importer on both databases, and feeds on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.clock import StoppedClock
from bot.base.db import Database
from bot.directory import store as services
from bot.directory.categories import load_categories
from bot.directory.feeds.fetch import Fetcher, Limits
from bot.directory.feeds.importer import FeedName, Importer
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.report import ImportReport
from bot.directory.feeds.source import Source
from bot.directory.feeds.web import WebFeed
from bot.directory.geography import Geography, load_centroids
from bot.directory.model import Service
from bot.directory.open_referral import FeedReader
from tests.unit.directory.conftest import CONTENT

DATA = Path(__file__).resolve().parents[3] / "data_files" / "open_referral"
LOOPBACK = Limits(private=True, seconds=3.0, first_pause=0.0, attempts=3, page_bytes=2_000_000)
FEED = FeedName("feed:seatown:council", "seatown", "https://council.example", "Seatown Council", "OGL-UK-3.0")


@pytest.fixture(scope="session")
def reader() -> FeedReader:
    geography = Geography(load_centroids(CONTENT / "geo" / "outcode_centroids_gb.csv"), ())
    return FeedReader("seatown", load_categories(CONTENT / "directory" / "categories.yml"), geography, date(2026, 11, 24))


@pytest.fixture
def web() -> Any:
    """A feed on loopback; pauses between attempts are not waited for."""
    fetchers: list[Fetcher] = []

    def open_feed(address: str, limits: Limits = LOOPBACK) -> WebFeed:
        fetcher = Fetcher(limits, sleep=lambda _seconds: None)
        fetchers.append(fetcher)
        return WebFeed(address, fetcher)

    yield open_feed
    for fetcher in fetchers:
        fetcher.close()


class Imports:
    """Imports into a database and looks at what came of it."""

    def __init__(self, database: Database, clock: StoppedClock, reader: FeedReader, folder: Path) -> None:
        self.database, self.clock, self.reader, self._folder = database, clock, reader, folder

    def run(self, source: Source, feed: FeedName = FEED, **options: Any) -> ImportReport:
        return Importer(self.database, self.clock, self.reader, "table").run(feed, source, **options)

    def records(self, *records: Any, feed: FeedName = FEED, **options: Any) -> ImportReport:
        """Import these records from a folder of saved pages."""
        (self._folder / "services.json").write_text(json.dumps({"contents": list(records)}), encoding="utf-8")
        return self.run(SavedPages(self._folder), feed, **options)

    def get(self, service_id: str) -> Service | None:
        with self.database.session() as session:
            return services.get(session, service_id)

    def all(self) -> list[Service]:
        with self.database.session() as session:
            return services.offered_after(session, ["seatown"], "")

    def names(self) -> list[str]:
        with self.database.session() as session:
            return sorted(one.name for one in services.offered_after(session, ["seatown"], ""))


@pytest.fixture
def imports(each_database: Database, clock: StoppedClock, reader: FeedReader, tmp_path: Path) -> Imports:
    folder = tmp_path / "pages"
    folder.mkdir()
    return Imports(each_database, clock, reader, folder)


@pytest.fixture
def record() -> Callable[..., dict[str, Any]]:
    def build(number: int | str, **more: Any) -> dict[str, Any]:
        base = {"id": number, "name": f"Toddler Time {number}", "status": "active", "assured_date": "2026-10-01", "schedules": []}
        return {**base, **more}

    return build
