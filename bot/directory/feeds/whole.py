"""A small source read at once, for feeds that lie in the repository."""

from __future__ import annotations

from dataclasses import dataclass

from bot.base.errors import ContentError
from bot.directory.feeds.compare import look_of
from bot.directory.feeds.dialects import to_version_3
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.source import Listed, Scan, nothing_known
from bot.directory.model import Service
from bot.directory.open_referral import FeedReader, Refused, UnusableError


@dataclass(frozen=True)
class Feed:
    """What a source gave."""

    services: tuple[Service, ...]
    refused: tuple[Refused, ...]


def read_folder(reader: FeedReader, source: SavedPages) -> Feed:
    """All services of a folder, and what could not be used.

    Raises:
        ContentError: a page cannot be read.
    """
    services: dict[str, Service] = {}
    refused: list[Refused] = []
    scan = Scan()
    for batch in source.batches(scan, nothing_known):
        for listed in batch.listed:
            try:
                service = _service(reader, listed)
                if service.id in services:
                    raise UnusableError("the same id a second time")
            except UnusableError as error:
                refused.append(Refused(listed.id or "?", str(error)))
            else:
                services[service.id] = service
    if not scan.complete:
        raise ContentError(source.folder, None, "; ".join(scan.notes), "save the page again")
    kept, doubles = _without_doubles(list(services.values()))
    return Feed(tuple(kept), (*refused, *doubles))


def _service(reader: FeedReader, listed: Listed) -> Service:
    if listed.record is None:
        raise UnusableError(listed.problem or "nothing in it")
    return reader.read(to_version_3(listed.record))


def _without_doubles(services: list[Service]) -> tuple[list[Service], list[Refused]]:
    """A record without times beside one of the same name, provider and part of a town that has them is a slip."""
    timed = {look: service for service in services if service.schedules and (look := look_of(service))}
    kept, refused = [], []
    for service in services:
        other = timed.get(look_of(service))
        if other and not service.schedules:
            refused.append(Refused(service.id, f"a double of {other.id}: same name and provider, but no times"))
        else:
            kept.append(service)
    return kept, refused
