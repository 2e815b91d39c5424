"""A feed over HTTP: pages of a list, and each service's own page where the list says too little."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from bot.base.errors import ContentError
from bot.directory.feeds.dialects import is_shallow
from bot.directory.feeds.envelope import BrokenPageError, Deleted, Page, is_root, read_page
from bot.directory.feeds.fetch import Fetcher, FetchError, PrivateAddressError
from bot.directory.feeds.source import Batch, Known, Listed, Scan, change_of, id_of, miscounted

PER_PAGE = 100
MOST_PAGES = 5_000
AT_ONCE = 6
_HOPELESS = 20
_WRITTEN_AT_ONCE = 500
_NOT_FOUND = 404
_OURS = ("page", "per_page")
_REMEDY = "check the address in a browser: it must answer with JSON; the feed's publisher can say where its services are"


class WebFeed:
    """A feed at an address.

    Args:
        address: of its root or of its list of services; what it asks for itself (`?directory=families`) is asked for everywhere.
        at_once: how many services' own pages are asked for at the same time.
    """

    dialect = "feed"

    def __init__(self, address: str, fetcher: Fetcher, at_once: int = AT_ONCE) -> None:
        bare, _, query = address.partition("#")[0].partition("?")
        self._given, self._fetcher, self._at_once = bare.rstrip("/"), fetcher, at_once
        self._asks = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name not in _OURS]
        self._list = ""
        self._counted_from = 1
        self._failed_in_a_row = 0

    def batches(self, scan: Scan, known: Known, begin: int = 1) -> Iterator[Batch]:
        """Page after page until one of them says, or shows, that it is the last.

        Raises:
            ContentError: there is no list of services at the address.
        """
        first = self._find()
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="directory-import") as pool:
            for page, number in self._pages(first, scan, begin):
                for at in range(0, max(len(page.rows), 1), _WRITTEN_AT_ONCE):
                    rows, is_end = page.rows[at : at + _WRITTEN_AT_ONCE], at + _WRITTEN_AT_ONCE >= len(page.rows)
                    # A page is done with its last part: an interrupted scan reads it again.
                    yield Batch(tuple(self._whole(pool, rows, scan, known)), number if is_end else number - 1, page.total)
                    if self._failed_in_a_row >= _HOPELESS:
                        scan.note(f"stopped on page {number}: {_HOPELESS} services' own pages in a row could not be had")
                        return

    def _find(self) -> Page:
        """The first page, wherever it is: at the address itself or below it."""
        below = [] if urlsplit(self._given).path.endswith("/services") else [f"{self._given}/services"]
        problem = "no answer"
        for address in (self._given, *below):
            try:
                body = self._fetcher.json(self._address(address, 1))
                if is_root(body) and below:
                    continue
                self._list = address
                return self._first(read_page(body))
            except PrivateAddressError as error:
                raise ContentError(self._given, None, str(error), "import from a public address, or allow it") from error
            except (FetchError, BrokenPageError) as error:
                problem = str(error)
        raise ContentError(self._given, None, problem, _REMEDY)

    def _first(self, page: Page) -> Page:
        """The first page; that is another one where the feed counts from 0, and so says of page 1 that it is not the first."""
        if page.is_first is not False:
            return page
        try:
            before = read_page(self._fetcher.json(self._address(self._list, 0)))
        except (FetchError, BrokenPageError):
            return page
        if not before.rows or before.is_first is not True or {*map(id_of, before.rows)} & {*map(id_of, page.rows)}:
            return page
        self._counted_from = 0
        return before

    def _address(self, address: str, page: int | None = None) -> str:
        """An address with everything that is asked for in it."""
        asked = [*self._asks, *([] if page is None else [("page", str(page)), ("per_page", str(PER_PAGE))])]
        return f"{address}?{urlencode(asked)}" if asked else address

    def _pages(self, first: Page, scan: Scan, begin: int) -> Iterator[tuple[Page, int]]:
        """All pages; ends on the feed's last flag, a short, empty or repeated page, never on its count of pages."""
        seen = _Seen(begin)
        page, number = first, 1
        while True:
            is_new = seen.take(page)
            if is_new and number >= begin:
                yield page, number
            if seen.ends(page, is_new=is_new, scan=scan):
                return
            if number >= MOST_PAGES:
                scan.note(f"stopped after {MOST_PAGES} pages")
                return
            number = max(number + 1, begin)
            try:
                page = self._next(page, number)
            except (FetchError, BrokenPageError, ContentError) as error:
                scan.note(f"page {number} could not be had: {error}")
                # There need be nothing beyond what seemed to be the end.
                scan.ended, is_nothing = seen.is_beyond, isinstance(error, FetchError) and error.status == _NOT_FOUND
                scan.broken, scan.miscounted = scan.broken or not (seen.is_beyond and is_nothing), seen.is_beyond
                return

    def _next(self, page: Page, number: int) -> Page:
        if page.next_address:
            following = urljoin(self._list, page.next_address)
            if urlsplit(following).netloc != urlsplit(self._list).netloc:
                raise BrokenPageError("the next page is on another machine")
            return read_page(self._fetcher.json(following))
        return read_page(self._fetcher.json(self._address(self._list, number - 1 + self._counted_from)))

    def _whole(self, pool: ThreadPoolExecutor, rows: Sequence[Any], scan: Scan, known: Known) -> Iterator[Listed]:
        """The rows completed from their own pages, in their order; never more than a few requests at a time."""
        pairs = [(id_of(row), change_of(row)) for row in rows if isinstance(row, Mapping) and change_of(row)]
        stored = known(pairs)
        waiting: deque[Any] = deque()
        for row in rows:
            if isinstance(row, Deleted):
                continue
            record_id = id_of(row)
            if not record_id:
                waiting.append(Listed("", problem="not a record" if not isinstance(row, Mapping) else "no id"))
            elif record_id in stored:
                waiting.append(Listed(record_id, unchanged=True))
            elif is_shallow(row):
                waiting.append(pool.submit(self._completed, row, record_id, scan))
            else:
                waiting.append(Listed(record_id, row))
            while len(waiting) > self._at_once * 2:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())

    def _completed(self, row: Mapping[str, Any], record_id: str, scan: Scan) -> Listed:
        if self._failed_in_a_row >= _HOPELESS:
            return Listed(record_id, problem="its own page was not asked for any more", passing=True)
        try:
            detail = self._fetcher.json(self._address(f"{self._list}/{quote(record_id, safe='')}"))
        except FetchError as error:
            if error.status in {404, 405, 410, 501}:
                return Listed(record_id, row)  # some feeds have no such pages: what the list says is all there is
            self._failed_in_a_row += error.passing
            if error.passing:
                scan.broken = True
                scan.note("some services' own pages could not be had, so this is not the whole feed")
            return Listed(record_id, problem=f"its own page: {error}", passing=error.passing)
        self._failed_in_a_row = 0
        if id_of(detail) != record_id:
            return Listed(record_id, problem="its own page is about something else")
        return Listed(record_id, {**row, **detail}, change=change_of(row))


class _Seen:
    """What has been seen of a list so far; decides when it is over.

    A count that is higher than what was listed never ends the reading and never makes it go on for more than a page; it only
    keeps services from being withdrawn.

    Attributes:
        is_beyond: the list seemed to be over too early, and one more page was asked for.
    """

    def __init__(self, begin: int) -> None:
        self._ids: set[int] = set()  # hashes: a feed of a hundred thousand must not fill the memory with its ids
        self._begin = begin
        self._size = 0
        self._rows = 0
        self._pages = 0
        self._last_said = self._end_was_wrong = False
        self.is_beyond = False

    def take(self, page: Page) -> bool:
        """Remember a page; whether it held anything new."""
        # What has no id is known by what it says: a page of nothing but deleted records is a page like others.
        fresh = {hash(id_of(row) or repr(row)) for row in page.rows} - self._ids
        self._ids |= fresh
        self._size = max(self._size, len(page.rows))
        self._rows += len(page.rows)
        self._pages += 1
        if self._pages == 1:
            # The pages that were read before an interruption were as long as the first, as far as anybody can tell now.
            self._rows += len(page.rows) * max(self._begin - 2, 0)
        if fresh:
            self._end_was_wrong = self._end_was_wrong or self._last_said or self.is_beyond
            self.is_beyond = False
        return bool(fresh) or self._pages == 1

    def ends(self, page: Page, *, is_new: bool, scan: Scan) -> bool:
        """Whether nothing follows; says in `scan` whether that is believed to be the whole."""
        total = page.total
        if page.rows and not is_new:
            # The same page again is an end if it was announced, or all that was promised was seen.
            scan.ended = True
            if not (self._last_said or total is None or len(self._ids) >= total):
                scan.miscounted = True
                scan.note(f"the feed gives the same page again; {len(self._ids)} of {total} services were seen")
            return True
        if page.rows and (page.next_address or not self._looks_last(page)):
            self._last_said = page.is_last is True
            return False
        is_whole = total is None or total <= self._rows or self._is_announced(page)
        if not is_whole and not self.is_beyond:
            self._last_said, self.is_beyond = page.is_last is True and bool(page.rows), True
            return False
        scan.ended, scan.miscounted = True, not is_whole
        if total is not None and total != self._rows and (self._begin == 1 or not is_whole):
            scan.note(miscounted(total, self._rows))
        return True

    def _looks_last(self, page: Page) -> bool:
        return (page.is_last is True and not self._says_more(page)) or (page.is_last is None and self._is_short(page))

    def _is_announced(self, page: Page) -> bool:
        """Whether the feed itself said that this is the end; not believed where an end has turned out to be none."""
        return not self._end_was_wrong and (page.is_last is True if page.rows else self._last_said)

    def _is_short(self, page: Page) -> bool:
        """Against the pages before it: how many were asked for says nothing, feeds have limits of their own."""
        return len(page.rows) < self._size

    def _says_more(self, page: Page) -> bool:
        """A full page with fewer services so far than the feed counts: its “last” may be wrong, so one more is asked for."""
        return self._begin == 1 and page.total is not None and page.total > self._rows and len(page.rows) >= self._size


def _result(waiting: Any) -> Listed:
    return waiting if isinstance(waiting, Listed) else waiting.result()  # type: ignore[no-any-return]
