"""What a page of a feed is wrapped in, whatever the feed calls it.

Totals and flags are only hints: feeds say `total_pages: 1` on every page, count wrongly, and change their counts between
two pages. What is believed is what was seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.directory.feeds.dialects import squash

_ROWS = ("contents", "content", "items", "services", "data", "results")
_TOTALS = ("totalitems", "totalelements", "total", "count")
_LAST, _FIRST = ("lastpage", "last"), ("firstpage", "first")
_NEXT = ("nexturl", "next", "nextpageurl")
_MOST_ROWS, _MOST_RECORDS = 200_000, 1_000_000_000
# An escape in JSON; the group holds those that no database takes: NUL, and half of a pair of surrogates.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_NO_CHARACTER = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONGEST_NUMBER = 400


class BrokenPageError(Exception):
    """Why a page cannot be read; said in the report."""


@dataclass(frozen=True)
class Page:
    """One page of a list.

    Attributes:
        total: how many records the feed says it has.
        is_last, is_first: what the feed says; None when it says nothing.
        next_address: where the feed says that it goes on.
    """

    rows: tuple[Any, ...]
    total: int | None = None
    is_last: bool | None = None
    next_address: str | None = None
    is_first: bool | None = None


@dataclass(frozen=True)
class Deleted:
    """A row that says of a record that it is no longer there."""

    id: str


def read_json(body: bytes) -> Any:
    """JSON in UTF-8, with or without a byte order mark; escapes that stand for no character count as blanks.

    Raises:
        BrokenPageError: HTML, half a page, too deep, or not UTF-8.
    """
    start = body[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith(b"<"):
        raise BrokenPageError("a web page (HTML), not JSON")
    try:
        return _parsed(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BrokenPageError("not UTF-8") from error
    except RecursionError as error:
        raise BrokenPageError("nested too deeply") from error
    except ValueError as error:
        raise BrokenPageError("not JSON, or only the beginning of it") from error


def _parsed(text: str) -> Any:
    if "\\u" in text and _NO_CHARACTER.search(text):
        text = _ESCAPE.sub(lambda found: " " if found.group(1) else found.group(0), text)
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # A row of thousands of digits, which Python does not take for a number: one value of one record.
        return json.loads(text, parse_constant=_no_number, parse_int=_whole_number)


def _whole_number(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _no_number(_name: str) -> None:
    """`NaN` and `Infinity` are no JSON; feeds of some languages write them for “nothing”."""


def read_page(body: Any) -> Page:
    """The page in a parsed answer.

    Raises:
        BrokenPageError: it holds no list of records, or more of them than anybody can mean.
    """
    if isinstance(body, list):
        return Page(_rows(body))
    if not isinstance(body, Mapping):
        raise BrokenPageError("not a page of services")
    named = {squash(str(name)): value for name, value in body.items()}
    rows = next((named[name] for name in _ROWS if isinstance(named.get(name), list)), None)
    if rows is None:
        raise BrokenPageError("not a page of services")
    following = next((named[name] for name in _NEXT if isinstance(named.get(name), str) and named[name]), None)
    return Page(
        _rows(rows),
        next((value for name in _TOTALS if (value := _count(named.get(name))) is not None), None),
        next((named[name] for name in _LAST if isinstance(named.get(name), bool)), True if named.get("empty") is True else None),
        following,
        next((named[name] for name in _FIRST if isinstance(named.get(name), bool)), None),
    )


def _rows(rows: list[Any]) -> tuple[Any, ...]:
    if len(rows) > _MOST_ROWS:
        raise BrokenPageError(f"more than {_MOST_ROWS:,} records on one page")
    return tuple(map(_unwrapped, rows))


def is_root(body: Any) -> bool:
    """Whether an answer is that of a feed's own address, which says what it is and lists nothing."""
    return isinstance(body, Mapping) and any(name in body for name in ("version", "profile", "openapi_url"))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_RECORDS else None


def _unwrapped(row: Any) -> Any:
    """RPDE feeds put the record into `data` and say beside it whether it is still there."""
    if isinstance(row, Mapping) and row.get("state") in {"updated", "deleted"} and "kind" in row:
        if row["state"] == "deleted":
            return Deleted(str(row.get("id"))[:_LONGEST_NUMBER])
        return {**row["data"], "id": row["data"].get("id") or row.get("id")} if isinstance(row.get("data"), Mapping) else None
    return row
