"""The room's front: search, look up, read content, import a feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from bot.base.clock import Clock
from bot.base.db import Database
from bot.base.errors import ContentError
from bot.base.sealing import fingerprint
from bot.base.text import fold
from bot.base.yaml_files import read_yaml
from bot.directory import store
from bot.directory.categories import load_categories
from bot.directory.geography import Geography, distance_km, load_centroids
from bot.directory.loader import load_places, load_services
from bot.directory.model import Hit, Place, Point, Query, Results, Service
from bot.directory.open_referral import Feed, Refused, read_folder
from bot.directory.recurrence import next_session
from bot.directory.search import search

_ALIKE = 0.82


@dataclass(frozen=True)
class ImportReport:
    """What an import did; `changed` counts records that were there before and differ now."""

    added: int
    kept: int
    withdrawn: int
    refused: tuple[Refused, ...]
    without_topic: tuple[str, ...]


class Directory:
    """Finds services.

    Args:
        content_dir: the folder `content`.
    """

    def __init__(self, database: Database, clock: Clock, content_dir: Path) -> None:
        self._database, self._clock, self._content = database, clock, content_dir
        self.geography = Geography(load_centroids(content_dir / "geo" / "outcode_centroids_gb.csv"), load_places(content_dir / "areas"))

    def search(self, query: Query, offset: int = 0, limit: int = 3) -> Results:
        """One page of what fits; see `bot.directory.search` for order and widening."""
        with self._database.session() as session:
            hits, widened = search(query, self._clock.now(), lambda q: store.candidates(session, q, self._clock.today()))
        return Results(tuple(hits[offset : offset + limit]), len(hits), offset, widened)

    def get(self, service_id: str) -> Service | None:
        """One service, whatever its status."""
        with self._database.session() as session:
            return store.get(session, service_id)

    def hit(self, service_id: str, near: Point | None) -> Hit | None:
        """One service with its next session and distance."""
        service = self.get(service_id)
        if service is None:
            return None
        away = distance_km(near, service.point) if near and service.point else None
        return Hit(service, next_session(service.schedules, self._clock.now()), away)

    def find_by_name(self, name: str, area: str) -> Service | None:
        """The area's service of that name or nearly that name, whatever its status; open ones first."""
        wanted = fold(name)
        with self._database.session() as session:
            named = store.names(session, area)
        scored = [(SequenceMatcher(None, fold(known), wanted).ratio(), s.offered, s.id, s) for known, s in named]
        best = max(scored, default=None, key=lambda entry: entry[:3])
        return best[3] if best and best[0] >= _ALIKE else None

    def place(self, text: str, area: str) -> Place:
        """Where a postcode, outcode or neighbourhood is.

        Raises:
            PlaceNotFound: nowhere that is known.
        """
        return self.geography.place(text, area)

    def topic_of(self, text: str) -> str:
        """A find_* intent as it is, or the topic that words fit best; activities when none does."""
        if text.startswith("find_"):
            return text
        topics = load_categories(self._content / "directory" / "categories.yml").topics(text, "", (), None)
        return topics[0] if topics else "find_activities"

    def load_content(self, facts: Mapping[str, str], known_facts: frozenset[str]) -> None:
        """Bring the database up to date with `content/areas`; quick when nothing has changed.

        Args:
            facts: values that may be stated today; they are part of what may have changed.

        Raises:
            ContentError: a broken file.
        """
        stated = fingerprint("\n".join(f"{k}={v}" for k, v in sorted(facts.items())).encode())
        for path in sorted((self._content / "areas").glob("*/area.yml")):
            for source, files in self._sources(path.parent):
                now = fingerprint(stated.encode() + b"".join(file.read_bytes() for file in files))
                with self._database.session() as session:
                    if store.fingerprint_of(session, source) == now:
                        continue
                    services = self._read(path.parent, source, facts, known_facts)
                    store.replace_source(session, source, now, services)

    def import_folder(self, folder: Path, area: str) -> ImportReport:
        """Read a saved Open Referral UK 3.0 feed into the area; replaces what the same folder gave before.

        Raises:
            ContentError: no readable page; nothing is changed then.
        """
        fictional = bool((read_yaml(self._content / "areas" / area / "area.yml") or {}).get("fictional"))
        feed = self._feed(folder, area, fictional=fictional)
        source = f"feed:{area}:{folder.name}"
        new = {service.id for service in feed.services}
        with self._database.session() as session:
            before = store.ids_of(session, source)
            store.replace_source(session, source, "imported", feed.services)
        without = tuple(service.name for service in feed.services if not service.topics)
        return ImportReport(len(new - before), len(new & before), len(before - new), feed.refused, without)

    def _sources(self, folder: Path) -> list[tuple[str, list[Path]]]:
        table = self._content / "directory" / "categories.yml"
        sources = []
        if (folder / "services.yml").exists():
            sources.append((f"content:{folder.name}", [folder / "services.yml"]))
        if (folder / "feed").is_dir():
            sources.append((f"feed:{folder.name}", [folder / "area.yml", table, *sorted((folder / "feed").glob("**/*.json"))]))
        return sources

    def _read(self, folder: Path, source: str, facts: Mapping[str, str], known: frozenset[str]) -> list[Service]:
        if source.startswith("content:"):
            return load_services(folder / "services.yml", facts, known)
        entry = read_yaml(folder / "area.yml") or {}
        if not entry.get("fictional"):
            raise ContentError(folder / "area.yml", None, "a feed in the repository must be fictional", "import real feeds by command")
        return list(self._feed(folder / "feed", folder.name, fictional=True).services)

    def _feed(self, folder: Path, area: str, *, fictional: bool) -> Feed:
        categories = load_categories(self._content / "directory" / "categories.yml")
        return read_folder(folder, area, categories, fictional=fictional, retrieved_on=self._clock.today())
