"""One record against what is stored of it: is it new, has it changed, can it be used at all?"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from bot.directory import store as services
from bot.directory.feed_complaints import complaints
from bot.directory.feed_kept import kept_of
from bot.directory.feeds.change_store import Correction
from bot.directory.feeds.corrections import corrected
from bot.directory.feeds.dialects import to_version_3
from bot.directory.feeds.source import Listed, change_of
from bot.directory.feeds.store import Origin
from bot.directory.geography import parse_postcode
from bot.directory.model import Service
from bot.directory.names import plain
from bot.directory.open_referral import FeedReader, UnusableError, vouched_on

_MARSHAL = 2  # the last format that does not depend on how often a value is referred to
_FORMAT_LENGTH, _FINGERPRINT_LENGTH = 12, 64
_LOOKED_AT_AGAIN = timedelta(days=28)


@dataclass(frozen=True)
class Outcome:
    """What becomes of a record.

    Attributes:
        reason: why it is refused.
        service: to be written, with its origin; None when what is stored stays as it is.
        kept, overruled: fields that a person put right, and whose word counts now: the person's or the source's.
        reread: corrections to be kept anew, see `Corrected`.
        cleaned: what of it makes no sense and was left out; kinds and values.
    """

    kind: Literal["added", "changed", "unchanged", "refused"]
    reason: str = ""
    service: Service | None = None
    origin: Mapping[str, Any] | None = None
    kept: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()
    cleaned: tuple[tuple[str, str], ...] = ()
    reread: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Comparer:
    """Compares the records of one scan of one feed.

    Attributes:
        table: changes when the table of categories does, so that everything is read anew then.
    """

    reader: FeedReader
    table: str
    feed: str
    run: str
    now: datetime

    @cached_property
    def format(self) -> str:
        """Changes when the same record would now be read otherwise."""
        freshness = self.reader.freshness
        parts = (services.RECORD_FORMAT, self.table, freshness.stale_after_days, freshness.withheld_after_days, self.reader.fictional)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:_FORMAT_LENGTH]

    def modified(self, change: str) -> str:
        """A source's own mark of its last change, as it is stored; empty where it gives none."""
        return f"{self.format} {change}" if change else ""

    def outcome(self, listed: Listed, origin: Origin | None, corrections: Sequence[Correction]) -> Outcome:
        """What becomes of it; never raises for what a record holds."""
        if listed.unchanged:
            return Outcome("unchanged")
        if listed.problem or listed.record is None:
            return Outcome("refused", listed.problem or "nothing in it")
        mine = origin if origin and origin.feed == self.feed else None
        try:
            return self._of_record(listed, listed.record, mine, corrections)
        except UnusableError as error:
            return Outcome("refused", str(error))
        except Exception as error:  # noqa: BLE001 - whatever one record holds, the others of its page are read
            return Outcome("refused", f"not understood ({type(error).__name__})")

    def _of_record(self, listed: Listed, found: Mapping[str, Any], mine: Origin | None, corrections: Sequence[Correction]) -> Outcome:
        digest = self._digest(found)
        same = mine is not None and mine.state != "withdrawn" and mine.fingerprint == digest
        if same and mine and mine.modified == self._mark(listed) and not self._is_to_be_looked_at(mine):
            return Outcome("unchanged")
        record = to_version_3(found)
        service = self.reader.read(record)
        is_same_source = mine is not None and mine.fingerprint[_FORMAT_LENGTH:] == digest[_FORMAT_LENGTH:]
        result = corrected(service, corrections, is_same_source=is_same_source)
        row = self._origin(listed, record, service, digest, mine)
        kind: Literal["added", "changed", "unchanged"] = "unchanged" if same else "changed" if mine else "added"
        return Outcome(kind, "", result.service, row, result.kept, result.overruled, tuple(complaints(record, service)), result.reread)

    def _is_to_be_looked_at(self, origin: Origin) -> bool:
        """A source that never says when it looked at a record says so by listing it still: once a month that is noted."""
        return not origin.vouched and self.now - origin.retrieved_at > _LOOKED_AT_AGAIN

    def _mark(self, listed: Listed) -> str:
        return self.modified(listed.change or change_of(listed.record or {}))

    def _digest(self, record: Mapping[str, Any]) -> str:
        """How it is read, and then what it says: so that the two can be told apart."""
        # Marshalled, not as JSON: the bytes are never read again, and this takes a tenth of the time.
        said = hashlib.sha256(marshal.dumps(dict(record), _MARSHAL)).hexdigest()
        return self.format + said[: _FINGERPRINT_LENGTH - _FORMAT_LENGTH]

    def _origin(self, listed: Listed, record: Mapping[str, Any], service: Service, digest: str, mine: Origin | None) -> dict[str, Any]:
        return {
            "service_id": service.id,
            "feed": self.feed,
            "external_id": listed.id[:200],
            "fingerprint": digest,
            "modified": self._mark(listed),
            "run": self.run,
            "state": "listed",
            "look": look_of(service),
            "timed": bool(service.schedules),
            "vouched": vouched_on(record) is not None,
            "first_run": mine.first_run if mine and mine.state != "withdrawn" else self.run,
            "retrieved_at": self.now,
            "raw": kept_of(record).encode("utf-8", "replace").decode(),
        }


def look_of(service: Service) -> str:
    """The same for services of the same name and provider in the same part of a town; empty for one that is not open, which is no double.

    A provider gives the same group in many places, and the groups of those who name no provider are one only at one address.
    """
    if service.status != "open":
        return ""
    postcode = parse_postcode(service.postcode) if service.postcode else None
    place = "" if postcode is None else postcode.outcode if service.organisation else str(postcode)
    return hashlib.sha256(f"{plain(service.name)}\0{service.organisation or ''}\0{place}".encode()).hexdigest()[:32]
