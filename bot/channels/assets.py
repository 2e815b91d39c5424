"""The scripts and the style sheet, read once, packed once, with a name that changes when they change."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import zopfli.gzip
from sanic import Request
from sanic.response import HTTPResponse, raw

from bot.base.sealing import fingerprint

LEAST_BYTES_PACKED = 400
_JOINED = {"text/javascript": ("{", ";", ","), "text/css": ("{", ";", ",", "}")}
"""How a line ends that the next one may follow at once; after a bracket JavaScript may need the line's end in place of a semicolon."""
_TIGHT = {"text/javascript": ((" = ", "="), (" => ", "=>"), (") {", "){"))}
"""Blanks that mean nothing; no text of ours has them."""


@dataclass(frozen=True)
class Asset:
    """A file as it goes out.

    Attributes:
        version: stands in its address, so that a browser may keep it for a year.
    """

    content_type: str
    plain: bytes
    packed: bytes
    version: str

    def answer(self, request: Request, cache: str) -> HTTPResponse:
        """The file, packed where the browser takes it."""
        headers = {"Cache-Control": cache, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff", "ETag": f'"{self.version}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return raw(b"", status=304, headers=headers)
        if takes_gzip(request):
            return raw(self.packed, headers=headers | {"Content-Encoding": "gzip"}, content_type=self.content_type)
        return raw(self.plain, headers=headers, content_type=self.content_type)


def load_asset(paths: Sequence[Path], content_type: str, before: str = "", after: str = "") -> Asset:
    """Files put together as one, without indents, lines of comment, and blanks and ends of lines that mean nothing.

    Args:
        before: goes in front of them, `after` behind them.
    """
    plain = (before + "".join(_lean(path.read_text("utf-8"), content_type) for path in paths) + after).encode()
    return Asset(content_type, plain, zopfli.gzip.compress(plain), fingerprint(plain)[:12])


def _lean(text: str, content_type: str) -> str:
    # Whole lines only: the files have no text that goes over a line's end.
    lines = (line.strip() for line in text.splitlines())
    kept = (line for line in lines if line and not line.startswith("//"))
    lean = "".join(line if line.endswith(_JOINED[content_type]) else f"{line}\n" for line in kept)
    for loose, tight in _TIGHT.get(content_type, ()):
        lean = lean.replace(loose, tight)
    return lean


async def pack_answer(request: Request, answer: HTTPResponse) -> None:
    """Middleware: pages and turns travel packed; parents pay for every kilobyte."""
    body = answer.body
    is_text = (answer.content_type or "").startswith(("text/", "application/json"))
    if not body or len(body) < LEAST_BYTES_PACKED or not is_text or "content-encoding" in answer.headers or not takes_gzip(request):
        return
    answer.body = gzip.compress(body, 6, mtime=0)
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"


def takes_gzip(request: Request) -> bool:
    """Whether the browser unpacks gzip."""
    return "gzip" in request.headers.get("accept-encoding", "")
