"""The room's front: search, look up, read content, import a feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.base.clock import Clock
from bot.base.db import Database
from bot.base.errors import ContentError, StoreUnavailable
from bot.base.sealing import fingerprint
from bot.base.yaml_files import read_yaml
from bot.directory import store
from bot.directory.categories import load_categories
from bot.directory.feeds.by_hand import ByHand
from bot.directory.feeds.importer import Importer
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.publish import Publisher
from bot.directory.feeds.whole import read_folder
from bot.directory.geography import Geography, attribution, load_centroids
from bot.directory.loader import load_places, load_services
from bot.directory.model import Hit, Place, Point, Query, Results, Service, Session
from bot.directory.names import find_named
from bot.directory.open_referral import FeedReader, Freshness
from bot.directory.recurrence import Closed, never_closed, sessions_between
from bot.directory.search import hit_of, search

FRESH = Freshness()
# A demonstration does not go out of date.
_MADE_UP = Freshness(withheld_after_days=None)


class Directory:
    """Finds services.

    Args:
        content_dir: the folder `content`.
        is_closed: days on which a schedule does not run, where such days are known.
        freshness: how long imported information is trusted.

    Raises:
        ContentError: the table of outcodes, of categories, or an area's places are broken.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        content_dir: Path,
        is_closed: Closed = never_closed,
        freshness: Freshness = FRESH,
    ) -> None:
        self._database, self._clock, self._content = database, clock, content_dir
        self._is_closed, self._freshness = is_closed, freshness
        self._categories = load_categories(content_dir / "directory" / "categories.yml")
        centroids = load_centroids(content_dir / "geo" / "outcode_centroids_gb.csv")
        self.geography = Geography(centroids, load_places(content_dir / "areas"))

    def search(self, query: Query, offset: int = 0, limit: int = 3) -> Results:
        """One page of what fits; see `bot.directory.search` for order and widening."""
        with self._database.session() as session:
            services = store.candidates(session, query, self._clock.today())
        hits, widened = search(query, self._clock.now(), services, self._is_closed)
        offset = max(offset, 0)
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
        return hit_of(service, Query(near=near), self._clock.now(), self._is_closed)

    def sessions(self, service: Service, first: date, last: date) -> list[Session]:
        """The service's sessions from `first` to `last`, both included, in order."""
        return sessions_between(service.schedules, first, last, self._is_closed)

    def find_by_name(self, name: str, area: str) -> Service | None:
        """The area's service of that name or nearly that name, whatever its status."""
        with self._database.session() as session:
            return find_named(name, store.names(session, area))

    def names(self, area: str) -> list[tuple[str, str]]:
        """Every name and other name of the area's services, with the service's id."""
        with self._database.session() as session:
            return [(name, service.id) for name, service in store.names(session, area)]

    def place(self, text: str, area: str | None = None) -> Place:
        """Where a postcode, outcode or neighbourhood is.

        Raises:
            PostcodeNotFound: well formed, but there is none.
            PlaceNotFound: nowhere that is known.
        """
        return self.geography.place(text, area)

    def area_of(self, text: str) -> str | None:
        """The area that a postcode or outcode belongs to; None when it is in none of ours."""
        return self.geography.area_of(text)

    def attribution(self) -> str:
        """Whose data the places come from; to be shown on the accessibility page."""
        return attribution(self._content)

    def topic_of(self, text: str) -> str:
        """A find_* intent as it is, or the topic that words fit best; activities when none does."""
        if text.startswith("find_"):
            return text
        topics = self._categories.topics_of(text, "", ())
        return topics[0] if topics else "find_activities"

    def load_content(self, facts: Mapping[str, str], known_facts: frozenset[str]) -> None:
        """Bring the database up to date with `content/areas`; quick when nothing has changed.

        Two processes may do this at the same time.

        Args:
            facts: values that may be stated today; they are part of what may have changed.
            known_facts: ids of all facts, overdue ones included.

        Raises:
            ContentError: a broken file; what was read from it before stays.
            StoreUnavailable: the database cannot be written.
        """
        stated = "\n".join(f"{name}={value}" for name, value in sorted(facts.items()))
        wanted = {
            source: _fingerprint(stated, files)
            for path in sorted((self._content / "areas").glob("*/area.yml"))
            for source, files in self._sources(path.parent)
        }
        with self._database.session() as session:
            stored = store.fingerprints(session)
        for source, now in wanted.items():
            if stored.get(source) != now:
                self._write(source, now, self._read(source, facts, known_facts))
        for source in stored.keys() - wanted.keys():
            if _is_content(source):
                with self._database.session() as session:
                    store.remove_source(session, source)

    def importer(self, area: str) -> Importer:
        """What brings feeds into an area.

        Raises:
            ContentError: the area's file, or the table of categories, cannot be read.
        """
        settings = read_yaml(self._content / "areas" / area / "area.yml") or {}
        table = fingerprint((self._content / "directory" / "categories.yml").read_bytes())
        reader = self._reader(area, self._freshness, fictional=bool(settings.get("fictional")))
        return Importer(self._database, self._clock, reader, table)

    def publisher(self, areas: Sequence[str]) -> Publisher:
        """What gives the directory of some areas out as a feed."""
        readers = {area: self._reader(area, self._freshness, fictional=False) for area in areas}
        return Publisher(self._database, self._clock, readers)

    def offered_in(self, areas: Sequence[str]) -> Iterator[Sequence[Service]]:
        """All offered services of some areas, a few hundred at a time."""
        after = ""
        while True:
            with self._database.session() as session:
                found = store.offered_after(session, areas, after)
            if not found:
                return
            yield found
            after = found[-1].id

    def by_hand(self) -> ByHand:
        """What people change in the directory themselves."""
        return ByHand(self._database, self._clock, self._categories, self.geography, self._freshness)

    def _sources(self, folder: Path) -> list[tuple[str, list[Path]]]:
        table = self._content / "directory" / "categories.yml"
        area = folder / "area.yml"
        sources = []
        if (folder / "services.yml").exists():
            sources.append((f"content:{folder.name}", [area, table, folder / "services.yml"]))
        if (folder / "feed").is_dir():
            pages = sorted((folder / "feed").glob("**/*.json"))
            sources.append((f"feed:{folder.name}", [area, table, *pages]))
        return sources

    def _read(self, source: str, facts: Mapping[str, str], known_facts: frozenset[str]) -> tuple[Service, ...]:
        kind, _, area = source.partition(":")
        folder = self._content / "areas" / area
        if kind == "content":
            path = folder / "services.yml"
            topics = self._categories.topics
            return tuple(load_services(path, facts, known_facts, topics, self.geography))
        entry = read_yaml(folder / "area.yml") or {}
        if not entry.get("fictional"):
            problem = "a feed in the repository must be fictional"
            raise ContentError(folder / "area.yml", None, problem, "import real feeds by command")
        return read_folder(self._reader(area, _MADE_UP, fictional=True), SavedPages(folder / "feed")).services

    def _write(self, source: str, now: str, services: tuple[Service, ...]) -> None:
        try:
            with self._database.session() as session:
                store.replace_source(session, source, now, services)
        except StoreUnavailable:
            # Another process that starts at the same time may have been first.
            with self._database.session() as session:
                if store.fingerprints(session).get(source) != now:
                    raise

    def _reader(self, area: str, freshness: Freshness, *, fictional: bool) -> FeedReader:
        return FeedReader(area, self._categories, self.geography, self._clock.today(), fictional, freshness)


def _fingerprint(stated: str, files: list[Path]) -> str:
    parts = [f"{store.RECORD_FORMAT}\n{stated}".encode()]
    parts += [f"{file.name}\n".encode() + file.read_bytes() for file in files]
    return fingerprint(b"\0".join(parts))


def _is_content(source: str) -> bool:
    """Whether it comes from the repository; imports have a third part in their names."""
    return source.count(":") == 1
