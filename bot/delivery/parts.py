"""Long texts in pieces that keep a channel's limit and break where a reader would pause."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BREAKS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?؟۔。])\s"), re.compile(r"\s"))


def units(text: str) -> int:
    """Length as providers count it: in UTF-16 units, so most emoji count twice.

    Source: core.telegram.org/bots/api#messageentity.
    """
    return len(text.encode("utf-16-le")) // 2


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` units, cut between paragraphs, else lines, else sentences, else words.

    A word that is longer than the limit is cut between characters, never inside one.
    """
    text = text.strip()
    if units(text) <= limit:
        return [text] if text else []
    for pattern in _BREAKS:
        cut = _last_break(text, pattern, limit)
        if cut:
            return [text[: cut[0]].rstrip(), *split(text[cut[1] :], limit)]
    at = limit
    while units(text[:at]) > limit:
        at -= 1
    return [text[:at], *split(text[at:], limit)]


def _last_break(text: str, pattern: re.Pattern[str], limit: int) -> Sequence[int] | None:
    """Where the last break lies that leaves a piece within the limit, and not a tiny one."""
    found = None
    for match in pattern.finditer(text):
        if units(text[: match.start()]) > limit:
            break
        if match.start() >= limit // 4:
            found = (match.start(), match.end())
    return found
