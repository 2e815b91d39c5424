"""Brings what a feed gives into the database: compares, writes the difference, and withdraws only after a whole scan.

Each batch is one small transaction, so that memory stays flat, parents are served meanwhile, and whatever breaks leaves
whole services behind. An interrupted scan goes on where it stopped when the feed has not changed its count since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.base.clock import Clock
from bot.base.db import Database
from bot.base.errors import BadInput
from bot.base.sealing import new_reference
from bot.directory import store as services
from bot.directory.feeds import change_store, store
from bot.directory.feeds.compare import Comparer, Outcome
from bot.directory.feeds.report import ImportReport
from bot.directory.feeds.source import Batch, Listed, Scan, Source
from bot.directory.open_referral import FeedReader, Refused

LOCK_MINUTES = 15
_RESUMED_WITHIN = timedelta(hours=24)
_AT_ONCE = 500

Progress = Callable[[ImportReport, "int | None"], None]
"""Is told the counts so far and how many records there are in all, as far as is known."""


class FeedBusyError(BadInput):
    """Another import of the same feed is under way."""


@dataclass(frozen=True)
class FeedName:
    """A feed as it is stored.

    Attributes:
        provider, licence, attribution: whose data it is and under which terms; None = not known.
        most_shrink: the share of services, 0 to 1, that may disappear from one scan to the next without a person.
    """

    name: str
    area: str
    address: str
    provider: str | None = None
    licence: str | None = None
    attribution: str | None = None
    most_shrink: float = 0.2


class _Progressed:
    """How far a scan is: the page after which an interrupted one goes on, and which doubles are doubles.

    A page on which something could not be had for now is read again, so that nothing is passed over, and what was read after
    it is met a second time then without being a double.

    Args:
        begin: the page on which the scan begins.
    """

    def __init__(self, begin: int) -> None:
        self.page = begin - 1
        self._holds = False
        # Hashes, and only of a scan that goes on: a feed of a hundred thousand must not fill the memory with its ids.
        self._seen: set[int] | None = set() if begin > 1 else None

    def take(self, batch: Batch) -> None:
        """One more batch; its page is done unless something of it or of a page before it is to be asked for again."""
        self._holds = self._holds or any(one.passing for one in batch.listed)
        if not self._holds:
            self.page = batch.page

    def seen(self, own_id: str) -> None:
        """A service was met."""
        if self._seen is not None:
            self._seen.add(hash(own_id))

    def is_double(self, own_id: str, *, in_this_run: bool) -> bool:
        """Whether a service that was met in this run was met since the scan went on."""
        return in_this_run if self._seen is None else hash(own_id) in self._seen


class Importer:
    """Imports one feed after another.

    Args:
        reader: makes services of records, for the feed's area.
        table: changes when the table of categories does, so that everything is read anew then.
    """

    def __init__(self, database: Database, clock: Clock, reader: FeedReader, table: str) -> None:
        self._database, self._clock, self._reader, self._table = database, clock, reader, table

    def run(self, feed: FeedName, source: Source, *, accept_shrink: bool = False, progress: Progress | None = None) -> ImportReport:
        """Read the whole source and bring the directory up to date with it.

        Raises:
            FeedBusyError: another import of it is under way.
            ContentError: nothing of the source can be read; nothing is changed then.
            StoreUnavailable: the database went away; what was written so far stays.
        """
        owner = new_reference(12)
        self._lock(feed, owner)
        report, scan = ImportReport(feed.name), Scan()
        report.notes = scan.notes  # also of a scan that breaks off
        done: datetime | None = None
        try:
            run, begun_at, begin, total = self._begin(feed, source)
            prefix = feed.name.removeprefix("feed:").replace(":", "-")
            comparer = Comparer(replace(self._reader, prefix=prefix), self._table, feed.name, run, begun_at)
            progressed = _Progressed(begin)
            for batch in source.batches(scan, lambda pairs: self._known(comparer, pairs), begin):
                self._write(comparer, owner, batch, report, progressed)
                if begin > 1 and batch.total != total:
                    scan.broken = True
                    scan.note("the feed has changed since this scan was interrupted, so it must be read once more")
                if progress:
                    progress(report, batch.total)
            report.complete = scan.complete or (accept_shrink and scan.is_complete_by_its_list)
            if not report.complete and scan.is_complete_by_its_list:
                report.needs_person = self._doubtful(feed, run)
            if report.complete:
                self._finish(feed, run, report, accept_shrink=accept_shrink)
                done = self._clock.now() if report.succeeded else None
        finally:
            with self._database.session() as session:
                store.end_run(session, feed.name, owner, report.as_text, done, over=scan.ended)
        return report

    def _lock(self, feed: FeedName, owner: str) -> None:
        names = ("name", "area", "address", "provider", "licence", "attribution")
        values = {name: getattr(feed, name) for name in names}
        with self._database.session() as session:
            if not store.lock_feed(session, values, owner, self._clock.now(), LOCK_MINUTES):
                raise FeedBusyError(f"{feed.name} is being imported by another process")

    def _begin(self, feed: FeedName, source: Source) -> tuple[str, datetime, int, int | None]:
        """A run's name, when it began, the page to begin at (1, or where a scan over HTTP was interrupted) and the count then."""
        now = self._clock.now()
        with self._database.session() as session:
            before = store.feed_row(session, feed.name) or {}
            fresh = before.get("begun_at") is not None and now - before["begun_at"] < _RESUMED_WITHIN
            if source.dialect == "feed" and before.get("run") and before.get("page") and fresh:
                return str(before["run"]), before["begun_at"], int(before["page"]) + 1, before["total"]
            run = new_reference(12)
            store.begin_run(session, feed.name, run, now)
        return run, now, 1, None

    def _known(self, comparer: Comparer, pairs: Sequence[tuple[str, str]]) -> set[str]:
        with self._database.session() as session:
            return store.unchanged(session, comparer.feed, {one: comparer.modified(change) for one, change in pairs})

    def _write(self, comparer: Comparer, owner: str, batch: Batch, report: ImportReport, progressed: _Progressed) -> None:
        """One batch in one transaction: all of it or nothing."""
        progressed.take(batch)
        until = self._clock.now() + timedelta(minutes=LOCK_MINUTES)
        ids = [comparer.reader.id_of(one.id) for one in batch.listed]
        with self._database.session() as session:
            if not store.keep_lock(session, comparer.feed, owner, until, progressed.page, batch.total):
                raise FeedBusyError(f"{comparer.feed} took too long and is being imported by another process now")
            before = store.origins(session, ids)
            elsewhere = services.feeds_of(session, [one for one in ids if one not in before])
            elsewhere |= {own_id: one.feed for own_id, one in before.items() if one.feed != comparer.feed}
            change_store.hold(session, list(before))  # what a person puts right meanwhile comes after this batch, and is not written over
            put_right = change_store.corrections(session, list(before))
            outcomes: dict[str, Outcome] = {}
            for listed, own_id in zip(batch.listed, ids):
                origin = before.get(own_id)
                in_this_run = origin is not None and origin.run == comparer.run and origin.feed == comparer.feed
                if listed.id and (own_id in outcomes or progressed.is_double(own_id, in_this_run=in_this_run)):
                    report.refused.append(Refused(listed.id, "the same id a second time"))
                    continue
                outcome = comparer.outcome(listed, origin, put_right.get(own_id, []))
                _count(report, listed, outcome)
                if listed.id:
                    outcomes[own_id] = outcome
                    progressed.seen(own_id)
            written = {own_id: one for own_id, one in outcomes.items() if one.service and one.origin}
            report.taken_over += len(written.keys() & elsewhere.keys())
            found = [one.service for one in written.values() if one.service]
            services.put(session, comparer.feed, found, [one for one in written if one in before or one in elsewhere])
            store.put_origins(session, [one.origin for one in written.values() if one.origin], [one for one in written if one in before])
            mine = {own_id for own_id, one in before.items() if one.feed == comparer.feed}
            store.mark_seen(session, sorted(mine & outcomes.keys() - written.keys()), comparer.run)
            for own_id, one in written.items():
                for name in one.overruled:
                    change_store.drop_correction(session, own_id, name)
                for correction in one.reread:
                    change_store.put_correction(session, own_id, correction)

    def _finish(self, feed: FeedName, run: str, report: ImportReport, *, accept_shrink: bool) -> None:
        """After a whole scan: doubles out, and what is gone withdrawn, unless that is suspiciously much."""
        with self._database.session() as session:
            for one in store.doubles(session, feed.name, run):
                services.take_out(session, [one.id])
                store.set_state(session, [one.id], "double")
                _count_double(report, one, run)
            missing = store.gone(session, feed.name, run)
            kept = store.kept_before(session, feed.name, run)
        share = len(missing) / (len(missing) + kept) if missing else 0.0
        if share > feed.most_shrink and not accept_shrink:
            report.needs_person = (
                f"{len(missing)} of {len(missing) + kept} services are gone from the feed, more than {feed.most_shrink:.0%}; "
                "look at the feed, and if that is right, run it again with --accept-shrink"
            )
            return
        for some in _in_parts(missing):
            self._withdraw(some, feed)
        report.withdrawn = len(missing)
        with self._database.session() as session:
            store.wake_doubles(session, feed.name)

    def _doubtful(self, feed: FeedName, run: str) -> str | None:
        """What a person is asked where a feed counts more than it lists; None where nothing hangs on it."""
        with self._database.session() as session:
            missing = len(store.gone(session, feed.name, run))
        return (
            f"the feed counts more services than it lists, so nothing tells whether the {missing} that it lists no longer are gone; "
            "look at the feed, and if its list is right, run it again with --accept-shrink"
            if missing
            else None
        )

    def _withdraw(self, ids: Sequence[str], feed: FeedName) -> None:
        """Not offered any more, but still answered by name: nobody can say whether it runs."""
        with self._database.session() as session:
            change_store.hold(session, ids)
            known = services.of_ids(session, ids)
            services.put(session, feed.name, [replace(one, status="unknown", offered=False) for one in known])
            store.set_state(session, ids, "withdrawn")


def _count(report: ImportReport, listed: Listed, outcome: Outcome) -> None:
    if outcome.kind == "refused":
        report.refused.append(Refused(listed.id or "?", outcome.reason))
    else:
        setattr(report, outcome.kind, getattr(report, outcome.kind) + 1)
    service = outcome.service
    if service is None:
        return
    for kind, value in outcome.cleaned:
        report.clean(kind, listed.id, value)
    report.kept_corrections += [f"{service.name} ({service.id}): {name}" for name in outcome.kept]
    report.overruled += [f"{service.name} ({service.id}): {name}" for name in outcome.overruled]
    if not service.topics:
        report.without_topic.append(service.name)


def _count_double(report: ImportReport, one: store.Double, run: str) -> None:
    report.refused.append(Refused(one.id, f"a double of {one.other}: same name and provider, but no times"))
    counted_as = "unchanged" if one.state == "double" else "added" if one.first_run == run else "changed"
    # A record of the last scan that has only now become a double was counted as unchanged.
    name = counted_as if getattr(report, counted_as) else "unchanged"
    setattr(report, name, max(getattr(report, name) - 1, 0))


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
