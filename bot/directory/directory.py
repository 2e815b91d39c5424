"""The room's front: search, look up, read content, import a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.base.clock import Clock
from bot.base.db import Database, OpenSession
from bot.base.encoder import Encoder
from bot.base.errors import ContentError, StoreUnavailable
from bot.base.sealing import fingerprint
from bot.base.text import fold
from bot.base.yaml_files import read_yaml
from bot.directory import store
from bot.directory.closures import Closures, load_closures, terms_file
from bot.directory.day_answer import DayAnswer
from bot.directory.feeds.by_hand import ByHand
from bot.directory.feeds.corrections import put_right
from bot.directory.feeds.importer import Importer
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.publish import Publisher
from bot.directory.feeds.store import attributions
from bot.directory.feeds.whole import read_folder
from bot.directory.finding import by_name
from bot.directory.finding import store as find_store
from bot.directory.finding.look import Likeness, Wanted, look
from bot.directory.geography import Geography, attribution, load_centroids
from bot.directory.index.meaning import Meaning
from bot.directory.loader import load_places, load_services
from bot.directory.model import Hit, Place, Query, Results, Service, Session
from bot.directory.names import find_named
from bot.directory.open_referral import FeedReader, Freshness
from bot.directory.postcodes.store import has_postcodes
from bot.directory.recurrence import day_answer, sessions_between
from bot.directory.search import hit_of
from bot.directory.terms import terms
from bot.directory.upkeep import Upkeep
from bot.directory.wording import Wording

FRESH = Freshness()
# A demonstration does not go out of date.
_MADE_UP = Freshness(withheld_after_days=None)


class Directory(Wording, Upkeep):
    """Finds services.

    Args:
        content_dir: the folder `content`.
        encoder: for the meaning of what parents say; without it words and kinds alone decide.
        freshness: how long imported information is trusted.

    Raises:
        ContentError: the table of outcodes, of categories, or an area's places are broken.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        content_dir: Path,
        encoder: Callable[[], Encoder] | None = None,
        freshness: Freshness = FRESH,
    ) -> None:
        Upkeep.__init__(self, database, clock, Meaning(encoder) if encoder else None)
        Wording.__init__(self, content_dir / "directory")
        self._content, self._freshness = content_dir, freshness
        self.closures: Closures = load_closures(
            {path.parent.name: terms_file(path) for path in sorted((content_dir / "areas").glob("*/area.yml"))}
        )
        centroids = load_centroids(content_dir / "geo" / "outcode_centroids_gb.csv")
        self.geography = Geography(centroids, load_places(content_dir / "areas"), self._locate)

    def search(self, query: Query, offset: int = 0, limit: int = 3) -> Results:
        """One page of what fits; see `bot.directory.search` for order and widening, `finding.look` for how it is found."""
        offset = max(offset, 0)
        query = self._with_meaning(query)
        wanted = Wanted(
            kinds=self._kinds.match(query.kinds),
            needs=tuple(self._needs.phrases(need) for need in query.needs),
            words=tuple((f"{term}*",) for word in query.words for term in terms(word)) if not query.topics else (),
        )
        likeness = self._likeness(query.text) if query.text and not query.kinds else None
        with self._database.session() as session:
            hits, widened = look(session, query, self._clock.now(), self.closures.of, wanted, likeness, offset + limit + 1)
        return Results(tuple(hits[offset : offset + limit]), len(hits), offset, widened)

    def _likeness(self, text: str) -> Likeness | None:
        meaning = self._meaning
        if meaning is None:
            return None

        def close(session: OpenSession, ids: Sequence[str]) -> dict[str, float]:
            return meaning.likeness(text, find_store.vectors(session, ids, meaning.encoder.name))

        return close

    def _with_meaning(self, query: Query) -> Query:
        """The query with the kinds that the parent's own words name, where none are given."""
        if not query.text:
            return query
        return replace(query, kinds=query.kinds or self.kinds_in(query.text, query.topics))

    def get(self, service_id: str) -> Service | None:
        """One service, whatever its status."""
        with self._database.session() as session:
            return store.get(session, service_id)

    def hit(self, service_id: str, query: Query) -> Hit | None:
        """One service that is offered, with its distance and the session that suits a query best, whether it meets it or not."""
        service = self.get(service_id)
        if service is None or not service.is_offered_on(self._clock.today()):
            return None
        return hit_of(service, query, self._clock.now(), self.closures.of(service.area))

    def attribution_of(self, service_id: str) -> str | None:
        """The words that the licence of a service's source asks to be shown with it."""
        with self._database.session() as session:
            return attributions(session, [service_id]).get(service_id)

    def sessions(self, service: Service, first: date, last: date) -> list[Session]:
        """The service's sessions from `first` to `last`, both included, in order."""
        return sessions_between(service.schedules, first, last, self.closures.of(service.area))

    def day_answer(self, service: Service, on: date) -> DayAnswer:
        """Whether it is on, on that day, and if not, why and when it is next."""
        return day_answer(service.schedules, on, self._clock.now(), self.closures.of(service.area))

    def named_in(self, text: str, area: str) -> list[Service]:
        """The area's offered services whose whole name stands in a text, the longest names only; not misspelt ones."""
        with self._database.session() as session:
            ids = find_store.named_in(session, terms(text), area)
            return [one for one in store.of_ids(session, ids) if one.is_offered_on(self._clock.today())]

    def name_said(self, text: str, area: str) -> str | None:
        """The name of one of the area's services that stands in a text, whatever its status; the longest, and no mere word for a kind.

        One look at the index of names, however many services there are; of equals what is offered goes first.
        """
        with self._database.session() as session:
            standing = find_store.names_standing_in(session, terms(text), area)
            named = [(len(name), one) for one, name in standing if self.is_a_name(name.split())]
            longest = max((length for length, _one in named), default=0)
            services = store.of_ids(session, sorted({one for length, one in named if length == longest}))
        best = max(services, key=lambda one: (one.offered, one.id), default=None)
        return best.name if best else None

    def find_by_name(self, name: str, area: str) -> Service | None:
        """The area's service of that name or nearly that name, whatever its status."""
        with self._database.session() as session:
            return find_named(name, _named(store.of_ids(session, by_name.like(session, name, area))))

    def names_in(self, text: str, area: str) -> list[str]:
        """Every name and other name of the area's services that stands in a text."""
        with self._database.session() as session:
            named = _named(store.of_ids(session, by_name.standing_in(session, text, area)))
        folded = fold(text)
        return [name for name, _service in named if fold(name) in folded]

    def names_with(self, words: Sequence[str], area: str) -> list[tuple[str, str]]:
        """Names and other names of the area's services that hold all of some words, with the service's id; some two hundred at most."""
        wanted = [word.casefold() for word in words]
        with self._database.session() as session:
            named = _named(store.of_ids(session, by_name.holding(session, wanted, area)))
        return [(name, service.id) for name, service in named if all(word in name.casefold() for word in wanted)]

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
            self._has_postcodes = has_postcodes(session)
        for source, now in wanted.items():
            if stored.get(source) != now:
                self._write(source, now, self._read(source, facts, known_facts))
        for source in stored.keys() - wanted.keys():
            if _is_content(source):
                with self._database.session() as session:
                    store.remove_source(session, source)
        self._index_what_is_not()

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
            yield [one for one in found if one.is_offered_on(self._clock.today())]
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
                store.replace_source(session, source, now, put_right(session, services))
        except StoreUnavailable:
            # Another process that starts at the same time may have been first.
            with self._database.session() as session:
                if store.fingerprints(session).get(source) != now:
                    raise

    def _reader(self, area: str, freshness: Freshness, *, fictional: bool) -> FeedReader:
        return FeedReader(area, self._categories, self.geography, self._clock.today(), fictional, freshness)


def _named(services: Sequence[Service]) -> list[tuple[str, Service]]:
    """Every name and other name, with the service."""
    return [(name, one) for one in services for name in (one.name, *one.also_called)]


def _fingerprint(stated: str, files: list[Path]) -> str:
    parts = [f"{store.RECORD_FORMAT}\n{stated}".encode()]
    parts += [f"{file.name}\n".encode() + file.read_bytes() for file in files]
    return fingerprint(b"\0".join(parts))


def _is_content(source: str) -> bool:
    """Whether it comes from the repository; imports have a third part in their names."""
    return source.count(":") == 1
