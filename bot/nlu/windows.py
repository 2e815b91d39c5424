"""A long message cut into windows, each short enough to be judged by itself."""

from __future__ import annotations

from bot.base.text import sentences

READ_WHOLE = 60
"""Words up to which a message is judged in one piece."""
_MOST_WORDS = 30


def windows(text: str) -> list[str]:
    """The text itself, or pieces of at most 30 words at the ends of sentences; neighbours share a sentence where it fits.

    The signs of danger add up over a long message whatever it says, and what is said in one sentence drowns in it: both are
    told better from the piece that speaks of it.
    """
    if len(text.split()) <= READ_WHOLE:
        return [text]
    parts = [part for sentence in sentences(text) for part in _cut(sentence.split())]
    found: list[str] = []
    start = 0
    while start < len(parts):
        end, length = start + 1, len(parts[start])
        while end < len(parts) and length + len(parts[end]) <= _MOST_WORDS:
            length += len(parts[end])
            end += 1
        found.append(" ".join(word for part in parts[start:end] for word in part))
        if end == len(parts):
            break
        start = max(start + 1, end - 1)
    return found


def _cut(words: list[str]) -> list[list[str]]:
    return [words[at : at + _MOST_WORDS] for at in range(0, len(words), _MOST_WORDS)]
