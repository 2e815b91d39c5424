"""A feed from a folder of saved pages: `services.json` or `services_page_N.json`, and `services/{id}.json`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bot.base.errors import ContentError
from bot.directory.feeds.envelope import BrokenPageError, Deleted, Page, read_json, read_page
from bot.directory.feeds.source import Batch, Known, Listed, Scan, id_of, miscounted

_PAGE = re.compile(r"services?(?:_list)?(?:_page)?(?:_(\d+))?\.json")
_WHOLE = "service_full.json"
_SAFE_ID = re.compile(r"[\w-]+")
_MOST_BYTES = 256 * 1024 * 1024
_AT_ONCE = 500
_MOST_SHOWN = 10


class SavedPages:
    """The pages of a folder.

    Args:
        folder: as it was saved; nothing outside it is read, whatever the ids say.
    """

    dialect = "saved pages"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._has_details = (folder / "services").is_dir() or (folder / _WHOLE).exists()

    def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
        """Page after page; a broken one is noted and the others are read.

        Raises:
            ContentError: there is no page, or none that can be read.
        """
        broken: list[tuple[Path, BrokenPageError]] = []
        paths = self._paths()
        seen = _Seen()
        for number, path in enumerate(paths, start=1):
            try:
                page = self._page(path)
            except BrokenPageError as error:
                broken.append((path, error))
                scan.note(f"{path.name} could not be read: {error}")
                continue
            seen.take(page)
            for at in range(0, max(len(page.rows), 1), _AT_ONCE):
                rows = (row for row in page.rows[at : at + _AT_ONCE] if not isinstance(row, Deleted))
                yield Batch(tuple(map(self._listed, rows)), number, page.total)
        if len(broken) == len(paths):
            raise ContentError(broken[0][0], None, str(broken[0][1]), "save the page again")
        missing = [*_gaps(paths), *seen.complaints()]
        for text in (*missing, *seen.miscounts()):
            scan.note(text)
        scan.ended, scan.broken, scan.miscounted = True, bool(broken or missing), any(seen.miscounts())

    def _paths(self) -> list[Path]:
        found = {path: match for path in self.folder.glob("service*.json") if (match := _PAGE.fullmatch(path.name))}
        numbered = {path: match for path, match in found.items() if match.group(1)}
        # Our own export writes its first page under both names.
        pages = numbered if self.folder / "services_page_1.json" in numbered else found
        if not pages and (self.folder / _WHOLE).exists():
            return [self.folder / _WHOLE]
        if not pages:
            remedy = "give the folder of a saved Open Referral UK feed"
            raise ContentError(self.folder, None, "no services.json or services_page_1.json in it", remedy)
        return sorted(pages, key=lambda path: (int(pages[path].group(1) or 0), path.name))

    def _page(self, path: Path) -> Page:
        body = _read(path)
        return Page((body,), 1) if path.name == _WHOLE else read_page(body)

    def _listed(self, row: Any) -> Listed:
        record_id = id_of(row)
        if not record_id:
            return Listed("", problem="not a record" if not isinstance(row, Mapping) else "no id")
        try:
            return Listed(record_id, {**row, **self._detail(record_id)})
        except BrokenPageError as error:
            return Listed(record_id, problem=f"its own page: {error}")

    def _detail(self, record_id: str) -> Mapping[str, Any]:
        if not self._has_details:
            return {}
        path = self.folder / "services" / f"{record_id}.json"
        if not _SAFE_ID.fullmatch(record_id) or not path.exists():
            path = self.folder / _WHOLE
            if not path.exists():
                return {}
            detail = _read(path)
            return detail if id_of(detail) == record_id else {}
        detail = _read(path)
        if id_of(detail) != record_id:
            raise BrokenPageError("it is about something else")
        return detail  # type: ignore[no-any-return]


class _Seen:
    """Whether the pages of a folder are believed to be all of its feed; the same is asked of a feed over HTTP in `web`."""

    def __init__(self) -> None:
        self._rows = 0
        self._total: int | None = None
        self._last: Page | None = None
        self._end_was_wrong = False

    def take(self, page: Page) -> None:
        """One more page."""
        if self._last is not None:
            self._end_was_wrong = self._end_was_wrong or self._last.is_last is True or not self._last.rows
        self._rows, self._total, self._last = self._rows + len(page.rows), page.total, page

    def complaints(self) -> Iterator[str]:
        """What says that there is more than was saved."""
        last = self._last
        if last and self._total is None and last.rows and (last.is_last is False or last.next_address):
            yield "the last of the saved pages says that more follow"

    def miscounts(self) -> Iterator[str]:
        """That the feed counts more than was saved, unless it says itself that this is the end."""
        last, total = self._last, self._total
        is_announced = last is not None and last.rows and last.is_last is True and not self._end_was_wrong
        if total is not None and total > self._rows and not is_announced:
            yield miscounted(total, self._rows)


def _gaps(paths: Sequence[Path]) -> Iterator[str]:
    """The pages that are missing between others, by their numbers; some feeds count from 0."""
    numbers = {int(match.group(1) or 1) for path in paths if (match := _PAGE.fullmatch(path.name))}
    missing = list(islice((n for n in range(1, max(numbers, default=0)) if n not in numbers), _MOST_SHOWN))
    if missing:
        yield f"pages are missing between the others: {', '.join(map(str, missing))}{', …' if len(missing) == _MOST_SHOWN else ''}"


def _read(path: Path) -> Any:
    if path.stat().st_size > _MOST_BYTES:
        raise BrokenPageError(f"larger than {_MOST_BYTES // 1024 // 1024} MB")
    return read_json(path.read_bytes())
