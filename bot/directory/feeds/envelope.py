"""What a page of a feed is wrapped in, whatever the feed calls it.

Totals and flags are only hints: feeds say `total_pages: 1` on every page, count wrongly, and change their counts between
two pages. What is believed is what was seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.directory.feeds.dialects import squash

_ROWS = ("contents", "content", "items", "services", "data", "results")
_TOTALS = ("totalitems", "totalelements", "total", "count")
_LAST = ("lastpage", "last")
_NEXT = ("nexturl", "next", "nextpageurl")
_MOST_ROWS = 20_000


class BrokenPageError(Exception):
    """Why a page cannot be read; said in the report."""


@dataclass(frozen=True)
class Page:
    """One page of a list.

    Attributes:
        total: how many records the feed says it has.
        is_last: what the feed says; None when it says nothing.
        next_address: where the feed says that it goes on.
    """

    rows: tuple[Any, ...]
    total: int | None = None
    is_last: bool | None = None
    next_address: str | None = None


def read_json(body: bytes) -> Any:
    """JSON in UTF-8, with or without a byte order mark.

    Raises:
        BrokenPageError: HTML, half a page, too deep, or not UTF-8.
    """
    start = body[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"<"):
        raise BrokenPageError("a web page (HTML), not JSON")
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BrokenPageError("not UTF-8") from error
    except RecursionError as error:
        raise BrokenPageError("nested too deeply") from error
    except ValueError as error:
        raise BrokenPageError("not JSON, or only the beginning of it") from error


def _no_number(_name: str) -> None:
    """`NaN` and `Infinity` are no JSON; feeds of some languages write them for “nothing”."""


def read_page(body: Any) -> Page:
    """The page in a parsed answer.

    Raises:
        BrokenPageError: it holds no list of records.
    """
    if isinstance(body, list):
        return Page(tuple(body[:_MOST_ROWS]))
    if not isinstance(body, Mapping):
        raise BrokenPageError("not a page of services")
    named = {squash(str(name)): value for name, value in body.items()}
    rows = next((named[name] for name in _ROWS if isinstance(named.get(name), list)), None)
    if rows is None:
        raise BrokenPageError("not a page of services")
    following = next((named[name] for name in _NEXT if isinstance(named.get(name), str) and named[name]), None)
    return Page(
        tuple(_unwrapped(row) for row in rows[:_MOST_ROWS]),
        next((value for name in _TOTALS if (value := _count(named.get(name))) is not None), None),
        next((named[name] for name in _LAST if isinstance(named.get(name), bool)), True if named.get("empty") is True else None),
        following,
    )


def is_root(body: Any) -> bool:
    """Whether an answer is that of a feed's own address, which says what it is and lists nothing."""
    return isinstance(body, Mapping) and any(name in body for name in ("version", "profile", "openapi_url"))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _unwrapped(row: Any) -> Any:
    """RPDE feeds put the record into `data` and say beside it whether it is still there."""
    if isinstance(row, Mapping) and row.get("state") in {"updated", "deleted"} and "kind" in row:
        return {**row["data"], "id": row["data"].get("id") or row.get("id")} if isinstance(row.get("data"), Mapping) else None
    return row
