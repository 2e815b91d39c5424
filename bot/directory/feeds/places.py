"""From what somebody types after `import-directory` to a source and its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bot.base.errors import ContentError
from bot.base.sealing import fingerprint
from bot.directory.feeds.fetch import Fetcher, Limits
from bot.directory.feeds.pages import SavedPages
from bot.directory.feeds.sheet import Sheet
from bot.directory.feeds.source import Source
from bot.directory.feeds.tables import TableFolder
from bot.directory.feeds.web import WebFeed


def is_address(text: str) -> bool:
    """Whether it is on the web rather than on this machine."""
    return "://" in text


@contextmanager
def opened(text: str, limits: Limits) -> Iterator[Source]:
    """The source of an address, a folder of saved pages, a folder of HSDS tables or a sheet.

    Raises:
        ContentError: there is no such thing.
    """
    if is_address(text):
        if urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname:
            raise ContentError(text, None, "not a web address", "give an address that begins with https://")
        fetcher = Fetcher(limits)
        try:
            yield WebFeed(text, fetcher)
        finally:
            fetcher.close()
        return
    yield _on_disk(Path(text))


def _on_disk(path: Path) -> Source:
    if path.is_file() and path.suffix.lower() == ".csv":
        return Sheet(path)
    if not path.is_dir():
        raise ContentError(path, None, "no such folder or CSV file", "give a web address, a folder or a CSV file")
    if any((path / name).exists() for name in ("services.csv", "service.csv")):
        return TableFolder(path)
    return SavedPages(path)


def name_of(text: str, area: str) -> str:
    """The name under which a source is stored: the same for the same source, whenever it is read."""
    if is_address(text):
        address = urlsplit(text)
        where = f"{address.netloc.rpartition('@')[2]}{address.path.rstrip('/')}"
        # Two selections of one feed are two; what is asked for may hold a key, which does not belong into a name.
        where += f"-{fingerprint(address.query.encode())[:8]}" if address.query else ""
    else:
        where = Path(text).resolve().name
    return f"feed:{area}:{where}"[:200]
