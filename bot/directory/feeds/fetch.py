"""Asking another machine for a page, without trusting it.

A feed is an address that somebody has typed: it may lead to this machine's own network, answer for ever, grow when it is
unpacked, or send us round in circles. Each of these ends in a `FetchError` with words for the report.
"""

from __future__ import annotations

import ipaddress
import math
import random
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from bot.directory.feeds.envelope import BrokenPageError, read_json

_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_JSON_TYPES = ("application/json", "text/json", "text/plain", "application/octet-stream", "")
_MEGABYTE = 1024 * 1024
_AGENT = "Kinline directory import"
_NOT_MODIFIED, _LONGEST_ETAG = 304, 200
_Read = Callable[[httpx.Response, float], Any]


class FetchError(Exception):
    """Why a page could not be had.

    Attributes:
        passing: it may go better another time: the scan is then not complete.
        status: of the answer, where there was one.
    """

    def __init__(self, reason: str, *, passing: bool = False, status: int | None = None) -> None:
        super().__init__(reason)
        self.passing, self.status = passing, status


class PrivateAddressError(FetchError):
    """The address lies in a private network, and that is not allowed by the settings."""


@dataclass(frozen=True)
class Limits:
    """How much is asked of and taken from a feed.

    Attributes:
        page_bytes: of one answer, unpacked.
        seconds: for one answer, however slowly it drips.
        private: addresses in private networks are allowed.
    """

    page_bytes: int = 32 * _MEGABYTE
    seconds: float = 90.0
    redirects: int = 5
    attempts: int = 4
    first_pause: float = 0.5
    longest_pause: float = 30.0
    private: bool = False


class _Deadline(threading.local):
    """When the answer must be there that this thread waits for: one thread makes a request from its beginning to its end.

    Attributes:
        until: on the monotonic clock.
    """

    until = math.inf

    def left(self, timeout: float | None) -> float:
        """How long may still be waited, in seconds.

        Raises:
            httpcore.ReadTimeout: no longer.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("no whole answer in time")
        return left if timeout is None else min(timeout, left)


class _TimedStream(httpcore.NetworkStream):
    """A connection that is done with at the deadline: a server may drip a byte now and then, in its headers too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore.SyncBackend):
    """Connects to public addresses only; the address that was looked at is the one that is connected to."""

    def __init__(self, private: bool, deadline: _Deadline) -> None:
        self._private, self._deadline = private, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("no such host") from error
        addresses = [str(entry[4][0]) for entry in found]
        if not self._private and not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in addresses):
            raise PrivateAddressError("the address is in a private network (KINLINE_IMPORT_PRIVATE_ADDRESSES allows it)")
        for number, address in enumerate(addresses, start=1):
            try:
                stream = super().connect_tcp(address, port, self._deadline.left(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:  # a machine without IPv6 still reaches a server that has both
                return _TimedStream(stream, self._deadline)
        raise httpcore.ConnectError("no such host")


class Fetcher:
    """A client for one feed; may be used from several threads.

    Args:
        sleep: for tests; waits between attempts.
    """

    def __init__(self, limits: Limits, sleep: Callable[[float], None] = time.sleep) -> None:
        self._limits, self._sleep, self._deadline = limits, sleep, _Deadline()
        transport = httpx.HTTPTransport()
        # httpx has no public way to say where a connection may go; httpcore, which it stands on, has.
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), max_connections=16, network_backend=_CheckedBackend(limits.private, self._deadline)
        )
        # Proxies of the environment would connect for us, past the check of addresses.
        self._client = httpx.Client(transport=transport, timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def json(self, address: str) -> Any:
        """The parsed answer of an address.

        Raises:
            FetchError: after all attempts; says why in a few words, without the address.
        """
        return self._ask(address, {"Accept": "application/json"}, self._json)

    def calendar(self, address: str, etag: str, most: int) -> tuple[bytes | None, str]:
        """A calendar of at most `most` bytes, with the server's mark of this version; None when the version known is still the one.

        Raises:
            FetchError: like `json`.
        """
        headers = {"Accept": "text/calendar, */*;q=0.5"} | ({"If-None-Match": etag} if etag else {})
        return self._ask(address, headers, lambda answer, until: _calendar(answer, until, most, etag))  # type: ignore[no-any-return]

    def _ask(self, address: str, headers: dict[str, str], read: _Read) -> Any:
        for attempt in range(1, self._limits.attempts + 1):
            pause = self._limits.first_pause * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)
            try:
                return self._once(address, headers, read)
            except _LaterError as later:
                reason, asked = later.reason, later.seconds
                if attempt < self._limits.attempts:
                    self._sleep(min(max(pause, asked), self._limits.longest_pause))
        raise FetchError(f"{reason}, {self._limits.attempts} times", passing=True)

    def _once(self, address: str, headers: dict[str, str], read: _Read) -> Any:
        self._deadline.until = until = time.monotonic() + self._limits.seconds
        try:
            return self._follow(address, headers, lambda answer: read(answer, until))
        except httpx.TimeoutException as error:
            raise _LaterError("no answer in time") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise FetchError("not a web address") from error
        except httpx.ConnectError as error:
            raise _LaterError("no connection") from error
        except httpx.TransportError as error:
            raise _LaterError("the connection broke") from error

    def _follow(self, address: str, headers: dict[str, str], read: Callable[[httpx.Response], Any]) -> Any:
        for _step in range(self._limits.redirects + 1):
            if urlsplit(address).scheme not in {"http", "https"}:
                raise FetchError("not an http or https address")
            sent = {**headers, "Accept-Encoding": "gzip", "User-Agent": _AGENT}
            with self._client.stream("GET", address, headers=sent) as answer:
                if answer.is_redirect and answer.status_code != _NOT_MODIFIED:
                    following = urljoin(str(answer.url), answer.headers.get("location", ""))
                    if address.startswith("https:") and not following.startswith("https:"):
                        raise FetchError("it leads from https to something less safe")
                    address = following
                    continue
                return read(answer)
        raise FetchError(f"it leads on and on (more than {self._limits.redirects} redirects)")

    def _json(self, answer: httpx.Response, until: float) -> Any:
        status = _good(answer)
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _JSON_TYPES and not kind.endswith("+json"):
            raise FetchError(f"the answer is {kind[:40]}, not JSON", status=status)
        body = b"".join(_unpacked(answer, self._limits.page_bytes, until))
        expected = answer.headers.get("content-length", "")
        if not body and expected not in {"", "0"}:
            raise _LaterError("the answer was empty")
        try:
            return read_json(body)
        except BrokenPageError as error:
            if body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"{", b"["}:
                raise _LaterError(str(error)) from error  # cut short on the way: it may be whole next time
            raise FetchError(str(error), status=status) from error


def _good(answer: httpx.Response) -> int:
    """The status, which is 200.

    Raises:
        FetchError: it is another; `_LaterError` where it may be 200 in a moment.
    """
    status = answer.status_code
    if status == 429 or status >= 500:
        raise _LaterError(f"the answer was {status}", _seconds(answer.headers.get("retry-after")))
    if status != 200:
        raise FetchError(f"the answer was {status}", status=status)
    return status


def _calendar(answer: httpx.Response, until: float, most: int, etag: str) -> tuple[bytes | None, str]:
    if etag and answer.status_code == _NOT_MODIFIED:
        return None, etag
    _good(answer)
    # What it is called counts for nothing: many servers send calendars as plain text.
    return b"".join(_unpacked(answer, most, until)), answer.headers.get("etag", "")[:_LONGEST_ETAG]


class _LaterError(Exception):
    """It may go better in a moment."""

    def __init__(self, reason: str, seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.seconds = reason, seconds


def _unpacked(answer: httpx.Response, most: int, until: float) -> Iterator[bytes]:
    """The body in pieces, never more than `most` bytes of it: a few kilobytes can unpack to gigabytes."""
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", ""}:
        raise FetchError(f"packed with {packing[:20]}, which was not asked for")
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if packing == "gzip" else None
    taken = 0
    for raw in answer.iter_raw():  # as it comes in; by size it would be collected first, however long that takes
        if time.monotonic() > until:
            raise _LaterError("no whole answer in time")
        try:
            piece = unpacker.decompress(raw, most - taken + 1) if unpacker else raw
        except zlib.error as error:
            raise FetchError("packed wrongly") from error
        taken += len(piece)
        if taken > most or (unpacker and unpacker.unconsumed_tail):
            raise FetchError(f"the answer is larger than {round(most / _MEGABYTE) or 1} MB")
        yield piece
    if unpacker and not unpacker.eof:
        raise _LaterError("only the beginning of the answer came")


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdigit() else 0.0
