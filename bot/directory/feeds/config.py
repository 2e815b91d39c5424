"""The feeds of an area, from `content/areas/<area>/feeds.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.base.yaml_files import line_of, read_yaml
from bot.directory.feeds.importer import FeedName
from bot.directory.feeds.places import is_address

_ID = re.compile(r"[a-z0-9_-]{1,60}")
_KNOWN = {"id", "source", "provider", "licence", "attribution", "every_hours", "most_shrink_percent"}
_REMEDY = "compare with docs/directory.md, “Feeds of an area”"
_MOST_HOURS = 24 * 92


@dataclass(frozen=True)
class ConfiguredFeed:
    """A feed that is imported again and again.

    Attributes:
        source: web address, or a path that is relative to the area's folder.
        every_hours: how long after a whole scan it is due again.
    """

    feed: FeedName
    source: str
    every_hours: int

    def is_due(self, completed_at: datetime | None, now: datetime) -> bool:
        """Whether its time has come."""
        return completed_at is None or now - completed_at >= timedelta(hours=self.every_hours)


def load_feeds(area_folder: Path, most_shrink_percent: int) -> list[ConfiguredFeed]:
    """The area's feeds; none when there is no file.

    Args:
        most_shrink_percent: where a feed does not say.

    Raises:
        ContentError: with the line and what to do.
    """
    path = area_folder / "feeds.yml"
    if not path.exists():
        return []
    entry = read_yaml(path) or {}
    feeds = entry.get("feeds") if isinstance(entry, dict) else None
    if not isinstance(feeds, list):
        raise ContentError(path, 1, "no list `feeds:`", _REMEDY)
    found = [_feed(path, one, most_shrink_percent) for one in feeds]
    names = [one.feed.name for one in found]
    for one in found:
        if names.count(one.feed.name) > 1:
            raise ContentError(path, None, f"two feeds are called {one.feed.name.rpartition(':')[2]}", "give each an id of its own")
    return found


def _feed(path: Path, entry: Any, most_shrink_percent: int) -> ConfiguredFeed:
    if not isinstance(entry, dict) or not _ID.fullmatch(str(entry.get("id") or "")):
        raise ContentError(path, None, "a feed without an `id` of small letters, digits, - and _", _REMEDY)
    line = line_of(path, f"id: {entry['id']}")
    unknown = sorted(set(map(str, entry)) - _KNOWN)
    if unknown:
        raise ContentError(path, line, f"{entry['id']}: there is no {', '.join(unknown)}", _REMEDY)
    for name in ("source", "provider", "licence"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise ContentError(path, line, f"{entry['id']}: `{name}` is missing", _REMEDY)
    every = _whole(path, line, entry, "every_hours", 24, _MOST_HOURS)
    shrink = _whole(path, line, entry, "most_shrink_percent", most_shrink_percent, 100)
    area = path.parent.name
    source = entry["source"].strip()
    where = source if is_address(source) else str(path.parent / source)
    feed = FeedName(f"feed:{area}:{entry['id']}", area, source, entry["provider"], entry["licence"], entry.get("attribution"), shrink / 100)
    return ConfiguredFeed(feed, where, max(every, 1))


def _whole(path: Path, line: int | None, entry: dict[str, Any], name: str, default: int, most: int) -> int:
    value = entry.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ContentError(path, line, f"{entry['id']}: {name} is {value!r}", f"write a whole number from 0 to {most}")
    return value
