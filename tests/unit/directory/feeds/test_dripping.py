"""Servers that keep a connection open by sending a byte now and then: what is asked for must be there in time as a whole."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from bot.directory.feeds.fetch import Fetcher, FetchError, Limits

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"contents":[]}'
PACKED = gzip.compress(BODY)
LIMITS = Limits(private=True, seconds=0.6, attempts=1)


@contextmanager
def dripping(at_once: bytes, slowly: bytes, every_s: float = 0.1) -> Iterator[tuple[str, list[int]]]:
    """The address of a server that answers the first bytes at once and then one at a time, and those that it has sent."""
    over, sent = threading.Event(), list[int]()

    def serve() -> None:
        with suppress(OSError), server.accept()[0] as connection:
            connection.recv(4096)
            connection.sendall(at_once)
            for byte in slowly:
                if over.wait(every_s):
                    return
                connection.sendall(bytes([byte]))
                sent.append(byte)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/services", sent
        over.set()
        thread.join(5)


@pytest.mark.parametrize(
    ("at_once", "slowly"),
    [
        (HEAD + b"Content-Length: 95\r\n\r\n", BODY + b" " * 80),
        (b"HTTP/1.1 200 OK\r\nX-A: ", b"a" * 80),
        (b"", b"HTTP/1.1 200 OK" + b" " * 80),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;a=", b"b" * 80),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 90\r\n\r\n", PACKED + b" " * 60),
    ],
    ids=["body", "header", "status", "length of a piece", "packed"],
)
def test_an_answer_that_drips_is_given_up_in_time(at_once: bytes, slowly: bytes) -> None:
    fetcher = Fetcher(LIMITS)
    with dripping(at_once, slowly) as (address, sent), pytest.raises(FetchError, match="no answer in time") as given_up:
        fetcher.json(address)
    fetcher.close()
    assert given_up.value.passing
    assert len(sent) < len(slowly)


def test_a_calendar_that_drips_is_given_up_in_time_too() -> None:
    fetcher = Fetcher(LIMITS)
    slowly = BODY + b" " * 80
    with dripping(HEAD + b"Content-Length: 95\r\n\r\n", slowly) as (address, sent), pytest.raises(FetchError, match="no answer in time"):
        fetcher.calendar(address, "", 1000)
    fetcher.close()
    assert len(sent) < len(slowly)


def test_an_answer_that_comes_slowly_and_in_time_is_read() -> None:
    fetcher = Fetcher(Limits(private=True, seconds=20, attempts=1))
    with dripping(HEAD + f"Content-Length: {len(BODY)}\r\n\r\n".encode(), BODY, every_s=0.01) as (address, _):
        assert fetcher.json(address) == {"contents": []}
    fetcher.close()
