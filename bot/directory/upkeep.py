"""What is done to the directory besides searching it: vectors, postcodes, organisers' calendars, an index for what has none."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from bot.base.clock import Clock
from bot.base.db import Database
from bot.base.errors import BadInput
from bot.directory import store
from bot.directory.calendars.read import calendar_times
from bot.directory.calendars.store import Attached, attach, attached
from bot.directory.feeds.calendar_source import read_source
from bot.directory.feeds.fetch import Limits
from bot.directory.index import store as index
from bot.directory.index.meaning import Meaning, stamp_of, text_of
from bot.directory.model import Point
from bot.directory.postcodes.read import read_postcodes
from bot.directory.postcodes.store import find_postcode, put_postcodes

logger = logging.getLogger(__name__)

_AT_ONCE = 1000
_WRITTEN_OUT_ANEW = timedelta(days=28)


class Upkeep:
    """The part of `Directory` that parents never ask for.

    Args:
        meaning: None without an encoder.
    """

    def __init__(self, database: Database, clock: Clock, meaning: Meaning | None) -> None:
        self._database, self._clock, self._meaning = database, clock, meaning
        self._has_postcodes = False

    def index_meaning(self, at_once: int = 64, most: int | None = None) -> int:
        """Make the vectors that are missing, some at a time; returns how many. Without an encoder none.

        What is made is kept at once, so that it may be interrupted and go on later.

        Args:
            most: no more than so many, and those that are without use stay; None = until nothing is missing.
        """
        meaning, made = self._meaning, 0
        if meaning is not None and most is None:
            with self._database.session() as session:
                index.drop_without_use(session)
        while meaning is not None and (most is None or made < most):
            with self._database.session() as session:
                services = store.of_ids(session, index.without_vector(session, meaning.encoder.name, at_once))
            if not services:
                break
            vectors = meaning.packed_of(services)
            stamped = {one.id: (stamp_of(text_of(one)), vector) for one, vector in zip(services, vectors)}
            with self._database.session() as session:
                index.put_vectors(session, meaning.encoder.name, stamped)
            made += len(services)
        return made

    def import_postcodes(self, source: Path) -> int:
        """Every full postcode from OS Code-Point Open or the ONS Postcode Directory, all or nothing; returns how many.

        Raises:
            ContentError: not such a file.
        """
        with self._database.session() as session:
            written = put_postcodes(session, read_postcodes(source))
        self._has_postcodes = True
        return written

    def attach_calendar_from(self, service_id: str, source: str, limits: Limits, *, named_only: bool | None = None) -> int | None:
        """Read a calendar from a file or a web address and attach it; None when its server says that it has not changed.

        Args:
            named_only: see `attach_calendar`; None = as it was attached before.

        Raises:
            BadInput: no such service, not a calendar, or it cannot be read; what was attached before stays.
        """
        with self._database.session() as session:
            before = next(iter(attached(session, [service_id])), None)
        today = self._clock.today()
        named = before is not None and before.named_only if named_only is None else named_only
        # Rules that are written out for a year are written out anew now and then, even if nothing has changed.
        is_same = before is not None and (before.source, before.named_only) == (source, named)
        is_known = is_same and before and before.read_on and today - before.read_on < _WRITTEN_OUT_ANEW
        found = read_source(source, before.etag if before and is_known else "", limits)
        if found.content is None:
            return None
        return self.attach_calendar(service_id, source, found.content, found.etag, named_only=named)

    def attach_calendar(self, service_id: str, source: str, content: bytes, etag: str = "", *, named_only: bool = False) -> int:
        """Let an organiser's iCalendar file say when a service is on; imports leave it so. Returns how many schedules it has.

        Args:
            source: where it was read from, to read it again.
            etag: its server's mark of this version.
            named_only: it is a hall's, so that only events whose summary names the service (`also_called` counts) are its.

        Raises:
            BadInput: no such service, not a calendar, or a hall's in which nothing to come names the service.
        """
        with self._database.session() as session:
            service = store.held(session, service_id)
            feed = store.feeds_of(session, [service_id]).get(service_id)
            if feed is None or service is None:
                raise BadInput(f"no service {service_id}")
            found = calendar_times(content, self._clock.today(), (service.name, *service.also_called) if named_only else None)
            if named_only and not found.schedules:
                raise BadInput("no event to come names the service; if the calendar calls it otherwise, add that to `also_called`")
            text = store.schedules_as_text(found.schedules)
            attach(session, Attached(service_id, source, text, etag, self._clock.today(), named_only))
            store.put(session, feed, [service])
        if found.left_out:
            logger.warning("%s: %d events of its calendar make no sense and were left out", service_id, found.left_out)
        return len(found.schedules)

    def attached_calendars(self) -> list[tuple[str, str]]:
        """Services with a calendar, and where each was read from."""
        with self._database.session() as session:
            return [(one.service_id, one.source) for one in attached(session)]

    def _locate(self, postcode: str) -> Point | None:
        if not self._has_postcodes:
            return None
        with self._database.session() as session:
            return find_postcode(session, postcode)

    def _index_what_is_not(self) -> None:
        """Services that were stored before there was an index get their place in it."""
        with self._database.session() as session:
            stored, indexed = store.counts(session)
        while stored > indexed:
            with self._database.session() as session:
                ids = store.not_indexed(session, _AT_ONCE)
                index.put(session, store.of_ids(session, ids))
            if not ids:
                break
